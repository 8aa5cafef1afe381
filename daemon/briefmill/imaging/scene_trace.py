"""The camera, and where its rays meet solids.

Rays walk by the solids' own distances (sphere tracing). Each part is traced alone, inside the rectangle it covers on
the screen, which keeps a scene of many parts as cheap as its pixels. A ray that misses by less than a pixel covers it
partly: that is all the antialiasing there is, at no extra cost. The same walk towards the light gives soft shadows.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from briefmill.imaging.scene_profile import Floats
from briefmill.imaging.scene_solid import Coords, Part, Vector

_STEPS: Final = 44
_SHADOW_STEPS: Final = 9
_BLOCKED: Final = 1e-3
_SMALL: Final = 0.16


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Looks from `eye` at `target`; a frame at the target's distance is `high` scene units high."""

    eye: Vector
    target: Vector
    high: float
    width: int
    height: int

    @property
    def axes(self) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]":
        """Right, up and forward, and the distance of the target."""
        ahead = np.array(self.target) - np.array(self.eye)
        distance = float(np.linalg.norm(ahead))
        ahead = ahead / distance
        right = np.cross(ahead, (0.0, 1.0, 0.0))
        right /= np.linalg.norm(right)
        return right, np.cross(right, ahead), ahead, distance

    @property
    def cone(self) -> float:
        """The width of a pixel at a distance of one."""
        return self.high / self.height / self.axes[3]

    def rays(self, columns: Floats, rows: Floats) -> Coords:
        """Directions of length one through the pixels whose centres are (columns + 0.5, rows + 0.5)."""
        right, up, ahead, _ = self.axes
        x = (columns + np.float32(0.5 - self.width / 2)) * np.float32(self.cone)
        y = (np.float32(self.height / 2 - 0.5) - rows) * np.float32(self.cone)
        scale = 1.0 / np.sqrt(x * x + y * y + 1.0)
        made = [(np.float32(right[i]) * x + np.float32(up[i]) * y + np.float32(ahead[i])) * scale for i in range(3)]
        return made[0], made[1], made[2]

    def window(self, corners: Floats, margin: int = 2) -> tuple[int, int, int, int]:
        """Left, top, right, bottom (exclusive) of the pixels that points can cover, held inside the frame."""
        right, up, ahead, _ = self.axes
        seen = corners - np.array(self.eye, np.float32)
        depth = np.maximum(seen @ ahead, 0.1) * self.cone
        x, y = seen @ right / depth + self.width / 2, self.height / 2 - seen @ up / depth
        return (
            max(0, math.floor(float(x.min())) - margin),
            max(0, math.floor(float(y.min())) - margin),
            min(self.width, math.ceil(float(x.max())) + margin),
            min(self.height, math.ceil(float(y.max())) + margin),
        )


@dataclass(frozen=True, eq=False)
class Hits:
    """Where rays met a part: which of them (`index`), how far, how much of the pixel is covered, and where."""

    index: NDArray[np.intp]
    depth: Floats
    cover: Floats
    point: Coords
    local: Coords
    normal: Coords


def trace(part: Part, origin: Coords, direction: Coords, cone: float) -> Hits:
    """Let rays of length-one `direction` from `origin` (one point, or one for each) meet a part.

    `cone` is the width of a pixel at a distance of one.
    """
    count = direction[0].size
    start = part.local(origin)
    along = part.unturned(direction, 1.0 / part.scale)
    low, high = part.solid.bounds()
    near, far = _slab(start, along, low, high, cone * 20.0)
    alive = np.flatnonzero(far > np.maximum(near, 0.0))
    best, best_at = np.full(count, 9.0, np.float32), np.zeros(count, np.float32)
    _walk(part, (_taken(start, alive), _taken(along, alive)), (near[alive], far[alive]), alive, cone, (best, best_at))
    index = np.flatnonzero(best < 1.0)
    depth = best_at[index]
    shot, begun = _taken(direction, index), _taken(origin, index)
    point = _along(begun, shot, depth)
    local = part.local(point)
    normal = part.turned(part.solid.normal(local))
    return Hits(index, depth, 1.0 - best[index], point, local, normal)


def _walk(
    part: Part,
    rays: tuple[Coords, Coords],
    span: tuple[Floats, Floats],
    index: NDArray[np.intp],
    cone: float,
    found: tuple[Floats, Floats],
) -> None:
    """Walk rays until they meet the surface or leave the box; notes how near each came, in pixels, and where."""
    start, along = rays
    t, far = np.maximum(span[0], 1e-3), span[1]
    best, best_at = found
    scale = np.float32(part.scale)
    for _ in range(_STEPS):
        if not index.size:
            return
        gap = part.solid.distance(_along(start, along, t)) * scale
        pixel = t * np.float32(cone)
        # Half a pixel of coverage lies inside the outline, half outside.
        ratio = np.maximum(gap / pixel, 0.0)
        nearer = ratio < best[index]
        best[index[nearer]] = ratio[nearer]
        best_at[index[nearer]] = t[nearer]
        met = gap < 0.2 * pixel
        best[index[met]] = 0.0
        t = t + np.maximum(gap, 0.3 * pixel)
        keep = ~met & (t < far)
        if float(keep.mean()) < 0.8:
            index, t, far = index[keep], t[keep], far[keep]
            start, along = _taken(start, keep), _taken(along, keep)


def _along(start: Coords, along: Coords, t: Floats) -> Coords:
    return start[0] + along[0] * t, start[1] + along[1] * t, start[2] + along[2] * t


def _slab(start: Coords, along: Coords, low: Vector, high: Vector, slack: float) -> tuple[Floats, Floats]:
    """Where rays enter and leave a box."""
    near: Floats | float = -np.inf
    far: Floats | float = np.inf
    for s, a, bottom, top in zip(start, along, low, high, strict=True):
        safe = np.where(np.abs(a) < 1e-9, np.float32(1e-9), a)
        one, two = (np.float32(bottom - slack) - s) / safe, (np.float32(top + slack) - s) / safe
        near, far = np.maximum(near, np.minimum(one, two)), np.minimum(far, np.maximum(one, two))
    return np.asarray(near, np.float32), np.asarray(far, np.float32)


def _taken(at: Coords, index: NDArray[np.generic]) -> Coords:
    """The rays at an index; what all of them share stays as it is."""
    x, y, z = (axis if axis.size == 1 else axis[index] for axis in at)
    return x, y, z


def shadow(parts: Iterable[Part], point: Coords, light: Vector, softness: float) -> Floats:
    """How much of a soft light in direction `light` each point sees, 0 to 1, with these parts in the way."""
    seen = np.ones(point[0].size, np.float32)
    direction = tuple(np.full(1, axis, np.float32) for axis in light)
    for part in parts:
        start = part.local(point)
        along = part.unturned((direction[0], direction[1], direction[2]), 1.0 / part.scale)
        low, high = part.solid.bounds()
        size = max(top - bottom for bottom, top in zip(low, high, strict=True))
        if size * part.scale < _SMALL:
            continue
        near, far = _slab(start, along, low, high, size * 0.35)
        index = np.flatnonzero((far > np.maximum(near, 0.0)) & (seen > 0.02))
        if not index.size:
            continue
        begun = _taken(start, index)
        t, end = np.maximum(near[index], 0.02), far[index]
        clear = np.ones(index.size, np.float32)
        for _ in range(_SHADOW_STEPS):
            gap = part.solid.distance(_along(begun, along, t)) * part.scale
            clear = np.minimum(clear, 0.5 + 0.5 * gap / (softness * t + _BLOCKED))
            t = np.minimum(t + np.maximum(np.abs(gap) * 0.9, 0.03), end)
        clear = np.clip(clear, 0.0, 1.0)
        seen[index] *= clear * clear * (3 - 2 * clear)
    return seen


def nearness(parts: Sequence[Part], point: Coords, reach: float) -> Floats:
    """How far points are from the nearest of some parts, as a share (0 touching, 1 beyond) of `reach`."""
    nearest = np.full(point[0].size, reach, np.float32)
    for part in parts:
        local = part.local(point)
        low, high = part.solid.bounds()
        slack = reach / part.scale
        close = np.ones(point[0].size, np.bool_)
        for axis, bottom, top in zip(local, low, high, strict=True):
            close &= (axis > bottom - slack) & (axis < top + slack)
        index = np.flatnonzero(close)
        if index.size:
            gap = part.solid.distance(_taken(local, index)) * np.float32(part.scale)
            nearest[index] = np.minimum(nearest[index], gap)
    return np.asarray(np.clip(nearest / reach, 0.0, 1.0))
