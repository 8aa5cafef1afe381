"""Colour arithmetic: hex and back, WCAG luminance and contrast, CIEDE2000, and how much of a picture is on brand.

Luminance and contrast are those of WCAG 2.2; colour distance is CIEDE2000 in CIE L*a*b* (D65). Pixels are BGR. What
is drawn in which colour is decided elsewhere (`compose`, `scene`); what share of brand colour is enough, in the rules.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

THUMBNAIL = 192
"""Longer side in pixels of the copy (for palettes: the grid) that is measured: the same shares at a fiftieth."""


def rgb(value: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#RRGGBB`. Raises ValueError for anything else."""
    digits = value.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"{value!r} is no colour of the form #RRGGBB")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def bgr(value: str) -> tuple[int, int, int]:
    """Blue, green and red of `#RRGGBB`, the order in which OpenCV draws."""
    red, green, blue = rgb(value)
    return blue, green, red


def hex_of(red: float, green: float, blue: float) -> str:
    """`#RRGGBB` of three channels, rounded and held within 0 to 255."""
    return "#" + "".join(f"{min(255, max(0, round(float(part)))):02X}" for part in (red, green, blue))


@cache
def _linear() -> Floats:
    # IEC 61966-2-1; of the 256 bytes none lies between its 0.04045 and the 0.03928 of older WCAG texts.
    encoded = np.arange(256, dtype=np.float64) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


_WEIGHTS = np.array([[0.0722, 0.7152, 0.2126]], dtype=np.float32)


def luminance(pixels: Pixels) -> Floats:
    """WCAG 2.2 relative luminance, 0 to 1, of every pixel of a BGR picture (height x width x 3)."""
    light = np.asarray(cv2.transform(_linear()[pixels], _WEIGHTS), np.float32)
    return light.reshape(pixels.shape[:2])


def luminance_of(value: str) -> float:
    """WCAG 2.2 relative luminance, 0 to 1, of one `#RRGGBB`."""
    return float(luminance(np.array([[bgr(value)]], dtype=np.uint8))[0, 0])


def contrast(first: float, second: float) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21, of two relative luminances in any order."""
    lighter, darker = max(first, second), min(first, second)
    return (lighter + 0.05) / (darker + 0.05)


def lab(pixels: Pixels) -> Floats:
    """CIE L*a*b* (D65) of a BGR picture: L 0 to 100, a and b about -128 to 127."""
    return np.asarray(cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_BGR2Lab), np.float32)


def lab_of(value: str) -> NDArray[np.float64]:
    """CIE L*a*b* (D65) of one `#RRGGBB`, three numbers."""
    return np.asarray(lab(np.array([[bgr(value)]], dtype=np.uint8))[0, 0], np.float64)


def delta_e2000(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """CIEDE2000 colour difference of L*a*b* arrays (last axis 3), broadcast against each other; kL = kC = kH = 1.

    After Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary Test Data,
    and Mathematical Observations", Color Research and Application 30 (2005); the numbers are those of its equations.
    """
    one, two = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(two[..., 1], two[..., 2])) / 2  # (2), (3)
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))  # 1 + G of (4)
    a1, a2 = one[..., 1] * stretch, two[..., 1] * stretch  # (5)
    c1, c2 = np.hypot(a1, one[..., 2]), np.hypot(a2, two[..., 2])  # (6)
    h1 = np.degrees(np.arctan2(one[..., 2], a1)) % 360  # (7)
    h2 = np.degrees(np.arctan2(two[..., 2], a2)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)  # (10)
    # The modulo sends a turn of exactly +180 to -180; equation (10) keeps it.
    turn = np.where(~grey & (turn == -180) & (h2 > h1), 180.0, turn)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))  # (11)
    lightness = (one[..., 0] + two[..., 0]) / 2  # (12)
    mean_c = (c1 + c2) / 2  # (13)
    return _weighted(two[..., 0] - one[..., 0], c2 - c1, d_hue, (lightness, mean_c, _mean_hue(h1, h2, grey)))


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64], grey: NDArray[np.bool_]) -> NDArray[np.float64]:  # (14)
    total = h1 + h2
    near = np.abs(h1 - h2) <= 180
    far = np.where(total < 360, (total + 360) / 2, (total - 360) / 2)
    return np.where(grey, total, np.where(near, total / 2, far))


def _weighted(
    d_light: NDArray[np.float64],
    d_chroma: NDArray[np.float64],
    d_hue: NDArray[np.float64],
    means: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    lightness, chroma, hue = means
    hue_weight = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )  # (15)
    rotation = np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))  # (16)
    chroma_7 = chroma**7
    twist = -2 * np.sqrt(chroma_7 / (chroma_7 + 25.0**7)) * rotation  # (17), (21)
    off_mid = (lightness - 50) ** 2
    light = d_light / (1 + 0.015 * off_mid / np.sqrt(20 + off_mid))  # (18)
    sat = d_chroma / (1 + 0.045 * chroma)  # (19)
    tint = d_hue / (1 + 0.015 * chroma * hue_weight)  # (20)
    result: NDArray[np.float64] = np.sqrt(np.maximum(0.0, light**2 + sat**2 + tint**2 + twist * sat * tint))  # (22)
    return result


@dataclass(frozen=True, kw_only=True)
class PaletteShare:
    """How much of a picture is on brand: the share of its pixels, 0 to 1, within the tolerance of some brand colour.

    `worst_hex` is the largest patch of colour that is not, `worst_delta` its distance (CIEDE2000) from the nearest
    brand colour; empty and 0.0 where everything is on brand.
    """

    share: float
    worst_hex: str = ""
    worst_delta: float = 0.0


def thumbnail(pixels: Pixels, side: int = THUMBNAIL) -> Pixels:
    """A copy whose longer side is at most `side` pixels, antialiased."""
    height, width = pixels.shape[:2]
    factor = max(height, width) / side
    if factor <= 1:
        return pixels
    while max(pixels.shape[:2]) >= 2 * side:
        pixels = halved(pixels)
    return resized(pixels, max(1, round(width / factor)), max(1, round(height / factor)))


def halved(pixels: Pixels) -> Pixels:
    """A copy at half the size, each pixel the mean of the four (at an odd end: two) that it stands for.

    OpenCV has a path of its own for this: to halve a photo again and again costs a seventh of one step by area.
    """
    height, width = pixels.shape[:2]
    down, across = height // 2, width // 2
    if 2 * down == height and 2 * across == width:
        return resized(pixels, across, down)
    half = np.empty((height - down, width - across, *pixels.shape[2:]), np.uint8)
    for top, bottom in ((0, 2 * down), (2 * down, height)):
        for left, right in ((0, 2 * across), (2 * across, width)):
            if top < bottom and left < right:
                high, wide = (bottom - top + 1) // 2, (right - left + 1) // 2
                part = resized(pixels[top:bottom, left:right], wide, high)
                half[top // 2 : top // 2 + high, left // 2 : left // 2 + wide] = part
    return half


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """A smaller copy by area averaging."""
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def palette_share(pixels: Pixels, palette: Sequence[str], *, tolerance: float = 10.0) -> PaletteShare:
    """Measure a BGR picture against brand colours (`#RRGGBB`), on a grid of its pixels. An empty palette allows all."""
    if not palette:
        return PaletteShare(share=1.0)
    step = math.ceil(max(pixels.shape[:2]) / _GRID)
    small = np.ascontiguousarray(pixels[::step, ::step]).reshape(-1, 3)
    # Pictures repeat themselves: 5 bits a channel is well under the tolerance and ten times fewer colours to measure.
    blue, green, red = (small[:, channel] >> 3 for channel in range(3))
    codes = (blue.astype(np.int32) << 10) | (green.astype(np.int32) << 5) | red
    counts = np.bincount(codes, minlength=_CODES)
    present = np.flatnonzero(counts)
    found, times = _distances(tuple(palette)).of(present), counts[present]
    off = found > tolerance
    share = float(times[~off].sum() / times.sum())
    if not off.any():
        return PaletteShare(share=share)
    worst = int(np.argmax(np.where(off, times, 0)))
    code = int(present[worst])
    named = hex_of(*((code >> shift & 31) * 8 + 4 for shift in (0, 5, 10)))
    return PaletteShare(share=share, worst_hex=named, worst_delta=round(float(found[worst]), 2))


_CODES = 1 << 15
_GRID = 128  # places along the longer side where a palette is looked for: shares to half a percent


class _Distances:
    """How far each colour of 5 bits a channel lies from the nearest of a palette; measured when first met."""

    def __init__(self, palette: Sequence[str]) -> None:
        self._brand = np.array([lab_of(value) for value in palette])
        self._known = np.full(_CODES, -1.0)

    def of(self, codes: NDArray[np.intp]) -> NDArray[np.float64]:
        """The distances (CIEDE2000) of some codes."""
        new = codes[self._known[codes] < 0]
        if new.size:
            channels = np.stack([new >> shift & 31 for shift in (10, 5, 0)], axis=-1) * 8 + 4
            measured = lab(np.asarray(channels, np.uint8)[:, None, :])
            self._known[new] = delta_e2000(measured, self._brand[None, :, :]).min(axis=1)
        return self._known[codes]


@lru_cache(maxsize=16)
def _distances(palette: tuple[str, ...]) -> _Distances:
    return _Distances(palette)
