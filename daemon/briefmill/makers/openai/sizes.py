"""Which pictures to ask for: the sizes that the API takes, and the fewest of them that serve a set of placements.

A placement shows a part of a picture, of its own shape: the nearer the shapes, the more of it. One picture serves all
placements that show at least the share `Taste.shown` of it along one side, which on a logarithmic scale of ratios is an
interval; so the fewest pictures are found by cutting the ratios, in their order, into the fewest such intervals. Among
equally few, the cut that loses least is taken, and a common ratio rather than an odd one, so that a picture made for
one set is found again for another. The size is the smallest that need not be enlarged; beyond the wished long edge it
goes only where it would have to be enlarged more than is tolerated.

Strips beyond the API's ratios are no crop of anything: their layouts put a picture beside the words, and any serves.

Rules of sizes: the parameter descriptions of the official SDK (openai 3.54) and, for the least number of pixels, of
third-party clients; November 2026.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.creative import Frame
from briefmill.domain.placement import Placement
from briefmill.makers.openai import abilities

SIDE: Final = 16
"""Both sides of a picture must be multiples of this."""
WIDEST: Final = 3.0
"""Ratios run from 1:3 to 3:1."""
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_SIDE: Final = 3840

_COMMON: Final = (9 / 16, 2 / 3, 3 / 4, 4 / 5, 1.0, 5 / 4, 4 / 3, 3 / 2, 16 / 9, 2.0)
_STEP: Final = 128  # long edges are rounded up to multiples of this: nearly equal needs share a picture
_STRIP: Final = 16 / 9  # the shape of a picture that only strips use, and its inverse for upright ones


@dataclass(frozen=True, kw_only=True)
class Taste:
    """What is wished of pictures: pixels of the longer edge, how far they may be enlarged, the least share shown."""

    long_edge: int = 1536
    max_upscale: float = 1.5
    shown: float = 0.6


def size(width: float, height: float, model: str = "") -> tuple[int, int]:
    """The nearest size that the model makes: for most, any multiple of 16 within the API's ratios and pixels.

    What is smaller than the API's least is enlarged before it is rounded, so that it keeps its ratio.
    """
    fixed = abilities.of(model).sizes
    if fixed:
        return max(fixed, key=lambda one: _kept(width / height, one))
    ratio = min(WIDEST, max(1 / WIDEST, width / height))
    pixels = min(MOST_PIXELS, max(LEAST_PIXELS, width * height))
    high = (pixels / ratio) ** 0.5
    shrink = min(1.0, LONGEST_SIDE / max(high, high * ratio))
    wide, high = _multiple(high * ratio * shrink), _multiple(high * shrink)
    while wide * high < LEAST_PIXELS or not 1 / WIDEST <= wide / high <= WIDEST:
        wide, high = (wide + SIDE, high) if wide / high < ratio else (wide, high + SIDE)
    while wide * high > MOST_PIXELS:
        wide, high = (wide - SIDE, high) if wide / high > ratio else (wide, high - SIDE)
    return wide, high


def frames(placements: Sequence[Placement], model: str = "", taste: Taste | None = None) -> tuple[Frame, ...]:
    """The pictures to ask a model for; each placement is served by exactly one of them.

    Raises ValueError without placements. A pure function: the same placements, in any order, give the same pictures.
    """
    if not placements:
        raise ValueError("no placements, no pictures")
    taste = taste or Taste()
    crops = [placement for placement in placements if 1 / WIDEST <= placement.ratio <= WIDEST]
    fixed = abilities.of(model).sizes
    if not crops:
        made = [_for_strips(placements, model)]
    elif fixed:
        made = _chosen(crops, fixed, taste)
    else:
        made = [_sized(group, ratio, taste) for group, ratio in _grouped(crops, taste.shown)]
    served: dict[tuple[int, int], list[Placement]] = {one: [] for one in dict.fromkeys(made)}
    for placement in placements:
        served[max(served, key=lambda one: (_kept(placement.ratio, one), -_upscale(placement, one)))].append(placement)
    return tuple(_frame(one, mine, alone=len(served) == 1) for one, mine in served.items() if mine)


def _frame(one: tuple[int, int], served: Sequence[Placement], *, alone: bool) -> Frame:
    crops = [_kept(placement.ratio, one) for placement in served if 1 / WIDEST <= placement.ratio <= WIDEST]
    ids = () if alone else tuple(placement.id for placement in served)
    return Frame(width=one[0], height=one[1], placements=ids, shown=round(min(crops, default=1.0), 3))


def _grouped(crops: Sequence[Placement], shown: float) -> list[tuple[list[Placement], float]]:
    """The placements in the fewest groups that one ratio each serves, with these ratios."""
    ratios = sorted({placement.ratio for placement in crops})
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]  # groups, loss, where the last one begins; by the end
    for end in range(1, len(ratios) + 1):
        tried = [
            (best[start][0] + 1, best[start][1] + _loss(ratios[start:end], shown), start)
            for start in range(end)
            if ratios[end - 1] / ratios[start] <= shown**-2 + 1e-9
        ]
        best.append(min(tried))
    cuts, end = [], len(ratios)
    while end:
        cuts.append((best[end][2], end))
        end = best[end][2]
    found = []
    for start, end in reversed(cuts):
        group = [placement for placement in crops if ratios[start] <= placement.ratio <= ratios[end - 1]]
        found.append((group, _middle(ratios[start:end], shown)))
    return found


def _middle(ratios: Sequence[float], shown: float) -> float:
    """The ratio that serves these: one that is exactly theirs, or a common one near the middle, or the middle."""
    if len(ratios) == 1:
        return ratios[0]
    middle = math.sqrt(ratios[0] * ratios[-1])
    fit = [one for one in (*_COMMON, *ratios) if ratios[-1] * shown <= one + 1e-9 and one <= ratios[0] / shown + 1e-9]
    return min(fit, key=lambda one: abs(math.log(one / middle)), default=middle)


def _loss(ratios: Sequence[float], shown: float) -> float:
    middle = _middle(ratios, shown)
    return sum(abs(math.log(one / middle)) for one in ratios)


def _sized(group: Sequence[Placement], ratio: float, taste: Taste) -> tuple[int, int]:
    """The size of this ratio that these placements need."""
    across = max(float(one.width) if one.ratio >= ratio else one.height * ratio for one in group)
    needed = max(across, across / ratio)
    long = math.ceil(needed / _STEP) * _STEP
    if long > taste.long_edge:
        least = math.ceil(needed / taste.max_upscale / SIDE) * SIDE
        long = max(taste.long_edge, least + SIDE if least > taste.long_edge else 0)
    wide, high = (long, long / ratio) if ratio >= 1 else (long * ratio, long)
    return size(wide, high)


def _chosen(crops: Sequence[Placement], fixed: Sequence[tuple[int, int]], taste: Taste) -> list[tuple[int, int]]:
    """The fewest of a model's fixed sizes that serve these placements as well as they can be served."""

    def lacks(sizes: Sequence[tuple[int, int]]) -> tuple[int, float]:
        kept = [max(_kept(one.ratio, each) for each in sizes) for one in crops]
        possible = [max(_kept(one.ratio, each) for each in fixed) for one in crops]
        unserved = sum(share < min(taste.shown, best) - 1e-9 for share, best in zip(kept, possible, strict=True))
        return unserved, -sum(kept)

    for count in range(1, len(fixed) + 1):
        best = min(itertools.combinations(fixed, count), key=lacks)
        if not lacks(best)[0]:
            return list(best)
    return list(fixed)


def _for_strips(placements: Sequence[Placement], model: str) -> tuple[int, int]:
    """One picture for placements that are all strips."""
    wide = sum(math.log(placement.ratio) for placement in placements) > 0
    ratio = _STRIP if wide else 1 / _STRIP
    across = max(min(float(one.width), one.height * WIDEST) for one in placements)
    down = max(min(float(one.height), one.width * WIDEST) for one in placements)
    high = max(down, across / ratio)
    return size(_multiple(high * ratio), _multiple(high), model)


def _kept(ratio: float, picture: tuple[int, int]) -> float:
    """The share of a picture, along one side, that a crop of this ratio shows."""
    own = picture[0] / picture[1]
    return min(ratio / own, own / ratio)


def _upscale(placement: Placement, picture: tuple[int, int]) -> float:
    return max(placement.width / picture[0], placement.height / picture[1])


def _multiple(pixels: float) -> int:
    return max(SIDE, round(pixels / SIDE) * SIDE)
