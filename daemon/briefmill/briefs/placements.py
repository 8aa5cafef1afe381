"""The catalogue of placements, and what a brief may write for one: an id, a ratio, a size, a shape, a place, a network.

The catalogue is data (`config/placements.yaml`, each row with its source); ratios and pixel sizes need no row. What a
placement demands of a creative is enforced elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final, NoReturn

from briefmill.briefs import catalogue, text, values
from briefmill.domain.placement import Placement
from briefmill.errors import NotFound

SMALLEST_SIDE: Final = 16
LARGEST_AREA: Final = 16_000_000
STANDARD: Final = ("1x1", "9x16", "16x9")
"""What is made when a brief asks for nothing: the three ratios that every social campaign needs."""

_LONGEST_WORDING: Final = 120
_LONG_EDGE: Final = 1920
_PIXELS_OF_RATIO: Final = {
    Fraction(1): ("1x1", 1080, 1080),
    Fraction(9, 16): ("9x16", 1080, 1920),
    Fraction(16, 9): ("16x9", 1920, 1080),
    Fraction(4, 5): ("4x5", 1080, 1350),
    Fraction(191, 100): ("1.91x1", 1200, 628),
}
_SHAPES: Final = {
    "1:1": "square carre quadrat quadrado cuadrado",
    "9:16": "story stories reel reels vertical portrait tall tiktok shorts fullscreen snapchat",
    "16:9": "landscape horizontal wide widescreen banner video youtube thumbnail",
    "4:5": "feed",
}
_NUMBER: Final = r"(\d{1,5}(?:\.\d{1,3})?)"
_PAIR: Final = re.compile(rf"(?<![\d.]){_NUMBER}\s*([:∶xX×/*]|\sby\s|\sto\s|(?<=\d)[_-](?=\d))\s*{_NUMBER}(?![\d.])")

_FILLERS: Final = re.compile(r"\b(?:ads?|banners?|images?|network|pixels?|px)\b", re.IGNORECASE)


class Placements:
    """The known placements by id, and the names that stand for one or several of them."""

    def __init__(self, rows: Iterable[Placement], names: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._rows = {row.id: row for row in rows}
        self._names = {text.folded(name): ids for name, ids in (names or {}).items()}
        self._ids = {text.folded(row): row for row in self._rows}

    @classmethod
    def load(cls, path: Path) -> "Placements":
        """The catalogue of a file. Raises ConfigError with the line of what is wrong."""
        rows, names = catalogue.read(path)
        return cls(rows, names)

    def get(self, name: str) -> Placement:
        """The placement of this id. Raises NotFound with the nearest ids."""
        row = self._rows.get(name)
        return row or self._unknown(name)

    def all(self) -> tuple[Placement, ...]:
        """Every placement of the catalogue, in its order."""
        return tuple(self._rows.values())

    def search(self, words: Iterable[str] = (), network: str = "") -> tuple[Placement, ...]:
        """The placements in which every word occurs (id, title, network, pixels, formats, overlay), in their order.

        `network` is the beginning of an id (`google.display`) or the network's name.
        """
        asked = [word.casefold() for word in words]
        return tuple(
            row
            for row in self._rows.values()
            if (not network or _of_network(row, network)) and all(word in _description(row) for word in asked)
        )

    def resolve(self, wanted: str) -> tuple[Placement, ...]:
        """The placements that some wording means; never empty. Raises NotFound with the nearest names."""
        if len(wanted) > _LONGEST_WORDING:
            self._unknown(wanted[:_LONGEST_WORDING])
        key = text.folded(wanted)
        if wanted in self._rows or key in self._ids:
            return (self._rows[wanted if wanted in self._rows else self._ids[key]],)
        key = self._name(key) or key
        if key in self._names:
            return tuple(self._rows[row] for row in self._names[key])
        pair = _PAIR.search(wanted)
        if pair:
            measured = _measured(float(pair.group(1)), pair.group(2).strip(), float(pair.group(3)), wanted)
            return (self._named_with(wanted.replace(pair.group(), " "), measured),)
        shape = next((ratio for ratio, names in _SHAPES.items() if key in names.split()), "")
        if not shape and wanted.strip():
            shape = self._within(wanted)
        if not shape:
            self._unknown(wanted)
        return self._names_or_ratio(shape)

    def standard(self) -> tuple[Placement, ...]:
        """The placements of a brief that asks for none."""
        return tuple(placement for ratio in STANDARD for placement in self.resolve(ratio))

    def _named_with(self, rest: str, measured: Placement) -> Placement:
        """The row that `Instagram Story (9:16)` or `Google Display 300x250` names beside its measure; else the measure.

        One name alone means its row in any size of its shape; a network the first of its rows with this very measure.
        """
        network = _FILLERS.sub(" ", rest).strip(" ,;:()-")
        name = self._name(text.folded(rest)) or self._name(text.folded(network))
        named = [self._rows[row] for row in self._names.get(name, ())]
        if len(named) == 1 and _alike(named[0], measured):
            return named[0]
        # What costs little is asked first, and most briefs name no network.
        rows = self._rows.values() if network else ()
        near = (row for row in rows if _measures(row, measured) and _of_network(row, network))
        return next((row for row in named if _measures(row, measured)), None) or next(near, measured)

    def _name(self, key: str) -> str:
        """The known name that a folded wording is, its plural included (`skyscrapers`); empty where there is none."""
        return next((name for name in (key, key.removesuffix("s")) if name in self._names), "")

    def _names_or_ratio(self, shape: str) -> tuple[Placement, ...]:
        if shape in self._names:
            return tuple(self._rows[row] for row in self._names[shape])
        width, _, height = shape.partition(":")
        return (_measured(float(width), ":", float(height), shape),)

    def _within(self, wanted: str) -> str:
        """The longest known name inside a phrase such as `Instagram Story ads`: a key of the names, or a ratio."""
        words = text.words(wanted)
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                key = self._name(text.folded("".join(words[start : start + length])))
                if len(key) > 1:
                    return key
        return next((ratio for word in words for ratio, names in _SHAPES.items() if word in names.split()), "")

    def _unknown(self, wanted: str) -> NoReturn:
        from rapidfuzz import process

        known = {row: row for row in self._rows} | {name: name for name in self._names} | dict.fromkeys(_words(), "")
        near = [match[0] for match in process.extract(wanted.casefold(), list(known), limit=3, score_cutoff=78)]
        hint = f" Did you mean {' or '.join(near)}?" if near else " A ratio (4:5) or a size (300x250) always works."
        raise NotFound(f'There is no placement "{wanted[:80]}".{hint}')


def _of_network(row: Placement, network: str) -> bool:
    by_id = bool(network) and f"{row.id}.".casefold().startswith(f"{network.casefold()}.")
    return by_id or (bool(row.network) and text.folded(row.network) == text.folded(network))


def _description(row: Placement) -> str:
    size = f"{row.width}x{row.height} {row.width} x {row.height}"
    return " ".join((row.id, row.title, row.network, size, *row.formats, row.overlay)).casefold()


def _alike(row: Placement, measured: Placement) -> bool:
    return abs(row.ratio - measured.ratio) < 0.01 * measured.ratio


def _measures(row: Placement, measured: Placement) -> bool:
    """Whether a row has these pixels, or, where a ratio was written, this shape."""
    pixels = measured.id == f"{measured.width}x{measured.height}"
    return (row.width, row.height) == (measured.width, measured.height) if pixels else _alike(row, measured)


def _words() -> list[str]:
    return [name for names in _SHAPES.values() for name in names.split()]


def _measured(width: float, sign: str, height: float, wanted: str) -> Placement:
    """A placement from two numbers: pixels where both are large or an x stands between them, else a ratio."""
    whole = width.is_integer() and height.is_integer()
    pixels = whole and (min(width, height) >= 100 or (min(width, height) >= SMALLEST_SIDE and sign in "xX×*"))
    if pixels:
        return _sized(int(width), int(height), wanted)
    if not width or not height or not 0.05 <= width / height <= 20:
        raise NotFound(f'"{wanted[:80]}" is no usable ratio: between 1:20 and 20:1 can be made.')
    ratio = Fraction(str(width)) / Fraction(str(height))
    known = _PIXELS_OF_RATIO.get(ratio)
    if known:
        name, wide, high = known
        return Placement(id=name, width=wide, height=high, title=f"{name.replace('x', ':')}")
    name = f"{width:g}x{height:g}"
    short = 2 * round(_LONG_EDGE * float(min(ratio, 1 / ratio)) / 2)
    wide, high = (_LONG_EDGE, short) if ratio > 1 else (short, _LONG_EDGE)
    return Placement(id=name, width=wide, height=high, title=name.replace("x", ":"))


def _sized(width: int, height: int, wanted: str) -> Placement:
    if (
        not all(SMALLEST_SIDE <= side <= values.LARGEST_SIDE for side in (width, height))
        or width * height > LARGEST_AREA
    ):
        raise NotFound(
            f'"{wanted[:80]}" is no usable size: each side {SMALLEST_SIDE} to {values.LARGEST_SIDE} pixels, '
            f"{LARGEST_AREA // 1_000_000} megapixels in all."
        )
    return Placement(id=f"{width}x{height}", width=width, height=height, title=f"{width} x {height} pixels")
