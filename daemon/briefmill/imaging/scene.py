"""The built-in maker's art: a studio scene with one product, drawn from a request's words, colours and seed.

Nothing is loaded and nobody is asked, so a brief without pictures and without a key still becomes an advertisement. The
product is chosen from the words (`scene_words`), built from solids of revolution and the like (`scene_vessels`,
`scene_goods`, `scene_devices`), set on a stage (`scene_props`) in the brand's colours (`scene_palette`), and painted by
walking rays (`scene_trace`, `scene_light`, `scene_stage`). The same request gives the same picture, byte for byte, on
one version of the libraries. There is never any text in it.
"""

import hashlib
import math
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from briefmill.domain.creative import PictureRequest, Subject
from briefmill.errors import Permanent
from briefmill.imaging import scene_devices as devices
from briefmill.imaging import scene_goods as goods
from briefmill.imaging import scene_palette, scene_props, scene_stage, scene_words
from briefmill.imaging import scene_vessels as vessels
from briefmill.imaging.colour import Pixels
from briefmill.imaging.scene_palette import Look
from briefmill.imaging.scene_solid import Part, extent, placed
from briefmill.imaging.scene_trace import Camera

BUILDERS: Final[dict[str, Callable[[Look], tuple[Part, ...]]]] = {
    "backpack": goods.backpack,
    "ball": goods.ball,
    "bottle": vessels.bottle,
    "bowl": vessels.bowl,
    "box": goods.box,
    "can": vessels.can,
    "candle": vessels.candle,
    "clear_bottle": vessels.clear_bottle,
    "dropper": vessels.dropper,
    "earbuds": devices.earbuds,
    "flask": vessels.flask,
    "headphones": devices.headphones,
    "jar": vessels.jar,
    "keyboard": devices.keyboard,
    "lamp": vessels.lamp,
    "laptop": devices.laptop,
    "lipstick": vessels.lipstick,
    "mouse": devices.mouse,
    "mug": vessels.mug,
    "parcel": goods.parcel,
    "perfume": vessels.perfume,
    "phone": devices.phone,
    "pouch": goods.pouch,
    "pump": vessels.pump,
    "shirt": goods.shirt,
    "shoe": goods.shoe,
    "soap": goods.soap,
    "speaker": devices.speaker,
    "sunglasses": goods.sunglasses,
    "takeaway": vessels.takeaway,
    "tote": goods.tote,
    "towels": goods.towels,
    "tube": goods.tube,
    "watch": devices.watch,
}

QUALITY: Final = 95
"""Of the JPEG: nothing of it shows after a creative has been encoded at its own, lower quality."""

WIDE_FROM: Final = 1.25
"""From this ratio on a frame has its words beside the product; below it, above."""

_HIGH: Final = 1.62
_WIDE: Final = 1.80
_MEAN: Final = 1.28
_FLAT: Final = frozenset({"keyboard", "laptop", "mouse"})


def draw(request: PictureRequest) -> Pixels:
    """The scene of a request in its width and height, BGR. Raises Permanent for a size no picture has."""
    return _composed(request)[0]


def _composed(request: PictureRequest) -> tuple[Pixels, Subject | None]:
    """The scene, and the box of the product in it; None where the scene is wanted empty."""
    if not (16 <= request.width <= 8192 and 16 <= request.height <= 8192):
        raise Permanent(f"{request.width} x {request.height} pixels is no size for a picture.")
    rng = np.random.default_rng(_entropy(request))
    look = scene_palette.look(request.palette, rng)
    if request.empty:
        return _painted(_camera(request.width, request.height), look, ((), (), ()), rng), None
    subject = scene_words.subject(request.name, request.category, request.prompt)
    camera = _camera(request.width, request.height)
    hero = BUILDERS[subject.product](look)
    low, high = extent(hero)
    size = _size(high[0] - low[0], high[1])
    reach = max(high[0], -low[0]) * size
    stage = scene_props.SETS[int(rng.integers(len(scene_props.SETS)))]
    if subject.product in _FLAT or reach > 0.75:
        stage = scene_props.podium if rng.random() < 0.5 and subject.product not in _FLAT else scene_props.plain
    around = stage(look, reach, rng)
    x = _aside(camera, rng)
    standing = placed(hero, (x, around.top, 0.0), scale=size)
    side = camera.high * camera.width / camera.height / 2 - 0.24
    ground = scene_props.Ground(reach=reach + (0.4 if around.near else 0.05), left=-side - x, right=side - x)
    near, far = scene_props.companions(subject.companions, look, ground, rng)
    near, far = placed((*around.near, *near), (x, 0, 0)), placed((*around.far, *far), (x, 0, 0))
    corners = np.concatenate([part.corners() for part in standing])
    left, top, right, bottom = camera.window(corners, margin=0)
    across, down = camera.width, camera.height
    box = (left / across, top / down, (right - left) / across, (bottom - top) / down)
    return _painted(camera, look, (standing, near, far), rng), box


def encoded(request: PictureRequest) -> bytes:
    """The scene of a request as a JPEG without chroma subsampling; its grain would make a PNG five times larger."""
    return drawn(request)[0]


def drawn(request: PictureRequest) -> tuple[bytes, Subject | None]:
    """The scene of a request as a JPEG, and the box of the product in it (None where it is wanted empty)."""
    pixels, box = _composed(request)
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    done, data = cv2.imencode(".jpg", pixels, options)
    if not done:
        raise Permanent(f"a scene of {request.width} x {request.height} pixels cannot be written as JPEG.")
    return data.tobytes(), box


def _painted(
    camera: Camera,
    look: Look,
    parts: tuple[tuple[Part, ...], tuple[Part, ...], tuple[Part, ...]],
    rng: np.random.Generator,
) -> Pixels:
    hero, near, far = parts
    studio = scene_stage.studio_for(look)
    leaves = rng.random() < 0.6
    shade = scene_props.window_light(camera.width // 3, camera.height // 3, rng) if leaves else None
    pool = hero[0].at[0] if hero else 0.0
    surroundings = scene_stage.Room(look=look, studio=studio, gloss=0.22, gobo=shade, pool=pool)
    canvas = scene_stage.Canvas(camera, scene_stage.room(camera, surroundings, (*hero, *near, *far)), studio)
    canvas.paint(far)
    canvas.blur(camera.height / 260)
    canvas.paint((*near, *hero), shading=(*near, *hero))
    return scene_stage.finished(canvas.pixels, rng)


def _size(wide: float, high: float) -> float:
    """How much to enlarge a product of this size: slim ones fill the height, stocky ones stay modest."""
    return min(_HIGH / high, _WIDE / wide, _MEAN / math.sqrt(wide * high))


def _aside(camera: Camera, rng: np.random.Generator) -> float:
    """Where the product stands across: beside the middle, and well to the right in wide frames, where words go left."""
    ratio = camera.width / camera.height
    side = 0.34 if rng.random() < 0.5 else -0.34
    return 0.2 * camera.high * ratio if ratio >= WIDE_FROM else side * min(1.0, ratio - 0.5)


def _camera(width: int, height: int) -> Camera:
    ratio = width / height
    # Wide frames show the product large; narrow ones must hold its width and leave the sky for words.
    high = 3.05 if ratio >= 1.3 else max(3.05, min(4.6, 3.75 / ratio))
    rise = 0.98 + 0.16 * (high - 3.05)
    return Camera(eye=(0.0, rise + 1.45, 10.5), target=(0.0, rise, 0.0), high=high, width=width, height=height)


def _entropy(request: PictureRequest) -> int:
    told = f"{request.seed}\n{request.product}\n{request.name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(told).digest()[:8], "big")
