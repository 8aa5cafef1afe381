"""Rule `logo_ground`: the logo stands out from what is behind it.

Measured on the real pixels: the logo's solid ones against the ones just outside of its outline.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels
from briefmill.rules.subject import Measure, Subject, Thresholds

RULE = "logo_ground"
SIDE = 96
"""Longer side in pixels of the copy of its region that is measured."""
SOLID = 200
REACH = 5
"""Pixels of that copy around the outline that count as the ground."""


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """Warning where half of the logo's pixels have less contrast than `logo_contrast` with their ground.

    WCAG 2.2 exempts logos from its ratios (success criterion 1.4.11); 2 to 1 is where an outline is still made out at
    a glance. A mark that brings its own ground, with no transparent part, is told by its edge alone and not measured.
    """
    box, drawn = subject.composition.logo, subject.drawn
    if box is None or drawn is None or drawn.stamp.cover().shape != (box.height, box.width):
        return
    ratio = contrast(subject.pixels, box, drawn.stamp.cover())
    if ratio is not None and ratio < thresholds.logo_contrast:
        yield subject.found(
            RULE,
            Severity.WARNING,
            f"The logo is hard to make out: it has a contrast of {ratio:.2f} to 1 with what is behind it, at least "
            f"{thresholds.logo_contrast:g} to 1 is needed.",
            "Bring a variant of the logo for this ground (logo_on_dark, logo_on_light), or a calmer picture.",
            measure=Measure(value=round(ratio, 3), threshold=thresholds.logo_contrast, unit="ratio"),
            box=box,
        )


def contrast(pixels: Pixels, box: Box, cover: Pixels) -> float | None:
    """The ratio that half of a logo's solid pixels reach against the median of its surroundings.

    None where there is nothing to tell: no solid pixel, or no ground around or between them.
    """
    factor = min(1.0, SIDE / max(box.width, box.height))
    size = (max(1, round(box.width * factor)), max(1, round(box.height * factor)))
    part = pixels[box.y : box.bottom, box.x : box.right]
    if part.shape[:2] != cover.shape:
        return None
    part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    mask = np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.uint8)
    solid, empty = mask >= SOLID, mask < 16
    near = cv2.dilate(solid.astype(np.uint8), np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)) > 0
    around = near & empty
    if np.count_nonzero(solid) < 8 or np.count_nonzero(around) < 8:
        return None
    light = colour.luminance(part)
    behind = float(np.median(light[around]))
    marks = light[solid]
    ratios = (np.maximum(marks, behind) + 0.05) / (np.minimum(marks, behind) + 0.05)
    return float(np.median(ratios))
