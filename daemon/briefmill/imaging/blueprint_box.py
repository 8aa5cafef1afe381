"""One placement on the blueprint: its box with what is covered, free or barred, and the facts under it.

A covered margin is hatched and carries its depth; what is left free wears a frame and its size. Words that have no room
in a box are left out: the facts under it say the same.
"""

import re
from typing import Final

import cv2
import numpy as np

from briefmill.domain.placement import Icc, Overlay, Placement
from briefmill.imaging import colour, sheet_ink
from briefmill.imaging.blueprint_rows import LINE
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.sheet_ink import Type

PAPER: Final = "#FFFFFF"
FREE: Final = "#1F7A5C"
COVERED: Final = "#FBEADF"
HATCH: Final = "#E5A47E"
BARRED: Final = "#C9CDD2"

_DEPTH: Final = "#8C4A22"
_QUIET: Final = "#8A9098"
_NAME: Final = Type(size=22, weight=700)
_FACT: Final = Type(size=19, tone=sheet_ink.SOFT)
_INSIDE: Final = (20, 18, 15, 12)  # sizes of type in a box, the largest that has room
_BEFORE_X: Final = re.compile(r"(?<=[0-9])(?=x[0-9])")
_HATCH_STEP: Final = 11

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the page; right and bottom are just outside."""


def draw(page: Pixels, row: Placement, box: Box, column: int, library: Library) -> None:
    """Draw a placement into `box`, and its name and facts under it, cut to a column so many pixels wide."""
    free = _free(row, box)
    if row.safe_zone.covers:
        hatch(page, box)
        page[free[1] : free[3], free[0] : free[2]] = colour.bgr(PAPER)
    else:
        paper(page, box)
    if row.overlay is Overlay.FORBIDDEN:
        bar(page, free)
    if row.safe_zone.covers:
        frame(page, free)
        for depth, margin in _margins(row, box, free):
            _in_the_middle(page, margin, str(depth), (_DEPTH, COVERED), library)
    zone = row.safe_zone
    left_free = f"{row.width - zone.left - zone.right} × {row.height - zone.top - zone.bottom}"
    _in_the_middle(page, free, left_free, (FREE if zone.covers else _QUIET, PAPER), library)
    line = box[3] + 12
    _set_id(page, (box[0], line), row.id, column, library)
    for number, told in enumerate(facts(row), start=1):
        block = sheet_ink.set_words(told, column, _FACT, library)
        sheet_ink.words(page, (box[0], line + number * LINE + 3), block, _FACT)


def facts(row: Placement) -> tuple[str, ...]:
    """What stands under a box, most important first: pixels, formats and cap, margins, what may be set on it."""
    zone = row.safe_zone
    least = [str(side) for side in (row.min_width, row.min_height) if side is not None]
    told = (
        f"{row.width} × {row.height}",
        ", ".join(row.formats).upper() + (f", at most {size(row.max_bytes)}" if row.max_bytes is not None else ""),
        _covered(top=zone.top, bottom=zone.bottom),
        _covered(left=zone.left, right=zone.right),
        {Overlay.FORBIDDEN: "no words, no logo", Overlay.TEXT_ONLY: "words, no logo", Overlay.ALLOWED: ""}[row.overlay],
        f"from {' × '.join(least)}" + _only_side(row) if least else "",
        f"shape ± {100 * row.ratio_tolerance:g} %" if row.ratio_tolerance is not None else "",
        {Icc.STRIP: "colour profile dropped", Icc.KEEP: "colour profile kept", None: ""}[row.icc],
        f"not sourced: {', '.join(row.unsourced)}" if row.unsourced else "",
    )
    return tuple(each for each in told if each)


def size(count: int) -> str:
    """A number of bytes for people: `30 MB`, `153.6 kB`."""
    return f"{count / 1e6:.4g} MB" if count >= 1_000_000 else f"{count / 1000:.4g} kB"


def paper(page: Pixels, box: Box) -> None:
    """An empty box."""
    sheet_ink.edge(page, box)
    page[box[1] : box[3], box[0] : box[2]] = colour.bgr(PAPER)


def frame(page: Pixels, box: Box) -> None:
    """The frame of what is free."""
    cv2.rectangle(page, box[:2], (box[2] - 1, box[3] - 1), colour.bgr(FREE), 2)


def hatch(page: Pixels, box: Box) -> None:
    """A box filled with slanting lines on a tint."""
    sheet_ink.edge(page, box)
    high, wide = box[3] - box[1], box[2] - box[0]
    patch = np.full((high, wide, 3), colour.bgr(COVERED), np.uint8)
    for start in range(-high, wide, _HATCH_STEP):
        cv2.line(patch, (start, high), (start + high, 0), colour.bgr(HATCH), 1, cv2.LINE_AA)
    page[box[1] : box[3], box[0] : box[2]] = patch


def bar(page: Pixels, box: Box) -> None:
    """Cross a box out from corner to corner."""
    left, top, right, bottom = box[0], box[1], box[2] - 1, box[3] - 1
    cv2.line(page, (left, top), (right, bottom), colour.bgr(BARRED), 2, cv2.LINE_AA)
    cv2.line(page, (left, bottom), (right, top), colour.bgr(BARRED), 2, cv2.LINE_AA)


def _free(row: Placement, box: Box) -> Box:
    """The part of a drawn box that nothing covers; never quite empty."""
    zone, scale = row.safe_zone, (box[2] - box[0]) / row.width
    left, top = min(box[0] + round(zone.left * scale), box[2] - 1), min(box[1] + round(zone.top * scale), box[3] - 1)
    right, bottom = box[2] - round(zone.right * scale), box[3] - round(zone.bottom * scale)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _margins(row: Placement, box: Box, free: Box) -> list[tuple[int, Box]]:
    """The depth in pixels of the placement, and the drawn box, of each margin that is covered."""
    zone = row.safe_zone
    margins = (
        (zone.top, (box[0], box[1], box[2], free[1])),
        (zone.bottom, (box[0], free[3], box[2], box[3])),
        (zone.left, (box[0], free[1], free[0], free[3])),
        (zone.right, (free[2], free[1], box[2], free[3])),
    )
    return [(depth, margin) for depth, margin in margins if depth]


def _in_the_middle(page: Pixels, box: Box, words: str, tones: tuple[str, str], library: Library) -> None:
    """Words of a tone on a patch of another in the middle of a box, as large as it allows; none where none fit."""
    tone, ground = tones
    for em in _INSIDE:
        how = Type(size=em, weight=600, tone=tone)
        block = sheet_ink.set_words(words, 1000, how, library)
        wide, high = block.width + 4, round(em * 1.1) + 2
        left, top = (box[0] + box[2] - wide) // 2, (box[1] + box[3] - high) // 2
        if left >= box[0] and top >= box[1]:
            page[top : top + high, left : left + wide] = colour.bgr(ground)
            sheet_ink.words(page, (left + 2 - block.x, top + 1 - block.y), block, how)
            return


def _set_id(page: Pixels, at: tuple[int, int], name: str, column: int, library: Library) -> None:
    """Write an id. In parts, because fonts make a multiplication sign of an x between digits, which nobody can type."""
    parts = [sheet_ink.set_words(part, 4 * column, _NAME, library) for part in _BEFORE_X.split(name)]
    if sum(part.width for part in parts) > column:
        parts = [sheet_ink.set_name(name, column, _NAME, library)]
    x = at[0]
    for part in parts:
        sheet_ink.words(page, (x, at[1]), part, _NAME)
        x += part.width + 1


def _covered(**margins: int) -> str:
    told = ", ".join(f"{side} {depth}" for side, depth in margins.items() if depth)
    return f"covered: {told}" if told else ""


def _only_side(row: Placement) -> str:
    """Which side a single smallest measure is of."""
    if row.min_width is not None and row.min_height is not None:
        return ""
    return " wide" if row.min_width is not None else " high"
