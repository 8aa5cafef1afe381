"""Studio light on surfaces: a large softbox, a strip behind, a bright ceiling and whatever the floor throws back.

Diffuse light wraps around forms as large sources do; what shines is the softboxes themselves, looked up in the mirrored
direction and blurred by roughness, with Fresnel's share. All in linear RGB. The figures were set by eye.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from briefmill.imaging.scene_profile import Floats
from briefmill.imaging.scene_solid import Coords, Mark, Material, Part, Vector

KEY: Final[Vector] = (-0.520, 0.716, 0.466)
"""Towards the main light: left, above, in front. Shadows fall to the right and back."""

_STRIP: Final[Vector] = (0.86, 0.18, 0.40)
_RIM: Final[Vector] = (0.62, 0.42, -0.66)


@dataclass(frozen=True, kw_only=True)
class Studio:
    """The light of one scene, linear RGB. `sky` comes from above, `ground` from below, `key` is the main light."""

    key: Vector
    sky: Vector
    ground: Vector
    horizon: Vector
    mirror: float = 1.0


@dataclass(frozen=True, eq=False)
class Surface:
    """Points to be lit: normal and direction to the eye, what shows there, and how open to the light it is."""

    normal: Coords
    view: Coords
    albedo: Floats
    rough: Floats
    metal: Floats
    sheen: float
    lit: Floats
    open: Floats


def _rows(vector: Vector) -> Floats:
    return np.array(vector, np.float32)[None, :]


def _dot(at: Coords, other: Vector) -> Floats:
    x, y, z = other
    return np.asarray(at[0] * np.float32(x) + at[1] * np.float32(y) + at[2] * np.float32(z))


def _smooth(edge: Floats | float, other: Floats | float, x: Floats) -> Floats:
    share = np.clip((x - edge) / (other - edge), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), np.float32)


def lit(surface: Surface, studio: Studio) -> Floats:
    """Linear RGB, one row a point."""
    n, v = surface.normal, surface.view
    facing = np.clip(n[0] * v[0] + n[1] * v[1] + n[2] * v[2], 0.0, 1.0)
    diffuse = _diffuse(surface, studio)
    fresnel = (1.0 - facing) ** 5
    mirrored = tuple(2.0 * facing * axis - eye for axis, eye in zip(n, v, strict=True))
    shine = environment((mirrored[0], mirrored[1], mirrored[2]), surface.rough, studio)
    shine *= (0.35 + 0.65 * surface.open)[:, None]
    metal = surface.metal[:, None]
    gloss = (1.0 - surface.rough) ** 2
    share = (0.032 + (0.55 * gloss * fresnel)) * (0.25 + 0.75 * gloss)
    reflected = shine * (
        share[:, None] * (1.0 - metal) + metal * (surface.albedo + (1 - surface.albedo) * fresnel[:, None])
    )
    made = surface.albedo * diffuse * (1.0 - metal) + reflected
    rim = np.clip(_dot(n, _RIM), 0.0, 1.0) * (1.0 - facing) ** 3
    made += rim[:, None] * _rows(studio.key) * (0.10 + 0.5 * surface.sheen)
    if surface.sheen:
        made += (surface.sheen * 0.35 * (1.0 - facing) ** 2)[:, None] * (surface.albedo * 0.6 + 0.4) * _rows(studio.sky)
    return np.asarray(made, np.float32)


def _diffuse(surface: Surface, studio: Studio) -> Floats:
    n = surface.normal
    wrapped = np.clip((_dot(n, KEY) + 0.35) / 1.35, 0.0, 1.0)
    main = (wrapped**1.3 * surface.lit)[:, None] * _rows(studio.key)
    above = np.clip(0.5 + 0.5 * n[1], 0.0, 1.0)[:, None]
    around = _rows(studio.sky) * above + _rows(studio.ground) * (1.0 - above)
    fill = np.clip(_dot(n, _STRIP), 0.0, 1.0)[:, None] * _rows(studio.sky) * 0.22
    return np.asarray(main + (around + fill) * (0.25 + 0.75 * surface.open)[:, None])


def environment(direction: Coords, rough: Floats, studio: Studio) -> Floats:
    """The light that comes from a direction: two softboxes before a graded room, blurred by roughness."""
    _, y, z = direction
    blur = 0.05 + 0.9 * rough
    up = _smooth(-0.25 - 0.5 * rough, 0.35 + 0.6 * rough, y)[:, None]
    high = _smooth(0.1, 1.0, y)[:, None]
    room = _rows(studio.ground) * (1 - up) + _rows(studio.horizon) * up * (1 - high) + _rows(studio.sky) * high * 1.2
    key = _box(direction, KEY, (0.52, 0.62), blur)
    strip = _box(direction, _STRIP, (0.16, 1.1), blur)
    behind = _smooth(0.25 - 0.3 * rough, 0.75, -z) * _smooth(-0.1, 0.3, y) * 0.35
    strength = (key * 5.5 + strip * 4.0) * (1.0 - rough) ** 1.5 + behind
    return np.asarray((room * 0.6 + strength[:, None] * _rows(studio.key)) * studio.mirror, np.float32)


def _box(direction: Coords, centre: Vector, half: tuple[float, float], blur: Floats) -> Floats:
    """A rectangular softbox seen in a direction: 1 inside, falling off over `blur`."""
    ahead = np.array(centre)
    side = np.cross((0.0, 1.0, 0.0), ahead)
    side /= np.linalg.norm(side)
    upward = np.cross(ahead, side)
    depth = _dot(direction, centre)
    safe = np.maximum(depth, 0.05)
    u = np.abs(_dot(direction, (float(side[0]), float(side[1]), float(side[2])))) / safe
    v = np.abs(_dot(direction, (float(upward[0]), float(upward[1]), float(upward[2])))) / safe
    inside = _smooth(half[0] + blur, half[0] - blur, u) * _smooth(half[1] + blur, half[1] - blur, v)
    return np.asarray(inside * _smooth(0.05, 0.25, depth), np.float32)


def coat(part: Part, local: Coords, pixel: Floats) -> tuple[Floats, Floats, Floats]:
    """Colour, roughness and metal at points of a part, its printed marks included; `pixel` softens their edges."""
    count = local[0].size
    albedo = np.empty((count, 3), np.float32)
    albedo[:] = part.material.colour
    rough = np.full(count, part.material.rough, np.float32)
    metal = np.full(count, part.material.metal, np.float32)
    for mark in part.marks:
        share = _printed(mark, local, pixel)
        albedo += share[:, None] * (_rows(mark.material.colour) - albedo)
        rough += share * (mark.material.rough - rough)
        metal += share * (mark.material.metal - metal)
    if part.material.weave:
        albedo *= _woven(local, part.material)[:, None]
    return albedo, rough, metal


def _woven(local: Coords, material: Material) -> Floats:
    across, down = local[0] + 0.35 * local[2], local[1] + 0.35 * local[2]
    threads = np.sin(across * 150.0) * np.sin(down * 150.0)
    return np.asarray(1.0 + material.weave * threads, np.float32)


def _printed(mark: Mark, local: Coords, pixel: Floats) -> Floats:
    x, y, z = local
    if mark.wrap:
        x = np.asarray(np.arctan2(x, z) * mark.wrap, np.float32)
    edge = mark.figure.distance(x, y)
    share = np.clip(0.5 - edge / np.maximum(pixel, 1e-5), 0.0, 1.0)
    # Beyond its texture a field only knows the value at the rim, so figures end there in any case.
    low, high = mark.figure.low, mark.figure.high
    share = share * ((x > low[0] - 0.02) & (x < high[0] + 0.02) & (y > low[1] - 0.02) & (y < high[1] + 0.02))
    if mark.front:
        share = share * (z > 0)
    return np.asarray(share, np.float32)
