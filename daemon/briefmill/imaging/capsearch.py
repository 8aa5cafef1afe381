"""The best quality under a byte cap, in a handful of encodings.

Every encoding says how many bytes one quality takes; a curve (`jpegrate` for JPEG, `writers` for the others) says how
bytes change with quality, well enough to go from what was measured to where the cap is met. Two measures with the cap
between them correct the curve. Which encoder runs with which settings is `encode`'s business.

A search that has not met the cap by its last encoding takes the lowest quality: only that tells for certain whether
the cap can be met at all.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Trial = Callable[[int], bytes]
"""Encodes at a quality."""

Curve = Callable[[int], float]
"""Natural logarithm of the bytes at a quality, up to a constant; never falls."""

# All of these are logarithms of bytes, so 0.01 is a hundredth.
_SHORT: Final = 0.002  # a first guess aims so far under the cap: one that fits is a result, one above it only news
_NEAR: Final = 0.03  # what fits and fills the cap but for so much ends the search,
_SURE: Final = 0.02  # ... where the curve puts the next quality so far over the cap
_BENT: Final = (0.4, 2.5)  # the slopes that measures may give to the curve


@dataclass(frozen=True, kw_only=True)
class Found:
    """An encoding, its quality, how often the encoder ran for it, and whether it keeps to the cap."""

    data: bytes
    quality: int
    encodes: int
    fits: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """The highest quality from `lowest` to `highest` whose bytes are at most `cap` (1 and up).

    `known` is a quality, the highest or the one above it, and about how many bytes it takes; `doubt` how far the curve
    may be out from one quality to the next few, in logarithms of bytes.
    """

    trial: Trial
    curve: Curve
    cap: int
    lowest: int
    highest: int
    known: tuple[int, int]
    doubt: float = 0.01

    def run(self, most: int) -> Found:
        """Encode at most `most` (1 and up) times. What does not fit is of the lowest quality."""
        bracket = _Bracket(self)
        best: Found | None = None
        count = 0
        while count < most and not bracket.closed:
            count += 1
            quality = self.lowest if best is None and count == most else bracket.guess()
            data = self.trial(quality)
            bracket.note(quality, len(data))
            found = Found(data=data, quality=quality, encodes=count, fits=len(data) <= self.cap)
            if found.fits:
                best = found
            elif quality == self.lowest:
                return found
        assert best is not None  # it fitted, or the lowest quality was tried and has been returned
        return Found(data=best.data, quality=best.quality, encodes=count, fits=True)


@dataclass(frozen=True)
class _Measure:
    """A quality, where the curve stands at it, and the logarithm of its bytes."""

    quality: int
    x: float
    y: float


class _Bracket:
    """What is known on both sides of the cap. The upper side is a guess at first."""

    def __init__(self, search: Search) -> None:
        self._curve = search.curve
        self._limit = math.log(search.cap)
        self._lowest = search.lowest
        self._doubt = search.doubt
        quality, size = search.known
        self._above = _Measure(search.highest + 1, search.curve(quality), math.log(size))
        self._below: _Measure | None = None
        self._slope = 1.0
        self._aim = self._limit - _SHORT

    @property
    def closed(self) -> bool:
        """Whether no quality is left above the best one, or none that has a chance."""
        if self._below is None:
            return False
        following = self._below.quality + 1
        if following >= self._above.quality:
            return True
        return self._below.y > self._limit - _NEAR and self._expected(following) > self._limit + _SURE

    def guess(self) -> int:
        """The highest quality that should meet the cap; one that has not been tried."""
        lowest = self._lowest if self._below is None else self._below.quality + 1
        for quality in range(self._above.quality - 1, lowest, -1):
            if self._expected(quality) <= self._aim:
                return quality
        return lowest

    def note(self, quality: int, size: int) -> None:
        """Take in what a quality takes."""
        now = _Measure(quality, self._curve(quality), math.log(size))
        if now.y <= self._limit:
            self._below, self._aim = now, self._limit
            self._slope = _slope(now, self._above)
        elif self._below is not None:
            self._above = now
            self._slope = _slope(self._below, now)
        else:
            self._slope = _slope(now, self._above)
            self._above = now
            # The last encoding would have to be of the lowest quality, so this one had better fit.
            self._aim = self._limit - self._doubt

    def _expected(self, quality: int) -> float:
        start = self._below or self._above
        return start.y + self._slope * (self._curve(quality) - start.x)


def _slope(lower: _Measure, upper: _Measure) -> float:
    run = upper.x - lower.x
    if run <= 0:
        return 1.0
    return min(max((upper.y - lower.y) / run, _BENT[0]), _BENT[1])
