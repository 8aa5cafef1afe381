"""The prints of a delivered creative, by which a stripped, scaled, recompressed, cut or framed copy is known again.

A print is the 64-bit perceptual hash of `likeness`: it bears scaling and recompression, but a cut moves everything in
the picture. So a creative has one of the whole and one of each of 34 windows (`WINDOWS`), and a copy that was cut is
met by the window nearest to its cut. A copy with a frame around it (a screenshot) is looked at within the frame:
wherever rows and columns are one colour from the edge on, and at the strongest straight lines near each edge.
Searching is one vectorised comparison with all that is known; `benchmarks/whence` measures it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.imaging import likeness
from briefmill.imaging.colour import Floats, Pixels

WINDOWS: Final = ((0.95, 3), (0.9, 5))
"""The sides of windows, as a share of the creative's, and in how many places each stands across and down."""

WHOLE_BITS: Final = 8
"""Bits of 64 in which a whole copy may differ from the whole creative."""

CUT_BITS: Final = 10
"""Bits in which a copy that was cut may differ from a window: its cut lies a little beside it."""

BESIDE_BITS: Final = 2
"""Bits by which a match may be farther than the nearest one: creatives of one layout are a little alike, whatever they
show, and what is so much nearer is the one."""

_SIDE: Final = 256
_COUNT: Final = 1 + sum(places**2 for _, places in WINDOWS)
DIGITS: Final = _COUNT * 16
"""Hexadecimal digits of a creative's prints."""
_FRAME: Final = 0.36
"""How much of a side a frame may take at each edge."""
_LINES: Final = 2
_PLAIN: Final = 6.0
"""Grey levels in which a row of a frame may vary."""

Prints = NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True)
class Match:
    """A creative that a picture may be a copy of: its row in the index, how many bits differ, and in what way.

    `way` is `whole`, `cut` (a part of it), or `framed` (it is a part of the picture).
    """

    row: int
    bits: int
    way: str


def of(pixels: Pixels) -> str:
    """The prints of a BGR creative as hexadecimal digits; empty for one without contrast, which nothing could find."""
    codes, told = _codes(pixels, ((1.0, 1), *WINDOWS))
    if not told[0]:
        return ""
    # A window without contrast of its own is like the whole: it can find nothing more than that.
    return "".join(f"{code:016x}" for code in np.where(told, codes, codes[0]))


def index(written: Sequence[str]) -> Prints:
    """Prints as an array to search in, a row each; what cannot be read (or is empty) matches nothing by accident only.

    Raises ValueError for prints that are not as `of` writes them.
    """
    if any(len(one) != DIGITS for one in written):
        raise ValueError("these are no prints")
    flat = bytes.fromhex("".join(written))
    return np.frombuffer(flat, dtype=">u8").astype(np.uint64).reshape(len(written), _COUNT)


def search(pixels: Pixels, known: Prints) -> list[Match]:
    """The creatives that a BGR picture may be a copy of, the nearest first, each once."""
    found: dict[int, Match] = {}
    if not len(known):
        return []
    (mine,), (told,) = _codes(pixels, ((1.0, 1),))
    if told:
        _note(found, np.bitwise_count(known[:, 0] ^ mine), WHOLE_BITS, "whole")
        _note(found, np.bitwise_count(known[:, 1:] ^ mine).min(axis=1), CUT_BITS, "cut")
    inner = sorted({print_ for part in _inner(pixels) if (print_ := likeness.fingerprint(part)) is not None})
    for one in inner:
        _note(found, np.bitwise_count(known[:, 0] ^ np.uint64(one)), WHOLE_BITS, "framed")
    nearest = sorted(found.values(), key=lambda match: (match.bits, match.row))
    return [match for match in nearest if match.bits <= nearest[0].bits + BESIDE_BITS]


def _note(found: dict[int, Match], apart: NDArray[np.uint8], most: int, way: str) -> None:
    for row in np.flatnonzero(apart <= most):
        bits = int(apart[row])
        if int(row) not in found or bits < found[int(row)].bits:
            found[int(row)] = Match(row=int(row), bits=bits, way=way)


def _codes(pixels: Pixels, windows: Sequence[tuple[float, int]]) -> tuple[Prints, NDArray[np.bool_]]:
    """The prints of windows of a BGR picture, and which of them have contrast."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    # Stretched to a square, as the print stretches it anyway.
    square = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return likeness.fingerprints(np.concatenate([_windows(square, *one) for one in windows]))


def _windows(grey: Floats, share: float, places: int) -> Floats:
    """All windows of a size, each reduced to 32 x 32 grey levels that are means of their areas."""
    rows = _means(grey, share, places)
    every = _means(rows.T, share, places).T.reshape(places, likeness.SIDE, places, likeness.SIDE)
    return np.asarray(np.rint(every.transpose(0, 2, 1, 3).reshape(-1, likeness.SIDE, likeness.SIDE)), np.float32)


def _means(grey: Floats, share: float, places: int) -> Floats:
    """The rows of all windows: (places x 32) x columns.

    Taken from running sums between two of which lies an area, in place of one call for each window. (A product with a
    matrix would do as well, but wakes all threads of the algebra library for it.)
    """
    low, part = _edges_of(share, places)
    running = np.cumsum(grey, axis=0, dtype=np.float32)
    running = np.concatenate([np.zeros_like(running[:1]), running, running[-1:]])
    sums = running[low] + part * (running[low + 1] - running[low])
    means = np.diff(sums.reshape(places, likeness.SIDE + 1, -1), axis=1) * (likeness.SIDE / round(_SIDE * share))
    return np.asarray(means.reshape(places * likeness.SIDE, -1), np.float32)


@cache
def _edges_of(share: float, places: int) -> tuple[NDArray[np.intp], Floats]:
    """Where each window's rows begin and end among 256: the whole row before, and the part of the next."""
    tall = round(_SIDE * share)
    starts = [round((_SIDE - tall) * place / max(1, places - 1)) for place in range(places)]
    edges = np.concatenate([start + np.linspace(0, tall, likeness.SIDE + 1) for start in starts])
    low = edges.astype(np.intp)
    return low, (edges - low).astype(np.float32)[:, np.newaxis]


def _inner(pixels: Pixels) -> Iterator[Pixels]:
    """What may be within a frame: every rectangle between the lines that may be its edges."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    height, width = grey.shape
    tops, bottoms = _edges(grey), _edges(grey[::-1])
    lefts, rights = _edges(grey.T), _edges(grey.T[::-1])
    for top, bottom, left, right in product(tops, bottoms, lefts, rights):
        tall, wide = height - top - bottom, width - left - right
        if (top or bottom or left or right) and min(tall, wide) >= 32:
            yield pixels[top : top + tall, left : left + wide]


def _edges(grey: NDArray[np.uint8]) -> list[int]:
    """Where a frame may end, counted in rows from the first: not at all, where rows stop being plain, at lines."""
    reach = max(2, round(len(grey) * _FRAME))
    rows = grey[: reach + 1].astype(np.float32)
    plain = rows.std(axis=1) < _PLAIN
    trimmed = int(np.argmin(plain)) if not plain.all() else reach
    # A line counts by how much of the row's length it has, so that a bright spot is no line.
    step = np.median(np.abs(np.diff(rows, axis=0)), axis=1)
    lines = [int(at) + 1 for at in np.argsort(-step, kind="stable")[:_LINES] if step[at] > _PLAIN]
    return sorted({0, trimmed, *lines})
