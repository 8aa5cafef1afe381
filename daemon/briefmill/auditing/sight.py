"""Words and logo found again on the pixels of the delivered file, knowing no more than where they should be.

Whoever drew them measured under the glyphs, with the mask of the glyphs in hand. Here nothing is known but a box: its
pixels are split into ink and ground at the threshold that parts them best (Otsu, 1979), and the two sides' medians give
the contrast; a box without two sides holds no words. The logo is looked for by correlation: its own luminance over the
plain ground that surrounds it, shifted a few pixels every way (`matchTemplate`, normed), so that a logo elsewhere, of
another size or covered by something is not found.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.domain.verdict import Box
from briefmill.imaging.colour import Floats, Pixels, luminance, thumbnail

REACH: Final = 3
"""How far around its place a logo is looked for, in pixels."""

_SIDE: Final = 64  # a larger logo is looked for at this size
_LOOKED_AT: Final = 6_000  # pixels of a box; of more, every second, third, ... row is taken
_SHARE: Final = 0.02  # of a box's pixels that each side must have: less is noise
_FLAT: Final = 1e-3  # a logo of the ground's own lightness cannot be told from it


@dataclass(frozen=True, kw_only=True)
class Words:
    """A contrast ratio (WCAG 2.2) between the two sides of a box, and the share of its pixels on the smaller side."""

    contrast: float
    share: float


def words(pixels: Pixels, box: Box) -> Words:
    """The two sides of a box of words; a ratio of 1 where there is only one."""
    part = _cut(pixels, box)
    part = part[:: max(1, round(part.shape[0] * part.shape[1] / _LOOKED_AT))]
    if not part.size:
        return Words(contrast=1.0, share=0.0)
    light = luminance(part)
    # Lightness spaces dark and light as the eye does; the threshold is sought there.
    steps = np.asarray(np.clip(np.cbrt(light) * 255, 0, 255), np.uint8)
    level, _ = cv2.threshold(np.ascontiguousarray(steps), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    above = steps > level
    share = float(min(above.mean(), 1 - above.mean()))
    if share < _SHARE:
        return Words(contrast=1.0, share=share)
    # Rims are mixed of both sides; the far half of each is ink, or ground, alone.
    high, low = _ranked(light[above], 0.6), _ranked(light[~above], 0.4)
    return Words(contrast=(high + 0.05) / (low + 0.05), share=share)


def logo(pixels: Pixels, box: Box, picture: Pixels) -> float:
    """How well a logo (BGRA) is found within REACH of its box: the best correlation, -1 to 1; 0 where none can be had.

    Only what the logo covers, and a narrow rim of ground around it, is compared.
    """
    around = Box(x=box.x - REACH, y=box.y - REACH, width=box.width + 2 * REACH, height=box.height + 2 * REACH)
    seen = _cut(pixels, around)
    if min(box.width, box.height) < 4 or seen.shape[0] < box.height or seen.shape[1] < box.width:
        return 0.0
    factor = min(1.0, _SIDE / max(box.width, box.height))
    size = (max(1, round(box.width * factor)), max(1, round(box.height * factor)))
    field = np.cbrt(_scaled(luminance(seen), (round(seen.shape[1] * factor), round(seen.shape[0] * factor))))
    if field.shape[0] < size[1] or field.shape[1] < size[0]:
        return 0.0
    # Straight alpha is averaged as it is: what nobody sees of the colours is masked afterwards.
    # In bytes, and by halves first: a logo may have many times the pixels that are looked at here.
    near = thumbnail(picture, 2 * max(size))
    small = np.asarray(cv2.resize(near, size, interpolation=_method(near, size)), np.uint8)
    cover = small[..., 3].astype(np.float32) / 255
    own = np.cbrt(luminance(np.ascontiguousarray(small[..., :3])))
    rim = cv2.dilate(cover, np.ones((5, 5), np.uint8)) > 0.05
    bare = field[: size[1], : size[0]][rim & (cover < 0.1)]
    drawn = np.asarray(own * cover + (float(np.median(bare)) if bare.size else 0.0) * (1 - cover), np.float32)
    if float(drawn[rim].std()) < _FLAT:
        return 0.0
    found = cv2.matchTemplate(field, drawn, cv2.TM_CCOEFF_NORMED, mask=rim.astype(np.float32))
    return float(np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0).max())


def _ranked(values: Floats, share: float) -> float:
    """The value that this share of them does not exceed; not interpolated, at a tenth of numpy.percentile's cost."""
    place = int(share * (values.size - 1))
    return float(np.partition(values, place)[place])


def _scaled(values: NDArray[Any], size: tuple[int, int]) -> Floats:
    method = _method(values, size)
    return np.asarray(cv2.resize(np.ascontiguousarray(values, np.float32), size, interpolation=method), np.float32)


def _method(values: NDArray[Any], size: tuple[int, int]) -> int:
    return cv2.INTER_AREA if size[0] < values.shape[1] else cv2.INTER_LINEAR


def _cut(pixels: Pixels, box: Box) -> Pixels:
    return pixels[max(0, box.y) : max(0, box.bottom), max(0, box.x) : max(0, box.right)]
