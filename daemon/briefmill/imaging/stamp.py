"""A logo at a size, ready to be laid on pixels: scaled once, laid in bytes.

A brand's logo comes again on every creative of every job. What was made of it is remembered in the library, by the
identity of its pixels: half-size copies, from which each size is made in small steps, and the sizes themselves.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Box
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library

_SPARE: Final = 2
"""A copy may be scaled down from where it has at least so many times the wanted pixels on each side."""


@dataclass(frozen=True, eq=False)
class Stamp:
    """A logo at a size: its colours times its cover, and how much of the ground is kept; both h x w x 3, 0 to 255."""

    tinted: Pixels
    kept: Pixels

    def straight(self) -> Pixels:
        """The logo's own colours, BGR, where it covers anything."""
        cover = np.maximum(255 - self.kept.astype(np.uint16), 1)
        whole = np.minimum((self.tinted * np.uint16(255) + cover // 2) // cover, 255)
        return np.asarray(whole, np.uint8)

    def cover(self) -> Pixels:
        """How much of the ground it covers, h x w, 0 to 255."""
        return np.asarray(255 - self.kept[..., 0], np.uint8)


def of(picture: Pixels, width: int, height: int, library: Library) -> Stamp:
    """A logo (BGRA, straight alpha) at a size in pixels."""
    key = ("stamp", id(picture), width, height)
    known: tuple[Pixels, Stamp] | None = library.recall(key)
    if known is None or known[0] is not picture:
        known = (picture, _scaled(_copies(picture, library), width, height))
        library.remember(key, known)
    return known[1]


def lay(canvas: Pixels, box: Box, picture: Pixels, library: Library) -> None:
    """Lay a logo (BGRA, straight alpha) into its box, stretched to it. The box must lie inside the canvas."""
    stamp = of(picture, box.width, box.height, library)
    under = canvas[box.y : box.bottom, box.x : box.right]
    shown = cv2.multiply(under, stamp.kept, scale=1 / 255)
    cv2.add(shown, stamp.tinted, dst=shown)
    under[:] = shown


def _copies(picture: Pixels, library: Library) -> list[Pixels]:
    """The logo with its colours times its cover (BGRA), and copies of half, a quarter, ... of its size."""
    key = ("stamps", id(picture))
    known: tuple[Pixels, list[Pixels]] | None = library.recall(key)
    if known is None or known[0] is not picture:
        alpha = cv2.merge([np.ascontiguousarray(picture[..., 3])] * 3)
        colours = cv2.multiply(np.ascontiguousarray(picture[..., :3]), alpha, scale=1 / 255)
        copies = [np.asarray(np.dstack([colours, picture[..., 3]]), np.uint8)]
        while min(copies[-1].shape[:2]) >= 16:
            height, width = copies[-1].shape[:2]
            half = cv2.resize(copies[-1], ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_AREA)
            copies.append(np.asarray(half, np.uint8))
        known = (picture, copies)
        library.remember(key, known)
    return known[1]


def _scaled(copies: list[Pixels], width: int, height: int) -> Stamp:
    large = (one for one in reversed(copies) if one.shape[1] >= _SPARE * width and one.shape[0] >= _SPARE * height)
    source = next(large, copies[0])
    method = cv2.INTER_AREA if width < source.shape[1] else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(source, (width, height), interpolation=method), np.uint8)
    cover = np.ascontiguousarray(scaled[..., 3])
    # Enlarging rings: a colour above its cover would shine.
    tinted = np.minimum(scaled[..., :3], cover[..., None])
    return Stamp(tinted=np.ascontiguousarray(tinted), kept=np.asarray(cv2.merge([255 - cover] * 3), np.uint8))
