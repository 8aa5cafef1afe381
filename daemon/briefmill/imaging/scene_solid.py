"""Solids of a scene, each swept from one flat outline, and what they are made of.

Three ways of sweeping make every product: turned around its axis (bottles, cups), pushed through with a rounded edge
(phones, boxes, straps), or blown up like a cushion (bags, shoes, pebbles). A solid tells how far a point is from its
surface and which way the surface looks there; how it is looked at and lit is none of its business.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from briefmill.imaging.scene_profile import Field, Floats

Vector = tuple[float, float, float]
Coords = tuple[Floats, Floats, Floats]


class Solid(Protocol):
    """A body in its own coordinates: y up, z towards the camera."""

    def bounds(self) -> tuple[Vector, Vector]:
        """Its lowest and highest corner."""

    def distance(self, at: Coords) -> Floats:
        """How far points are from the surface, negative inside; never more than they really are."""

    def normal(self, at: Coords) -> Coords:
        """Outward directions of length one at points near the surface."""


@dataclass(frozen=True)
class Turned:
    """An outline turned around the y axis."""

    section: Field

    def bounds(self) -> tuple[Vector, Vector]:
        """Its lowest and highest corner."""
        reach = max(abs(self.section.low[0]), abs(self.section.high[0]))
        return (-reach, self.section.low[1], -reach), (reach, self.section.high[1], reach)

    def distance(self, at: Coords) -> Floats:
        """The distance in the plane through the axis is the distance in space."""
        return self.section.distance(np.hypot(at[0], at[2]), at[1])

    def normal(self, at: Coords) -> Coords:
        """The slope in that plane, turned to where the point is."""
        x, y, z = at
        radius = np.hypot(x, z)
        _, outward, up = self.section.slope(radius, y)
        around = outward / np.maximum(radius, 1e-5)
        return _unit(around * x, up, around * z)


@dataclass(frozen=True)
class Pushed:
    """An outline pushed along z, `half` to each side, its edges rounded by `edge`."""

    section: Field
    half: float
    edge: float

    def bounds(self) -> tuple[Vector, Vector]:
        """Its lowest and highest corner."""
        (left, low), (right, high) = self.section.low, self.section.high
        return (left, low, -self.half), (right, high, self.half)

    def distance(self, at: Coords) -> Floats:
        """Distance to the rounded rim, to the side or to the face, whichever is the nearest."""
        flat = self.section.distance(at[0], at[1]) + self.edge
        deep = np.abs(at[2]) - (self.half - self.edge)
        outside = np.hypot(np.maximum(flat, 0), np.maximum(deep, 0))
        return np.asarray(np.minimum(np.maximum(flat, deep), 0) + outside - self.edge, np.float32)

    def normal(self, at: Coords) -> Coords:
        """Sideways on the side, along z on the face, between the two on the rounded rim."""
        flat, across, up = self.section.slope(at[0], at[1])
        flat = flat + self.edge
        deep = np.abs(at[2]) - (self.half - self.edge)
        rim = (flat > 0) & (deep > 0)
        side = np.where(rim, flat, (flat > deep).astype(np.float32))
        face = np.where(rim, deep, (flat <= deep).astype(np.float32))
        return _unit(across * side, up * side, face * np.sign(at[2]))


@dataclass(frozen=True)
class Blown:
    """An outline blown up: an elliptic edge `reach` wide, `depth` thick at most (half), thicker by `taper` per y."""

    section: Field
    depth: float
    reach: float
    taper: float = 0.0

    def bounds(self) -> tuple[Vector, Vector]:
        """Its lowest and highest corner."""
        (left, low), (right, high) = self.section.low, self.section.high
        deepest = max(self._depth(low), self._depth(high))
        return (left, low, -deepest), (right, high, deepest)

    def _depth(self, y: float) -> float:
        return max(0.25 * self.depth, self.depth + self.taper * y)

    def _parts(self, at: Coords, flat: Floats) -> tuple[Floats, Floats, Floats]:
        thick = np.maximum(0.25 * self.depth, self.depth + self.taper * at[1])
        across = np.maximum(0.0, 1.0 + flat / self.reach)
        deep = at[2] / thick
        return across, deep, thick

    def distance(self, at: Coords) -> Floats:
        """A bound from below: the elliptic form has no simple distance, but its slope is limited."""
        across, deep, thick = self._parts(at, self.section.distance(at[0], at[1]))
        form = (np.hypot(across, deep) - 1.0) * (0.72 * np.minimum(self.reach, thick))
        return np.asarray(np.where(form > 0, np.maximum(form, _outside(at, self.bounds())), form), np.float32)

    def normal(self, at: Coords) -> Coords:
        """The gradient of the elliptic form."""
        flat, slope_x, slope_y = self.section.slope(at[0], at[1])
        across, deep, thick = self._parts(at, flat)
        side = across / self.reach
        return _unit(side * slope_x, side * slope_y - deep**2 / thick * self.taper, deep / thick)


@dataclass(frozen=True)
class Ball:
    """A sphere around the origin."""

    radius: float

    def bounds(self) -> tuple[Vector, Vector]:
        """Its lowest and highest corner."""
        return (-self.radius,) * 3, (self.radius,) * 3

    def distance(self, at: Coords) -> Floats:
        """Distance to the centre less the radius."""
        return np.asarray(np.sqrt(at[0] ** 2 + at[1] ** 2 + at[2] ** 2) - self.radius, np.float32)

    def normal(self, at: Coords) -> Coords:
        """Away from the centre."""
        return _unit(*at)


def _outside(at: Coords, box: tuple[Vector, Vector]) -> Floats:
    """How far points are from a box, 0 inside."""
    gaps = [np.maximum(np.maximum(low - axis, axis - high), 0.0) for axis, low, high in zip(at, *box, strict=True)]
    return np.asarray(np.sqrt(gaps[0] ** 2 + gaps[1] ** 2 + gaps[2] ** 2), np.float32)


def _unit(x: Floats, y: Floats, z: Floats) -> Coords:
    length = np.sqrt(x * x + y * y + z * z)
    scale = 1.0 / np.maximum(length, 1e-6)
    return x * scale, y * scale, z * scale


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a surface is made of. `colour` is linear RGB.

    `rough` runs from 0 (mirror) to 1 (chalk), `metal` from 0 to 1, `clear` from 0 (opaque) to 1 (glass); `sheen` is the
    soft light on the rim of cloth, `glow` is light of its own.
    """

    colour: Vector
    rough: float = 0.5
    metal: float = 0.0
    clear: float = 0.0
    sheen: float = 0.0
    glow: float = 0.0
    weave: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A printed figure on a solid, in its own coordinates: where its field is negative, another material shows.

    `front` limits it to what looks towards the camera; `wrap` unrolls x around the axis, so that a label keeps its
    shape on a bottle.
    """

    figure: Field
    material: Material
    front: bool = True
    wrap: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """A solid in its place: rolled around z, pitched around x, turned around y (`yaw`), all in degrees, then moved."""

    solid: Solid
    material: Material
    at: Vector = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    scale: float = 1.0
    marks: tuple[Mark, ...] = ()
    basis: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "basis", _rotation(self.yaw, self.pitch, self.roll))

    def local(self, at: Coords) -> Coords:
        """World points in the solid's coordinates."""
        x, y, z = (axis - np.float32(offset) for axis, offset in zip(at, self.at, strict=True))
        return self.unturned((x, y, z), 1.0 / self.scale)

    def unturned(self, along: Coords, scale: float = 1.0) -> Coords:
        """World directions in the solid's coordinates, times `scale`."""
        m = self.basis * np.float32(scale)
        x, y, z = along
        return (
            m[0, 0] * x + m[1, 0] * y + m[2, 0] * z,
            m[0, 1] * x + m[1, 1] * y + m[2, 1] * z,
            m[0, 2] * x + m[1, 2] * y + m[2, 2] * z,
        )

    def turned(self, along: Coords) -> Coords:
        """The solid's directions in the world's coordinates."""
        m = self.basis
        x, y, z = along
        return (
            m[0, 0] * x + m[0, 1] * y + m[0, 2] * z,
            m[1, 0] * x + m[1, 1] * y + m[1, 2] * z,
            m[2, 0] * x + m[2, 1] * y + m[2, 2] * z,
        )

    def corners(self) -> Floats:
        """The eight corners of its box, in the world."""
        low, high = self.solid.bounds()
        local = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        return np.asarray(local @ self.basis.T * self.scale + np.array(self.at), np.float32)


def _rotation(yaw: float, pitch: float, roll: float) -> Floats:
    a, b, c = (math.radians(angle) for angle in (yaw, pitch, roll))
    around_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    around_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    around_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return np.asarray(around_y @ around_x @ around_z, np.float32)


def extent(parts: Sequence[Part]) -> tuple[Vector, Vector]:
    """Lowest and highest corner of some parts together."""
    every = np.concatenate([part.corners() for part in parts])
    low, high = every.min(axis=0), every.max(axis=0)
    return (float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2]))


def placed(parts: Sequence[Part], at: Vector, *, scale: float = 1.0, yaw: float = 0.0) -> tuple[Part, ...]:
    """The parts as one body: scaled and turned around the origin, then moved to `at`."""
    turn = _rotation(yaw, 0.0, 0.0)
    made = []
    for part in parts:
        x, y, z = (turn @ np.array(part.at, np.float32)) * scale
        moved = (float(x) + at[0], float(y) + at[1], float(z) + at[2])
        made.append(replace(part, at=moved, yaw=part.yaw + yaw, scale=part.scale * scale))
    return tuple(made)
