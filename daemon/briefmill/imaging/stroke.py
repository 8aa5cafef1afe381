"""Strokes of type: lines of runs drawn to their exact ink.

FreeType as Pillow drives it sets every glyph on a whole pixel, which shows as uneven spacing in type below some 40
pixels. Small type is therefore drawn two or four times as large and averaged, which puts its glyphs where they belong;
that costs no more than drawing large type. Emoji go to a layer of their own, in colour.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import emoji, shape
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import DISPLAY_FROM_PX, Library
from briefmill.imaging.shape import Extent, Run

_ENLARGED: Final = ((40, 1), (20, 2), (0, 4))  # from this size in pixels on, type is drawn so many times as large
_SLACK: Final = 0.05  # of a pixel: what rounding may have added


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line to draw: its runs from the left, the pen's start and the base line in pixels, its measure in em."""

    runs: Sequence[Run]
    x: float
    y: float
    extent: Extent


@dataclass(frozen=True, kw_only=True, eq=False)
class Ink:
    """What was drawn: `coverage` (uint8), cut to the ink, with its left upper corner at `x`, `y`, in pixels.

    `colour` is as large, BGRA with straight alpha; None where nothing is coloured.
    """

    x: int
    y: int
    coverage: Pixels
    colour: Pixels | None = None


def draw(rows: Sequence[Row], *, size: int, locale: str, library: Library) -> Ink:
    """Draw lines of type of this size in pixels."""
    from PIL import Image, ImageDraw

    times = next(times for least, times in _ENLARGED if size >= least)
    left, top, right, bottom = _extent(rows, size)
    canvas = Image.new("L", ((right - left) * times, (bottom - top) * times))
    pen = ImageDraw.Draw(canvas)
    pictures: list[tuple[Run, float, float]] = []
    for row in rows:
        pens = shape.pens(row.runs, x=row.x, size=size, locale=locale, library=library)
        for run, x in zip(row.runs, pens, strict=True):
            if run.face.colour:
                pictures.append((run, x - left, row.y - top))
                continue
            font = library.font(run.face, size * times, display=size >= DISPLAY_FROM_PX)
            # Glyphs stand on whole pixels: never above the line's place, or ink that just fits would need a row more.
            at = ((x - left) * times, math.ceil((row.y - top) * times - _SLACK))
            pen.text(at, run.text, fill=255, font=font, anchor="ls", **run.shaping(locale))
    coverage = _reduced(np.asarray(canvas), times)
    return _cut(coverage, _layer(pictures, coverage, size, library) if pictures else None, left, top)


def rounding(size: int) -> int:
    """By how many pixels lines of this size may be higher than their measure: large type is fitted to whole pixels."""
    return 1 if size >= _ENLARGED[0][0] else 0


def _extent(rows: Sequence[Row], size: int) -> tuple[int, int, int, int]:
    """A canvas that surely holds the lines: their measured ink with some air around it, at least a pixel large."""
    boxes = [
        (
            row.x + row.extent.left * size,
            row.y + row.extent.top * size,
            row.x + row.extent.right * size,
            row.y + row.extent.bottom * size,
        )
        for row in rows
    ]
    air = 4 + size // 8
    left, top = (math.floor(min((box[at] for box in boxes), default=0.0)) - air for at in (0, 1))
    right, bottom = (math.ceil(max((box[at] for box in boxes), default=0.0)) + air for at in (2, 3))
    return left, top, right, bottom


def _reduced(drawn: Pixels, times: int) -> Pixels:
    if times == 1:
        return drawn
    extent = (drawn.shape[1] // times, drawn.shape[0] // times)
    return np.asarray(cv2.resize(drawn, extent, interpolation=cv2.INTER_AREA), np.uint8)


def _layer(pictures: Sequence[tuple[Run, float, float]], coverage: Pixels, size: int, library: Library) -> Pixels:
    """The emoji on a clear ground as large as the coverage."""
    layer = np.zeros((*coverage.shape, 4), np.uint8)
    for run, x, y in pictures:
        drawn = shape.picture(run, library)
        if drawn.empty:
            continue
        small = drawn.scaled(size * emoji.SHARE)
        across = min(max(round(x + drawn.left * size * emoji.SHARE / drawn.size), 0), layer.shape[1])
        down = min(max(round(y + drawn.top * size * emoji.SHARE / drawn.size), 0), layer.shape[0])
        under = layer[down : down + small.shape[0], across : across + small.shape[1]]
        if under.size:
            under[:] = cv2.max(under, small[: under.shape[0], : under.shape[1]])
    return emoji.straight(layer)


def _cut(coverage: Pixels, layer: Pixels | None, left: int, top: int) -> Ink:
    inked = coverage if layer is None else cv2.max(coverage, np.ascontiguousarray(layer[..., 3]))
    x, y, width, height = cv2.boundingRect(inked)
    rows, columns = slice(y, y + height), slice(x, x + width)
    return Ink(
        x=left + x,
        y=top + y,
        coverage=np.ascontiguousarray(coverage[rows, columns]),
        colour=None if layer is None else layer[rows, columns],
    )
