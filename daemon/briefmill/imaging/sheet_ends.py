"""The two ends of the contact sheet: the head with title, brand, palette and verdict, and the legend at the foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from briefmill.domain.verdict import Severity
from briefmill.imaging import bidi, colour, sheet_ink
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.sheet_ink import Type
from briefmill.imaging.typeset import Align, Block

MARGIN: Final = 72
MOST_NOTES: Final = 14
"""So many notes stand in the legend at most; it says how many more there are."""

_SWATCH: Final = 68
_SWATCHES: Final = 6
_RULE: Final = 2
_NOTE: Final = Type(size=20, lines=3)
_NOTE_GAP: Final = 10
_NOTE_COLUMN: Final = 900
_CHIP_COLUMN: Final = 64


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line of the legend: its number, how grave it is, the rule, and what is to be said in words."""

    number: int
    severity: Severity
    rule: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands at the top beside the title. `palette` are colours `#RRGGBB`; `verdict` is one sentence."""

    brand: str = ""
    palette: tuple[str, ...] = ()
    verdict: str = ""


def ground(height: int, width: int) -> Pixels:
    """An empty piece of the page."""
    page = np.empty((height, width, 3), np.uint8)
    # Whole lines are copied; a single colour would be written channel by channel, which takes ten times as long.
    page[:] = np.full((width, 3), colour.bgr(sheet_ink.GROUND), np.uint8)
    return page


def head(title: str, what: Head, width: int, library: Library) -> Pixels:
    """The head of a page so many pixels wide. A title that runs from the right stands at the right."""
    palette = tuple(value for value in what.palette if _is_colour(value))[:_SWATCHES]
    from_right = bidi.of_text(title) == "rtl"
    taken = round(len(palette) * _SWATCH * 1.25) + MARGIN // 2 if palette else 0
    room = width - 2 * MARGIN - taken
    side: Align = "right" if from_right else "left"
    lines = [
        (sheet_ink.set_words(text, room, how, library), how)
        for text, how in (
            (what.brand, Type(size=24, tone=sheet_ink.SOFT, align=side)),
            (title, Type(size=54, weight=700, align=side, lines=2)),
            (what.verdict, Type(size=26, align=side, lines=2)),
        )
    ]
    tall = max(sum(sheet_ink.height(*line) for line in lines), _SWATCH + 36 if palette else 0)
    page = ground(MARGIN + tall + 48, width)
    y = MARGIN
    for block, how in lines:
        sheet_ink.words(page, (MARGIN + (taken if from_right else 0), y), block, how)
        y += sheet_ink.height(block, how)
    start = MARGIN if from_right else width - MARGIN - round(len(palette) * _SWATCH * 1.25) + _SWATCH // 4
    sheet_ink.swatches(page, (start, MARGIN), palette, _SWATCH, library)
    _rule(page, MARGIN + tall + 12)
    return page


def legend(notes: Sequence[Note], width: int, library: Library) -> Pixels:
    """The foot of a page so many pixels wide: the notes in as many columns as there is room for; no notes, no lines."""
    if not notes:
        return ground(MARGIN // 2, width)
    room = width - 2 * MARGIN
    columns = max(1, min(len(notes), room // _NOTE_COLUMN))
    inner = room // columns - _CHIP_COLUMN - _NOTE_GAP * 3
    told: list[tuple[Note | None, Block]] = [
        (note, sheet_ink.set_words(f"{note.rule}: {note.words}", inner, _NOTE, library)) for note in notes[:MOST_NOTES]
    ]
    if len(notes) > MOST_NOTES:
        more = f"And {len(notes) - MOST_NOTES} more, which the page and the receipt tell."
        told.append((None, sheet_ink.set_words(more, inner, _NOTE, library)))
    each = -(-len(told) // columns)
    stacks = [told[start : start + each] for start in range(0, len(told), each)]
    tall = max(sum(sheet_ink.height(block, _NOTE) + _NOTE_GAP for _, block in stack) for stack in stacks)
    page = ground(30 + tall + MARGIN, width)
    _rule(page, 0)
    for column, stack in enumerate(stacks):
        x, y = MARGIN + column * (room // columns), 30
        for note, block in stack:
            if note is not None:
                sheet_ink.chip(page, (x, y - 1), note.severity, note.number, _NOTE.size, library)
            sheet_ink.words(page, (x + _CHIP_COLUMN, y), block, _NOTE)
            y += sheet_ink.height(block, _NOTE) + _NOTE_GAP
    return page


def _rule(page: Pixels, y: int) -> None:
    page[y : y + _RULE, MARGIN : page.shape[1] - MARGIN] = colour.bgr(sheet_ink.LINE)


def _is_colour(value: str) -> bool:
    try:
        colour.rgb(value)
    except ValueError:
        return False
    return True
