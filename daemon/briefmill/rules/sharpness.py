"""Rule `sharpness`: something in the picture is in focus.

The variance of the Laplacian is taken per tile and the sharpest tiles count, because a soft background behind a sharp
product is good photography. Our own words and logo are left out: they are always sharp.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.imaging.colour import Pixels
from briefmill.rules.subject import Measure, Subject, Thresholds

Edges = NDArray[np.integer | np.floating]

RULE = "sharpness"
TILES = 8
"""Tiles along each side: a product in a corner still fills a few of 64."""
BEST = 90
"""The percentile of the tiles that counts as the sharpest part."""
MARGIN = 4
"""Pixels around our own drawing that its soft shadows and the filter's own width may reach."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Advice where even the sharpest tenth of the picture is below `min_sharpness`.

    Source of the measure: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.
    """
    value = subject.sharpness
    if value is None:
        drawn = [text.box for text in subject.composition.texts]
        drawn += [box for box in (subject.composition.logo, subject.composition.panel) if box is not None]
        value = sharpness(subject.pixels, drawn)
    if value is not None and value < thresholds.min_sharpness:
        yield subject.found(
            RULE,
            Severity.ADVICE,
            f"The picture looks soft everywhere: sharpness {value:.1f}, {thresholds.min_sharpness:g} is usual.",
            "Bring a sharper picture, or take this one as it is meant.",
            measure=Measure(value=round(value, 2), threshold=thresholds.min_sharpness, unit="variance"),
        )


def sharpness(pixels: Pixels, drawn: Sequence[Box] = ()) -> float | None:
    """The variance of the Laplacian in the sharpest tiles, outside the boxes; None where the boxes cover everything."""
    edges = cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.CV_16S)
    if not drawn:
        return float(np.percentile([_variance(edges[tile]) for tile in _tiles(*edges.shape)], BEST))
    free = np.ones(edges.shape, np.uint8)
    for box in drawn:
        left, top = max(0, box.x - MARGIN), max(0, box.y - MARGIN)
        free[top : max(0, box.bottom + MARGIN), left : max(0, box.right + MARGIN)] = 0
    variances = [
        float(cv2.meanStdDev(edges[tile], mask=free[tile])[1][0, 0]) ** 2
        for tile in _tiles(*edges.shape)
        # A tile that is mostly covered says too little about the picture.
        if 2 * cv2.countNonZero(free[tile]) > free[tile].size
    ]
    return float(np.percentile(variances, BEST)) if variances else None


def _variance(tile: Edges) -> float:
    # The mean of squares less the square of the mean: a fifth of `meanStdDev`, which has no fast path for 16 bits.
    return cv2.norm(tile, cv2.NORM_L2SQR) / tile.size - cv2.mean(tile)[0] ** 2


def _tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    for row in range(TILES):
        rows = slice(row * height // TILES, (row + 1) * height // TILES)
        for column in range(TILES):
            yield rows, slice(column * width // TILES, (column + 1) * width // TILES)
