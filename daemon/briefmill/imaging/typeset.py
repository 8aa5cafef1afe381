"""Setting type into a box: the largest size at which the words fit, in well balanced lines, with its exact ink.

Sizes are whole pixels, found by bisection over measures taken once (`imaging.gauge`, `imaging.lines`); the chosen size
is then drawn (`imaging.stroke`), and its real ink, not its metrics, is what must lie inside the box. A word wider than
the box first makes everything smaller; where that costs a lot, and the language is used to it, it is hyphenated; only
at the smallest size is it torn, between grapheme clusters. What does not fit even then is left out, and said.
"""

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from briefmill.domain.verdict import Box
from briefmill.imaging import emoji, gauge, lines, stroke
from briefmill.imaging import paint as brush
from briefmill.imaging.bidi import Direction
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.gauge import Division, Gauge
from briefmill.imaging.lines import Row
from briefmill.imaging.shape import Extent, Run

Align = Literal["left", "center", "right"]

_ORPHAN: Final = 0.34  # a last line narrower than this share of the widest one looks lost
_LOOKS_COST: Final = 0.84  # a heading may become so much smaller for the sake of balanced lines without an orphan
_WHOLE_COST: Final = 0.62  # so much smaller, for the sake of words that are not divided
_FLAWLESS: Final = (0, 0)
_UNBALANCED: Final = (1000, 1)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a block is to be set. Sizes are pixels of the em; `max_lines` 0 means as many as the box holds.

    `literal` shows every character as it is, for names and codes: some fonts draw `300x250` as `300×250`.
    """

    locale: str
    weight: int = 400
    max_px: int
    min_px: int
    align: Align = "left"
    max_lines: int = 0
    literal: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One set line: its text, its runs from the left, the pen's start and the base line in pixels of the box.

    A hyphen that was set at its end is in the last run, not in `text`.
    """

    text: str
    runs: tuple[Run, ...]
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """A text as set. `x`, `y`, `width`, `height` is its ink, in pixels from the box's left upper corner.

    `coverage` is that ink (uint8, height x width), `colour` the emoji in it as BGRA with straight alpha and of the same
    size, None without any. `missing` are clusters without a font, which were not drawn; `clipped` says that words were
    left out.
    """

    text: str
    size: int
    lines: tuple[Line, ...]
    direction: Direction
    x: int
    y: int
    coverage: Pixels
    colour: Pixels | None = None
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

    def mask(self) -> Pixels:
        """The ink, 0 to 255, exactly as large as it is; emoji in colour are not in it."""
        return self.coverage


@dataclass(frozen=True, kw_only=True)
class _Room:
    """What there is room for, in pixels and lines, and how far type may go to use it."""

    width: int
    height: int
    low: int
    high: int
    max_lines: int
    heading: bool


def fit(text: str, *, width: int, height: int, style: Style, library: Library) -> Block:
    """Set a text as large as `style` and a box of `width` x `height` pixels allow. Takes any text.

    The ink lies inside the box. Words are balanced over the lines; `clipped` says that some had to be left out.
    """
    gauged = _gauged(text, style, library)
    box = _room(width, height, style)
    size, division = _chosen(gauged, box)
    rows: list[Row] = []
    for candidate in range(size, box.low - 1, -1):
        rows, whole = _rows(gauged, division, candidate, box)
        block = _set(gauged, rows, candidate, division, box, style, library)
        if block.width <= width and block.height <= height:
            return replace(block, text=text, clipped=not whole)
    while True:
        rows = rows[:-1]
        block = _set(gauged, rows, box.low, division, box, style, library)
        if block.width <= width and block.height <= height:
            return replace(block, text=text, clipped=True)


def largest(text: str, *, width: int, height: int, style: Style, library: Library) -> int:
    """The size, in pixels, at which `fit` would set a text; draws nothing.

    The least of a set of texts, given to each as `Style.max_px`, sets them all alike. Where the ink turns out a pixel
    larger than its measure, which is rare, `fit` goes a size below.
    """
    gauged = _gauged(text, style, library)
    return _chosen(gauged, _room(width, height, style))[0]


def paint(block: Block, region: Pixels, tone: str) -> None:
    """Paint a block on BGR pixels exactly as large as it, in place: type in `tone` (`#RRGGBB`), emoji in colour.

    ValueError when the region has another size.
    """
    if region.shape[:2] != block.coverage.shape:
        raise ValueError(f"the block is {block.width} x {block.height}, not {region.shape[1::-1]}")
    if not block.coverage.size:
        return
    brush.stencil(region, Box(x=0, y=0, width=block.width, height=block.height), block.coverage, tone)
    if block.colour is not None:
        emoji.lay(region, block.colour)


def _gauged(text: str, style: Style, library: Library) -> Gauge:
    return gauge.of(text, locale=style.locale, weight=style.weight, literal=style.literal, library=library)


def _room(width: int, height: int, style: Style) -> _Room:
    return _Room(
        width=width,
        height=height,
        low=min(style.min_px, style.max_px),
        high=style.max_px,
        max_lines=style.max_lines,
        heading=style.weight >= gauge.HEADING_WEIGHT,
    )


def _chosen(gauged: Gauge, box: _Room) -> tuple[int, Division]:
    """The size to set at, and what may be done to words there; the smallest size where nothing fits."""
    whole = _largest(gauged, Division.WHOLE, box)
    if whole is None:
        wished = _has_wider(gauged, box.low, box)
    else:
        wished = _worth_dividing(gauged, whole, box) and gauged.divides
    divided = _largest(gauged, Division.DIVIDED, box) if wished and gauged.divisible else None
    if divided is not None and (whole is None or whole < _WHOLE_COST * divided):
        return _settled(gauged, Division.DIVIDED, divided, box), Division.DIVIDED
    if whole is not None:
        return _settled(gauged, Division.WHOLE, whole, box), Division.WHOLE
    return box.low, Division.TORN if wished else Division.WHOLE


def _has_wider(gauged: Gauge, size: int, box: _Room) -> bool:
    """True when a word is wider than the box at this size."""
    return any(measure.trimmed * size > box.width for measure in gauged.measures(size, Division.WHOLE))


def _largest(gauged: Gauge, division: Division, box: _Room) -> int | None:
    """The largest size at which every word fits by its measure, None when not even the smallest does."""
    low, high = box.low, box.high
    if not _fits(gauged, division, low, box):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(gauged, division, middle, box):
            low = middle
        else:
            high = middle - 1
    return low


def _worth_dividing(gauged: Gauge, whole: int, box: _Room) -> bool:
    """True when a word keeps type small and the box has the area for so much larger type that dividing it may pay.

    Spares the reading of hyphenation patterns, which takes more than half a second for German, where nothing follows.
    """
    measures = gauged.measures(whole, Division.WHOLE)
    if not _has_wider(gauged, whole + 1, box):
        return False
    hoped = whole / _WHOLE_COST
    ink = measures[0].ink.bottom - measures[0].ink.top
    rows = math.floor((box.height / hoped - ink) / gauged.leading) + 1
    rows = min(rows, box.max_lines or rows)
    return hoped <= box.high and sum(measure.full for measure in measures) * hoped <= rows * box.width


def _settled(gauged: Gauge, division: Division, size: int, box: _Room) -> int:
    """A size, at most a little smaller, at which balanced lines fit, with the fewest hyphens and no orphan.

    An orphan is a short word left alone on the last line. Of sizes as good the largest; small print is never made
    smaller for its looks.
    """
    if not box.heading:
        return size
    best, flaws = size, _UNBALANCED
    for candidate in range(size, max(math.ceil(size * _LOOKS_COST), box.low) - 1, -1):
        found = _flaws(gauged, division, candidate, box)
        if found < flaws:
            best, flaws = candidate, found
        if flaws == _FLAWLESS:
            break
    return best


def _flaws(gauged: Gauge, division: Division, size: int, box: _Room) -> tuple[int, int]:
    """What a heading's lines look like at a size: how many hyphens, and whether there is an orphan."""
    limit = box.width / size
    rows = lines.balanced(lines.wrap(gauged.measures(size, division), limit), limit)
    if not _low_enough(gauged, rows, size, box):
        return _UNBALANCED
    widths = [lines.width(row) for row in rows]
    orphan = len(rows) > 1 and len(rows[-1]) == 1 and widths[-1] < _ORPHAN * max(widths)
    return sum(row[-1].hyphen for row in rows), int(orphan)


def _fits(gauged: Gauge, division: Division, size: int, box: _Room) -> bool:
    rows = lines.wrap(gauged.measures(size, division), box.width / size)
    if box.max_lines and len(rows) > box.max_lines:
        return False
    widest = max((lines.width(row) for row in rows), default=0.0)
    return widest * size <= box.width and _low_enough(gauged, rows, size, box)


def _low_enough(gauged: Gauge, rows: list[Row], size: int, box: _Room) -> bool:
    """True when lines are no higher than the box, rounding to pixels included."""
    return lines.height(rows, gauged.leading) * size + stroke.rounding(size) <= box.height


def _rows(gauged: Gauge, division: Division, size: int, box: _Room) -> tuple[list[Row], bool]:
    """The lines at a size, and whether they hold the whole text."""
    limit = box.width / size
    rows = lines.wrap(gauged.measures(size, division), limit)
    kept = rows[: box.max_lines] if box.max_lines else rows
    while kept and not _low_enough(gauged, kept, size, box):
        kept = kept[:-1]
    if len(kept) < len(rows):
        return kept, False
    widths = [lines.width(row) for row in rows]
    if box.heading or (widths and widths[-1] < _ORPHAN * max(widths)):
        even = lines.balanced(rows, limit)
        if _low_enough(gauged, even, size, box):
            return even, True
    return rows, True


def _set(
    gauged: Gauge, rows: list[Row], size: int, division: Division, box: _Room, style: Style, library: Library
) -> Block:
    """Draw the lines and cut out their ink; its place may stick out of the box until the size is right."""
    bases = lines.base_lines(rows, gauged.leading)
    measured = [gauged.row(row, size, division) for row in rows]
    placed = tuple(
        Line(text=gauged.text(row), runs=runs, x=_start(extent, size, box.width, style.align), y=base * size)
        for row, (runs, extent), base in zip(rows, measured, bases, strict=True)
    )
    strokes = [
        stroke.Row(runs=line.runs, x=line.x, y=line.y, extent=extent)
        for line, (_, extent) in zip(placed, measured, strict=True)
    ]
    ink = stroke.draw(strokes, size=size, locale=style.locale, library=library)
    height, width = ink.coverage.shape
    return Block(
        text=gauged.paragraph.text,
        size=size,
        lines=placed,
        direction=gauged.paragraph.direction,
        x=min(max(ink.x, 0), max(box.width - width, 0)),
        y=min(max(ink.y, 0), max(box.height - height, 0)),
        coverage=ink.coverage,
        colour=ink.colour,
        missing=gauged.missing,
    )


def _start(extent: Extent, size: int, width: int, align: Align) -> float:
    """Where the pen starts so that the ink, not the metrics, is aligned."""
    room = width - extent.width * size
    return {"left": 0.0, "center": room / 2, "right": room}[align] - extent.left * size
