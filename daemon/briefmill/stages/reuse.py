"""What an earlier revision of a campaign made, so that a new one makes only what changed.

Every creative has a key: a digest of everything that decides its bytes and its findings (the source picture, the words,
the placement, brand, logo, fonts, the layout, how it is encoded and judged, and the versions of what draws it). Equal
keys are equal files, so the earlier creative is taken over with its findings, and neither composed nor encoded again.
The choice of a layout has a key of its own, so that a set of which nothing changed is not even decoded.
"""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import metadata
from typing import Any, Final

from briefmill import __version__
from briefmill.domain import codec
from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding
from briefmill.rules.demand import Demand

DRAWN_BY: Final = 6
"""Raised with every change that draws, encodes or judges the same order otherwise."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """An earlier creative with the findings about it."""

    creative: Creative
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What an earlier job made, by key; `layouts` are the names of the layouts that were chosen."""

    made: Mapping[str, Made] = field(default_factory=dict)
    layouts: Mapping[str, str] = field(default_factory=dict)


def earlier(outputs: Mapping[Stage, Mapping[str, Any]]) -> Earlier:
    """Read an earlier job's recorded outputs; those that another version wrote in another form give nothing."""
    try:
        return _read(outputs)
    except ValueError:
        return Earlier()


def _read(outputs: Mapping[Stage, Mapping[str, Any]]) -> Earlier:
    overlay, compliance = outputs.get(Stage.OVERLAY, {}), outputs.get(Stage.COMPLIANCE, {})
    keys = codec.load(tuple[str, ...], overlay.get("keys", ()))
    creatives = codec.load(tuple[Creative, ...], overlay.get("creatives", ()))
    findings = codec.load(tuple[Finding, ...], compliance.get("findings", ()))
    if len(keys) != len(creatives):
        return Earlier()
    by_place: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        by_place.setdefault((finding.product, finding.locale, finding.placement), []).append(finding)
    made = {
        key: Made(
            creative=creative,
            findings=tuple(by_place.get((creative.product, creative.locale, creative.placement), ())),
        )
        for key, creative in zip(keys, creatives, strict=True)
    }
    return Earlier(made=made, layouts=codec.load(dict[str, str], overlay.get("layouts", {})))


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of one product in one placement.

    `ground` is what all creatives of the job share, as `job_digest`; `layouts` the digest of those to choose from.
    `demands` are the words that the law wants on a creative, by locale.
    """

    ground: str
    layouts: str
    product: Product
    picture: Picture
    placement: Placement
    copies: tuple[Copy, ...]
    same_type_size: bool = False
    demands: Mapping[str, tuple[Demand, ...]] = field(default_factory=dict)

    def choice(self) -> str:
        """The key of the layout's choice: all words of the placement count."""
        return _digest(self.layouts, self._place(), [codec.plain(copy) for copy in self.copies])

    def creative(self, copy: Copy, layout: object) -> str:
        """The key of one creative, composed by a layout (`imaging.arrangement.Layout`)."""
        words = [codec.plain(part) for part in (self.copies if self.same_type_size else (copy,))]
        wanted = [codec.plain(one) for one in self.demands.get(copy.locale, ())]
        alt = self.product.alt_text(copy)
        return _digest(self._place(), codec.plain(layout), copy.locale, alt, words, wanted)

    def _place(self) -> list[Any]:
        product = replace(self.product, copies={}, assets=(), alt_texts={})
        place = self.placement
        # What a row tells beside this (where it was read, and when) changes no pixel.
        shape = [place.id, place.width, place.height, list(place.formats), place.max_bytes, place.icc]
        rules = [codec.plain(place.safe_zone), place.overlay]
        cutout = codec.plain(self.picture.cutout) if self.picture.cutout else None
        picture = [self.picture.ref.sha256, self.picture.origin.value, cutout]
        return [self.ground, *picture, codec.plain(product), shape, rules]


def job_digest(brief: Brief, snapshot: Snapshot, *settings: object) -> str:
    """What all creatives of a job share: brand, the files it brought, settings and rules, and who draws."""
    brand = brief.brand
    assets = [asset for asset in (brand.logo, brand.logo_on_dark, brand.logo_on_light, *brand.fonts) if asset]
    files = {asset.path: snapshot.files[asset.path].sha256 for asset in assets if asset.path in snapshot.files}
    return _digest(codec.plain(brand), files, _drawn_by(), *(codec.plain(part) for part in settings))


@lru_cache(maxsize=8)
def digest_of(values: tuple[Hashable, ...]) -> str:
    """The digest of some dataclasses; remembered, because the same layouts serve many jobs."""
    return _digest([codec.plain(value) for value in values])


@cache
def _drawn_by() -> list[str]:
    import cv2
    import numpy as np
    import PIL

    drawings = metadata.version("resvg_py")
    return [str(DRAWN_BY), __version__, cv2.__version__, np.__version__, PIL.__version__, drawings]


def _digest(*parts: Any) -> str:
    return hashlib.sha256(codec.canonical(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
