"""The ground that a cut-out stands on: a pale tint of the brand's colours, on which its outline can be seen.

A product cut out of its picture comes on white, and a white bottle on white is gone. The lightest tint that its edge
stands out from is taken, the brand's first colour before its second; where none is found, or the brand has no
colours, the ground stays white. What is no cut-out (round corners, a soft edge) is left as it came.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from briefmill.imaging import colour, subject
from briefmill.imaging.colour import Floats, Pixels

WHITE: Final = "#FFFFFF"

SEEN: Final = 1.5
"""The contrast that three quarters of a product's edge have with its ground. WCAG knows no figure for outlines of
pictures; at 1.3 pale plastic is lost on a phone in the sun, at 3, its figure for controls, no pale ground is left."""

_TINTS: Final = (0.08, 0.12, 0.16, 0.22, 0.3, 0.4, 0.5, 0.62, 0.75)
"""Shares of the brand's colour in white, the lightest first."""

_SIDE: Final = 256  # longer side of the copy that is looked at
_OPAQUE: Final = 230
_RIM: Final = 3  # pixels of the copy that count as the edge


def tone(pixels: Pixels, alpha: Pixels, palette: Sequence[str]) -> str:
    """The colour (`#RRGGBB`) for a cut-out's ground; `pixels` show it on white, `alpha` says how opaque each is."""
    if not palette or subject.of_alpha(alpha) is None:
        return WHITE
    edge = _edge(pixels, alpha)
    if not edge.size:
        return WHITE
    tints = (_mixed(one, share) for share in _TINTS for one in palette)
    return next((one for one in tints if _seen(edge, colour.luminance_of(one)) >= SEEN), WHITE)


def under(pixels: Pixels, alpha: Pixels, ground: str) -> Pixels:
    """The picture that is shown on white, on another ground."""
    if ground == WHITE:
        return pixels
    clear = cv2.merge([cv2.bitwise_not(alpha)] * 3)
    # On white each channel holds 255 for what is clear; on a ground it holds the ground's value.
    missing = np.empty_like(pixels)
    missing[:] = [255 - channel for channel in colour.bgr(ground)]
    darker = cv2.multiply(clear, missing, dst=missing, scale=1 / 255)
    return np.asarray(cv2.subtract(pixels, darker, dst=darker), np.uint8)


def _edge(pixels: Pixels, alpha: Pixels) -> Floats:
    """The luminance of the opaque pixels next to the outline."""
    factor = min(1.0, _SIDE / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * factor)), max(1, round(alpha.shape[0] * factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    opaque = (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) >= _OPAQUE).astype(np.uint8)
    kernel = np.ones((2 * _RIM + 1, 2 * _RIM + 1), np.uint8)
    inner = cv2.erode(opaque, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(colour.luminance(small)[(opaque > 0) & (inner == 0)], np.float32)


def _seen(edge: Floats, behind: float) -> float:
    lighter, darker = np.maximum(edge, behind), np.minimum(edge, behind)
    return float(np.percentile((lighter + 0.05) / (darker + 0.05), 25))


def _mixed(tint: str, share: float) -> str:
    red, green, blue = (255 - share * (255 - channel) for channel in colour.rgb(tint))
    return colour.hex_of(red, green, blue)
