"""The main colours of a logo or a style guide: the palette somebody would write down when looking at it.

Like colours are gathered by their distance as people see it (CIEDE2000), so that the many greys of soft edges count for
the colour beside them. A page's own white is a ground and no brand colour, unless it is all there is.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from briefmill.imaging import colour, decode, logo, vector
from briefmill.imaging.colour import Pixels

_SIDE: Final = 160
_SAME: Final = 12.0
_LEAST: Final = 0.01
_SOLID: Final = 200
_GROUND: Final = 97.0
_FINE: Final = 4  # steps that are one colour from the start: the noise of JPEG


def of_file(data: bytes, *, most: int = 5) -> Iterator[tuple[str, float]]:
    """The main colours (`#RRGGBB`) with their shares, the largest first. Raises AssetRefused for what is no picture."""
    shown = logo.load(data) if vector.is_drawing(data) else decode.cutout(data)
    return of(shown, most=most)


def of(pixels: Pixels, *, most: int = 5) -> Iterator[tuple[str, float]]:
    """The main colours of a BGRA picture; what is not opaque does not count."""
    small = pixels[:: max(1, pixels.shape[0] // _SIDE), :: max(1, pixels.shape[1] // _SIDE)].reshape(-1, 4)
    solid = small[small[:, 3] >= _SOLID][:, :3]
    if not len(solid):
        return
    tones, counts = np.unique(solid // _FINE, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    tones, counts = (tones[order] * _FINE + _FINE // 2).astype(np.uint8), counts[order]
    seen = colour.lab(tones[:, None, :])[:, 0]
    total = int(counts.sum())
    left = np.ones(len(tones), bool)
    groups = []
    while left.any():
        first = int(np.flatnonzero(left)[0])
        near = left & (colour.delta_e2000(seen, seen[first][None]) <= _SAME)
        groups.append((int(counts[near].sum()), first))
        left &= ~near
    groups.sort(reverse=True)
    coloured = [group for group in groups if seen[group[1]][0] < _GROUND] or groups
    for count, first in coloured[:most]:
        if count / total < _LEAST:
            return
        blue, green, red = np.median(solid[(solid // _FINE == tones[first] // _FINE).all(axis=1)], axis=0)
        yield colour.hex_of(red, green, blue), count / total
