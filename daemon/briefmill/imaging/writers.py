"""One encoding each: pixels, or a palette picture, to the bytes of a file.

Which library and which of its settings is a matter of measurement: OpenCV for JPEG and PNG (Pillow's PNG takes 5 to 16
times as long), Pillow for WebP at method 2 (3 % more bytes than its default for two fifths of the time) and for AVIF
at speed 8. Nothing is written but pixels and, where asked for, the sRGB profile. What is tried after what, and what
fits, is `encode`'s business.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from PIL import Image

from briefmill.errors import Permanent
from briefmill.imaging import profile
from briefmill.imaging.colour import Pixels


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a lossy file is written; a format that knows no such thing passes over it.

    `tight` spends time to save bytes without losing quality, `full_chroma` keeps colour as sharp as luma (4:4:4),
    `icc` adds the sRGB profile. `xmp` is a packet for those that Pillow writes; `packet` puts it into the others.
    """

    tight: bool = False
    full_chroma: bool = False
    icc: bool = False
    xmp: bytes = b""


def jpeg(pixels: Pixels, quality: int, style: Style) -> bytes:
    """A baseline JPEG of a BGR picture."""
    # Tables of its own save 1 to 22 % of the bytes for twice the time: worth it only where bytes are short.
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, int(style.tight)]
    if style.full_chroma:
        options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    data = _by_opencv(".jpg", pixels, options)
    return profile.into_jpeg(data) if style.icc else data


def webp(pixels: Pixels, quality: int, style: Style) -> bytes:
    """A lossy WebP of a BGR picture; the format keeps colour at half the size always."""
    return _by_pillow(_image(pixels), "WEBP", quality=quality, method=2, **_profiled(style))


def avif(pixels: Pixels, quality: int, style: Style) -> bytes:
    """An AVIF of a BGR picture."""
    sampling = "4:4:4" if style.full_chroma else "4:2:0"
    # A worker has one core; with more threads the encoder would only take it from the others.
    options = {"quality": quality, "speed": 8, "subsampling": sampling, "max_threads": 1}
    return _by_pillow(_image(pixels), "AVIF", **options, **_profiled(style))


PNG_WAYS: Final[tuple[tuple[int, ...], ...]] = (
    (),
    (cv2.IMWRITE_PNG_COMPRESSION, 3, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    (cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT),
)
"""How a PNG may be packed: quickly, for twice the time (3 to 5 % less of a photo), for eight times (flat graphics)."""


def png(pixels: Pixels, way: tuple[int, ...], *, icc: bool) -> bytes:
    """A PNG of a BGR picture, in one of the ways above."""
    data = _by_opencv(".png", pixels, list(way))
    return profile.into_png(data) if icc else data


def indexed_png(image: Image.Image, *, icc: bool) -> bytes:
    """A PNG of a palette picture."""
    data = _by_pillow(image, "PNG", compress_level=6)
    return profile.into_png(data) if icc else data


def gif(image: Image.Image) -> bytes:
    """A GIF of a palette picture, standing still."""
    return _by_pillow(image, "GIF", interlace=0)


def webp_curve(pixels: Pixels) -> Callable[[int], float]:
    """The logarithm of a WebP's bytes by its quality, but for a constant; the same for all pictures.

    The quantiser's index is libwebp's (`QualityToCompression` in its `quant_enc.c`); the slope is the middle of what
    was measured on seven pictures.
    """
    del pixels

    def bytes_at(quality: int) -> float:
        share = quality / 100
        return 0.028 * 127 * math.cbrt(share * 2 / 3 if share < 0.75 else 2 * share - 1)

    return bytes_at


def avif_curve(pixels: Pixels) -> Callable[[int], float]:
    """The logarithm of an AVIF's bytes by its quality, but for a constant; the slope as measured on seven pictures."""
    del pixels
    return lambda quality: 0.04 * quality


def _by_opencv(suffix: str, pixels: Pixels, options: list[int]) -> bytes:
    done, data = cv2.imencode(suffix, pixels, options)
    if not done:
        raise Permanent(f"a picture of {pixels.shape[1]} x {pixels.shape[0]} pixels cannot be written as {suffix[1:]}.")
    return data.tobytes()


def _by_pillow(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _image(pixels: Pixels) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8))


def _profiled(style: Style) -> dict[str, bytes]:
    told = {"icc_profile": profile.srgb()} if style.icc else {}
    return told | {"xmp": style.xmp} if style.xmp else told
