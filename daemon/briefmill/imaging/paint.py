"""The few strokes that a creative is painted with: glyphs, scrims, rounded shapes.

Every stroke works in place and touches its own region only: blending a full-size layer costs thirteen times as much.
Boxes must lie inside the canvas.
"""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Box
from briefmill.imaging import colour
from briefmill.imaging.arrangement import Edge
from briefmill.imaging.colour import Floats, Pixels

FAR_FROM_EDGE: Final = 0.2
"""Words stand far from an edge when so much of the canvas, as a share, lies between."""


def region(canvas: Pixels, box: Box) -> Pixels:
    """The pixels of a box: a view, not a copy."""
    return canvas[box.y : box.bottom, box.x : box.right]


def stencil(canvas: Pixels, box: Box, mask: Pixels, tone: str) -> None:
    """Lay a colour (`#RRGGBB`) on the box through a mask of its size, 0 to 255."""
    if not mask.size:
        return
    under = region(canvas, box)
    weights = np.asarray(cv2.merge([np.ascontiguousarray(mask)] * 3), np.uint8)
    flat = np.empty_like(under)
    fill(flat, tone)
    added = cv2.multiply(flat, weights, dst=flat, scale=1 / 255)
    kept = cv2.multiply(under, cv2.bitwise_not(weights), scale=1 / 255)
    under[:] = cv2.add(kept, added, dst=kept)


def fill(pixels: Pixels, tone: str) -> None:
    """Give all pixels one colour (`#RRGGBB`), in place."""
    if pixels.size:
        pixels[0] = colour.bgr(tone)
        pixels[1:] = pixels[0]  # row by row: numpy fills whole rows ten times as fast as pixels of three bytes


def rounded(canvas: Pixels, box: Box, *, radius: float, tone: str) -> None:
    """Fill a box with round corners; `radius` is in pixels, and half the height makes a pill."""
    if radius <= 0:
        fill(region(canvas, box), tone)
    else:
        stencil(canvas, box, _rounded(box.width, box.height, radius), tone)


def scrim(canvas: Pixels, words: Box, *, edge: Edge, tone: str, alpha: float, reach: int) -> None:
    """Tone the canvas from an edge to the far side of `words`, and let it fade out over `reach` more pixels.

    Where the words stand far from the edge (above a story's buttons) the tone fades out on both sides of them.
    """
    height, width = canvas.shape[:2]
    upright = edge in {"top", "bottom"}
    length = height if upright else width
    near, far = {
        "top": (words.y, words.bottom),
        "bottom": (height - words.bottom, height - words.y),
        "left": (words.x, words.right),
        "right": (width - words.right, width - words.x),
    }[edge]
    distance = np.arange(length, dtype=np.float32)
    beyond = np.maximum(distance - far, near - distance if near > FAR_FROM_EDGE * length else 0.0)
    fade = np.clip(1.0 - beyond / max(1, reach), 0.0, 1.0)
    ramp = alpha * fade * fade * (3.0 - 2.0 * fade)
    end = min(length, far + reach)
    if edge in {"bottom", "right"}:
        ramp, span = ramp[::-1], slice(length - end, length)
    else:
        span = slice(0, end)
    toned, ramp = (canvas[span] if upright else canvas[:, span]), ramp[span]
    even = np.flatnonzero(ramp >= alpha - 1e-6)
    first, last = (int(even[0]), int(even[-1]) + 1) if even.size else (0, 0)
    for start, stop in ((0, first), (first, last), (last, len(ramp))):
        part = toned[start:stop] if upright else toned[:, start:stop]
        if part.size and start == first and stop == last:
            _even(part, alpha, tone)
        elif part.size:
            _tone(part, ramp[start:stop], tone, upright=upright)


def _even(under: Pixels, alpha: float, tone: str) -> None:
    """Mix a colour into pixels, everywhere alike: a third of what a ramp costs."""
    flat = np.empty_like(under)
    fill(flat, tone)
    under[:] = cv2.addWeighted(under, 1.0 - alpha, flat, alpha, 0.0, dst=flat)


def _tone(under: Pixels, ramp: Floats, tone: str, *, upright: bool) -> None:
    """Mix a colour into pixels by a weight (0 to 1) for each row, or for each column; bytes all the way."""
    height, width = under.shape[:2]
    kept = np.repeat(np.rint(255.0 * (1.0 - ramp)).astype(np.uint8), 3)
    added = np.rint(np.outer(ramp, colour.bgr(tone))).astype(np.uint8)
    if upright:
        weights, tones = cv2.repeat(kept.reshape(-1, 3), 1, width), cv2.repeat(added, 1, width)
    else:
        weights, tones = cv2.repeat(kept.reshape(1, -1), height, 1), cv2.repeat(added.reshape(1, -1), height, 1)
    shape = (height, width, 3)
    mixed = cv2.multiply(under, np.asarray(weights, np.uint8).reshape(shape), scale=1 / 255)
    under[:] = cv2.add(mixed, np.asarray(tones, np.uint8).reshape(shape), dst=mixed)


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: float) -> Pixels:
    """A mask from the distance to the outline of a rounded rectangle, so that its rim is smooth."""
    radius = min(radius, width / 2, height / 2)
    across = np.abs(np.arange(width) + 0.5 - width / 2) - (width / 2 - radius)
    down = np.abs(np.arange(height) + 0.5 - height / 2) - (height / 2 - radius)
    outside = np.hypot(np.maximum(across, 0)[None, :], np.maximum(down, 0)[:, None])
    inside = np.minimum(np.maximum(across[None, :], down[:, None]), 0)
    covered = np.clip(0.5 - (outside + inside - radius), 0, 1) * 255.0
    return np.asarray(covered.round(), np.uint8)
