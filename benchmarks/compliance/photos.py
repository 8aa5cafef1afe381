"""Real photographs that the development packages carry, and known faces: what the labelled set is made from.

scikit-image and scikit-learn ship them for their own examples; nothing is fetched. Faces are the hundred 25 x 25
pictures of scikit-image's part of "Labeled Faces in the Wild", enlarged.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

SKIMAGE = ("coffee.png", "chelsea.png", "rocket.jpg", "clock_motion.png", "motorcycle_left.png", "gravel.png",
           "brick.png", "grass.png", "hubble_deep_field.jpg", "retina.jpg", "ihc.png", "coins.png")  # fmt: skip
SKLEARN = ("china.jpg", "flower.jpg")
PORTRAITS = ("astronaut.png", "camera.png")
"""Both show a person; the second only a man's dark profile, which no frontal detector finds."""
BLURRED = "clock_motion.png"
"""This one was moved while it was taken, so it is no example of a sharp photo."""
SIDE = 640


def folder(package: str) -> Path:
    """Where an installed package lies; found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: run `make test` once, it installs what developing needs.")
    return Path(spec.origin).parent


def read(path: Path) -> np.ndarray:
    """A photo as BGR, its longer side 640 pixels."""
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    factor = SIDE / max(pixels.shape[:2])
    return cv2.resize(
        pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )


@cache
def without_people() -> dict[str, np.ndarray]:
    """Fourteen photos that show nobody, by name."""
    found = {name: read(folder("skimage") / "data" / name) for name in SKIMAGE}
    return found | {name: read(folder("sklearn") / "datasets" / "images" / name) for name in SKLEARN}


@cache
def portraits() -> dict[str, np.ndarray]:
    """The photos that show a person."""
    return {name: read(folder("skimage") / "data" / name) for name in PORTRAITS}


@cache
def faces() -> np.ndarray:
    """A hundred faces and a hundred pictures of the same size that are none, in this order: 200 x 25 x 25, 0 to 255."""
    shares = np.load(folder("skimage") / "data" / "lfw_subset.npy")
    return np.clip(shares * 255, 0, 255).astype(np.uint8)


def face_in(photo: np.ndarray, number: int, side: int, x: int, y: int) -> np.ndarray:
    """A copy of a photo with one of the 200 small pictures set into it, enlarged, its rim faded into the photo."""
    out = photo.copy()
    small = cv2.resize(faces()[number], (side, side), interpolation=cv2.INTER_CUBIC)
    fade = np.zeros((side, side), np.float32)
    rim = max(2, side // 16)
    fade[rim:-rim, rim:-rim] = 1
    fade = cv2.GaussianBlur(fade, (0, 0), rim / 2)[..., None]
    part = out[y : y + side, x : x + side]
    part[:] = np.rint(part * (1 - fade) + small[..., None] * fade).astype(np.uint8)
    return out
