"""Setting type into a box: the largest size at which the words fit, in well balanced lines, with its exact ink.

Sizes are whole pixels, found by bisection over measures taken once (`imaging.shape`); the chosen size is then drawn,
and its real ink, not its metrics, is what must lie inside the box. A word wider than the box first makes everything
smaller; only at the smallest size is it torn, between grapheme clusters. What does not fit even then is left out, and
said.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np

from briefmill.imaging import breaks, shape
from briefmill.imaging.bidi import Direction
from briefmill.imaging.breaks import Piece
from briefmill.imaging.fonts import DISPLAY_FROM_PX, Library
from briefmill.imaging.shape import Extent, Paragraph, Run

Align = Literal["left", "center", "right"]

_GAP_EM: Final = 0.06  # the least air between the ink of two lines: stacked Thai and Khmer signs must not touch
_ORPHAN: Final = 0.34  # a last line narrower than this share of the widest one looks lost
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
_HEADING_WEIGHT: Final = 600  # from this weight on type is set as a heading: tight lines, balanced
_LOOKS_COST: Final = 0.84  # a heading may become so much smaller for the sake of balanced lines without an orphan


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a block is to be set. Sizes are pixels of the em; `max_lines` 0 means as many as the box holds."""

    locale: str
    weight: int = 400
    max_px: int
    min_px: int
    align: Align = "left"
    max_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One set line: its runs from the left, the pen's start and the base line in pixels of the box."""

    text: str
    runs: tuple[Run, ...]
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """A text as set. `x`, `y`, `width`, `height` is its ink, in pixels from the box's left upper corner.

    `coverage` is that ink (uint8, height x width). `missing` are clusters without a font, which were not drawn;
    `clipped` says that words were left out.
    """

    text: str
    size: int
    lines: tuple[Line, ...]
    direction: Direction
    x: int
    y: int
    coverage: np.ndarray
    missing: tuple[str, ...] = ()
    clipped: bool = False

    @property
    def width(self) -> int:
        """Columns of ink."""
        return int(self.coverage.shape[1])

    @property
    def height(self) -> int:
        """Rows of ink."""
        return int(self.coverage.shape[0])

    def mask(self) -> np.ndarray:
        """The ink, 0 to 255, exactly as large as it is."""
        return self.coverage


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """A piece in em: its advance with and without trailing spaces, and its ink above and below the base line."""

    full: float
    trimmed: float
    top: float
    bottom: float
    forced: bool


@dataclass(frozen=True, kw_only=True)
class _Setting:
    """One text at one style: what stays the same while sizes and widths are tried."""

    paragraph: Paragraph
    pieces: tuple[Piece, ...]
    style: Style
    library: Library

    @cached_property
    def leading(self) -> float:
        heading = self.style.weight >= _HEADING_WEIGHT
        text = self.paragraph.text
        for first, last, tight, open_ in _LEADING:
            if any(first <= char <= last for char in text):
                return tight if heading else open_
        return _LEADING_ELSE[0] if heading else _LEADING_ELSE[1]

    def measures(self, size: int) -> tuple[_Measure, ...]:
        cut = size >= DISPLAY_FROM_PX
        key = ("pieces", self.paragraph.text, self.style.locale, self.style.weight, self.pieces, cut)
        known: tuple[_Measure, ...] | None = self.library.recall(key)
        if known is None:
            known = tuple(self._measure(piece, size) for piece in self.pieces)
            self.library.remember(key, known)
        return known

    def _measure(self, piece: Piece, size: int) -> _Measure:
        ink = self.extent(piece.start, piece.end, size)
        text = self.paragraph.text[piece.start : piece.end]
        spaces = len(text) - len(text.rstrip(" "))
        blank = Run(text=" ", face=self.paragraph.faces[piece.end - 1], level=0)
        space = shape.measure([blank], locale=self.style.locale, library=self.library, size=size).advance
        return _Measure(
            full=ink.advance + spaces * space,
            trimmed=max(ink.advance, ink.ink),
            top=ink.top,
            bottom=ink.bottom,
            forced=piece.forced,
        )

    def extent(self, start: int, end: int, size: int) -> Extent:
        runs = self.paragraph.runs(start, end)
        return shape.measure(runs, locale=self.style.locale, library=self.library, size=size)


_Lines = list[tuple[int, int]]
"""Lines as ranges of pieces: first, and one past the last."""


def fit(text: str, *, width: int, height: int, style: Style, library: Library) -> Block:
    """Set a text as large as `style` and a box of `width` x `height` pixels allow. Takes any text.

    The ink lies inside the box. Words are balanced over the lines; `clipped` says that some had to be left out.
    """
    paragraph, missing, pieces = _prepared(text, style, library)
    setting = _Setting(paragraph=paragraph, pieces=pieces, style=style, library=library)
    low = min(style.min_px, style.max_px)
    size = _largest(setting, width, height)
    if size is None:
        size, setting = low, replace(setting, pieces=tuple(_torn(setting, low, width)))
    else:
        size = _settled(setting, size, width, height)
    lines: _Lines = []
    whole = True
    for candidate in range(size, low - 1, -1):
        lines, whole = _lines(setting, candidate, width, height)
        block = _draw(setting, lines, candidate, width)
        if block.width <= width and block.height <= height:
            return replace(block, text=text, missing=missing, clipped=not whole)
    while True:
        lines = lines[:-1]
        block = _draw(setting, lines, low, width)
        if block.width <= width and block.height <= height:
            return replace(block, text=text, missing=missing, clipped=True)


def _prepared(text: str, style: Style, library: Library) -> tuple[Paragraph, tuple[str, ...], tuple[Piece, ...]]:
    """The paragraph, what no font has of it, and its pieces; the same words are set in many boxes."""
    key = ("prepared", text, style.locale, style.weight)
    known: tuple[Paragraph, tuple[str, ...], tuple[Piece, ...]] | None = library.recall(key)
    if known is None:
        paragraph, missing = shape.paragraph(text, locale=style.locale, weight=style.weight, library=library)
        known = (paragraph, missing, breaks.pieces(paragraph.text, style.locale))
        library.remember(key, known)
    return known


def _largest(setting: _Setting, width: int, height: int) -> int | None:
    """The largest size at which every word fits by its measure, None when not even the smallest does."""
    low, high = min(setting.style.min_px, setting.style.max_px), setting.style.max_px
    if not _fits(setting, low, width, height):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(setting, middle, width, height):
            low = middle
        else:
            high = middle - 1
    return low


def _settled(setting: _Setting, size: int, width: int, height: int) -> int:
    """A size, at most a little smaller, at which balanced lines fit and no short word is left alone at the end.

    `size` itself where there is none; small print is never made smaller for its looks.
    """
    if setting.style.weight < _HEADING_WEIGHT:
        return size
    least = max(math.ceil(size * _LOOKS_COST), min(setting.style.min_px, setting.style.max_px))
    for candidate in range(size, least - 1, -1):
        measures = setting.measures(candidate)
        lines = _balanced(measures, _wrap(measures, width / candidate), width / candidate)
        widths = [_line_width(measures, line) for line in lines]
        orphan = len(lines) > 1 and lines[-1][1] - lines[-1][0] == 1 and widths[-1] < _ORPHAN * max(widths)
        if not orphan and _height(measures, lines, setting.leading) * candidate <= height:
            return candidate
    return size


def _fits(setting: _Setting, size: int, width: int, height: int) -> bool:
    measures = setting.measures(size)
    lines = _wrap(measures, width / size)
    if setting.style.max_lines and len(lines) > setting.style.max_lines:
        return False
    widest = max((_line_width(measures, line) for line in lines), default=0.0)
    return widest * size <= width and _height(measures, lines, setting.leading) * size <= height


def _torn(setting: _Setting, size: int, width: int) -> Iterator[Piece]:
    """The pieces, with those wider than the box torn apart."""
    for piece, measure in zip(setting.pieces, setting.measures(size), strict=True):
        if measure.trimmed * size <= width:
            yield piece
            continue
        start = piece.start
        for part in breaks.emergency(setting.paragraph.text[piece.start : piece.end]):
            end = start + len(part)
            yield Piece(start=start, end=end, forced=piece.forced and end == piece.end)
            start = end


def _lines(setting: _Setting, size: int, width: int, height: int) -> tuple[_Lines, bool]:
    """The lines at a size, and whether they hold the whole text."""
    measures = setting.measures(size)
    lines = _wrap(measures, width / size)
    kept = lines[: setting.style.max_lines] if setting.style.max_lines else lines
    while kept and _height(measures, kept, setting.leading) * size > height:
        kept = kept[:-1]
    if len(kept) < len(lines):
        return kept, False
    widths = [_line_width(measures, line) for line in lines]
    if setting.style.weight >= _HEADING_WEIGHT or (widths and widths[-1] < _ORPHAN * max(widths)):
        balanced = _balanced(measures, lines, width / size)
        if _height(measures, balanced, setting.leading) * size <= height:
            return balanced, True
    return lines, True


def _wrap(measures: Sequence[_Measure], limit: float) -> _Lines:
    """Greedy lines no wider than `limit` em, save for a single piece that is wider by itself."""
    lines: _Lines = []
    start, pen = 0, 0.0
    for at, piece in enumerate(measures):
        if at > start and pen + piece.trimmed > limit:
            lines.append((start, at))
            start, pen = at, 0.0
        pen += piece.full
        if piece.forced:
            lines.append((start, at + 1))
            start, pen = at + 1, 0.0
    if start < len(measures):
        lines.append((start, len(measures)))
    return lines


def _balanced(measures: Sequence[_Measure], lines: _Lines, limit: float) -> _Lines:
    """As many lines again, but of even width: those of the narrowest measure that needs no further line."""
    if len(lines) < 2:
        return lines
    low, high = 0.0, limit
    for _ in range(10):
        middle = (low + high) / 2
        tried = _wrap(measures, middle)
        if len(tried) <= len(lines) and all(_line_width(measures, line) <= middle for line in tried):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _line_width(measures: Sequence[_Measure], line: tuple[int, int]) -> float:
    first, end = line
    return sum(piece.full for piece in measures[first : end - 1]) + measures[end - 1].trimmed


def _baselines(measures: Sequence[_Measure], lines: _Lines, leading: float) -> list[float]:
    """Base lines in em below the top of the ink: evenly led, wider where tall signs would touch."""
    found: list[float] = []
    depth = 0.0
    for first, end in lines:
        top = min(piece.top for piece in measures[first:end])
        found.append(found[-1] + max(leading, depth - top + _GAP_EM) if found else -top)
        depth = max(piece.bottom for piece in measures[first:end])
    return found


def _height(measures: Sequence[_Measure], lines: _Lines, leading: float) -> float:
    if not lines:
        return 0.0
    first, end = lines[-1]
    return _baselines(measures, lines, leading)[-1] + max(piece.bottom for piece in measures[first:end])


def _draw(setting: _Setting, lines: _Lines, size: int, width: int) -> Block:
    """Draw the lines and cut out their ink; its place may stick out of the box until the size is right."""
    from PIL import Image, ImageDraw

    measures = setting.measures(size)
    bases = [base * size for base in _baselines(measures, lines, setting.leading)]
    set_lines = tuple(_line(setting, line, base, size, width) for line, base in zip(lines, bases, strict=True))
    margin = size
    extent = (width + 2 * margin, math.ceil(bases[-1] if bases else 0) + 3 * margin)
    canvas = Image.new("L", extent)
    pen = ImageDraw.Draw(canvas)
    for line in set_lines:
        at = (line.x + margin, line.y + margin)
        shape.draw(pen, line.runs, at=at, size=size, locale=setting.style.locale, library=setting.library)
    left, top, right, bottom = canvas.getbbox() or (margin, margin, margin, margin)
    return Block(
        text=setting.paragraph.text,
        size=size,
        lines=set_lines,
        direction=setting.paragraph.direction,
        x=min(max(left - margin, 0), max(width - (right - left), 0)),
        y=max(top - margin, 0),
        coverage=np.asarray(canvas.crop((left, top, right, bottom))),
    )


def _line(setting: _Setting, line: tuple[int, int], base: float, size: int, width: int) -> Line:
    start, end = setting.pieces[line[0]].start, setting.pieces[line[1] - 1].end
    runs = setting.paragraph.runs(start, end)
    ink = shape.measure(runs, locale=setting.style.locale, library=setting.library, size=size)
    room = width - ink.ink * size
    x = {"left": 0.0, "center": room / 2, "right": room}[setting.style.align] - ink.left * size
    return Line(text=setting.paragraph.text[start:end].rstrip(), runs=runs, x=x, y=base)
