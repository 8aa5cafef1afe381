"""The sizes of pictures that the API takes; developers.openai.com, November 2026."""

from typing import Final

SIDE: Final = 16
"""Both sides of a picture must be multiples of this; ratios from 1:3 to 3:1."""
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_SIDE: Final = 3840


def size(width: int, height: int) -> tuple[int, int]:
    """The nearest size that the API takes: multiples of 16, ratio within 1:3 to 3:1, within its numbers of pixels."""
    ratio = min(3.0, max(1 / 3, width / height))
    pixels = min(MOST_PIXELS, max(LEAST_PIXELS, width * height))
    high = (pixels / ratio) ** 0.5
    shrink = min(1.0, LONGEST_SIDE / max(high, high * ratio))
    wide, high = _multiple(high * ratio * shrink), _multiple(high * shrink)
    while wide * high < LEAST_PIXELS or not 1 / 3 <= wide / high <= 3:
        wide, high = (wide + SIDE, high) if wide / high < ratio else (wide, high + SIDE)
    while wide * high > MOST_PIXELS:
        wide, high = (wide - SIDE, high) if wide / high > ratio else (wide, high - SIDE)
    return wide, high


def _multiple(pixels: float) -> int:
    return max(SIDE, round(pixels / SIDE) * SIDE)
