"""The brand's logo somewhere in a picture: whether a photo or a made picture brings it along already.

Two ways that see different things. Features (SIFT, their ratio test, a similarity found by RANSAC) find a logo with
enough drawing in it wherever it is, turned or in perspective. A masked template (normalised correlation, coarse to
fine over sizes) finds plain marks that have no features. A picture is searched once for a logo, at half a thousand
pixels; what a logo looks like is learned once for all pictures.

What we drew ourselves needs no search: where it is, is known (`rules.logo_true`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

import cv2
import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Floats, Pixels

SIDE: Final = 540
"""Longer side in pixels of the copy that is searched."""
LEAST_INLIERS: Final = 8
"""So many features must agree on one place; pictures without the logo have 0 to 3 (docs/compliance.md)."""
LEAST_SCORE: Final = 0.72
"""Correlation from which a template is the logo and no accident; pictures without it stay below 0.6."""

_RATIO: Final = 0.75
_MODEL_SIDE: Final = 256
_REPROJECTION: Final = 4.0
_TRIALS: Final = 500  # of RANSAC; with a fourth of the matches true, three true ones are drawn in 999 of 1,000 searches
_COARSE_SIDE: Final = 216
_SIZES: Final = np.geomspace(0.09, 0.5, 13)
_FINE: Final = np.geomspace(0.9, 1.1, 7)
_CANDIDATES: Final = 6
_SAME: Final = 0.6
_WORTH_A_LOOK: Final = 0.5
_ASTRAY: Final = 30.0
_NEAR: Final = 96.0
_SOLID: Final = 128
_OPAQUE: Final = 230
_PLAIN: Final = 6.0
_SMALLEST: Final = 6
_READABLE: Final = 13  # a mark of fewer pixels is like too much else
_FEATURES_SIDE: Final = 320
_FEW: Final = 24  # features below which a logo has too little drawing to be told by them
_STRETCH: Final = (0.6, 1.67)
_MASTER_SIDE: Final = 2 * round(0.5 * 1.1 * SIDE)  # twice the largest template: all are scaled from such a copy
_KEPT: Final = 256


@dataclass(frozen=True, kw_only=True)
class Found:
    """A logo in a picture: its box in shares (0 to 1), by which way, and how sure that way is.

    `strength` is the number of agreeing features (`features`) or the correlation (`template`). `stretch` is the height
    it should have by its width over what it has: 1.0 is undistorted; only features tell.
    """

    x: float
    y: float
    width: float
    height: float
    way: str
    strength: float
    stretch: float = 1.0


@dataclass(frozen=True, eq=False)
class _Template:
    """What is looked for: cover, or grey where the mask is."""

    drawn: Floats
    mask: Floats | None = None


class Quarry:
    """One logo (BGRA, straight alpha), ready to be searched for in any number of pictures."""

    def __init__(self, logo: Pixels) -> None:
        self._logo = colour.thumbnail(logo, _MASTER_SIDE)
        self._template = lru_cache(maxsize=_KEPT)(self._drawn)

    def find(self, pixels: Pixels) -> Found | None:
        """The logo in a BGR picture, None where it is not found."""
        small = colour.thumbnail(pixels, SIDE)
        return self._by_template(small) or self._by_features(colour.thumbnail(small, _FEATURES_SIDE))

    @cached_property
    def _features(self) -> tuple[tuple[cv2.KeyPoint, ...], Floats | None, tuple[int, int]]:
        """The logo's features on both a light and a dark ground, because its outline is drawn by what is behind it."""
        small = colour.thumbnail(self._logo, _MODEL_SIDE)
        cover = small[..., 3:].astype(np.float32) / 255
        points: list[cv2.KeyPoint] = []
        described: list[Floats] = []
        for ground in (255.0, 40.0):
            laid = small[..., :3] * cover + ground * (1 - cover)
            grey = cv2.cvtColor(laid.astype(np.uint8), cv2.COLOR_BGR2GRAY)
            framed = cv2.copyMakeBorder(grey, 16, 16, 16, 16, cv2.BORDER_CONSTANT, value=(ground,))
            seen, words = cv2.SIFT.create(nfeatures=400).detectAndCompute(framed, None)
            if words is not None:
                points.extend(seen)
                described.append(np.asarray(words, np.float32))
        height, width = small.shape[:2]
        return tuple(points), np.concatenate(described) if described else None, (width, height)

    def _by_features(self, small: Pixels) -> Found | None:
        points, words, (width, height) = self._features
        if words is None or len(points) < _FEW:
            return None
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        seen, others = cv2.SIFT.create(nfeatures=900).detectAndCompute(grey, None)
        if others is None or len(seen) < LEAST_INLIERS:
            return None
        # From the picture to the logo: the logo's points come twice, one for each ground, and would fail the ratio.
        good = [
            pair[0]
            for pair in cv2.BFMatcher().knnMatch(np.asarray(others, np.float32), words, k=3)
            if len(pair) == 3 and pair[0].distance < _RATIO * _rival(pair, points)
        ]
        if len(good) < LEAST_INLIERS:
            return None
        here = np.array([seen[match.queryIdx].pt for match in good], np.float32)
        there = np.array([points[match.trainIdx].pt for match in good], np.float32) - 16
        # The stubs do not know that both are None where no place agrees.
        fitted: tuple[Any, Any] = cv2.estimateAffine2D(
            there, here, method=cv2.RANSAC, ransacReprojThreshold=_REPROJECTION, maxIters=_TRIALS
        )
        transform, agreed = fitted
        if transform is None:
            return None
        inliers = np.asarray(agreed).ravel() > 0
        # Points that were seen once must not count twice.
        count = len({(round(float(x)), round(float(y))) for x, y in here[inliers]})
        return _placed(np.asarray(transform), (width, height), grey.shape[:2], count)

    def _by_template(self, small: Pixels) -> Found | None:
        coarse = colour.thumbnail(small, _COARSE_SIDE)
        factor = max(small.shape[:2]) / max(coarse.shape[:2])
        view = self._view(coarse)
        tried = sorted(((self._matched(view, share * max(coarse.shape[:2])), share) for share in _SIZES), reverse=True)
        view = self._view(small)
        looked: list[list[int]] = []
        for (score, *place), _ in tried[:_CANDIDATES]:
            if score < _WORTH_A_LOOK:
                break
            # The next size up or down at the same place is nearly the same look, and looks are what is dear here.
            if any(_overlap(place, other) > _SAME for other in looked):
                continue
            looked.append(place)
            found = self._refined(small, view, [round(value * factor) for value in place])
            if found is not None:
                return found
        return None

    def _refined(self, small: Pixels, view: Floats, place: list[int]) -> Found | None:
        """The match around a coarse place, where it holds at full size and in the logo's own colours."""
        x, y, wide, high = place
        reach = 4 + max(wide, high) // 6
        left, top = max(0, x - reach), max(0, y - reach)
        part = np.ascontiguousarray(view[top : y + high + reach, left : x + wide + reach])
        best = max(self._matched(part, step * max(wide, high)) for step in _FINE)
        score, x, y, wide, high = best[0], best[1] + left, best[2] + top, best[3], best[4]
        if (
            score < LEAST_SCORE
            or min(wide, high) < _READABLE
            or self._astray(small[y : y + high, x : x + wide]) > _ASTRAY
        ):
            return None
        height, width = small.shape[:2]
        return Found(
            x=x / width,
            y=y / height,
            width=wide / width,
            height=high / height,
            way="template",
            strength=round(score, 3),
        )

    @cached_property
    def _tone(self) -> Floats | None:
        """The colour of a mark that has only one, None for one with several."""
        shown = self._logo[self._logo[..., 3] >= _SOLID][:, :3].astype(np.float32)
        if not len(shown) or float(shown.std(axis=0).max()) >= _PLAIN:
            return None
        return np.asarray(np.median(shown, axis=0), np.float32)

    def _view(self, picture: Pixels) -> Floats:
        """The picture as templates see it: grey, or for a mark of one colour how close each pixel is to that."""
        if self._tone is None:
            return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.float32)
        away = np.abs(picture.astype(np.float32) - self._tone).max(axis=2)
        return np.asarray(np.maximum(0.0, _NEAR - away), np.float32)

    def _matched(self, view: Floats, longer: float) -> tuple[float, int, int, int, int]:
        """Score, place and size of the best match of the logo at a length in pixels; score 0 where it cannot be."""
        factor = longer / max(self._logo.shape[:2])
        wide, high = max(1, round(self._logo.shape[1] * factor)), max(1, round(self._logo.shape[0] * factor))
        if min(wide, high) < _SMALLEST or wide > view.shape[1] or high > view.shape[0]:
            return 0.0, 0, 0, 0, 0
        template = self._template(wide, high)
        if template is None:
            return 0.0, 0, 0, 0, 0
        scores = cv2.matchTemplate(view, template.drawn, cv2.TM_CCOEFF_NORMED, mask=template.mask)
        scores = np.where(np.isfinite(scores) & (scores <= 1.001), scores, 0.0)
        _, score, _, (x, y) = cv2.minMaxLoc(scores)
        return float(score), x, y, wide, high

    def _drawn(self, wide: int, high: int) -> "_Template | None":
        """The logo in a size as it is looked for; None where nothing in it could be told from its ground."""
        small = np.asarray(cv2.resize(self._logo, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
        cover = small[..., 3]
        if self._tone is not None:
            return _Template(cover.astype(np.float32))
        grey = cv2.cvtColor(np.ascontiguousarray(small[..., :3]), cv2.COLOR_BGR2GRAY).astype(np.float32)
        mask = (cover >= _SOLID).astype(np.float32)
        if not mask.any() or float(grey[mask > 0].std()) < 1:
            return None
        return _Template(grey, mask)

    def _astray(self, part: Pixels) -> float:
        """How far a part of a picture is from the logo's colours where that covers it, in steps of 255."""
        size = part.shape[1], part.shape[0]
        template = np.asarray(cv2.resize(self._logo, size, interpolation=cv2.INTER_AREA), np.uint8)
        solid = template[..., 3] >= _OPAQUE
        if not solid.any():
            return 255.0
        return float(np.abs(part[solid].astype(np.int16) - template[solid][:, :3]).mean())


def _overlap(first: Sequence[int], second: Sequence[int]) -> float:
    """The share of two boxes (x, y, width, height) that both cover, of what either does."""
    wide = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    high = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    both = max(0, wide) * max(0, high)
    return both / (first[2] * first[3] + second[2] * second[3] - both)


def _rival(pair: Sequence[cv2.DMatch], points: tuple[cv2.KeyPoint, ...]) -> float:
    """The distance of the best match that is another place of the logo than the first."""
    x, y = points[pair[0].trainIdx].pt
    for other in pair[1:]:
        there = points[other.trainIdx].pt
        if abs(there[0] - x) > 3 or abs(there[1] - y) > 3:
            return float(other.distance)
    return float(pair[-1].distance) / _RATIO


def _placed(
    transform: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    size: tuple[int, int],
    shape: tuple[int, ...],
    count: int,
) -> Found | None:
    """Where a transform puts a logo of a size in a picture of a shape; None for what no camera makes of a logo."""
    width, height = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64) @ transform.T
    wide, high = float(np.linalg.norm(transform[:, 0])), float(np.linalg.norm(transform[:, 1]))
    stretch = wide / high if high else 0.0
    turned = float(np.linalg.det(transform[:, :2]))
    # A mirrored, squashed or vanishing logo is an accident of few points.
    if count < LEAST_INLIERS or turned <= 0 or not _STRETCH[0] <= stretch <= _STRETCH[1] or wide * width < _SMALLEST:
        return None
    low, top = np.clip(corners.min(axis=0) / (shape[1], shape[0]), 0, 1)
    far, end = np.clip(corners.max(axis=0) / (shape[1], shape[0]), 0, 1)
    if far <= low or end <= top:
        return None
    return Found(
        x=float(low),
        y=float(top),
        width=float(far - low),
        height=float(end - top),
        way="features",
        strength=float(count),
        stretch=round(stretch, 3),
    )
