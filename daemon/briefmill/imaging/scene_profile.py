"""Flat outlines and their distance fields: what every solid of a scene is swept from.

An outline is a closed polygon in the units of the scene (a product is about 1.6 high). Its field knows, for any point
of the plane, how far the edge is (negative inside) and in which direction; solids ask it millions of times, so it is a
small texture read by OpenCV. The texture is drawn large and averaged down, which puts the edge within a tenth of a
texel of where it belongs.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Points = tuple[tuple[float, float], ...]

_LONG: Final = 240
"""Texels along the longer side of a field."""

_OVER: Final = 3
_MARGIN: Final = 0.09
_ROW: Final = 1024


@dataclass(frozen=True, eq=False)
class Field:
    """The signed distance field of some outlines. `low` and `high` are their corners, in scene units."""

    texels: Floats
    origin: tuple[float, float]
    texel: float
    low: tuple[float, float]
    high: tuple[float, float]

    def distance(self, u: Floats, v: Floats) -> Floats:
        """How far the points (u, v) lie from the edge; negative inside."""
        near = self._read(self.texels[..., 0], u, v)
        # Beyond its rim the texture stands still; there the distance to the outlines' box is the better bound.
        across = np.maximum(np.maximum(self.low[0] - u, u - self.high[0]), 0.0)
        down = np.maximum(np.maximum(self.low[1] - v, v - self.high[1]), 0.0)
        beyond = np.sqrt(across * across + down * down)
        return np.asarray(np.where(beyond > 0, np.maximum(near, beyond), near), np.float32)

    def slope(self, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Distance and its two derivatives at the points (u, v)."""
        values = self._read(self.texels, u, v)
        return values[:, 0], values[:, 1], values[:, 2]

    def _read(self, texture: Floats, u: Floats, v: Floats) -> Floats:
        # remap takes at most 32767 columns, so a list of points is folded into rows.
        count = u.size
        rows = max(1, -(-count // _ROW))
        across = np.zeros(rows * _ROW, np.float32)
        down = np.zeros(rows * _ROW, np.float32)
        np.multiply(u - np.float32(self.origin[0]), np.float32(1 / self.texel), out=across[:count])
        np.multiply(v - np.float32(self.origin[1]), np.float32(1 / self.texel), out=down[:count])
        read = cv2.remap(
            texture,
            across.reshape(rows, _ROW),
            down.reshape(rows, _ROW),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(read.reshape(rows * _ROW, *texture.shape[2:])[:count], np.float32)


@lru_cache(maxsize=96)
def field(*outlines: Points) -> Field:
    """The distance field of one or more outlines; where two overlap is outside, so an inner one makes a hole."""
    every = np.array([point for outline in outlines for point in outline])
    low, high = every.min(axis=0), every.max(axis=0)
    margin = _MARGIN * float((high - low).max())
    texel = float((high - low).max() + 2 * margin) / _LONG
    cells = np.ceil((high - low + 2 * margin) / texel).astype(int)
    origin = low - margin
    fine = texel / _OVER
    mask = np.zeros((cells[1] * _OVER, cells[0] * _OVER), np.uint8)
    # Drawn with 4 fractional bits; OpenCV's integer coordinates are pixel centres.
    polygons = [np.round(((np.array(outline) - origin) / fine - 0.5) * 16).astype(np.int32) for outline in outlines]
    cv2.fillPoly(mask, polygons, 255, shift=4)
    outside = cv2.distanceTransform(255 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    signed = (outside - inside) * fine
    small = cv2.resize(signed, (int(cells[0]), int(cells[1])), interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.9), np.float32)
    slope_v, slope_u = np.gradient(cv2.GaussianBlur(small, (0, 0), 1.6), texel)
    # What shines shows every dent of a slope, so slopes are smoothed more than edges.
    soft = [cv2.GaussianBlur(slope, (0, 0), 2.2) for slope in (slope_u, slope_v)]
    return Field(
        texels=np.ascontiguousarray(np.dstack((small, *soft)), np.float32),
        origin=(float(origin[0] + texel / 2), float(origin[1] + texel / 2)),
        texel=texel,
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
    )


def filleted(points: Sequence[tuple[float, float] | tuple[float, float, float]], radius: float = 0.0) -> Points:
    """A closed polygon with rounded corners. A point may bring its own radius as third number."""
    made: list[tuple[float, float]] = []
    count = len(points)
    for index, point in enumerate(points):
        here = np.array(point[:2], float)
        before, after = np.array(points[index - 1][:2], float), np.array(points[(index + 1) % count][:2], float)
        wanted = point[2] if len(point) == 3 else radius
        back, ahead = before - here, after - here
        reach_back, reach_ahead = float(np.hypot(*back)), float(np.hypot(*ahead))
        cut = min(wanted, 0.49 * reach_back, 0.49 * reach_ahead)
        if cut <= 1e-4:
            made.append((float(here[0]), float(here[1])))
            continue
        start, end = here + back / reach_back * cut, here + ahead / reach_ahead * cut
        for step in np.linspace(0.0, 1.0, 17):
            on = (1 - step) ** 2 * start + 2 * step * (1 - step) * here + step**2 * end
            made.append((float(on[0]), float(on[1])))
    return tuple(made)


def lathe(*points: tuple[float, float] | tuple[float, float, float]) -> Points:
    """The whole section of a turned body from its right side, bottom to top; a third number rounds that corner."""
    mirrored = [(-point[0], *point[1:]) for point in reversed(points)]
    return filleted([*points, *mirrored])


def wall(*points: tuple[float, float] | tuple[float, float, float]) -> tuple[Points, Points]:
    """Both sections of a hollow turned body from the closed section of its right wall."""
    right = filleted(points)
    return right, tuple((-x, y) for x, y in right)


def rectangle(width: float, height: float, radius: float, *, x: float = 0.0, y: float = 0.0) -> Points:
    """A rounded rectangle around (x, y)."""
    w, h = width / 2, height / 2
    return filleted([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], radius)


def ellipse(across: float, down: float | None = None, *, x: float = 0.0, y: float = 0.0) -> Points:
    """An ellipse by its two radii; a circle by one."""
    high = across if down is None else down
    return tuple(
        (x + across * math.cos(a), y + high * math.sin(a)) for a in np.linspace(0, math.tau, 72, endpoint=False)
    )


def band(radius: float, thickness: float, start: float, end: float, *, x: float = 0.0, y: float = 0.0) -> Points:
    """A piece of a ring, from `start` to `end` degrees (0 right, 90 up), with flat ends."""
    turns = np.radians(np.linspace(start, end, 48))
    outer, inner = radius + thickness / 2, radius - thickness / 2
    there = [(x + outer * math.cos(a), y + outer * math.sin(a)) for a in turns]
    back = [(x + inner * math.cos(a), y + inner * math.sin(a)) for a in reversed(turns)]
    return tuple(there + back)


def curve(points: Iterable[tuple[float, float]], steps: int = 10) -> Points:
    """A smooth closed curve through the points (Catmull-Rom)."""
    knots = np.array(list(points), float)
    count = len(knots)
    made: list[tuple[float, float]] = []
    for index in range(count):
        a, b, c, d = (knots[(index + offset) % count] for offset in (-1, 0, 1, 2))
        turns = np.linspace(0.0, 1.0, steps, endpoint=False)
        made.extend((float(x), float(y)) for x, y in (_on_spline(a, b, c, d, float(t)) for t in turns))
    return tuple(made)


def _on_spline(a: Floats, b: Floats, c: Floats, d: Floats, t: float) -> Floats:
    # Catmull and Rom (1974), uniform; the curve passes through b at 0 and c at 1.
    return np.asarray(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3))


def ribbon(points: Sequence[tuple[float, float]], thickness: float, steps: int = 12) -> Points:
    """A band of even thickness along a smooth open curve through the points."""
    knots = np.array([2 * np.array(points[0]) - points[1], *points, 2 * np.array(points[-1]) - points[-2]], float)
    line: list[Floats] = []
    for index in range(1, len(knots) - 2):
        a, b, c, d = knots[index - 1 : index + 3]
        turns = np.linspace(0.0, 1.0, steps, endpoint=index == len(knots) - 3)
        line.extend(_on_spline(a, b, c, d, float(t)) for t in turns)
    path = np.array(line)
    along = np.gradient(path, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    side = np.stack((-along[:, 1], along[:, 0]), axis=1) * (thickness / 2)
    return tuple((float(x), float(y)) for x, y in np.concatenate((path + side, (path - side)[::-1])))
