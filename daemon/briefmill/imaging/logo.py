"""A logo ready to be laid on a picture: straight alpha, trimmed to what shows.

Drawings (SVG) are rendered by `imaging.vector`, pixel pictures read by `imaging.decode`; which one a file is its first
bytes tell. Many logos arrive as an opaque picture on plain white. Where the ground is clearly one flat colour all
around the rim it is made transparent, with soft edges kept soft; anything less clear is left as it came, because a
wrongly cut logo is worse than one on a box. Where and how large it is set is decided by the layout.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import decode, vector
from briefmill.imaging.colour import Floats, Pixels

Mask = NDArray[np.bool_]

MAX_SIDE: Final = 1024
"""Longer side in pixels that is kept, and that a drawing's ink is rendered at: no placement shows a logo larger."""

_LARGEST_PAGE: Final = 4096
_VISIBLE: Final = 8
_FLAT: Final = 6.0
_INK: Final = 24.0
_BADGE: Final = 0.5


def load(data: bytes) -> Pixels:
    """Decode a logo to BGRA (straight alpha), its flat ground made transparent and its empty border trimmed.

    Raises AssetRefused for what is neither picture nor usable drawing, and for a logo of which nothing shows.
    """
    return _drawn(data) if vector.is_drawing(data) else _freed(_limited(decode.cutout(data)))


def _drawn(data: bytes) -> Pixels:
    """A drawing at its size; one whose page is mostly empty is rendered again, so much larger."""
    pixels = _freed(vector.raster(data, MAX_SIDE))
    page = min(_LARGEST_PAGE, round(MAX_SIDE**2 / max(pixels.shape[:2])))
    return _freed(vector.raster(data, page)) if page > 2 * MAX_SIDE else pixels


def _freed(pixels: Pixels) -> Pixels:
    """The logo without its flat ground and its empty border."""
    if int(pixels[..., 3].min()) == 255:
        pixels = _without_ground(pixels)
    visible = pixels[..., 3] > _VISIBLE
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    if not rows.size:
        raise AssetRefused(
            Problem(
                code="asset.logo.blank",
                message="nothing shows on the logo: it is wholly transparent or one flat colour.",
                fix="Export the logo again and look at it on a grey ground.",
            )
        )
    return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _limited(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    factor = MAX_SIDE / max(height, width)
    if factor >= 1:
        return pixels
    # Averaging straight alpha would mix in the colour of pixels that nobody sees.
    premultiplied = pixels.astype(np.float32)
    premultiplied[..., :3] *= premultiplied[..., 3:] / 255.0
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), np.float32)
    small[..., :3] *= 255.0 / np.maximum(small[..., 3:], 1.0)
    return np.asarray(np.clip(small + 0.5, 0, 255), np.uint8)


def _without_ground(pixels: Pixels) -> Pixels:
    colours = pixels[..., :3].astype(np.float32)
    rim = np.concatenate((colours[0], colours[-1], colours[:, 0], colours[:, -1]))
    ground = np.median(rim, axis=0)
    if float(np.abs(rim - ground).max()) > _FLAT:
        return pixels
    distance = np.asarray(np.abs(colours - ground).max(axis=2), np.float32)
    cleared = _cleared(distance)
    return _softened(colours, np.asarray(ground, np.float32), distance, cleared)


def _cleared(distance: Floats) -> Mask:
    """Where the ground shows: around the ink and inside its letters, but not inside a badge that fills the logo."""
    ink = (distance > _INK).astype(np.uint8)
    covered = np.zeros_like(ink)
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return np.asarray(covered == 0, np.bool_)
    _, _, wide, high = cv2.boundingRect(ink)
    for index, outline in enumerate(outlines):
        if tree[0][index][3] >= 0:
            continue  # a hole, dealt with by the shape around it
        box = cv2.boundingRect(outline)
        if box[2] * box[3] >= _BADGE * wide * high:
            cv2.drawContours(covered, outlines, index, 1, cv2.FILLED)
    return np.asarray((covered | ink) == 0, np.bool_)


def _softened(colours: Floats, ground: Floats, distance: Floats, cleared: Mask) -> Pixels:
    near = cv2.dilate(cleared.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    full = np.asarray(cv2.dilate(distance, np.ones((5, 5), np.uint8)), np.float32)
    share = np.clip(distance / np.maximum(full, 1.0), 0.0, 1.0)
    share[distance <= _FLAT] = 0.0
    alpha = np.where(near, share, 1.0).astype(np.float32)
    alpha[cleared & (full <= _INK)] = 0.0
    # A pixel at the rim is ink mixed with ground; taking the ground out leaves no pale fringe.
    ink = ground + (colours - ground) / np.maximum(alpha, 0.05)[..., None]
    layers = np.dstack((np.clip(ink, 0, 255), alpha * 255.0))
    return np.asarray(layers + 0.5, np.uint8)
