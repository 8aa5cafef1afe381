"""A crop of a picture in exactly the pixels of a placement, without distortion.

Enlarging is bicubic (OpenCV: a twelfth of Pillow's Lanczos at SSIM 0.998), making smaller is antialiased Lanczos with
fractional boxes: cykooz.resizer where it is installed, which gives Pillow's result in an eighth of its time, else
Pillow with whole-number area averaging before it where the source is much larger. OpenCV's own cubic would alias there.
How much enlarging is too much, a rule decides.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import cv2
import numpy as np
from PIL import Image

from briefmill.imaging.colour import Pixels
from briefmill.imaging.focus import CropBox

_GAP: Final = 3
"""Lanczos works on at least three source pixels a pixel; what is beyond that, cheap averaging may take."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A picture in a placement's pixels. `upscale` is how many times larger the crop was made; under 1.0: smaller."""

    pixels: Pixels
    upscale: float


class Scaler:
    """Windows of one picture; what a resampler needs of the whole picture is made once."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    def fit(self, crop: CropBox, width: int, height: int) -> Fitted:
        """The window as `width` x `height`; a window of another shape is trimmed around its centre."""
        window = _shaped(crop, width / height)
        upscale = width / window.width
        if upscale >= 1.0:
            return Fitted(pixels=_enlarged(self.pixels, window, width, height), upscale=upscale)
        convolved = self._convolved(window, width, height)
        made = _shrunk(self.pixels, window, width, height) if convolved is None else convolved
        return Fitted(pixels=made, upscale=upscale)

    @cached_property
    def _image(self) -> Image.Image:
        # The order of the channels means nothing to a filter.
        return Image.fromarray(self.pixels)

    def _convolved(self, window: CropBox, width: int, height: int) -> Pixels | None:
        try:
            import cykooz_resizer as fast
        except ImportError:  # no wheel for this machine
            return None
        box = fast.CropBox(
            max(0.0, window.x),
            max(0.0, window.y),
            min(window.width, self.pixels.shape[1] - max(0.0, window.x)),
            min(window.height, self.pixels.shape[0] - max(0.0, window.y)),
        )
        lanczos = fast.ResizeAlg.convolution(fast.FilterType.lanczos3)
        made = Image.new("RGB", (width, height))
        fast.Resizer().resize_pil(self._image, made, fast.ResizeOptions(resize_alg=lanczos, crop_box=box))
        return np.asarray(made, np.uint8)


def fit(pixels: Pixels, crop: CropBox, width: int, height: int) -> Fitted:
    """The window `crop` of `pixels` as `width` x `height`; a window of another shape is trimmed around its centre."""
    return Scaler(pixels).fit(crop, width, height)


def _shaped(crop: CropBox, ratio: float) -> CropBox:
    if crop.width > crop.height * ratio:
        wide = crop.height * ratio
        return CropBox(x=crop.x + (crop.width - wide) / 2, y=crop.y, width=wide, height=crop.height)
    high = crop.width / ratio
    return CropBox(x=crop.x, y=crop.y + (crop.height - high) / 2, width=crop.width, height=high)


def _enlarged(pixels: Pixels, window: CropBox, width: int, height: int) -> Pixels:
    high, wide = pixels.shape[:2]
    factor = width / window.width
    left, top = int(window.x), int(window.y)
    right, bottom = min(wide, math.ceil(window.x + window.width)), min(high, math.ceil(window.y + window.height))
    part = pixels[top:bottom, left:right]
    # Given a factor, not a size, OpenCV keeps to it exactly; a size would stretch by the rounding of the window. What
    # `warpAffine` would do for fractional corners too costs ten times as much, and `focus.crop` gives whole ones.
    larger = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    x = _within(round((window.x - left) * factor), larger.shape[1] - width)
    y = _within(round((window.y - top) * factor), larger.shape[0] - height)
    cut = larger[y : y + height, x : x + width]
    missing = (height - cut.shape[0], width - cut.shape[1])
    if any(missing):
        cut = cv2.copyMakeBorder(cut, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(cut, np.uint8)


def _within(value: int, top: int) -> int:
    return max(0, min(value, top))


def _shrunk(pixels: Pixels, window: CropBox, width: int, height: int) -> Pixels:
    factor = max(1, int(window.width / width / _GAP))
    # Lanczos looks three target pixels far; more of the source need not be copied.
    margin = math.ceil(3 * window.width / width) + 1
    left, top, part = _region(pixels, window, factor, margin)
    image = Image.fromarray(part)
    box = (
        max(0.0, (window.x - left) / factor),
        max(0.0, (window.y - top) / factor),
        min(float(image.width), (window.x + window.width - left) / factor),
        min(float(image.height), (window.y + window.height - top) / factor),
    )
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS, box=box), np.uint8)


def _region(pixels: Pixels, window: CropBox, factor: int, margin: int) -> tuple[int, int, Pixels]:
    """The part around the window, averaged down by `factor`, and where in the picture it starts."""
    high, wide = pixels.shape[:2]
    left, top = max(0, int(window.x) - margin), max(0, int(window.y) - margin)
    right = min(wide, math.ceil(window.x + window.width) + margin)
    bottom = min(high, math.ceil(window.y + window.height) + margin)
    part = pixels[top:bottom, left:right]
    if factor == 1:
        return left, top, np.ascontiguousarray(part)
    down, across = -part.shape[0] % factor, -part.shape[1] % factor
    padded = cv2.copyMakeBorder(part, 0, down, 0, across, cv2.BORDER_REPLICATE)
    size = (padded.shape[1] // factor, padded.shape[0] // factor)
    return left, top, np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
