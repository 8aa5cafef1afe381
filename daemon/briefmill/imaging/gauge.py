"""A text gauged: its paragraph, its pieces and their measures for one locale and weight, taken once.

The same words are set in many boxes at many sizes; all that does not depend on those is kept here, in the memory of the
font library. Three manners of dividing words stand ready, each only for what does not fit in the one before.
"""

from enum import IntEnum
from functools import cached_property
from typing import Final

from briefmill.imaging import breaks, hyphens, lines, shape
from briefmill.imaging.breaks import Piece
from briefmill.imaging.fonts import DISPLAY_FROM_PX, Library
from briefmill.imaging.lines import Measure, Row
from briefmill.imaging.shape import Extent, Paragraph, Run

HEADING_WEIGHT: Final = 600
"""From this weight on type is set as a heading: tight lines, balanced, seldom hyphenated."""

_LEADING: Final = (  # line distance in em of big and small type, by the tallest script of the text
    ("\u1000", "\u109f", 1.45, 1.6),  # Burmese
    ("\u1780", "\u17ff", 1.4, 1.6),  # Khmer
    ("\u0e00", "\u0eff", 1.3, 1.5),  # Thai, Lao
    ("\u0600", "\u06ff", 1.28, 1.5),  # Arabic
    ("\u0900", "\u0dff", 1.25, 1.45),  # the Indic scripts
    ("\u2e80", "\u9fff", 1.24, 1.5),  # Han, kana
    ("\uac00", "\ud7af", 1.24, 1.5),  # Hangul
)
_LEADING_ELSE: Final = (1.1, 1.36)


class Division(IntEnum):
    """What may be done to a word that is wider than its box."""

    WHOLE = 0
    DIVIDED = 1
    TORN = 2


class Gauge:
    """One text in one locale and weight. `missing` are the clusters that no font has, which are not in `paragraph`."""

    def __init__(self, text: str, *, locale: str, weight: int, library: Library, literal: bool = False) -> None:
        self.paragraph: Paragraph
        self.paragraph, self.missing = shape.paragraph(
            text, locale=locale, weight=weight, library=library, literal=literal
        )
        self._locale = locale
        self._heading = weight >= HEADING_WEIGHT
        self._library = library
        self._measures: dict[tuple[bool, Division], tuple[Measure, ...]] = {}

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What stays on one line where there is room for it."""
        return breaks.pieces(self.paragraph.text, self._locale)

    @cached_property
    def leading(self) -> float:
        """The distance of two base lines, in em."""
        text = self.paragraph.text
        for first, last, tight, open_ in _LEADING:
            if any(first <= char <= last for char in text):
                return tight if self._heading else open_
        return _LEADING_ELSE[0] if self._heading else _LEADING_ELSE[1]

    @cached_property
    def divides(self) -> bool:
        """True where words may be divided for the sake of larger type, and not just because nothing else fits."""
        return hyphens.customary(self._locale, heading=self._heading) or breaks.doubtful(
            self.paragraph.text, self._locale
        )

    @cached_property
    def divisible(self) -> bool:
        """True when a word can be divided short of tearing it."""
        return any(measure.parts for measure in self.measures(DISPLAY_FROM_PX, Division.DIVIDED))

    def measures(self, size: int, division: Division) -> tuple[Measure, ...]:
        """The pieces measured for type of this size in pixels, with the parts they may be divided into."""
        key = (size >= DISPLAY_FROM_PX, division)
        if key not in self._measures:
            self._measures[key] = tuple(self._measure(piece, size, division) for piece in self.pieces)
        return self._measures[key]

    def text(self, row: Row) -> str:
        """The words of one line, without the space that it ends in."""
        return self.paragraph.text[row[0].start : row[-1].end].rstrip()

    def row(self, row: Row, size: int, division: Division) -> tuple[tuple[Run, ...], Extent]:
        """The runs of one line and their extent in em, for type of this size in pixels.

        Lines of one direction whose words are whole are not measured again: their pieces have been.
        """
        runs = self.paragraph.runs(row[0].start, row[-1].end, hyphen=row[-1].hyphen)
        if division is Division.WHOLE and len(self._levels) == 1:
            return runs, lines.extent(row, rightward=0 in self._levels)
        return runs, self._extent(runs, size)

    @cached_property
    def _levels(self) -> frozenset[int]:
        return frozenset(self.paragraph.levels)

    def _measure(self, piece: Piece, size: int, division: Division, *, part: bool = False) -> Measure:
        text = self.paragraph.text[piece.start : piece.end]
        ink = self._extent(self.paragraph.runs(piece.start, piece.end, hyphen=piece.hyphen), size)
        within = ink
        if piece.hyphen or text.endswith(breaks.SOFT_HYPHEN):
            bare = piece.end - text.endswith(breaks.SOFT_HYPHEN)
            within = self._extent(self.paragraph.runs(piece.start, bare), size)
        blank = Run(text=" " * (len(text) - len(text.rstrip(" "))), face=self.paragraph.faces[piece.end - 1], level=0)
        return Measure(
            start=piece.start,
            end=piece.end,
            full=within.advance + (self._extent((blank,), size).advance if blank.text else 0.0),
            ink=ink,
            forced=piece.forced,
            hyphen=piece.hyphen,
            parts=tuple(
                self._measure(smaller, size, division, part=True) for smaller in self._parts(piece, division, part=part)
            ),
        )

    def _parts(self, piece: Piece, division: Division, *, part: bool) -> tuple[Piece, ...]:
        if division is Division.WHOLE:
            return ()
        parts = () if part else breaks.parts(self.paragraph.text, piece, self._locale)
        if len(parts) < 2 and division is Division.TORN:
            parts = breaks.emergency(self.paragraph.text, piece)
        return parts if len(parts) > 1 else ()

    def _extent(self, runs: tuple[Run, ...], size: int) -> Extent:
        return shape.measure(runs, locale=self._locale, library=self._library, size=size)


def of(text: str, *, locale: str, weight: int, library: Library, literal: bool = False) -> Gauge:
    """The gauge of a text, from the library's memory where it has been set before."""
    key = ("gauge", text, locale, weight, literal)
    known: Gauge | None = library.recall(key)
    if known is None:
        known = Gauge(text, locale=locale, weight=weight, library=library, literal=literal)
        library.remember(key, known)
    return known
