"""A product set into a scene with its pixels untouched, and the proof that they are.

The product is scaled once, straight from its file to where it stands, and laid over the scene by its alpha; only at
the soft outline do the two mix. Scaling goes by area downwards and bicubic upwards, on colours multiplied by their
alpha, so that nothing of what was around the product comes in. Under it lies a soft shadow where it touches the ground:
without one it hangs in the air.

The proof takes another way: the supplied file's own pixels, without any matte, are scaled alike and compared with what
stands in the finished picture, wherever the product is wholly opaque and away from its outline.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from briefmill.domain.verdict import Box
from briefmill.imaging import colour
from briefmill.imaging.colour import Floats, Pixels

VISIBLE: Final = 24
"""Of 255: a shadow's last fading is not where a product ends."""

_ERODED: Final = 2  # pixels from the outline that are not compared: there the scene mixes in
_CHANGED: Final = 2  # of 255: what differs more was painted over
_FOOT: Final = 0.06  # of the product's height: what of it touches the ground
_DARK: Final = 0.55  # how much light the contact takes away at most
_WIDE: Final = 0.26  # and the wider shadow around it


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """A product at its own size, trimmed to what shows: BGR as supplied, alpha, and the same multiplied by it.

    `offset` is where its left upper corner lies in the supplied picture.
    """

    pixels: Pixels
    alpha: Pixels
    multiplied: Pixels
    offset: tuple[int, int]

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.alpha.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.alpha.shape[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Set:
    """A product in its scene: the picture, where it stands, and which of its pixels are compared (0 or 255)."""

    pixels: Pixels
    box: Box
    scale: float
    inside: Pixels


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What was compared: how many pixels, and the greatest and the mean difference, of 255, over all channels."""

    pixels: int
    greatest: int
    mean: float


def layer(pixels: Pixels, alpha: Pixels, backdrop: str = "") -> Layer:
    """A product ready to be set. `backdrop` (`#RRGGBB`) is taken out of its soft outline. ValueError for nothing."""
    shows = alpha > VISIBLE
    rows, columns = np.flatnonzero(shows.any(axis=1)), np.flatnonzero(shows.any(axis=0))
    if not rows.size:
        raise ValueError("nothing is opaque")
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own, clear = np.ascontiguousarray(pixels[part]), np.ascontiguousarray(alpha[part])
    return Layer(
        pixels=own,
        alpha=clear,
        multiplied=_multiplied(own, clear, backdrop),
        offset=(int(columns[0]), int(rows[0])),
    )


def _multiplied(pixels: Pixels, alpha: Pixels, backdrop: str) -> Pixels:
    """The colours multiplied by their alpha; what shone through from the backdrop is taken out."""
    three = cv2.merge([alpha] * 3)
    if not backdrop:
        return np.asarray(cv2.multiply(pixels, three, scale=1 / 255), np.uint8)
    through = cv2.merge([cv2.bitwise_not(alpha)] * 3)
    behind = np.empty_like(pixels)
    behind[:] = colour.bgr(backdrop)
    own = cv2.subtract(pixels, cv2.multiply(through, behind, scale=1 / 255))
    return np.asarray(cv2.min(own, three), np.uint8)


def resampled(pixels: Pixels, width: int, height: int) -> Pixels:
    """The one way in which a product is scaled: by area where it becomes smaller, bicubic where larger."""
    smaller = width <= pixels.shape[1] and height <= pixels.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def put(scene: Pixels, product: Layer, box: Box) -> Set:
    """A new picture: the scene, the shadow, and the product in `box`, which lies inside of the scene.

    Raises ValueError for a box that does not, or that has another shape than the product.
    """
    height, width = scene.shape[:2]
    if not box.inside(Box(x=0, y=0, width=width, height=height)) or min(box.width, box.height) < 1:
        raise ValueError(f"the product's place {box} is not inside of {width} x {height} pixels")
    apart = abs(box.width / product.width - box.height / product.height)
    if apart > 0.51 / product.width + 0.51 / product.height:  # each side is off by half a pixel at most
        raise ValueError("the product's place has another shape than the product")
    alpha = resampled(product.alpha, box.width, box.height)
    colours = cv2.min(resampled(product.multiplied, box.width, box.height), cv2.merge([alpha] * 3))
    out = _shaded(scene, alpha, box)
    place = out[box.y : box.bottom, box.x : box.right]
    through = cv2.multiply(place, cv2.merge([cv2.bitwise_not(alpha)] * 3), scale=1 / 255)
    place[:] = cv2.add(through, colours)
    kernel = np.ones((2 * _ERODED + 1, 2 * _ERODED + 1), np.uint8)
    whole = np.where(alpha == 255, 255, 0).astype(np.uint8)
    inside = cv2.erode(whole, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return Set(pixels=out, box=box, scale=box.width / product.width, inside=np.asarray(inside, np.uint8))


def difference(
    composed: Pixels, found: Set, supplied: Pixels, offset: tuple[int, int], size: tuple[int, int]
) -> Difference:
    """How far a picture differs, inside of the product, from the supplied file scaled alike.

    `supplied` is the whole picture as it came (BGR), `offset` and `size` the part of it that was set.
    """
    x, y = offset
    part = supplied[y : y + size[1], x : x + size[0]]
    wanted = resampled(np.ascontiguousarray(part), found.box.width, found.box.height)
    box = found.box
    apart = cv2.absdiff(composed[box.y : box.bottom, box.x : box.right], wanted)[found.inside > 0]
    if not apart.size:
        return Difference(pixels=0, greatest=0, mean=0.0)
    return Difference(pixels=len(apart), greatest=int(apart.max()), mean=round(float(apart.mean()), 4))


def covered(final: Pixels, composed: Pixels, found: Set) -> float:
    """The share of the product's pixels that something was painted over; both pictures are of the same size."""
    box = found.box
    place = np.s_[box.y : box.bottom, box.x : box.right]
    apart = cv2.absdiff(final[place], composed[place]).max(axis=2)[found.inside > 0]
    return round(float(np.mean(apart > _CHANGED)), 4) if apart.size else 0.0


def _shaded(scene: Pixels, alpha: Pixels, box: Box) -> Pixels:
    """The scene with the product's shadow on the ground: dark and narrow at its foot, wide and faint around it."""
    opaque = alpha > 127
    foot = opaque[-max(1, round(_FOOT * box.height)) :]
    columns = np.flatnonzero(foot.any(axis=0))
    if not columns.size:
        return scene.copy()
    left, right = box.x + int(columns[0]), box.x + int(columns[-1]) + 1
    height, width = scene.shape[:2]
    thick = max(2.0, min(0.16 * (right - left), 0.05 * box.height))
    dim = _ellipse((height, width), (left, right), box.bottom - 0.35 * thick, thick * 0.5, soft=0.22 * thick) * _DARK
    reach = 0.12 * (right - left)
    faint = _ellipse((height, width), (left - reach, right + reach), float(box.bottom), thick * 1.2, soft=0.9 * thick)
    light = 1.0 - np.maximum(dim, faint * _WIDE)
    return np.asarray(np.rint(scene * light[..., None]), np.uint8)


def _ellipse(
    shape: tuple[int, int], across: tuple[float, float], middle: float, radius: float, *, soft: float
) -> Floats:
    """A soft ellipse, 1 inside and 0 outside, `soft` being the blur's standard deviation in pixels."""
    canvas = np.zeros(shape, np.float32)
    centre = (round(8 * (across[0] + across[1])), round(16 * middle))
    axes = (max(1, round(8 * (across[1] - across[0]))), max(1, round(16 * radius)))
    cv2.ellipse(canvas, centre, axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), max(0.8, soft)), np.float32)
