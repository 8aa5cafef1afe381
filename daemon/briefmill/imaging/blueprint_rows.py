"""Where each placement stands on the blueprint of its network: one scale for all, in lines from the tallest down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.placement import Placement

LINE: Final = 28
"""Pixels from one line of a caption to the next."""

TALLEST: Final = 480
WIDEST: Final = 520
LARGEST_SCALE: Final = 2.0
"""A small banner on a sheet of its own is not blown up further."""

LEAST_COLUMN: Final = 268
_GAP: Final = 44
_BETWEEN: Final = 36
_FOOT: Final = 20


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where the box of placement number `at` stands, in pixels; its caption may be `column` wide."""

    at: int
    x: int
    y: int
    width: int
    height: int
    column: int


def network(row: Placement) -> str:
    """What a placement is drawn under: its network, else the beginning of its id. Sizes and ratios have neither."""
    return row.network or (row.id.split(".")[0] if row.id[:1].isalpha() else "Other sizes")


def arranged(rows: Sequence[Placement], room: int, lines: Sequence[int]) -> tuple[int, int, list[Spot]]:
    """The width and height that placements take in `room` pixels of width, and their spots.

    `lines` counts those of each caption. Captions wider than the room are cut to it.
    """
    scale = min(LARGEST_SCALE, TALLEST / max(row.height for row in rows), WIDEST / max(row.width for row in rows))
    order = sorted(range(len(rows)), key=lambda at: (-rows[at].height, -rows[at].width))
    spots: list[Spot] = []
    shelf: list[Spot] = []
    x = y = 0
    for at in order:
        width, height = (max(2, round(side * scale)) for side in (rows[at].width, rows[at].height))
        column = min(max(width, LEAST_COLUMN), room)
        if shelf and x + column > room:
            y += _deep(shelf, lines) + _BETWEEN
            x, shelf = 0, []
        spot = Spot(at=at, x=x, y=y, width=width, height=height, column=column)
        shelf.append(spot)
        spots.append(spot)
        x += column + _GAP
    return max(spot.x + spot.column for spot in spots), y + _deep(shelf, lines), spots


def shelved(widths: Sequence[int], room: int, gap: int) -> list[list[int]]:
    """The numbers of blocks of these widths, in their order, on as few lines as they need."""
    lines: list[list[int]] = []
    left = -1
    for at, width in enumerate(widths):
        if left < width:
            lines.append([])
            left = room
        lines[-1].append(at)
        left -= width + gap
    return lines


def _deep(shelf: Sequence[Spot], lines: Sequence[int]) -> int:
    return max(spot.height + lines[spot.at] * LINE for spot in shelf) + _FOOT
