"""Where the eye goes in a picture, and the crop of a given shape that keeps most of it and all of the product.

Detail and saturated colour attract; so do faces, found once on a small copy, because Haar cascades cost a hundred times
more on the full picture and find the same. All of it happens at 192 (faces: 320) pixels, once a source; a crop for each
placement is then a matter of microseconds. The size of a crop is fractional: rounding it would distort.

What a crop keeps whole, wherever a window of its shape can, is the product (`subject`); where none is known, the heads
of the people in the picture. A product that was cut out has no picture around it: its window may be larger than the
picture and reach beyond it, and the margins that the file happens to have mean nothing.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour, subject
from briefmill.imaging import faces as faces_of
from briefmill.imaging.colour import Floats, Pixels

FACE_SIDES: Final = faces_of.SIDES

_FACE_WEIGHT: Final = 3.0
_STEPS: Final = np.linspace(0.0, 1.0, 241)
_PULL: Final = 0.15
_SUBJECT_PULL: Final = 1.5
_AIR: Final = 0.03
_POINT: Final = 0.1
_HAIR: Final = 0.01
_ALONE_FILL: Final = 0.68
_ALONE_ENLARGED: Final = 1.5  # what a bicubic filter hides
_EDGE_FADE: Final = 0.6


@dataclass(frozen=True, kw_only=True)
class CropBox:
    """A window in pixels of its picture, fractions of pixels included; `x` and `y` are its left upper corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Focus:
    """What attracts in a picture: its centre (`x`, `y`, shares 0 to 1 from the left and the top) and its map.

    `map` is a small float array of the picture's shape that sums to 1. `faces` and `subject`, the product where it is
    known, are boxes in shares of the picture. `alone` says that the subject was cut out and nothing is around it.
    """

    x: float
    y: float
    map: Floats = field(repr=False)
    faces: tuple[CropBox, ...] = ()
    subject: CropBox | None = None
    alone: bool = False

    @cached_property
    def mass(self) -> tuple[Floats, Floats]:
        """How much attraction lies left of each column and above each row of the map; both end with all of it."""
        across, down = (np.cumsum(self.map.sum(axis=axis), dtype=np.float32) for axis in (0, 1))
        return np.concatenate(([0.0], across), dtype=np.float32), np.concatenate(([0.0], down), dtype=np.float32)


def find(
    pixels: Pixels,
    alpha: Pixels | None = None,
    at: tuple[float, float] | None = None,
    known: CropBox | None = None,
) -> Focus:
    """Find the focus of a BGR picture; with `alpha` (height x width) only what is opaque attracts.

    `at` is where somebody said that the subject is (shares from the left and the top), `known` the box of it (in
    shares) that the picture's maker told; they are believed.
    """
    seen = faces_of.viewed(pixels)
    small = colour.thumbnail(seen)
    height, width = small.shape[:2]
    attraction = _detail(small) + 0.5 * _saturation(small)
    attraction *= _fade(height, width)
    if alpha is not None:
        opaque = colour.resized(colour.thumbnail(alpha, 2 * max(height, width)), width, height)
        attraction *= opaque.astype(np.float32) / 255.0
    faces = _faces(seen)
    for face in faces:
        _add_face(attraction, face)
    total = float(attraction.sum())
    if total <= 1e-6:
        attraction = np.ones((height, width), np.float32)
        total = float(height * width)
    shares = np.asarray(attraction / total, np.float32)
    across = (np.arange(width) + 0.5) / width
    down = (np.arange(height) + 0.5) / height
    x, y = at or (float(shares.sum(axis=0) @ across), float(shares.sum(axis=1) @ down))
    exact = _box(subject.of_alpha(alpha)) if alpha is not None else None
    told = known if at is None else None
    part = told or _subject(exact or _box(subject.find(small)), exact, faces, at)
    return Focus(x=x, y=y, map=shares, faces=faces, subject=part, alone=part is not None and part is exact)


def _box(share: subject.Share | None) -> CropBox | None:
    return None if share is None else CropBox(x=share.x, y=share.y, width=share.width, height=share.height)


def _subject(
    box: CropBox | None, exact: CropBox | None, faces: tuple[CropBox, ...], at: tuple[float, float] | None
) -> CropBox | None:
    if at is None:
        beside = box is not None and faces and not any(_inside(face, box) for face in faces)
        # A person looks at us from beside the thing: neither is the only subject.
        return None if beside and exact is None else box
    if box is not None and _inside(CropBox(x=at[0], y=at[1], width=0.0, height=0.0), box):
        return box
    # Nothing was found where it should be: a small box there keeps it in every crop.
    left, top = (min(max(0.0, place - _POINT / 2), 1.0 - _POINT) for place in at)
    return CropBox(x=left, y=top, width=_POINT, height=_POINT)


def _inside(part: CropBox, box: CropBox) -> bool:
    x, y = part.x + part.width / 2, part.y + part.height / 2
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a crop should show the subject.

    `towards` is where its centre should stand, in shares of the window. With `fill` the window is drawn in until the
    subject has such a share of its width or height, but to no fewer than `least` pixels across and down.
    """

    towards: tuple[float, float] = (0.5, 0.5)
    fill: float = 0.0
    least: tuple[int, int] = (0, 0)


def crop(focus: Focus, width: int, height: int, ratio: float, wish: Wish | None = None) -> CropBox:
    """The window of `ratio` (width over height) in a `width` x `height` picture that shows most of what matters.

    It is the largest one unless `fill` draws it in; around a subject that is alone, one that it fills well. The subject
    is whole in it wherever such a window can hold it; among those, the one that keeps most attraction and has the
    subject, else the focus, nearest to where it is wished. Its corner lies on a whole pixel, so that no resampling is
    spent on a shift nobody asked for; its size is exact.
    """
    wish = wish or Wish()
    wide, high = _size(focus, width, height, ratio, wish)
    if focus.alone and focus.subject is not None:
        return CropBox(
            x=_around(focus.subject.x * width, focus.subject.width * width, wide, wish.towards[0]),
            y=_around(focus.subject.y * height, focus.subject.height * height, high, wish.towards[1]),
            width=wide,
            height=high,
        )
    part = focus.subject or _heads(focus.faces)
    x = _best_start(
        focus.mass[0],
        wide / width,
        _Axis(centre=focus.x, towards=wish.towards[0], span=(part.x, part.x + part.width) if part else None),
    )
    y = _best_start(
        focus.mass[1],
        high / height,
        _Axis(centre=focus.y, towards=wish.towards[1], span=(part.y, part.y + part.height) if part else None),
    )
    return CropBox(x=_whole(x * width, width - wide), y=_whole(y * height, height - high), width=wide, height=high)


def cut(focus: Focus, window: CropBox, width: int, height: int) -> float:
    """The share of the subject's box that lies outside of a window, 0.0 where there is no subject."""
    part = focus.subject
    if part is None:
        return 0.0
    left, top = max(part.x * width, window.x), max(part.y * height, window.y)
    right = min((part.x + part.width) * width, window.x + window.width)
    bottom = min((part.y + part.height) * height, window.y + window.height)
    shown = max(0.0, right - left) * max(0.0, bottom - top)
    # A window's corner is rounded to a whole pixel, which may cost a box that just fits a hair.
    lost = 1.0 - shown / max(1e-6, part.width * width * part.height * height)
    return lost if lost > _HAIR else 0.0


def _heads(faces: tuple[CropBox, ...]) -> CropBox | None:
    """A box around all heads; a cascade's face runs from the brows to the chin, the hair is a third above it."""
    if not faces:
        return None
    left, right = min(face.x for face in faces), max(face.x + face.width for face in faces)
    top = max(0.0, min(face.y - face.height / 3 for face in faces))
    bottom = min(1.0, max(face.y + face.height for face in faces))
    return CropBox(x=left, y=top, width=right - left, height=bottom - top)


def _size(focus: Focus, width: int, height: int, ratio: float, wish: Wish) -> tuple[float, float]:
    """Width and height of the window."""
    wide, high = (height * ratio, float(height)) if width / height > ratio else (float(width), width / ratio)
    part = focus.subject
    if part is None:
        return wide, high
    filled = max(part.width * width / wide, part.height * height / high)
    least = max(wish.least[0] / wide, wish.least[1] / high)
    factor = 1.0
    if focus.alone:
        factor = max(filled / max(wish.fill, _ALONE_FILL), least / _ALONE_ENLARGED)
    elif filled < wish.fill:
        factor = min(1.0, max(filled / wish.fill, least))
    return wide * factor, high * factor


def _around(start: float, length: float, window: float, towards: float) -> float:
    """Where a window starts, on a whole pixel, that has a part of this start and length where it is wished, whole."""
    air = min(_AIR * window, max(0.0, (window - length) / 2))
    wished = start + length / 2 - towards * window
    return float(round(min(max(wished, start + length + air - window), start - air)))


def _whole(start: float, room: float) -> float:
    return float(max(0, min(round(start), math.floor(room))))


@dataclass(frozen=True, kw_only=True)
class _Axis:
    """What is wished along one axis, in shares of the picture; `span` is where the subject begins and ends."""

    centre: float
    towards: float
    span: tuple[float, float] | None


def _best_start(mass: Floats, share: float, axis: _Axis) -> float:
    """Where along an axis (0 to 1) a window of `share` should start; `mass` grows from its beginning to its end."""
    room = 1.0 - share
    if room <= 0:
        return 0.0
    low, high = 0.0, room
    centre, pull = axis.centre, _PULL
    if axis.span is not None:
        first, last = axis.span
        centre, pull = (first + last) / 2, _SUBJECT_PULL
        air = min(_AIR, max(0.0, (share - (last - first)) / 2))
        if last - first <= share:
            low, high = max(0.0, min(last + air - share, room)), min(room, max(first - air, 0.0))
        else:
            low = high = min(max(0.0, centre - share / 2), room)
    if low >= high:
        return min(max(0.0, (low + high) / 2), room)
    edges = np.arange(mass.size) / (mass.size - 1)
    starts = low + (high - low) * _STEPS
    kept = np.interp(starts + share, edges, mass) - np.interp(starts, edges, mass)
    score = kept - pull * np.abs(starts + share * axis.towards - centre)
    return float(starts[int(np.argmax(score))])


def _detail(small: Pixels) -> Floats:
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return _normal(cv2.GaussianBlur(cv2.magnitude(across, down), (0, 0), 5.0))


def _saturation(small: Pixels) -> Floats:
    blue, green, red = cv2.split(small)
    most, least = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    spread = cv2.subtract(most, least, dtype=cv2.CV_32F)
    # Colour attracts where it differs from the rest: a wholly red wall is no more of interest than a grey one.
    blurred = cv2.GaussianBlur(spread, (0, 0), 5.0)
    return _normal(np.abs(blurred - float(np.median(blurred))))


def _normal(values: object) -> Floats:
    array = np.asarray(values, np.float32)
    floor, top = np.percentile(array, (20, 99.5))
    if top - floor < 1.0:
        return np.zeros_like(array)
    return np.asarray(np.clip((array - floor) / (top - floor), 0.0, 1.0), np.float32)


def _fade(height: int, width: int) -> Floats:
    # What lies at the rim is rarely what a picture is about.
    across = np.cos((np.arange(width) + 0.5) / width * math.pi - math.pi / 2)
    down = np.cos((np.arange(height) + 0.5) / height * math.pi - math.pi / 2)
    return np.asarray(1 - _EDGE_FADE + _EDGE_FADE * np.outer(down, across), np.float32)


def _faces(seen: Pixels) -> tuple[CropBox, ...]:
    return tuple(CropBox(x=face.x, y=face.y, width=face.width, height=face.height) for face in faces_of.glance(seen))


def _add_face(attraction: Floats, face: CropBox) -> None:
    height, width = attraction.shape
    top, bottom = int(face.y * height), math.ceil((face.y + face.height) * height)
    left, right = int(face.x * width), math.ceil((face.x + face.width) * width)
    attraction[top:bottom, left:right] += _FACE_WEIGHT
