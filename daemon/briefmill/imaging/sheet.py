"""The contact sheet: a whole set in one picture, at real proportions, grouped by product.

Creatives of one row share a height, so that a skyscraper stands beside a leaderboard as tall as it really looks; rows
are filled like lines of text. Captions go through the same typesetting as the creatives. The sheet is bounded: when a
set is too large for it, everything on it becomes smaller together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Severity
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.typeset import Style, fit

WIDTH: Final = 2400
LEAST_WIDTH: Final = 1000
MOST_PIXELS: Final = 16_000_000
QUALITY: Final = 88

_GROUND: Final = (246, 245, 244)
_INK: Final = (38, 34, 32)
_FAINT: Final = (132, 126, 120)
_FLAGS: Final = {Severity.ADVICE: (196, 160, 96), Severity.WARNING: (40, 160, 236), Severity.ERROR: (60, 60, 214)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One creative on the sheet. `group` is the heading it stands under; a new `row` begins where that changes.

    `caption` are its lines, most important first; `pixels` is a small copy, BGR; `severity` is the weight of its worst
    finding.
    """

    group: str
    row: str = ""
    pixels: Pixels
    caption: tuple[str, ...] = ()
    severity: Severity | None = None

    @property
    def ratio(self) -> float:
        """Width over height."""
        return float(self.pixels.shape[1] / self.pixels.shape[0])


@dataclass(frozen=True, kw_only=True)
class _Measures:
    """Lengths in pixels: the page's margin, gaps, row height, type sizes."""

    margin: int = 72
    gap: int = 28
    row: int = 290
    title: int = 54
    group: int = 30
    caption: int = 19


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """Something at its place on the page."""

    x: int
    y: int
    width: int
    height: int
    cell: Cell | None = None
    words: str = ""
    size: int = 0


def contact_sheet(title: str, cells: Sequence[Cell], *, library: Library) -> bytes:
    """The sheet as a JPEG, at most 2400 pixels wide and 16 megapixels. Cells of a group must follow each other."""
    measures = _Measures()
    placed, height = _layout(title, cells, measures)
    while WIDTH * height > MOST_PIXELS:
        measures = replace(measures, row=max(24, round(measures.row * 0.8)), caption=max(4, measures.caption - 2))
        smaller, lower = _layout(title, cells, measures)
        if lower >= height:
            break
        placed, height = smaller, lower
    # A set of few placements leaves most of a wide page empty: it ends where the last column does.
    used = max((item.x + item.width for item in placed if item.cell is not None), default=0) + measures.margin
    width = max(LEAST_WIDTH, min(WIDTH, used))
    page = np.full((height, width, 3), _GROUND, dtype=np.uint8)
    for item in placed:
        if item.cell is not None:
            _draw_cell(page, item, item.cell)
        else:
            _draw_words(page, replace(item, width=min(item.width, width - item.x - measures.margin // 2)), library)
    if width * height > MOST_PIXELS:
        factor = (MOST_PIXELS / (width * height)) ** 0.5
        page = np.asarray(cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    _, encoded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded)


def _layout(title: str, cells: Sequence[Cell], m: _Measures) -> tuple[list[_Placed], int]:
    room = WIDTH - 2 * m.margin
    placed = [_Placed(x=m.margin, y=m.margin, width=room, height=round(m.title * 1.4), words=title, size=m.title)]
    y = m.margin + round(m.title * 1.9)
    for group, members in groupby(cells, key=lambda cell: cell.group):
        placed.append(_Placed(x=m.margin, y=y, width=room, height=round(m.group * 1.5), words=group, size=m.group))
        y += round(m.group * 1.9)
        for row in _rows(list(members), room, m):
            lines = max(len(cell.caption) for cell in row)
            x = m.margin
            for cell in row:
                width, height = _size(cell, m)
                placed.append(_Placed(x=x, y=y + m.row - height, width=width, height=height, cell=cell))
                column = max(width, _least_column(m))
                for number, words in enumerate(cell.caption):
                    top = y + m.row + m.gap // 3 + round(number * m.caption * 1.45)
                    height = round(m.caption * 1.45)
                    placed.append(_Placed(x=x, y=top, width=column, height=height, words=words, size=-m.caption))
                x += column + m.gap
            y += m.row + m.gap // 3 + round(lines * m.caption * 1.45) + m.gap
        y += m.gap
    return placed, y + m.margin - m.gap


def _size(cell: Cell, m: _Measures) -> tuple[int, int]:
    """A cell's size: as high as the row, but no wider than a wide picture may be beside others."""
    width, height = cell.ratio * m.row, float(m.row)
    most = 1.9 * m.row
    if width > most:
        width, height = most, most / cell.ratio
    # A banner of 300 x 250 is a small thing; blown up to the row it would lie about itself.
    scale = min(1.0, cell.pixels.shape[0] / height, cell.pixels.shape[1] / width)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _least_column(m: _Measures) -> int:
    return round(m.caption * 8.5)


def _rows(cells: Sequence[Cell], room: int, m: _Measures) -> Iterator[list[Cell]]:
    row: list[Cell] = []
    used = 0
    for cell in cells:
        width = max(_size(cell, m)[0], _least_column(m))
        if row and (used + width > room or row[0].row != cell.row):
            yield row
            row, used = [], 0
        row.append(cell)
        used += width + m.gap
    if row:
        yield row


def _draw_cell(page: Pixels, item: _Placed, cell: Cell) -> None:
    x, y, right, bottom = item.x, item.y, item.x + item.width, item.y + item.height
    _shade(page, x, y, right, bottom)
    page[y:bottom, x:right] = cv2.resize(cell.pixels, (item.width, item.height), interpolation=cv2.INTER_AREA)
    if cell.severity is not None:
        thick = max(2, item.height // 60)
        cv2.rectangle(
            page, (x - thick, y - thick), (right + thick - 1, bottom + thick - 1), _FLAGS[cell.severity], thick
        )


def _shade(page: Pixels, x: int, y: int, right: int, bottom: int) -> None:
    """A soft shadow under a picture, so that white creatives do not run into the page."""
    reach = 10
    top, left = max(0, y - reach), max(0, x - reach)
    region = page[top : bottom + 2 * reach, left : right + reach]
    depth = np.zeros(region.shape[:2], dtype=np.float32)
    depth[y - top + 4 : bottom - top + 4, x - left : right - left] = 0.28
    depth = np.asarray(cv2.GaussianBlur(depth, (0, 0), reach / 2.5), dtype=np.float32)
    region[:] = (region * (1.0 - depth[..., None])).astype(np.uint8)


def _draw_words(page: Pixels, item: _Placed, library: Library) -> None:
    heading = item.size > 0
    size = abs(item.size)
    style = Style(
        locale="en", weight=700 if heading else 400, max_px=size, min_px=max(8, round(size * 0.6)), max_lines=1
    )
    block = fit(item.words, width=item.width, height=max(item.height, 8), style=style, library=library)
    top, left = item.y + block.y, item.x + block.x
    region = page[top : top + block.height, left : left + block.width]
    cover = block.mask()[: region.shape[0], : region.shape[1], None].astype(np.float32) / 255.0
    ink = np.array(_INK if heading else _FAINT, dtype=np.float32)
    region[:] = np.rint(region * (1.0 - cover) + ink * cover).astype(np.uint8)
