"""Stage 3: the words and the logo of each locale on the framed picture, encoded once.

The brand kit (palette, logo, fonts) is made ready once a job; the layout is chosen once a placement, for all locales.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, Brief, Copy
from briefmill.domain.creative import Composition
from briefmill.domain.placement import Icc, Placement
from briefmill.domain.verdict import Box
from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import bidi, choice, compose, encode, fonts, layout, lettering, logo
from briefmill.imaging.arrangement import Layout
from briefmill.imaging.decode import Pixels
from briefmill.imaging.focus import Wish
from briefmill.imaging.layout import Plan
from briefmill.ports import Store
from briefmill.stages.resize import Framed, Source
from briefmill.stages.signing import Mark
from briefmill.stages.task import Press

Marking = Callable[[Composition], Mark | None]
"""Gives the record of origin that a creative of this composition shall bear."""


@dataclass(frozen=True)
class Printed:
    """One finished creative, still with its pixels, which hold until the next one of the same size is printed."""

    pixels: Pixels
    composition: Composition
    encoded: encode.Encoded
    framed: Framed
    mark: Mark | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Studio:
    """What all creatives of a job share: the brand's kit, the layouts to choose from, how to encode, and an easel.

    `corners` are those that the logo may stand in, empty for all.
    """

    kit: compose.BrandKit
    layouts: tuple[Layout, ...]
    press: Press
    same_type_size: bool = False
    corners: tuple[str, ...] = ()
    easel: compose.Easel = field(default_factory=compose.Easel)


class Sitting:
    """One product in one placement: the layout chosen, and what its locales share."""

    def __init__(
        self,
        source: Source,
        placement: Placement,
        copies: Sequence[Copy],
        studio: Studio,
        *,
        known: Mapping[str, str] | None = None,
    ) -> None:
        """`known` names the layouts, by direction, where they have been chosen before."""
        self.placement = placement
        self.studio = studio
        self._source = source
        self._kit = studio.kit
        self._copies = tuple(copies)
        self._known = known or {}
        self._layouts: dict[str, Layout] = {}
        self._framed: dict[tuple[int, int, Wish], Framed] = {}
        self._stages: dict[tuple[object, ...], compose.Stage] = {}

    @property
    def source(self) -> Source:
        """What it shows."""
        return self._source

    def layout(self, copy: Copy) -> Layout:
        """The layout for these words: one for all locales that read the same way; only choosing needs pixels."""
        way = _way(copy)
        if way not in self._layouts:
            known = self._known.get(way, "")
            chosen = next((one for one in self.studio.layouts if one.name == known), None)
            self._layouts[way] = chosen or self._chosen([one for one in self._copies if _way(one) == way])
        return self._layouts[way]

    def _chosen(self, copies: Sequence[Copy]) -> Layout:
        demand = choice.Demand(aspect=self._kit.logo_aspect, corners=self.studio.corners)
        return choice.pick(self.studio.layouts, self.placement, copies, demand, self._source.scene)

    @property
    def layouts(self) -> dict[str, str]:
        """The names of the layouts chosen so far, by direction."""
        return {way: one.name for way, one in self._layouts.items()}

    def plan(self, copy: Copy, without: Sequence[str] = ()) -> Plan:
        """Where everything goes for these words."""
        plan = self._solved(copy, without)
        return layout.capped(plan, self._sizes) if self.studio.same_type_size else plan

    def _solved(self, copy: Copy, without: Sequence[str] = ()) -> Plan:
        one = self.layout(copy)
        return layout.plan(one, self.placement, copy, self._kit.logo_aspect, _way(copy), without=without)

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """The size of each text that all locales can have: what the one with the least room gets."""
        sizes: dict[str, int] = {}
        for copy in self._copies:
            for words in lettering.set_all(self._solved(copy), copy, self._kit.library):
                if words.block.lines:
                    sizes[words.role] = min(sizes.get(words.role, words.block.size), words.block.size)
        return sizes

    def framed(self, plan: Plan, copy: Copy) -> Framed:
        """The source in the plan's part of the canvas; made once for all locales that show the same part."""
        wish = choice.wish(self.layout(copy), _way(copy), plan.picture)
        key = (plan.picture.width, plan.picture.height, wish)
        if key not in self._framed:
            self._framed[key] = self._source.fitted(*key)
        return self._framed[key]

    def stage(self, plan: Plan, framed: Framed, copy: Copy) -> compose.Stage:
        """The canvas without words; made once for all locales that divide it alike."""
        name = self.layout(copy).name
        key = (id(framed), plan.picture, plan.grounds, name)
        if key not in self._stages:
            self._stages[key] = compose.Stage(
                pixels=compose.stage(framed.pixels, plan, self.placement, self._kit.palette),
                layout=name,
                upscale=framed.upscale,
                subject=_moved(framed.subject, plan.picture),
                cut=framed.cut,
            )
        return self._stages[key]


def kit_for(brief: Brief, snapshot: Snapshot, store: Store) -> compose.BrandKit:
    """Palette, logos and fonts of the brief's brand. Raises AssetRefused for a logo or font that cannot be used.

    Where the logo itself did not come, one of its variants that did stands for it.
    """
    brand = brief.brand
    plain, on_dark, on_light = (
        _mark(asset, snapshot, store) for asset in (brand.logo, brand.logo_on_dark, brand.logo_on_light)
    )
    if plain is None:
        plain = on_light if on_light is not None else on_dark
    named = [asset for asset in brand.fonts if asset.path in snapshot.files]
    faces = tuple((asset.path, store.get(snapshot.files[asset.path])) for asset in named)
    return compose.BrandKit(
        palette=brand.palette,
        logo=plain,
        logo_on_dark=on_dark,
        logo_on_light=on_light,
        library=_library(faces, brand.font_family),
    )


def run(sitting: Sitting, framed: Framed, plan: Plan, copy: Copy, marking: Marking | None = None) -> Printed:
    """Set one locale's words on a framed picture and encode it under the placement's byte cap.

    `marking` gives the record of origin that the file shall bear, and that it must leave room for.
    """
    studio, placement = sitting.studio, sitting.placement
    while True:
        ready = sitting.stage(plan, framed, copy)
        pixels, composition = compose.overlay(ready, plan, copy, placement, studio.kit, easel=studio.easel)
        if not plan.droppable or not any(text.clipped for text in composition.texts):
            break
        # Only setting the words tells what they need: better no button on a strip than half a sentence.
        plan = sitting.plan(copy, without=(*plan.left_out, plan.droppable[0]))
    if framed.proof is not None:
        composition = replace(composition, exactness=framed.proof.on(pixels, plan.picture))
    mark = marking(composition) if marking else None
    return Printed(pixels, composition, _encoded(pixels, composition, placement, studio.press, mark), framed, mark)


def _way(copy: Copy) -> bidi.Direction:
    return bidi.of_text(copy.message or copy.cta, copy.locale)


def _moved(part: Box | None, area: Box) -> Box | None:
    """A part of the picture in the pixels of the canvas."""
    return None if part is None else replace(part, x=part.x + area.x, y=part.y + area.y)


def _encoded(
    pixels: Pixels, composition: Composition, placement: Placement, press: Press, mark: Mark | None
) -> encode.Encoded:
    """The file with room for its record of origin; where that cannot be, without: the record will lie beside it."""
    order = _Order(pixels=pixels, composition=composition, placement=placement, press=press)
    packet = mark.packet if mark else b""
    if mark is None or placement.max_bytes is None:
        return _fitted(order, packet, 0)
    made = _fitted(order, packet, mark.reserve)
    if made.fits:
        return made
    last = _fitted(order, packet, 0)
    return replace(last, encodes=made.encodes + last.encodes)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Order:
    pixels: Pixels
    composition: Composition
    placement: Placement
    press: Press


def _fitted(order: _Order, packet: bytes, reserve: int) -> encode.Encoded:
    """The file in the wished format, or the first other one of the placement that fits under its cap.

    GIF, with its 256 colours, is never a way out: it is written only where it is wished for.
    """
    pixels, placement, press, composition = order.pixels, order.placement, order.press, order.composition
    first = press.format_for(placement)
    words = tuple(text.box for text in composition.texts if text.box.width)
    made: encode.Encoded | None = None
    encodes = 0
    for extension in (first, *(other for other in placement.formats if other not in {first, "gif"})):
        tried = encode.encode(
            pixels,
            extension=extension,
            max_bytes=placement.max_bytes,
            quality=press.quality,
            icc=placement.icc is Icc.KEEP,
            fine=words,
            reserve=reserve,
            xmp=packet,
        )
        encodes += tried.encodes
        made = tried if tried.fits else made or tried
        if tried.fits:
            break
    assert made is not None  # the wished format was tried
    return replace(made, encodes=encodes)


def _mark(asset: Asset | None, snapshot: Snapshot, store: Store) -> Pixels | None:
    if asset is None or asset.path not in snapshot.files:
        return None
    try:
        return _logo(store.get(snapshot.files[asset.path]))
    except AssetRefused as error:
        raise AssetRefused(_named(error.problem, asset.path, asset.field)) from error


@lru_cache(maxsize=16)
def _logo(data: bytes) -> Pixels:
    # The same brand comes again: its logo is cut out once, and its scaled copies are known by its identity.
    return logo.load(data)


@lru_cache(maxsize=4)
def _library(brand_fonts: tuple[tuple[str, bytes], ...], family: str) -> fonts.Library:
    # Finding fonts costs more than setting a line; a worker process serves many jobs of few brands.
    return fonts.Library.build(brand_fonts, family=family)


def _named(problem: Problem, path: str, field: str) -> Problem:
    return Problem(code=problem.code, field=field, message=f"{path}: {problem.message}", fix=problem.fix)
