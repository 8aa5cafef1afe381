"""Emoji in colour: their pictures out of a colour font, at the size of the type around them.

A colour font holds bitmaps of one size (Noto Color Emoji: 109 pixels) or layered outlines; either is drawn once by
FreeType at the size named in its face and scaled to the type it stands in, by area and with its alpha multiplied in, so
that no dark rim appears. Emoji are set a little smaller than their font asks: at 1.25 em wide and 1.17 high they would
push the lines of a headline apart. Which clusters are emoji is known to `imaging.clusters`; where no colour font has
them, `imaging.fonts` looks for an ordinary one.
"""

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from briefmill.imaging.colour import Pixels

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

SHARE: Final = 0.86
"""The em of an emoji in the em of the type around it."""


class Picture:
    """A run of emoji as its font draws it at `size` pixels: BGRA with alpha multiplied in, and where it stands.

    `left` and `top` place it around the pen's start on the base line (y grows down), `advance` moves the pen on, all in
    pixels of that size.
    """

    def __init__(self, text: str, font: "FreeTypeFont", size: int) -> None:
        from PIL import Image, ImageDraw

        margin = size
        self.size = size
        self.advance = font.getlength(text)
        extent = (round(self.advance) + 2 * margin, 3 * size)
        canvas = Image.new("RGBA", extent)
        # Pasting on clear black multiplies the colours by their alpha.
        ImageDraw.Draw(canvas).text((margin, 2 * size), text, font=font, anchor="ls", embedded_color=True)
        left, top, right, bottom = canvas.getchannel("A").getbbox() or (margin, 2 * size, margin, 2 * size)
        self.left, self.top = left - margin, top - 2 * size
        rgba = np.asarray(canvas.crop((left, top, right, bottom)))
        self.pixels: Pixels = np.ascontiguousarray(rgba[..., [2, 1, 0, 3]])

    @property
    def empty(self) -> bool:
        """True when the font drew nothing."""
        return not self.pixels.size

    def scaled(self, em: float) -> Pixels:
        """The picture for type of `em` pixels."""
        share = em / self.size
        height, width = self.pixels.shape[:2]
        extent = (max(1, round(width * share)), max(1, round(height * share)))
        method = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(self.pixels, extent, interpolation=method), np.uint8)


def straight(premultiplied: Pixels) -> Pixels:
    """BGRA with its alpha no longer multiplied into the colours."""
    alpha = premultiplied[..., 3:].astype(np.float32)
    colours = np.clip(premultiplied[..., :3] * (255.0 / np.maximum(alpha, 1.0)), 0, 255)
    return np.dstack([colours.round().astype(np.uint8), premultiplied[..., 3]])


def lay(under: Pixels, layer: Pixels) -> None:
    """Lay BGRA with straight alpha on BGR pixels of the same size, in place."""
    alpha = np.asarray(cv2.merge([np.ascontiguousarray(layer[..., 3])] * 3), np.uint8)
    added = cv2.multiply(np.ascontiguousarray(layer[..., :3]), alpha, scale=1 / 255)
    kept = cv2.multiply(under, cv2.bitwise_not(alpha), scale=1 / 255)
    under[:] = cv2.add(kept, added, dst=kept)
