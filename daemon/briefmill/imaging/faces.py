"""Faces in a picture: where they are, who looked, and whether anybody could look at all.

Who looks is a ladder: a YuNet model that the operator configured, else the Haar cascades that OpenCV 4 brings, else
nobody. Nobody is `unknown`, and unknown is never "none": a rule that must know may not take an unseen picture for an
empty one. A picture is looked at once, at 320 pixels; above it false faces rise. The first cascade finds what matters
for a crop (`imaging.focus` asks for it alone); the further ones are asked only where it found nothing and it matters:
law asks whether a generated picture shows anybody at all. Their processor time is bounded: what was not looked at to
the end is told.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from briefmill.errors import ConfigError
from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels

SIDES: Final = (320, 192)
"""Longer and shorter side in pixels, at most, of the copy on which faces are looked for."""
SHARE: Final = 8
"""A face that matters is at least so many times smaller than the picture's shorter side.

Candidates below that are what makes a busy picture cost five times a smooth one: half of the work is spent on them.
"""
BUDGET_S: Final = 1.0
"""Processor time after which no further cascade is tried; all four take 60 to 140 ms on the pictures measured."""
FIRST: Final = "haarcascade_frontalface_alt2.xml"

_STEP: Final = 1.2
_NEIGHBOURS: Final = 4
_FURTHER: Final = (("haarcascade_frontalface_alt.xml", 1.1, 2), ("haarcascade_profileface.xml", 1.2, 5))
"""The further cascades with step and neighbours that found most of the measured faces and not one false one."""
_YUNET_SCORE: Final = 0.8
_YUNET_SIDE: Final = 320
_SMALLEST: Final = 20


@dataclass(frozen=True, kw_only=True)
class Face:
    """A face's box in shares (0 to 1) of its picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Faces:
    """What a look for faces found. `backend` says who looked: `yunet`, `haar`, or empty for nobody.

    `unknown` is True where nobody could look, or not to the end, and nothing was found: there may be a face or not.
    """

    boxes: tuple[Face, ...] = ()
    backend: str = ""
    unknown: bool = False

    @property
    def found(self) -> bool | None:
        """True for a face, False for none, None where that is not known."""
        return True if self.boxes else None if self.unknown else False


UNSEEN: Final = Faces(unknown=True)
"""What is known of a picture that nobody looked at."""

Clock = Callable[[], float]


def look(
    pixels: Pixels,
    *,
    model: Path | None = None,
    first: Sequence[Face] | None = None,
    careful: bool = True,
    budget_s: float = BUDGET_S,
    clock: Clock = time.thread_time,
) -> Faces:
    """Look for faces in a BGR picture. Raises ConfigError for a `model` that OpenCV cannot read.

    `first` is what the first cascade found already (`None`: it has not been asked). Without `careful` no further one is
    asked. `clock` tells processor time in seconds.
    """
    small = viewed(pixels)
    if model is not None:
        return Faces(boxes=_by_model(small, model), backend="yunet")
    if not available():
        return UNSEEN
    began = clock()
    boxes = tuple(first) if first is not None else glance(small)
    for cascade, step, neighbours in _FURTHER if careful else ():
        if boxes:
            break
        if clock() - began > budget_s:
            return Faces(backend="haar", unknown=True)
        boxes = _further(small, cascade, step, neighbours)
    return Faces(boxes=boxes, backend="haar")


def glance(small: Pixels) -> tuple[Face, ...]:
    """The faces that the first cascade finds in a copy made by `viewed`; none where OpenCV has no cascades."""
    return _found(small, FIRST, _STEP, _NEIGHBOURS) if available() else ()


def available() -> bool:
    """True where OpenCV has cascades: version 5 has none."""
    return hasattr(cv2, "CascadeClassifier") and (_folder() / FIRST).is_file()


def viewed(pixels: Pixels) -> Pixels:
    """The copy on which everything is looked for."""
    longer, shorter = max(pixels.shape[:2]), min(pixels.shape[:2])
    return colour.thumbnail(pixels, max(1, min(SIDES[0], SIDES[1] * longer // shorter)))


def _folder() -> Path:
    return Path(cv2.__file__).parent / "data"


def _further(small: Pixels, cascade: str, step: float, neighbours: int) -> tuple[Face, ...]:
    """What a further cascade finds; the one for profiles knows those that look to the left, so it looks twice."""
    seen = _found(small, cascade, step, neighbours)
    if seen or "profile" not in cascade:
        return seen
    turned = _found(np.ascontiguousarray(small[:, ::-1]), cascade, step, neighbours)
    return tuple(Face(x=1 - face.x - face.width, y=face.y, width=face.width, height=face.height) for face in turned)


def _found(small: Pixels, cascade: str, step: float, neighbours: int) -> tuple[Face, ...]:
    height, width = small.shape[:2]
    grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
    least = max(_SMALLEST, min(height, width) // SHARE)
    found = _classifier(cascade, threading.get_ident()).detectMultiScale(
        grey, scaleFactor=step, minNeighbors=neighbours, minSize=(least, least)
    )
    return _shares(np.asarray(found, np.float64).reshape(-1, 4).tolist(), width, height)


def _shares(boxes: Iterable[Sequence[float]], width: int, height: int) -> tuple[Face, ...]:
    """Boxes in pixels as shares of their picture; a model's may reach beyond it, and are cut to what is there."""
    faces = []
    for x, y, wide, high in boxes:
        left, top = max(0.0, x), max(0.0, y)
        right, bottom = min(float(width), x + wide), min(float(height), y + high)
        if right > left and bottom > top:
            faces.append(
                Face(x=left / width, y=top / height, width=(right - left) / width, height=(bottom - top) / height)
            )
    return tuple(faces)


@lru_cache(maxsize=24)
def _classifier(cascade: str, thread: int) -> cv2.CascadeClassifier:
    # Loading takes 15 ms, and a classifier must not be used by two threads at once: one for each thread.
    del thread
    return cv2.CascadeClassifier(str(_folder() / cascade))


def _by_model(small: Pixels, model: Path) -> tuple[Face, ...]:
    height, width = small.shape[:2]
    net = _net(str(model), threading.get_ident())
    net.setInputSize((width, height))
    found: Any = net.detect(small)[1]  # None where there is no face, which the stubs do not know
    if found is None:
        return ()
    return _shares(np.asarray(found, np.float64)[:, :4].tolist(), width, height)


@lru_cache(maxsize=8)
def _net(model: str, thread: int) -> cv2.FaceDetectorYN:
    del thread
    try:
        return cv2.FaceDetectorYN.create(model, "", (_YUNET_SIDE, _YUNET_SIDE), _YUNET_SCORE)
    except cv2.error as error:
        raise ConfigError(
            f"compliance.face_model: OpenCV cannot read {model} as a YuNet model. Give the path of "
            "face_detection_yunet_2023mar.onnx (OpenCV model zoo), or leave it out to use OpenCV's cascades."
        ) from error
