"""A supplied picture made ready to be sent to a picture maker: upright, sRGB, of a sane size, without metadata.

Runs in a worker, because the picture is untrusted. What leaves the house is pixels alone: where a photo was taken and
with what is nobody's business. The cache goes by the supplied file, so that the same picture asked for again is found
whatever the libraries make of it by then.
"""

from typing import Final

import cv2
import numpy as np

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import colour, decode
from briefmill.stages.task import ProbeTask

LONGEST: Final = 2048
"""Pixels of the longer edge: a label is read at that, and what is larger costs tokens and is scaled down over there."""
_QUALITY: Final = 92


def prepared(task: ProbeTask) -> tuple[bytes, str]:
    """Bytes and media type of a stored picture, ready to be sent. Raises AssetRefused."""
    cv2.setNumThreads(1)
    whole = decode.cutout(task.store.get(task.ref))
    height, width = whole.shape[:2]
    factor = min(1.0, LONGEST / max(height, width))
    if factor < 1.0:
        whole = _smaller(whole, max(1, round(width * factor)), max(1, round(height * factor)))
    if int(whole[..., 3].min()) < 255:
        return _encoded(whole, ".png", []), "image/png"
    options = [
        *(cv2.IMWRITE_JPEG_QUALITY, _QUALITY),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ]
    return _encoded(np.ascontiguousarray(whole[..., :3]), ".jpg", options), "image/jpeg"


def _smaller(whole: colour.Pixels, width: int, height: int) -> colour.Pixels:
    """Scaled with the colours multiplied by their alpha, so that what is transparent does not shine through."""
    alpha = whole[..., 3:].astype(np.float32) / 255.0
    layers = np.concatenate((whole[..., :3] * alpha, whole[..., 3:].astype(np.float32)), axis=2)
    scaled = cv2.resize(layers, (width, height), interpolation=cv2.INTER_AREA)
    opaque = np.maximum(scaled[..., 3:] / 255.0, 1e-6)
    colours = np.where(scaled[..., 3:] > 0, scaled[..., :3] / opaque, 0)
    return np.asarray(np.clip(np.rint(np.concatenate((colours, scaled[..., 3:]), axis=2)), 0, 255), np.uint8)


def _encoded(pixels: colour.Pixels, ending: str, options: list[int]) -> bytes:
    done, data = cv2.imencode(ending, pixels, options)
    if not done:
        raise AssetRefused(Problem(code="asset.broken", message="the picture cannot be made ready to be sent."))
    return data.tobytes()
