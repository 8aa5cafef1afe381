"""Pixels to a finished file, under a byte cap where the placement has one.

Which encoder and which of its settings is a matter of measurement: OpenCV for JPEG and PNG (Pillow's PNG takes 5 to 16
times as long), WebP at method 2, AVIF at speed 8. Nothing of the source's metadata is carried over; the pixels are
sRGB. A cap is met by the quality setting alone, found by a secant in log/log, because bytes fall as a power of the
quantiser's step; below a floor nothing is shipped, and the result says that it does not fit: a rule turns that into a
finding.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image

from briefmill.errors import ConfigError, Permanent
from briefmill.imaging.colour import Pixels

FLOOR: Final = 40
"""The lowest quality that is shipped: below it JPEG blocks show on plain grounds."""

MAX_ENCODES: Final = 5
MEDIA_TYPES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
}

_NEAR_ENOUGH: Final = 0.97
_FIRST_SLOPE: Final = -0.8


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A finished file. `quality` is the encoder's setting, 0 where lossless; `fits` is False above the byte cap."""

    data: bytes
    media_type: str
    extension: str
    quality: int
    width: int
    height: int
    fits: bool = True


def encode(pixels: Pixels, *, extension: str, max_bytes: int | None = None, quality: int = 88) -> Encoded:
    """Encode a BGR picture as `jpg`, `jpeg`, `png`, `webp` or `avif`.

    Under a cap the highest quality of at most `quality`, and at least FLOOR, that fits is sought with at most
    MAX_ENCODES encodings. Raises ConfigError for a format there is no encoder for.
    """
    kind = extension.lower().removeprefix(".")
    if kind not in MEDIA_TYPES:
        known = ", ".join(MEDIA_TYPES)
        raise ConfigError(f"no encoder for the format {extension!r}; a placement may ask for {known}.")
    if kind == "png":
        data, used = _png(pixels, max_bytes), 0
    else:
        data, used = _lossy(_ENCODERS[kind], pixels, max_bytes, quality)
    height, width = pixels.shape[:2]
    return Encoded(
        data=data,
        media_type=MEDIA_TYPES[kind],
        extension=kind,
        quality=used,
        width=width,
        height=height,
        fits=max_bytes is None or len(data) <= max_bytes,
    )


def _png(pixels: Pixels, max_bytes: int | None) -> bytes:
    data = _by_opencv(".png", pixels, [])
    if max_bytes is None or len(data) <= max_bytes:
        return data
    smallest = [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT]
    return min(data, _by_opencv(".png", pixels, smallest), key=len)


def _jpeg(pixels: Pixels, quality: int, capped: bool) -> bytes:
    # Optimised tables save 4 % of the bytes for twice the time: worth it only where bytes are short.
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, int(capped)]
    return _by_opencv(".jpg", pixels, options)


def _webp(pixels: Pixels, quality: int, capped: bool) -> bytes:
    del capped
    return _by_pillow(pixels, "WEBP", quality=quality, method=2)


def _avif(pixels: Pixels, quality: int, capped: bool) -> bytes:
    del capped
    return _by_pillow(pixels, "AVIF", quality=quality, speed=8)


_Encoder = Callable[[Pixels, int, bool], bytes]
_ENCODERS: Final[dict[str, _Encoder]] = {"jpg": _jpeg, "jpeg": _jpeg, "webp": _webp, "avif": _avif}


def _by_opencv(suffix: str, pixels: Pixels, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, pixels, options)
    if not done:
        raise Permanent(f"a picture of {pixels.shape[1]} x {pixels.shape[0]} pixels cannot be written as {suffix[1:]}.")
    return data.tobytes()


def _by_pillow(pixels: Pixels, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)).save(buffer, kind, **options)
    return buffer.getvalue()


def _lossy(encoder: _Encoder, pixels: Pixels, max_bytes: int | None, quality: int) -> tuple[bytes, int]:
    data = encoder(pixels, quality, False)
    if max_bytes is None or len(data) <= max_bytes:
        return data, quality
    if quality <= FLOOR:
        return data, quality
    return _Search(encoder=encoder, pixels=pixels, cap=max_bytes).run(quality, len(data))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """Looks for the highest quality under a cap, between one that is known to be too much and the floor."""

    encoder: _Encoder
    pixels: Pixels
    cap: int

    def run(self, top: int, top_bytes: int) -> tuple[bytes, int]:
        above, below = (top, top_bytes), None
        best: tuple[bytes, int] | None = None
        guess = _solve(above, None, self.cap)
        for left in reversed(range(MAX_ENCODES - 1)):
            if best is None and left == 0:
                guess = FLOOR  # the last encoding tells for certain whether it can be done at all
            data = self.encoder(self.pixels, guess, True)
            if len(data) <= self.cap:
                best, below = (data, guess), (guess, len(data))
                if guess + 1 >= above[0] or len(data) >= self.cap * _NEAR_ENOUGH:
                    break
            else:
                above = (guess, len(data))
                if guess == FLOOR:
                    return data, guess
                if below is not None and guess - 1 <= below[0]:
                    break
            guess = _solve(above, below, self.cap)
        assert best is not None  # the loop ends with a fit, or has returned at the floor
        return best


def _solve(above: tuple[int, int], below: tuple[int, int] | None, cap: int) -> int:
    """The quality at which the bytes should meet the cap, by what was measured on both sides of it."""
    x_above, y_above = _step(above[0]), math.log(above[1])
    if below is None:
        slope, lowest = _FIRST_SLOPE, FLOOR
    else:
        x_below, lowest = _step(below[0]), below[0] + 1
        slope = (y_above - math.log(below[1])) / (x_above - x_below)
    # Aiming a percent under the cap: a guess that fits ends the search, one just above it does not.
    x = x_above + (math.log(cap * 0.99) - y_above) / min(slope, -0.05)
    return max(lowest, min(above[0] - 1, _quality(x)))


def _step(quality: int) -> float:
    """Logarithm of the IJG quantiser's scale, in percent of the standard's tables, at a quality of 1 to 100."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    return math.log(max(scale, 1.0))


def _quality(step: float) -> int:
    scale = math.exp(min(step, 8.0))
    return math.floor(5000 / scale if scale > 100 else (200 - scale) / 2)
