"""Pictures of few colours, stored as places in a list of them: PNG without any loss, GIF with the nearest 256.

Most creatives show a photo and have tens of thousands of colours: that is seen from a few thousand pixels, so asking
costs them nothing.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from briefmill.imaging.colour import Pixels

MOST: Final = 256
"""Colours that fit into a byte."""

_LOOK: Final = 64  # places along each side for the first look


def exact(pixels: Pixels) -> Image.Image | None:
    """A BGR picture as a palette picture of the same colours, or None where it has more than MOST."""
    down, across = (max(1, side // _LOOK) for side in pixels.shape[:2])
    if len(np.unique(_codes(pixels[::down, ::across]))) > MOST:
        return None
    codes = _codes(pixels)
    # A table of all colours that there are is quicker than sorting a million pixels; only what is met costs memory.
    met = np.zeros(1 << 24, np.bool_)
    met[codes] = True
    colours = np.flatnonzero(met)
    if len(colours) > MOST:
        return None
    places = np.zeros(1 << 24, np.uint8)
    places[colours] = np.arange(len(colours))
    image = Image.fromarray(places[codes])
    image.putpalette([int(colour) >> shift & 255 for colour in colours for shift in (16, 8, 0)])
    return image


def adapted(pixels: Pixels, colours: int) -> Image.Image:
    """A BGR picture in at most so many colours (2 to MOST), the steps between them dithered."""
    image = Image.fromarray(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8))
    # Dithered, its colours are as near as those of the median cut, for a quarter of the time and fewer bytes.
    palette = image.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _codes(pixels: Pixels) -> NDArray[np.int32]:
    """Red, green and blue of each pixel in one number."""
    wide = cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA)
    return np.asarray(wide.view("<i4")[..., 0] & 0xFFFFFF, np.int32)
