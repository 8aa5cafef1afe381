"""How the bytes of a JPEG change with its quality, from a look at a few of its blocks.

A picture's blocks are transformed once, as a JPEG encoder would (ITU-T T.81: YCbCr at 4:2:0, cosine transform, tables
of Annex K). Quality only scales those tables, so each later question is answered by counting: which coefficients are
left, and how many bits their sizes take. The absolute figure is rough; between two qualities of the same picture it is
good to a few in a hundred, where the usual rule, a power of the quantiser's step, is off by as much as a third on calm
pictures. `capsearch` corrects what is left by what it measures.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.imaging.colour import Floats, Pixels

MOST_BLOCKS: Final = 96
"""Blocks of 16 x 16 pixels that are looked at. More of them tell no more: 1000 find the same qualities."""

_SIDE: Final = 16
_HEADER: Final = 400.0  # bytes of a baseline file without its picture: tables and the frame
_CODE: Final = 3.0  # bits of a Huffman code for a run and a size, without the value's own
_BLOCK: Final = 2.0  # bits that each block of 8 x 8 takes at any quality: its mean and its end
_GOLDEN: Final = (0.7548776662466927, 0.5698402909980532)  # 1/g and 1/g^2 of g^3 = g + 1: spread evenly, in no grid

# ITU-T T.81, tables K.1 and K.2.
_LUMA: Final = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56),
    *(14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMA: Final = (
    *(17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99),
    *(47, 66, 99, 99, 99, 99, 99, 99, *[99] * 32),
)


def curve(pixels: Pixels) -> Callable[[int], float]:
    """A function from a quality of 1 to 100 to the logarithm of the bytes that this BGR picture takes, about."""
    blocks, share = _sample(pixels)
    steps = _in_steps(blocks)
    edges = np.array([0.5, *(2.0**size - 0.5 for size in range(1, 11))], np.float32)
    idle = 6 * len(blocks) * _BLOCK

    def bytes_at(quality: int) -> float:
        # A value of `size` bits is one that rounds to 2^(size-1) or more, so each edge passed adds a bit.
        passed = len(steps) - np.searchsorted(steps, edges * np.float32(scale(quality)))
        bits = _CODE * float(passed[0]) + float(passed.sum()) + idle
        return math.log(_HEADER + bits / share / 8)

    return bytes_at


def scale(quality: int) -> float:
    """By how much the tables of Annex K are multiplied at a quality of 1 to 100, after the Independent JPEG Group."""
    return max(50 / quality if quality < 50 else 2 - quality / 50, 0.01)


def _sample(pixels: Pixels) -> tuple[Pixels, float]:
    """Some blocks of 16 x 16 x 3, and the share that they are of all."""
    down, across = -pixels.shape[0] % _SIDE, -pixels.shape[1] % _SIDE
    if pixels.shape[0] < _SIDE or pixels.shape[1] < _SIDE:
        pixels = np.pad(pixels, ((0, down), (0, across), (0, 0)), mode="edge")
    rows, columns = pixels.shape[0] // _SIDE, pixels.shape[1] // _SIDE
    grid = pixels[: rows * _SIDE, : columns * _SIDE].reshape(rows, _SIDE, columns, _SIDE, 3)
    number = rows * columns
    if number > MOST_BLOCKS:
        places = np.arange(MOST_BLOCKS)
        found = grid[_spread(places, rows, _GOLDEN[0]), :, _spread(places, columns, _GOLDEN[1])]
    else:
        found = grid.swapaxes(1, 2).reshape(number, _SIDE, _SIDE, 3)
    return np.ascontiguousarray(found), len(found) / number


def _spread(places: NDArray[np.intp], size: int, step: float) -> NDArray[np.intp]:
    return np.asarray(np.modf((places + 1) * step)[0] * size, np.intp)


def _in_steps(blocks: Pixels) -> Floats:
    """All coefficients but the means, in steps of Annex K's tables, without sign, sorted."""
    count = len(blocks)
    shown = cv2.cvtColor(blocks.reshape(-1, _SIDE, 3), cv2.COLOR_BGR2YCrCb).reshape(count, _SIDE, _SIDE, 3)
    luma = shown[..., 0].reshape(count, 2, 8, 2, 8).swapaxes(2, 3).reshape(-1, 64).astype(np.float32)
    fine = shown[..., 1:].astype(np.float32)
    halved = fine[:, ::2] + fine[:, 1::2]
    coarse = (halved[:, :, ::2] + halved[:, :, 1::2]) / 4
    chroma = coarse.transpose(0, 3, 1, 2).reshape(-1, 64)
    for_luma, for_chroma = _kernels()
    steps = np.abs(np.concatenate([(luma @ for_luma).ravel(), (chroma @ for_chroma).ravel()]))
    return np.sort(steps[steps >= scale(100) / 2])


@cache
def _kernels() -> tuple[Floats, Floats]:
    """The cosine transform of a block, its mean left out, divided by the tables."""
    order, place = np.mgrid[0:8, 0:8]
    cosine = np.cos((2 * place + 1) * order * math.pi / 16) * np.where(order == 0, math.sqrt(1 / 8), 0.5)
    both = np.kron(cosine, cosine).T[:, 1:]
    luma, chroma = (np.asarray(both / np.array(table[1:]), np.float32) for table in (_LUMA, _CHROMA))
    return luma, chroma
