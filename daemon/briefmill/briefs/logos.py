"""The brand's logo and its variants, however a brief files them.

Two ways of naming a variant are about, and they contradict each other: `on_dark`, `dark_background`, `dark_mode` name
the ground it is for; `white`, `light`, `dark`, `black` name the ink it is drawn in. So the rule is: a word of colour
names the ink, and a light ink is for dark grounds; with a word of place beside it (on, for, background, mode, theme)
it names the ground. `negative`, `reversed` and `inverse` are for dark grounds, `positive` for light ones. A mistake
here does no harm: which variant is laid is decided by what is measured under it (`imaging.badge`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from briefmill.briefs import assets, text
from briefmill.briefs.fields import Field
from briefmill.briefs.nodes import Kind, Node
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sheet import Sheet
from briefmill.domain.brief import Asset, AssetRole


class Variant(StrEnum):
    """What a logo is for: any ground, dark ones, or light ones."""

    PLAIN = "plain"
    ON_DARK = "on dark"
    ON_LIGHT = "on light"


@dataclass(frozen=True, kw_only=True)
class Logos:
    """The logo and its variants. `required` is the brand's wish that no creative goes without."""

    plain: Asset | None = None
    on_dark: Asset | None = None
    on_light: Asset | None = None
    required: bool = False


_FIELDS: Final = {
    Field.LOGO: None,
    Field.LOGO_ON_DARK: Variant.ON_DARK,
    Field.LOGO_ON_LIGHT: Variant.ON_LIGHT,
}
_LIGHT: Final = frozenset({"white", "light", "bright", "pale"})
_DARK: Final = frozenset({"black", "dark", "deep"})
_PLACE: Final = frozenset(
    {"on", "for", "over", "background", "backgrounds", "bg", "ground", "mode", "theme", "surface"}
)
_ON_DARK: Final = frozenset(
    {"negative", "reversed", "reverse", "inverse", "inverted", "invert", "knockout", "darkmode", "darkbg"}
)
_ON_LIGHT: Final = frozenset({"positive", "lightmode", "lightbg"})
_TELLING: Final = """variant version type kind role usage use name id label background bg ground for mode theme colour
    color style appearance"""
"""Keys beside a path whose value may say what the file is for."""
_FILE: Final = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{1,4}")


def read(found: Sheet, filed: Sequence[Asset], remarks: Remarks, *, assets_required: bool) -> Logos:
    """All logos of a brief; `filed` are those found among the products' assets.

    Without a main logo the one for light grounds stands for it, else the one for dark grounds. Of several files for one
    purpose the first counts, and the others are told as unused.
    """
    told = [(variant, one.node) for field, variant in _FIELDS.items() for one in found.all(field)]
    marks = [mark for variant, node in told for mark in _marks(node, variant, remarks)]
    plain, on_dark, on_light = _sorted(_guessed([*marks, *((None, asset) for asset in filed)]), remarks)
    if plain is None:
        plain, on_light = on_light, None
    if plain is None:
        plain, on_dark = on_dark, None
    required = any(assets.truth(one.node) for one in found.all(Field.LOGO_REQUIRED)) or any(
        node.kind is Kind.TRUTH and assets.truth(node) for _, node in told
    )
    plain, on_dark, on_light = (
        replace(asset, required=asset.required or assets_required) if asset else None
        for asset in (plain, on_dark, on_light)
    )
    return Logos(plain=plain, on_dark=on_dark, on_light=on_light, required=required)


def variant_of(words: Iterable[str]) -> Variant | None:
    """What a logo is for by the words of its key or file name, None where they do not say."""
    said = set(words)
    light, dark = bool(said & _LIGHT), bool(said & _DARK)
    if light != dark:
        names_ground = bool(said & _PLACE)
        return Variant.ON_DARK if light != names_ground else Variant.ON_LIGHT
    if said & _ON_DARK:
        return Variant.ON_DARK
    return Variant.ON_LIGHT if said & _ON_LIGHT else None


def _marks(node: Node, variant: Variant | None, remarks: Remarks) -> Iterator[tuple[Variant | None, Asset]]:
    """Every logo in a value, with what the keys say it is for."""
    for item in node.items:
        yield from _marks(item, variant, remarks)
    if node.kind is not Kind.MAPPING:
        if not node.items:
            yield from ((variant, asset) for asset in assets.named(node, AssetRole.LOGO, remarks))
        return
    entries = [entry for entry in node.entries if not entry.key.startswith("_")]
    pathed = any(text.folded(entry.key) in assets.PATH_KEYS for entry in entries)
    if pathed:
        hints = (variant_of([*text.words(one.key), *text.words(one.node.text)]) for one in entries if _telling(one.key))
        own = next((hint for hint in hints if hint), variant)
        yield from ((own, asset) for asset in assets.named(node, AssetRole.LOGO, remarks))
    for entry in entries:
        hint = variant_of(text.words(entry.key))
        if (hint or not pathed) and not _telling(entry.key) and _holds_file(entry.node):
            yield from _marks(entry.node, hint or variant, remarks)
        elif not pathed:
            remarks.leave(entry.node.path)


def _telling(key: str) -> bool:
    return text.folded(key) in _TELLING.split()


def _holds_file(node: Node) -> bool:
    return any(_FILE.fullmatch(leaf.text.strip()) for leaf in node.leaves())


def _guessed(marks: list[tuple[Variant | None, Asset]]) -> Iterator[tuple[Variant, Asset]]:
    """Where there are several files, a name like `logo-white.svg` tells what the keys do not."""
    for variant, asset in marks:
        stem = asset.path.rpartition("/")[2].rpartition(".")[0]
        yield variant or (variant_of(text.words(stem)) if len(marks) > 1 else None) or Variant.PLAIN, asset


def _sorted(marks: Iterable[tuple[Variant, Asset]], remarks: Remarks) -> tuple[Asset | None, ...]:
    chosen: dict[Variant, Asset] = {}
    for variant, asset in marks:
        first = chosen.setdefault(variant, asset)
        if first.path != asset.path:
            remarks.leave(asset.field)
    return tuple(chosen.get(variant) for variant in Variant)
