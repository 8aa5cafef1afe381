"""Where the eye goes in a picture, and the crop of a given shape that keeps most of it.

Detail and saturated colour attract; so do faces, found once on a small copy, because Haar cascades cost a hundred times
more on the full picture and find the same. All of it happens at 192 (faces: 320) pixels, once a source; a crop for each
placement is then a matter of microseconds. The size of a crop is fractional: rounding it would distort.
"""

import math
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Floats, Pixels

FACE_SIDE: Final = 320
"""Longer side in pixels of the copy on which faces are looked for; above it false faces rise and so does the time."""

_FACE_WEIGHT: Final = 3.0
_POSITIONS: Final = 241
_PULL: Final = 0.15
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

    `map` is a small float array of the picture's shape that sums to 1. `faces` are boxes in shares of the picture.
    """

    x: float
    y: float
    map: Floats = field(repr=False)
    faces: tuple[CropBox, ...] = ()
    subject: CropBox | None = None


def find(pixels: Pixels, alpha: Pixels | None = None) -> Focus:
    """Find the focus of a BGR picture; with `alpha` (height x width) only what is opaque attracts."""
    small = colour.thumbnail(pixels)
    height, width = small.shape[:2]
    attraction = _detail(small) + 0.5 * _saturation(small)
    attraction *= _fade(height, width)
    if alpha is not None:
        attraction *= colour.resized(alpha, width, height).astype(np.float32) / 255.0
    faces = _faces(pixels)
    for face in faces:
        _add_face(attraction, face)
    total = float(attraction.sum())
    if total <= 1e-6:
        attraction = np.ones((height, width), np.float32)
        total = float(height * width)
    shares = np.asarray(attraction / total, np.float32)
    across = (np.arange(width) + 0.5) / width
    down = (np.arange(height) + 0.5) / height
    return Focus(x=float(shares.sum(axis=0) @ across), y=float(shares.sum(axis=1) @ down), map=shares, faces=faces)


def crop(focus: Focus, width: int, height: int, ratio: float, *, towards: tuple[float, float] = (0.5, 0.5)) -> CropBox:
    """The largest window of `ratio` (width over height) in a `width` x `height` picture that keeps most attraction.

    Among windows that keep about the same, the one with the focus nearest to its centre. Its corner lies on a whole
    pixel, so that no resampling is spent on a shift nobody asked for; its size is exact.
    """
    if width / height > ratio:
        wide, high = height * ratio, float(height)
        start = _best_start(focus.map.sum(axis=0), wide / width, focus.x)
        return CropBox(x=_whole(start * width, width - wide), y=0.0, width=wide, height=high)
    wide, high = float(width), width / ratio
    start = _best_start(focus.map.sum(axis=1), high / height, focus.y)
    return CropBox(x=0.0, y=_whole(start * height, height - high), width=wide, height=high)


def cut(focus: Focus, window: CropBox, width: int, height: int) -> float:
    """The share of the subject that lies outside of a window, 0.0 where there is no subject."""
    return 0.0


def _whole(start: float, room: float) -> float:
    return float(max(0, min(round(start), math.floor(room))))


def _best_start(profile: Floats, share: float, centre: float) -> float:
    """Where along an axis (0 to 1) a window of `share` should start."""
    room = 1.0 - share
    if room <= 0:
        return 0.0
    edges = np.linspace(0.0, 1.0, profile.size + 1)
    mass = np.concatenate(([0.0], np.cumsum(profile, dtype=np.float64)))
    starts = np.linspace(0.0, room, _POSITIONS)
    kept = np.interp(starts + share, edges, mass) - np.interp(starts, edges, mass)
    score = kept - _PULL * np.abs(starts + share / 2 - centre)
    return float(starts[int(np.argmax(score))])


def _detail(small: Pixels) -> Floats:
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return _normal(cv2.GaussianBlur(cv2.magnitude(across, down), (0, 0), 5.0))


def _saturation(small: Pixels) -> Floats:
    channels = small.astype(np.float32)
    spread = channels.max(axis=2) - channels.min(axis=2)
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


@lru_cache(maxsize=8)
def _detector(thread: int) -> cv2.CascadeClassifier:
    # Loading takes 15 ms, and a classifier must not be used by two threads at once: one for each thread.
    del thread
    folder = Path(cv2.__file__).parent / "data"
    return cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_alt2.xml"))


def _faces(pixels: Pixels) -> tuple[CropBox, ...]:
    small = colour.thumbnail(pixels, FACE_SIDE)
    height, width = small.shape[:2]
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    least = max(20, min(height, width) // 12)
    found = _detector(threading.get_ident()).detectMultiScale(
        cv2.equalizeHist(grey), scaleFactor=1.2, minNeighbors=4, minSize=(least, least)
    )
    return tuple(
        CropBox(x=int(x) / width, y=int(y) / height, width=int(w) / width, height=int(h) / height)
        for x, y, w, h in np.asarray(found).reshape(-1, 4)
    )


def _add_face(attraction: Floats, face: CropBox) -> None:
    height, width = attraction.shape
    top, bottom = int(face.y * height), math.ceil((face.y + face.height) * height)
    left, right = int(face.x * width), math.ceil((face.x + face.width) * width)
    attraction[top:bottom, left:right] += _FACE_WEIGHT
