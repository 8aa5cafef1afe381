"""The contact sheet: a whole set in one picture, in real proportions, with what was found about it.

At the head title, brand and verdict; below, a block of creatives for each product and market; at the foot a legend. A
creative with a finding wears a frame and a chip, whose sign and number lead to the legend, so that the sheet can be
read in print and without colours. The sheet is bounded: in a large set everything becomes smaller together, and of
thousands those with findings go first, and it is said how many are not shown. `sheet_rows` says where each stands,
`sheet_ends` draws head and foot, `sheet_ink` the words and signs.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Severity
from briefmill.imaging import colour, sheet_ends, sheet_ink, sheet_rows
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.sheet_ends import MARGIN, Head, Note
from briefmill.imaging.sheet_ink import Type
from briefmill.imaging.sheet_rows import Measures, Shape, Spot

WIDTH: Final = 2400
LEAST_WIDTH: Final = 1000
MOST_PIXELS: Final = 16_000_000
MOST_CELLS: Final = 1000
"""So many creatives are shown at most; more would be too small to see anything."""
QUALITY: Final = 88

_LEAST_ZOOM: Final = 0.1
_WEIGHT: Final = {Severity.ADVICE: 1, Severity.WARNING: 2, Severity.ERROR: 3}


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One creative on the sheet. `group` is the heading it stands under, `row` the block within (a market).

    `pixels` is a small copy, BGR, or that copy as JPEG bytes; `shape` is the creative's own size where the copy does
    not have it. `caption` are its lines, most important first; `notes` those of the legend that concern it.
    """

    group: str
    row: str = ""
    pixels: Pixels | bytes
    shape: Shape | None = None
    caption: tuple[str, ...] = ()
    severity: Severity | None = None
    notes: tuple[Note, ...] = ()

    @property
    def real(self) -> Shape:
        """The creative's width and height. Raises ValueError for JPEG bytes without a `shape`."""
        if self.shape is not None:
            return self.shape
        high, wide = self.pixels.shape[:2] if not isinstance(self.pixels, bytes) else (0, 0)
        if not high:
            raise ValueError("a cell with an encoded copy needs the shape of its creative")
        return wide, high


@dataclass(frozen=True, kw_only=True)
class _Heading:
    x: int
    y: int
    text: str
    width: int
    how: Type


@dataclass(kw_only=True, eq=False)
class _Plan:
    """Where everything between head and foot stands; `width` and `height` are what it takes."""

    measures: Measures
    width: int = 0
    height: int = 0
    cells: list[tuple[Cell, Spot]] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)


def contact_sheet(
    title: str, cells: Sequence[Cell], *, library: Library, head: Head | None = None, legend: Sequence[Note] = ()
) -> bytes:
    """The sheet as a JPEG, at most 2400 pixels wide and 16 megapixels. Cells of a group must follow each other."""
    head = head or Head()
    kept = thinned(cells, MOST_CELLS)
    if len(kept) < len(cells):
        more = f"{len(cells) - len(kept):,} more creatives are not shown on this sheet."
        head = replace(head, verdict=f"{head.verdict} {more}".strip())
    top, foot = _ends(title, head, legend, WIDTH, library)
    plan = _planned(kept, MOST_PIXELS // WIDTH - top.shape[0] - foot.shape[0])
    width = max(LEAST_WIDTH, min(WIDTH, plan.width + 2 * MARGIN))
    if width < WIDTH:
        top, foot = _ends(title, head, legend, width, library)
    page = sheet_ends.ground(top.shape[0] + plan.height + foot.shape[0], width)
    page[: top.shape[0]], page[page.shape[0] - foot.shape[0] :] = top, foot
    body = page[top.shape[0] : top.shape[0] + plan.height]
    for heading in plan.headings:
        block = sheet_ink.set_words(heading.text, min(heading.width, width - 2 * MARGIN), heading.how, library)
        sheet_ink.words(body, (MARGIN + heading.x, heading.y), block, heading.how)
    for cell, spot in plan.cells:
        _draw(body, cell, spot, plan.measures, library)
    return _encoded(page)


def _ends(title: str, head: Head, legend: Sequence[Note], width: int, library: Library) -> tuple[Pixels, Pixels]:
    return sheet_ends.head(title, head, width, library), sheet_ends.legend(legend, width, library)


def thinned(cells: Sequence[Cell], most: int) -> Sequence[Cell]:
    """At most so many cells, in their order: the gravest first, then evenly spread over the rest."""
    if len(cells) <= most:
        return cells
    weights = [_WEIGHT[cell.severity] if cell.severity is not None else 0 for cell in cells]
    kept: set[int] = set()
    for weight in (3, 2, 1, 0):
        here = [at for at, each in enumerate(weights) if each == weight]
        room = most - len(kept)
        kept.update(here if len(here) <= room else (here[at * len(here) // room] for at in range(room)))
    return [cells[at] for at in sorted(kept)]


def reduced(pixels: Pixels, width: int, height: int) -> Pixels:
    """A smaller copy: halved while it is twice too large, then by linear interpolation.

    The halves are exact averages of four pixels, for which OpenCV has vector code; its area average for other factors
    costs ten times as much (4.7 against 0.5 ms for a creative of 1080 x 1080).
    """
    while pixels.shape[1] >= 2 * width and pixels.shape[0] >= 2 * height:
        high, wide = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: 2 * high, : 2 * wide]
        pixels = np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _planned(cells: Sequence[Cell], height: int) -> _Plan:
    """The largest plan that is no higher than `height` pixels, else the smallest there is."""
    zoom = 1.0
    plan = _arranged(cells, sheet_rows.zoomed(zoom))
    while plan.height > height and zoom > _LEAST_ZOOM:
        # Area goes with the square of the zoom, but blocks break into fewer lines all of a sudden: in small steps.
        zoom *= min(0.97, max(0.9, math.sqrt(height / plan.height)))
        plan = _arranged(cells, sheet_rows.zoomed(zoom))
    return plan


def _arranged(cells: Sequence[Cell], m: Measures) -> _Plan:
    """Headings, and under each the blocks of its markets, side by side where they are small."""
    room = WIDTH - 2 * MARGIN
    plan = _Plan(measures=m)
    heading = Type(size=max(16, round(m.caption * 1.6)), weight=700)
    for group, members in groupby(cells, key=lambda cell: cell.group):
        plan.headings.append(_Heading(x=0, y=plan.height, text=group, width=room, how=heading))
        plan.height += round(heading.leading * 1.15)
        blocks = [list(found) for _, found in groupby(members, key=lambda cell: cell.row)]
        _set_group(plan, blocks, room)
        plan.height += m.gap
    return plan


def _set_group(plan: _Plan, blocks: Sequence[Sequence[Cell]], room: int) -> None:
    m = plan.measures
    tag = Type(size=max(12, round(m.caption * 1.05)), weight=700, tone=sheet_ink.SOFT)
    widest = max(blocks, key=lambda block: sum(sheet_rows.shown(cell.real, m.scale, m.least)[0] for cell in block))
    beside, share, close = sheet_rows.abreast([cell.real for cell in widest], len(blocks), room, m)
    x = shelf = 0
    for at, cells in enumerate(_spoken(blocks, m)):
        lines = [len(cell.caption) + bool(cell.notes) for cell in cells]
        block = sheet_rows.block([cell.real for cell in cells], lines, share, close)
        if at % beside == 0:
            x, shelf, plan.height = 0, 0, plan.height + shelf
        top = 0
        if cells[0].row:
            top = round(tag.leading * 1.15)
            width = max(block.width, m.column)
            plan.headings.append(_Heading(x=x, y=plan.height, text=cells[0].row, width=width, how=tag))
        for spot in block.spots:
            plan.cells.append((cells[spot.at], replace(spot, x=spot.x + x, y=spot.y + plan.height + top)))
        plan.width = max(plan.width, x + block.width)
        x += block.width + 2 * m.gap
        shelf = max(shelf, top + block.height + m.gap)
    plan.height += shelf


def _spoken(blocks: Sequence[Sequence[Cell]], m: Measures) -> Iterator[Sequence[Cell]]:
    """The blocks; on a dense page without captions where the first block of the group has the same."""
    first = [cell.caption for cell in blocks[0]]
    for at, cells in enumerate(blocks):
        if at and m.dense and [cell.caption for cell in cells] == first:
            yield [replace(cell, caption=()) for cell in cells]
        else:
            yield cells


def _draw(page: Pixels, cell: Cell, spot: Spot, m: Measures, library: Library) -> None:
    x, y = MARGIN + spot.x, spot.y
    box = x, y, x + spot.width, y + spot.height
    sheet_ink.edge(page, box)
    page[y : box[3], x : box[2]] = _copy(cell, spot)
    if cell.severity is not None:
        sheet_ink.frame(page, box, cell.severity, fine=m.dense)
    line = box[3] + max(6, m.gap // 3)
    for number, text in enumerate(cell.caption):
        how = Type(size=m.caption, weight=400 if number else 600, tone=sheet_ink.SOFT if number else sheet_ink.INK)
        block = sheet_ink.set_name(text, spot.column, how, library)
        if number and block.text != text:
            break
        sheet_ink.words(page, (x, line), block, how)
        line += m.line
    pen = x
    for at, note in enumerate(cell.notes):
        width = sheet_ink.chip_width(note.number, m.caption)
        left = len(cell.notes) - at
        if pen > x and pen + width + (2 * m.caption if left > 1 else 0) > x + spot.column:
            sheet_ink.plus(page, (pen, line), left, m.caption, library)
            return
        sheet_ink.chip(page, (pen, line), note.severity, note.number, m.caption, library)
        pen += width + max(3, m.caption // 4)


def _copy(cell: Cell, spot: Spot) -> Pixels:
    """The creative's copy as large as its spot; grey where an encoded copy cannot be read."""
    pixels = cell.pixels
    if isinstance(pixels, bytes):
        read = cv2.imdecode(np.frombuffer(pixels, np.uint8), cv2.IMREAD_COLOR) if pixels else None
        if read is None:
            return np.full((spot.height, spot.width, 3), colour.bgr(sheet_ink.LINE), np.uint8)
        pixels = np.asarray(read, np.uint8)
    return reduced(pixels, spot.width, spot.height)


def _encoded(page: Pixels) -> bytes:
    height, width = page.shape[:2]
    if width * height > MOST_PIXELS:
        factor = math.sqrt(MOST_PIXELS / (width * height))
        page = reduced(page, int(width * factor), int(height * factor))
    _, encoded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)
