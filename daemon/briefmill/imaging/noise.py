"""Grain and blown light in a picture: two numbers that say whether a photo is good material.

Grain is measured in the calmest parts, because texture is no noise: Immerkaer's operator cancels flat areas, straight
edges and gradients, and a picture's calmest tiles hold little else. Clipped light is what has no drawing left in it,
neither in the brightest nor in the darkest parts; a ground that is white all around, as in a studio, is meant so.
"""

import math
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels

_KERNEL: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_TILE: Final = 48
_ACROSS: Final = 5
_CALMEST: Final = 25
_WHITE: Final = 253
_BLACK: Final = 2
_SIDE: Final = 192
_GROUND: Final = 0.6


def grain(pixels: Pixels) -> float:
    """The standard deviation of the noise in the calmest parts of a BGR picture, in steps of 255.

    Source: J. Immerkaer, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64 (1996). Parts
    without any light or wholly white hold no noise that could be seen, and are left out; 0.0 where nothing remains.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    side = min(_TILE, height, width)
    if side < 5:
        return 0.0
    found = []
    for top in np.linspace(0, height - side, _ACROSS).astype(int):
        for left in np.linspace(0, width - side, _ACROSS).astype(int):
            tile = np.asarray(grey[top : top + side, left : left + side], np.uint8)
            if 8 < float(tile.mean()) < 247:
                found.append(_sigma(tile))
    return float(np.percentile(found, _CALMEST)) if found else 0.0


def _sigma(tile: Pixels) -> float:
    response = np.abs(cv2.filter2D(tile, cv2.CV_32F, _KERNEL)[1:-1, 1:-1])
    return float(response.mean()) * math.sqrt(math.pi / 2) / 6


def clipped(pixels: Pixels) -> tuple[float, float]:
    """The shares of a BGR picture that are blown out to white and drowned in black, without an even ground around."""
    small = colour.thumbnail(pixels, _SIDE)
    white = cv2.inRange(small, (_WHITE,) * 3, (255,) * 3)
    black = cv2.inRange(small, (0,) * 3, (_BLACK,) * 3)
    return _lost(np.asarray(white) > 0), _lost(np.asarray(black) > 0)


def _lost(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    rim = np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    if float(rim.mean()) < _GROUND:
        return float(mask.mean())
    # A ground that is so all around is meant: only what is lost apart from it counts.
    labels = cv2.connectedComponents(mask.astype(np.uint8))[1]
    ground = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    return float((mask & ~np.isin(labels, ground)).mean())
