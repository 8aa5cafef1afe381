"""Where creatives stand on a page that shows a whole set: sizes, rows and blocks. Pure arithmetic, no pixels.

All creatives of a page share one scale, so that a skyscraper stands beside a leaderboard as it does in the world. One
exception keeps banners from being lost: nothing is shown with less than a least area, and nothing larger than it is.
The creatives of one product in one locale make a block: tall ones first, lines of even width, grown until they reach
the margin, as on a page of photographs. `sheet` draws this as a picture; `stages.page` sizes its figures by `shown`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

Shape = tuple[int, int]
"""Width and height in pixels."""

GROWTH: Final = 1.2
"""A line that does not reach the margin may be shown so much larger than the page's scale, and no more."""

_SCALE: Final = 0.26  # six common placements then fill one line of the widest sheet
_LEAST: Final = 20_000  # pixels: 320 x 50 and smaller stand at their full size
_LEAST_COLUMN_EM: Final = 8.0
_DENSE_COLUMN_EM: Final = 4.6
_DENSE: Final = 0.62  # the zoom under which captions get in the way
_CLOSER: Final = 0.85  # blocks may be made so much smaller for one more to stand beside them
_COMFORTABLE: Final = 150  # so many creatives of common shapes fill a sheet at full zoom


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Lengths of a page in pixels: the scale of creatives, their least area, gaps, and the captions' type size.

    On a `dense` page words would take more room than pictures: what the block above says already is not said again.
    """

    scale: float = _SCALE
    least: float = _LEAST
    gap: int = 28
    caption: int = 18
    dense: bool = False

    @property
    def line(self) -> int:
        """The distance of two lines of a caption."""
        return round(self.caption * 1.4)

    @property
    def column(self) -> int:
        """The least width of a creative with its caption."""
        return round(self.caption * (_DENSE_COLUMN_EM if self.dense else _LEAST_COLUMN_EM))

    def times(self, factor: float) -> "Measures":
        """These measures with creatives so much larger or smaller."""
        return replace(self, scale=self.scale * factor, least=self.least * factor**2)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """The place of the creative `at` in its block: left upper corner and size; `column` is its caption's width."""

    at: int
    x: int
    y: int
    width: int
    height: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Block:
    """Creatives set in lines, with room for captions under each."""

    width: int
    height: int
    spots: tuple[Spot, ...] = ()


def shown(shape: Shape, scale: float, least: float = _LEAST) -> Shape:
    """The size of a creative on a page of this scale: never under `least` pixels of area, never over its own size."""
    width, height = shape
    factor = min(1.0, max(scale, math.sqrt(least / (width * height))))
    return max(1, round(width * factor)), max(1, round(height * factor))


def zoomed(zoom: float) -> Measures:
    """The measures of a page on which everything is smaller by `zoom` (0 to 1); captions shrink less, to be read."""
    return Measures(
        scale=_SCALE * zoom,
        least=_LEAST * zoom**2,
        gap=max(8, round(28 * zoom)),
        caption=max(11, round(18 * math.sqrt(zoom))),
        dense=zoom < _DENSE,
    )


def abreast(shapes: Sequence[Shape], blocks: int, room: int, m: Measures) -> tuple[int, int, Measures]:
    """How many of so many like blocks stand side by side, the room for each, and the measures for them.

    Shelves are filled evenly: eight blocks of which seven would fit stand four and four.
    """
    natural = sum(_columns(shapes, m.scale, room, m)) + m.gap * (len(shapes) - 1)
    for most in range(blocks, 1, -1):
        beside = math.ceil(blocks / math.ceil(blocks / most))
        share = (room - (beside - 1) * 2 * m.gap) // beside
        if natural * _CLOSER <= share:
            # A little less than would fit, because every creative is rounded to whole pixels.
            return beside, share, m.times(min(1.0, 0.985 * share / natural))
    return 1, room, m


def proof(shape: Shape, expected: int) -> Shape:
    """The size of a small copy that is enough for a sheet of `expected` creatives."""
    zoom = math.sqrt(min(1.0, _COMFORTABLE / max(1, expected)))
    return shown(shape, _SCALE * GROWTH * zoom, _LEAST * (GROWTH * zoom) ** 2)


def block(shapes: Sequence[Shape], lines: Sequence[int], room: int, m: Measures) -> Block:
    """Set creatives of these shapes, each with so many lines of caption, in lines at most `room` pixels wide."""
    spots: list[Spot] = []
    y = widest = 0
    scale = m.scale
    for row in _broken(shapes, room, m):
        scale = _filling([shapes[at] for at in row], room, m) or scale
        sizes = [_size(shapes[at], scale, room, m) for at in row]
        tallest = max(height for _, height in sizes)
        x = 0
        for at, (width, height) in zip(row, sizes, strict=True):
            column = max(width, m.column)
            spots.append(Spot(at=at, x=x, y=y + tallest - height, width=width, height=height, column=column))
            x += column + m.gap
        widest = max(widest, x - m.gap)
        y += tallest + m.gap // 3 + max(lines[at] for at in row) * m.line + m.gap
    return Block(width=widest, height=max(0, y - m.gap), spots=tuple(spots))


def _size(shape: Shape, scale: float, room: int, m: Measures) -> Shape:
    width, height = shown(shape, scale, m.least)
    return (width, height) if width <= room else (room, max(1, round(height * room / width)))


def _columns(shapes: Sequence[Shape], scale: float, room: int, m: Measures) -> list[int]:
    return [max(_size(shape, scale, room, m)[0], m.column) for shape in shapes]


def _broken(shapes: Sequence[Shape], room: int, m: Measures) -> list[list[int]]:
    """The creatives in lines: tall ones first, as few lines as may be, and these of even width."""
    order = sorted(range(len(shapes)), key=lambda at: -_size(shapes[at], m.scale, room, m)[1])
    columns = _columns([shapes[at] for at in order], m.scale, room, m)
    rows = _greedy(columns, room, m.gap)
    low, high = max(columns, default=0), room
    while len(rows) > 1 and low < high:
        middle = (low + high) // 2
        if len(_greedy(columns, middle, m.gap)) == len(rows):
            high = middle
        else:
            low = middle + 1
    if len(rows) > 1:
        rows = _greedy(columns, high, m.gap)
    return [[order[at] for at in row] for row in rows]


def _greedy(columns: Sequence[int], room: int, gap: int) -> list[list[int]]:
    rows: list[list[int]] = []
    used = room + 1
    for at, column in enumerate(columns):
        if used + gap + column > room:
            rows.append([])
            used = -gap
        rows[-1].append(at)
        used += gap + column
    return rows


def _filling(shapes: Sequence[Shape], room: int, m: Measures) -> float | None:
    """The scale at which a line reaches the margin; None where that would take more than `GROWTH`."""
    low, high = m.scale, m.scale * GROWTH
    space = room - m.gap * (len(shapes) - 1)
    if sum(_columns(shapes, high, room, m)) < space:
        return None
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(_columns(shapes, middle, room, m)) <= space else (low, middle)
    return low
