"""Painting: the room, its shadows, and the parts of a scene, into one linear RGB picture.

The room is a photographer's cove, a floor that bends up into a wall, so nothing in it needs more than a third of the
picture's pixels; shadows are walked from the floor towards the light. Parts far behind are painted first and blurred,
as a lens would; the rest is painted nearest last, at full size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.imaging import scene_light, scene_trace
from briefmill.imaging.colour import Pixels
from briefmill.imaging.scene_light import Studio, Surface
from briefmill.imaging.scene_palette import Look, mixed
from briefmill.imaging.scene_profile import Floats
from briefmill.imaging.scene_solid import Coords, Part
from briefmill.imaging.scene_trace import Camera

Place = tuple[NDArray[np.intp], NDArray[np.intp]]

_COARSE: Final = 3
_WALL_Z: Final = -5.0
_SOFT: Final = 0.20


@dataclass(frozen=True, kw_only=True)
class Room:
    """A scene's surroundings. `gloss` (0 to 1) is how much the floor mirrors; `gobo` shades floor and wall."""

    look: Look
    studio: Studio
    gloss: float = 0.2
    gobo: Floats | None = None
    pool: float = 0.0


def studio_for(look: Look) -> Studio:
    """Light that suits the room: a dark room has less of it from all around."""
    dim = 0.45 if look.dark else 1.0
    white = (1.0, 0.985, 0.96)
    sky = mixed(white, look.wall, 0.25)
    return Studio(
        key=(1.06 * white[0], 1.06 * white[1], 1.06 * white[2]) if not look.dark else (1.15, 1.13, 1.1),
        sky=(sky[0] * 0.62 * dim, sky[1] * 0.62 * dim, sky[2] * 0.62 * dim),
        ground=tuple(0.5 * dim * part + 0.02 for part in look.floor),  # type: ignore[arg-type]
        horizon=tuple(0.55 * dim * part + 0.06 for part in look.wall),  # type: ignore[arg-type]
    )


def room(camera: Camera, surroundings: Room, parts: Sequence[Part]) -> Floats:
    """The empty room with the shadows and the mirror images of `parts`, height x width x 3, linear RGB."""
    small = _smaller(camera, _COARSE)
    rows, columns = np.mgrid[0 : small.height, 0 : small.width].astype(np.float32)
    direction = small.rays(columns.ravel(), rows.ravel())
    canvas, floor = _cove(small, direction, surroundings)
    if parts:
        _shade_floor(canvas, floor, parts)
        if surroundings.gloss > 0:
            _mirror(canvas, floor, (direction, small), surroundings, parts)
    picture = canvas.reshape(small.height, small.width, 3)
    if surroundings.gobo is not None:
        picture *= cv2.resize(surroundings.gobo, (small.width, small.height))[..., None]
    size = (camera.width, camera.height)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _smaller(camera: Camera, factor: int) -> Camera:
    return Camera(
        eye=camera.eye,
        target=camera.target,
        high=camera.high,
        width=math.ceil(camera.width / factor),
        height=math.ceil(camera.height / factor),
    )


def _cove(camera: Camera, direction: Coords, surroundings: Room) -> tuple[Floats, Coords]:
    """Floor and wall without anything in them, one row a pixel, and where on the floor each ray ends."""
    ex, ey, ez = (np.float32(axis) for axis in camera.eye)
    down = np.minimum(direction[1], -1e-3)
    reach = -ey / down
    floor_x, floor_z = ex + direction[0] * reach, ez + direction[2] * reach
    on_floor = np.clip((floor_z - (_WALL_Z + 0.6)) / 3.4, 0.0, 1.0)
    on_floor = on_floor * on_floor * (3 - 2 * on_floor) * (direction[1] < 0)
    back = (_WALL_Z - ez) / direction[2]
    wall_x, wall_y = ex + direction[0] * back, ey + direction[1] * back
    look = surroundings.look
    glow = np.exp(-((wall_x + 1.3 - surroundings.pool) ** 2) / 16 - ((wall_y - 2.6) ** 2) / 9)
    near = np.exp(-((floor_x - surroundings.pool) ** 2) / 14 - ((floor_z + 0.2) ** 2) / 9)
    low, high = (0.30, 1.15) if look.dark else (0.66, 0.42)
    wall = np.array(look.wall, np.float32) * (low + high * glow)[:, None]
    floor = np.array(look.floor, np.float32) * (low + 0.06 + high * 0.9 * near)[:, None]
    canvas = wall + on_floor[:, None] * (floor - wall)
    return np.asarray(canvas, np.float32), (floor_x, np.where(on_floor > 0.01, 0.0, 1e3).astype(np.float32), floor_z)


def _shade_floor(canvas: Floats, floor: Coords, parts: Sequence[Part]) -> None:
    index = np.flatnonzero((floor[1] == 0) & (np.abs(floor[0]) < 7) & (floor[2] < 4))
    point = (floor[0][index], np.full(index.size, 0.002, np.float32), floor[2][index])
    seen = scene_trace.shadow(parts, point, scene_light.KEY, _SOFT)
    close = (
        0.55 * scene_trace.nearness(parts, point, 0.16) ** 0.6 + 0.45 * scene_trace.nearness(parts, point, 0.6) ** 0.8
    )
    canvas[index] *= ((0.46 + 0.54 * seen) * (0.42 + 0.58 * close))[:, None]


def _mirror(
    canvas: Floats, floor: Coords, rays: tuple[Coords, Camera], surroundings: Room, parts: Sequence[Part]
) -> None:
    direction, camera = rays
    low = np.concatenate([part.corners() for part in parts if part.corners()[:, 1].min() < 0.3])
    flat = np.concatenate((low * (1, 0, 1), low * (1, -0.6, 1))).astype(np.float32)
    left, top, right, bottom = camera.window(flat, 8)
    rows, columns = np.mgrid[top:bottom, left:right]
    index = (rows * camera.width + columns).ravel()
    index = index[floor[1][index] == 0]
    if not index.size:
        return
    origin = (floor[0][index], np.full(index.size, 0.001, np.float32), floor[2][index])
    upward = (direction[0][index], -direction[1][index], direction[2][index])
    nearest = np.full(index.size, np.inf, np.float32)
    image, share = np.zeros((index.size, 3), np.float32), np.zeros(index.size, np.float32)
    for part in parts:
        hits = scene_trace.trace(part, origin, upward, camera.cone * 3)
        first = hits.depth < nearest[hits.index]
        seen = np.ones(hits.index.size, np.float32)
        shown = _lit(part, hits, tuple(-axis[hits.index] for axis in upward), surroundings.studio, seen)
        where = hits.index[first]
        nearest[where] = hits.depth[first]
        image[where] = shown[first]
        share[where] = (hits.cover * np.exp(-hits.point[1] * 1.6))[first]
    # A floor is never a perfect mirror: the image is blurred, which also hides its few pixels.
    layer = np.zeros((camera.height * camera.width, 4), np.float32)
    layer[index, :3], layer[index, 3] = image * share[:, None], share
    soft = cv2.GaussianBlur(layer.reshape(camera.height, camera.width, 4), (0, 0), 1.6).reshape(-1, 4)[index]
    canvas[index] += surroundings.gloss * (soft[:, :3] - soft[:, 3:] * canvas[index])


def _lit(part: Part, hits: scene_trace.Hits, view: Coords, studio: Studio, seen: Floats) -> Floats:
    pixel = np.full(hits.index.size, 0.006 / part.scale, np.float32)
    albedo, rough, metal = scene_light.coat(part, hits.local, pixel)
    surface = Surface(
        normal=hits.normal,
        view=view,
        albedo=albedo,
        rough=rough,
        metal=metal,
        sheen=part.material.sheen,
        lit=seen,
        open=np.clip(0.45 + hits.point[1] * 2.2, 0.0, 1.0).astype(np.float32),
    )
    made = scene_light.lit(surface, studio)
    if part.material.glow:
        made += albedo * part.material.glow
    return made


class Canvas:
    """A picture being painted, with the depth of what is in front.

    Where that covers only a part of a pixel, what lies behind it is kept too, so that parts may come in any order
    without a fringe of the ground between them.
    """

    def __init__(self, camera: Camera, ground: Floats, studio: Studio) -> None:
        self.camera = camera
        self.pixels = ground
        self._studio = studio
        self._depth = np.full(ground.shape[:2], np.inf, np.float32)
        self._cover = np.zeros(ground.shape[:2], np.float32)
        self._behind = ground.copy()

    def paint(self, parts: Sequence[Part], *, shading: Sequence[Part] = ()) -> None:
        """Paint parts, the farthest first; those in `shading` throw their shadows on the others."""
        eye = np.array(self.camera.eye)
        order = sorted(parts, key=lambda part: -float(np.linalg.norm(part.corners().mean(axis=0) - eye)))
        for part in sorted(order, key=lambda part: part.material.clear > 0):
            self._paint(part, [other for other in shading if other is not part])

    def blur(self, sigma: float) -> None:
        """Put all that was painted so far out of focus."""
        factor = max(1, int(sigma / 2.5))
        height, width = self.pixels.shape[:2]
        small = cv2.resize(self.pixels, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), sigma / factor)
        self.pixels = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
        self._depth.fill(np.inf)
        self._cover.fill(0.0)
        self._behind = self.pixels.copy()

    def _paint(self, part: Part, others: Sequence[Part]) -> None:
        left, top, right, bottom = self.camera.window(part.corners())
        if left >= right or top >= bottom:
            return
        rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
        direction = self.camera.rays(columns.ravel(), rows.ravel())
        eye = tuple(np.full(1, axis, np.float32) for axis in self.camera.eye)
        hits = scene_trace.trace(part, (eye[0], eye[1], eye[2]), direction, self.camera.cone)
        if not hits.index.size:
            return
        place = (hits.index // (right - left) + top, hits.index % (right - left) + left)
        view = tuple(-axis[hits.index] for axis in direction)
        shown = _lit(part, hits, (view[0], view[1], view[2]), self._studio, _seen(others, hits.point))
        if part.material.clear:
            shown = self._through(part, hits, (view[0], view[1], view[2]), place, shown)
        size = hits.depth * self.camera.cone
        cover = hits.cover * np.clip(0.5 + hits.point[1] / size, 0.0, 1.0)  # what lies under the floor is not seen
        self._lay(place, shown, cover, hits.depth, size)

    def _lay(self, place: Place, shown: Floats, cover: Floats, depth: Floats, size: Floats) -> None:
        """Put colours at pixels, before or behind what is there. `size` is the width of a pixel at their depth."""
        # Where two parts pass through each other the nearer one wins, softly over the width of a pixel.
        ahead = np.clip(0.5 + (self._depth[place] - depth) / (2 * size), 0.0, 1.0)
        share, below, behind = cover * ahead, self.pixels[place], self._behind[place]
        front = share > 0
        lower = (cover * ~front)[:, None] * (shown - behind)
        gap = 1.0 - self._cover[place]
        self.pixels[place] = below + share[:, None] * (shown - below) + gap[:, None] * lower
        self._behind[place] = np.where(front[:, None], below, behind + lower)
        self._cover[place] = np.where(front, share, self._cover[place])
        self._depth[place] = np.where(front, np.minimum(self._depth[place], depth), self._depth[place])

    def _through(self, part: Part, hits: scene_trace.Hits, view: Coords, place: Place, shown: Floats) -> Floats:
        """Glass: what lies behind, bent by the surface and tinted, under what the surface mirrors."""
        normal = hits.normal
        facing = np.clip(normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2], 0.0, 1.0)
        bend = 0.10 * (1 - facing) ** 1.5 / self.camera.cone / hits.depth
        height, width = self.pixels.shape[:2]
        down = np.clip(place[0] + normal[1] * bend, 0, height - 1).astype(np.intp)
        across = np.clip(place[1] - normal[0] * bend, 0, width - 1).astype(np.intp)
        tint = np.array(part.material.colour, np.float32)
        thick = (0.35 + 0.65 * (1 - facing) ** 1.2)[:, None]
        behind = self.pixels[down, across] * (1 - thick + thick * tint)
        share = (part.material.clear * (0.25 + 0.75 * facing**0.6))[:, None]
        gloss = np.maximum(shown - shown.mean(), 0.0) * 0.2
        return np.asarray(shown * (1 - share) + (behind + gloss) * share, np.float32)


def _seen(others: Sequence[Part], point: Coords) -> Floats:
    """How much of the main light reaches points past other parts."""
    seen = scene_trace.shadow(others, point, scene_light.KEY, _SOFT)
    if others:
        seen *= 0.35 + 0.65 * scene_trace.nearness(others, point, 0.14) ** 0.7
    return seen


def finished(linear: Floats, rng: np.random.Generator, *, grain: float = 1.1) -> Pixels:
    """A linear RGB picture as 8-bit BGR: a lens's falloff, a soft shoulder for the lights, sRGB, fine grain."""
    height, width = linear.shape[:2]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    falloff = 1.0 - 0.10 * (down**2 + across**2) ** 1.2 / 2
    root = np.sqrt(np.maximum(linear[..., ::-1] * falloff[..., None], 0.0))
    index = np.minimum(root * 2047.5, 4095.0).astype(np.uint16)
    encoded = _curve()[index]
    noise = rng.standard_normal((height, width), dtype=np.float32) * np.float32(grain)
    # Half a step of dither keeps smooth grounds from banding; more than that reads as film grain.
    return np.clip(encoded + noise[..., None] + 0.5, 0, 255).astype(np.uint8)


def _curve() -> Floats:
    light = (np.arange(4096) / 2047.5) ** 2
    knee = 0.72
    rolled = np.where(light <= knee, light, knee + (1 - knee) * (1 - np.exp(-(light - knee) / (1 - knee))))
    encoded = np.where(rolled <= 0.0031308, rolled * 12.92, 1.055 * np.maximum(rolled, 1e-9) ** (1 / 2.4) - 0.055)
    return np.asarray(encoded * 255.0, np.float32)
