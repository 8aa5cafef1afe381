"""Words and signs on the contact sheet: captions, chips with a sign and a number, swatches, frames.

Everything is set by the same typesetting as the creatives, in any script, on one base line. What recurs (placements,
locales, chips) is set once and remembered by the font library. Colour never says anything alone: an error carries a
cross, a warning an exclamation mark, advice an i.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Severity
from briefmill.imaging import bidi, colour, emoji
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.typeset import Align, Block, Style, fit

GROUND: Final = "#F4F5F6"
INK: Final = "#1D1F22"
SOFT: Final = "#5C6168"
LINE: Final = "#D5D8DC"

_SIGNS: Final = {Severity.ERROR: "×", Severity.WARNING: "!", Severity.ADVICE: "i"}
_TONES: Final = {Severity.ERROR: "#B3261E", Severity.WARNING: "#F2A93B", Severity.ADVICE: "#CFE3F2"}
_LETTERS: Final = {Severity.ERROR: "#FFFFFF", Severity.WARNING: INK, Severity.ADVICE: INK}
_FRAMES: Final = {Severity.ERROR: "#B3261E", Severity.WARNING: "#E08A00", Severity.ADVICE: "#5B8DB5"}
_ASCENT: Final = 0.8  # of the em: where the base line of a line of type lies below its top


@dataclass(frozen=True, kw_only=True)
class Type:
    """How words are set: size in pixels of the em, weight, colour, alignment, lines at most.

    `literal` keeps a font from drawing an x between digits as a multiplication sign.
    """

    size: int
    weight: int = 400
    tone: str = INK
    align: Align = "left"
    lines: int = 1
    literal: bool = False

    @property
    def leading(self) -> int:
        """The distance of two lines, in pixels."""
        return round(self.size * 1.45)


def set_words(text: str, width: int, how: Type, library: Library) -> Block:
    """Set words in a box of this width; what has no room there is cut off with an ellipsis."""
    key = ("sheet", text, width, how.size, how.weight, how.align, how.lines, how.literal)
    known: Block | None = library.recall(key)
    if known is None:
        known = _set(text, width, how, library)
        library.remember(key, known)
    return known


def _set(text: str, width: int, how: Type, library: Library) -> Block:
    block = _fitted(text, width, how, library)
    low, high = 0, len(text)
    if not block.clipped:
        return block
    best = block
    while low < high:
        middle = (low + high + 1) // 2
        tried = _fitted(text[:middle].rstrip() + "…", width, how, library)
        if tried.clipped:
            high = middle - 1
        else:
            low, best = middle, tried
    return best


def _fitted(text: str, width: int, how: Type, library: Library) -> Block:
    style = Style(
        locale="ar" if bidi.of_text(text) == "rtl" else "en",
        weight=how.weight,
        max_px=how.size,
        min_px=how.size,
        align=how.align,
        max_lines=how.lines,
        literal=how.literal,
    )
    # Tall scripts lead their lines wider than Latin does; the lines are counted, so height need not hold them back.
    return fit(text, width=max(1, width), height=how.size * 2 * (how.lines + 1), style=style, library=library)


def set_name(name: str, width: int, how: Type, library: Library) -> Block:
    """Set a dotted name; where it has no room, its last parts, which tell most (`google.display.300x250`)."""
    how = replace(how, literal=True)
    block = set_words(name, width, how, library)
    parts = name.split(".")
    while block.text != name and len(parts) > 1:
        parts.pop(0)
        name = ".".join(parts)
        block = set_words(name, width, how, library)
    return block


def words(page: Pixels, at: tuple[int, int], block: Block, how: Type) -> None:
    """Draw set words with the upper left corner of their box at `at`; their first base line is where all have it."""
    if not block.lines or not block.coverage.size:
        return
    x, y = at[0] + block.x, at[1] + block.y + round(how.size * _ASCENT - block.lines[0].y)
    cut_x, cut_y = max(0, -x), max(0, -y)
    region = page[max(0, y) : max(0, y + block.height), max(0, x) : max(0, x + block.width)]
    cover = block.coverage[cut_y : cut_y + region.shape[0], cut_x : cut_x + region.shape[1], None].astype(np.uint16)
    ink = np.array(colour.bgr(how.tone), np.uint16)
    region[:] = ((region * (255 - cover) + ink * cover + 127) // 255).astype(np.uint8)
    if block.colour is not None:
        emoji.lay(region, block.colour[cut_y : cut_y + region.shape[0], cut_x : cut_x + region.shape[1]])


def height(block: Block, how: Type) -> int:
    """How much of the page set words take, in pixels, from the top of their box to where the next may begin."""
    if not block.lines:
        return 0
    between = block.lines[-1].y - block.lines[0].y
    return round(how.leading + between)


def chip_width(number: int, size: int) -> int:
    """How wide a chip is, in pixels, for captions of this type size."""
    return round(size * (1.35 + 0.62 * len(str(number))))


def chip(page: Pixels, at: tuple[int, int], severity: Severity, number: int, size: int, library: Library) -> None:
    """A chip with the sign of a severity and the number of a note in the legend; as high as 1.25 em."""
    width, tall = chip_width(number, size), round(size * 1.25)
    x, y = at
    box = (x, y), (x + width - 1, y + tall - 1)
    cv2.rectangle(page, *box, colour.bgr(_TONES[severity]), -1)
    cv2.rectangle(page, *box, colour.bgr(_FRAMES[severity]), max(1, size // 14))
    how = Type(size=round(size * 0.85), weight=700, tone=_LETTERS[severity])
    block = set_words(f"{_SIGNS[severity]}{number}", 4 * width, how, library)
    left = x + (width - block.width) // 2 - block.x
    words(page, (left, y + round((tall - how.size) / 2)), block, how)


def plus(page: Pixels, at: tuple[int, int], number: int, size: int, library: Library) -> None:
    """`+3`: so many chips had no room."""
    how = Type(size=round(size * 0.85), tone=SOFT)
    words(page, (at[0], at[1] + round(size * 0.2)), set_words(f"+{number}", 4 * size, how, library), how)


def frame(page: Pixels, box: tuple[int, int, int, int], severity: Severity, *, fine: bool = False) -> None:
    """A frame round a picture (left, top, right, bottom), thicker the graver; a `fine` one for small pictures."""
    left, top, right, bottom = box
    thick = {Severity.ERROR: 4, Severity.WARNING: 3, Severity.ADVICE: 1}[severity]
    thick = max(1, thick // 2) if fine else thick
    off = (1 if fine else 3) + thick // 2
    corners = (left - off, top - off), (right + off - 1, bottom + off - 1)
    cv2.rectangle(page, *corners, colour.bgr(_FRAMES[severity]), thick)


def edge(page: Pixels, box: tuple[int, int, int, int]) -> None:
    """A hairline and a soft foot round a picture, so that white creatives do not run into the page."""
    left, top, right, bottom = box
    for out, tone in ((3, "#EEEFF1"), (2, "#E4E6E9"), (1, LINE)):
        cv2.rectangle(page, (left - out, top - out + 1), (right + out - 1, bottom + out), colour.bgr(tone), -1)


def swatches(page: Pixels, at: tuple[int, int], palette: tuple[str, ...], size: int, library: Library) -> None:
    """The palette as squares in a row, each with its value underneath; those that are no colours are left out."""
    x, y = at
    how = Type(size=max(11, round(size * 0.22)), tone=SOFT)
    for value in palette:
        cv2.rectangle(page, (x, y), (x + size - 1, y + size - 1), colour.bgr(value), -1)
        cv2.rectangle(page, (x, y), (x + size - 1, y + size - 1), colour.bgr(LINE), 1)
        words(page, (x, y + size + 6), set_words(value, 2 * size, how, library), how)
        x += round(size * 1.25)
