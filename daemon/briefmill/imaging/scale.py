"""A crop of a picture in exactly the pixels of a placement, without distortion.

Enlarging is bicubic (OpenCV: a twelfth of Pillow's Lanczos at SSIM 0.998), making smaller is antialiased Lanczos with
fractional boxes: cykooz.resizer where it is installed, which gives Pillow's result in an eighth of its time, else
Pillow. OpenCV's own cubic would alias there. A picture far larger than what is wanted is halved first, by the mean of
four pixels, until Lanczos has two to four pixels for each; the halves are kept for all placements, and for whoever
looks for the focus. A window that reaches beyond its picture shows there the ground that cut-outs stand on. How much
enlarging is too much, a rule decides.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image

from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels
from briefmill.imaging.focus import CropBox

_GAP: Final = 2.0
"""Lanczos works on at least two source pixels a pixel; what is beyond that, averaging may take (SSIM 0.997)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A picture in a placement's pixels. `upscale` is how many times larger the crop was made; under 1.0: smaller."""

    pixels: Pixels
    upscale: float


_ROUNDED: Final = 0.01  # pixels

_Filter = Callable[[CropBox, int, int], Pixels]


class Scaler:
    """Windows of one picture; its halves, and what the filter needs of them, are made once, when first asked for.

    `ground` is the colour (`#RRGGBB`) beyond the picture's edges.
    """

    def __init__(self, pixels: Pixels, *, ground: str = "#FFFFFF") -> None:
        self.pixels = pixels
        self._ground = colour.bgr(ground)
        self._levels = [pixels]
        self._filters: dict[int, _Filter] = {}

    def halved(self, times: int) -> Pixels:
        """The picture at 1/2, 1/4, ... of its size, each pixel the mean of those that it stands for."""
        while len(self._levels) <= times:
            self._levels.append(colour.halved(self._levels[-1]))
        return self._levels[times]

    def fit(self, crop: CropBox, width: int, height: int) -> Fitted:
        """The window as `width` x `height`; a window of another shape is trimmed around its centre."""
        window = _shaped(crop, width / height)
        upscale = width / window.width
        if not _within(window, self.pixels):
            return Fitted(pixels=self._grounded(window, width, height), upscale=upscale)
        if upscale >= 1.0:
            return Fitted(pixels=_enlarged(self.pixels, window, width, height), upscale=upscale)
        times = max(0, math.floor(math.log2(1.0 / (upscale * _GAP))))
        box = _inside(window, 2**times, self.halved(times))
        if times not in self._filters:
            self._filters[times] = _filter(self.halved(times))
        return Fitted(pixels=self._filters[times](box, width, height), upscale=upscale)

    def _grounded(self, window: CropBox, width: int, height: int) -> Pixels:
        factor = width / window.width
        high, wide = self.pixels.shape[:2]
        left, right = (min(max(0, round((edge - window.x) * factor)), width) for edge in (0, wide))
        top, bottom = (min(max(0, round((edge - window.y) * factor)), height) for edge in (0, high))
        canvas = np.full((height, width, 3), self._ground, np.uint8)
        if left < right and top < bottom:
            x, y = max(0.0, window.x + left / factor), max(0.0, window.y + top / factor)
            part = CropBox(
                x=x,
                y=y,
                width=min((right - left) / factor, wide - x),
                height=min((bottom - top) / factor, high - y),
            )
            canvas[top:bottom, left:right] = self.fit(part, right - left, bottom - top).pixels
        return canvas


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
    # A window may begin at the very edge: what it holds is then less than a pixel, and looks like the last one.
    left, top = min(int(window.x), wide - 1), min(int(window.y), high - 1)
    right, bottom = min(wide, math.ceil(window.x + window.width)), min(high, math.ceil(window.y + window.height))
    part = pixels[top:bottom, left:right]
    # Given a factor, not a size, OpenCV keeps to it exactly; a size would stretch by the rounding of the window. What
    # `warpAffine` would do for fractional corners too costs ten times as much, and `focus.crop` gives whole ones.
    larger = cv2.resize(part, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    x = _held(round((window.x - left) * factor), larger.shape[1] - width)
    y = _held(round((window.y - top) * factor), larger.shape[0] - height)
    cut = larger[y : y + height, x : x + width]
    missing = (height - cut.shape[0], width - cut.shape[1])
    if any(missing):
        cut = cv2.copyMakeBorder(cut, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(cut, np.uint8)


def _held(value: int, top: int) -> int:
    return max(0, min(value, top))


def _within(window: CropBox, pixels: Pixels) -> bool:
    high, wide = pixels.shape[:2]
    # A crop's size is a fraction, and fractions round.
    beyond = max(-window.x, -window.y, window.x + window.width - wide, window.y + window.height - high)
    return bool(beyond < _ROUNDED)


def _inside(window: CropBox, factor: int, pixels: Pixels) -> CropBox:
    """The window in the pixels of a picture that is smaller by `factor`, held inside of it."""
    high, wide = pixels.shape[:2]
    left, top = max(0.0, window.x / factor), max(0.0, window.y / factor)
    right, bottom = (
        min(float(wide), (window.x + window.width) / factor),
        min(float(high), (window.y + window.height) / factor),
    )
    return CropBox(x=left, y=top, width=right - left, height=bottom - top)


def _filter(pixels: Pixels) -> _Filter:
    """Lanczos over one picture, by the fastest that is installed; the order of the channels means nothing to it."""
    try:
        import cykooz_resizer as fast
    except ImportError:  # no wheel for this machine
        image = Image.fromarray(pixels)

        def by_pillow(box: CropBox, width: int, height: int) -> Pixels:
            edges = (box.x, box.y, box.x + box.width, box.y + box.height)
            return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS, box=edges), np.uint8)

        return by_pillow

    high, wide = pixels.shape[:2]
    source = fast.ImageData(wide, high, fast.PixelType.U8x3, pixels.tobytes())
    lanczos = fast.ResizeAlg.convolution(fast.FilterType.lanczos3)

    def fastest(box: CropBox, width: int, height: int) -> Pixels:
        made = fast.ImageData(width, height, fast.PixelType.U8x3)
        region = fast.CropBox(box.x, box.y, box.width, box.height)
        fast.Resizer().resize(source, made, fast.ResizeOptions(resize_alg=lanczos, crop_box=region))
        return np.frombuffer(made.get_buffer(), np.uint8).reshape(height, width, 3).copy()

    return fastest
