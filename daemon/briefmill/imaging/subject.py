"""Where the product is in a picture: what differs from a background that is seen at the picture's rim.

Product pictures stand before something calm, a wall or a gradient, and that shows at the rim. A smooth surface is laid
through the colours there (a quadratic in L*a*b*), and what stands out from it is the product with whatever touches it.
Where the rim itself is restless, or what stands out is scattered, nothing is said: no box is better than a wrong one.

All of it happens at 96 pixels. The idea of modelling the background from the rim is that of Zhu, Liang, Wei and Sun,
"Saliency Optimization from Robust Background Detection", CVPR 2014; ours is far simpler, and a hundred times as fast.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.imaging import colour
from briefmill.imaging.colour import Floats, Pixels

SIDE: Final = 96
"""Longer side in pixels of the copy that is looked at."""

_RIM: Final = 0.1  # of the shorter side
_CALM: Final = 15.0  # distance in L*a*b* that four fifths of the rim keep to the surface
_STANDS_OUT: Final = 10.0
_NEAR: Final = 0.04  # of the longer side: parts of one thing lie as close as that
_OWN: Final = 0.3  # a neighbour belongs to the thing when it has so much of its weight
_ONE_THING: Final = 0.45  # the thing has at least so much of all that stands out
_SMALLEST: Final = 0.006
_LARGEST: Final = 0.75  # shares of the picture that the box of a product may have
_CENTRED: Final = 0.12
_VISIBLE: Final = 24  # of 255; a shadow's last fading counts as nothing


@dataclass(frozen=True, kw_only=True)
class Share:
    """A box in shares (0 to 1) of its picture."""

    x: float
    y: float
    width: float
    height: float


def find(small: Pixels) -> Share | None:
    """The box of the one thing that stands out in a BGR picture (a thumbnail will do), None where there is none."""
    tiny = colour.thumbnail(small, SIDE)
    if min(tiny.shape[:2]) < 16:
        return None
    distance, rest = _from_background(colour.lab(tiny))
    if rest > _CALM:
        return None
    soft = np.asarray(cv2.GaussianBlur(distance, (0, 0), 1.2), np.float32)
    bytes_ = np.clip(soft * 3.0, 0, 255).astype(np.uint8)
    split = cv2.threshold(bytes_, 0, 255, cv2.THRESH_OTSU)[0] / 3.0
    mask = (soft > max(_STANDS_OUT, 1.6 * rest, split)).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    return _thing(soft * mask, mask)


def of_alpha(alpha: Pixels) -> Share | None:
    """The box of what is opaque in a cut-out, None where nothing is.

    None also where most of the rim is opaque: that is no cut-out but a picture with round corners or a soft edge.
    """
    opaque = alpha > _VISIBLE
    rim = np.concatenate((opaque[0], opaque[-1], opaque[:, 0], opaque[:, -1]))
    rows, columns = np.flatnonzero(opaque.any(axis=1)), np.flatnonzero(opaque.any(axis=0))
    height, width = alpha.shape[:2]
    if not rows.size or 2 * np.count_nonzero(rim) > rim.size:
        return None
    return Share(
        x=float(columns[0]) / width,
        y=float(rows[0]) / height,
        width=float(columns[-1] + 1 - columns[0]) / width,
        height=float(rows[-1] + 1 - rows[0]) / height,
    )


def _from_background(lab: Floats) -> tuple[Floats, float]:
    """Each pixel's distance from a surface through the rim's colours, and how far the rim itself strays from it."""
    height, width = lab.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = across / width * 2 - 1, down / height * 2 - 1
    terms = np.stack([np.ones_like(across), across, down, across * down, across**2, down**2], axis=-1).reshape(-1, 6)
    rim = np.zeros((height, width), bool)
    edge = max(2, round(_RIM * min(height, width)))
    rim[:edge] = rim[-edge:] = True
    rim[:, :edge] = rim[:, -edge:] = True
    at_rim = rim.ravel()
    colours = lab.reshape(-1, 3)
    used = np.flatnonzero(at_rim)
    distance: NDArray[np.floating] = np.zeros(len(colours), np.float32)
    for _ in range(3):  # a product that runs out of the picture is no background: leave out what does not fit
        surface = np.linalg.lstsq(terms[used], colours[used], rcond=None)[0]
        distance = np.linalg.norm(colours - terms @ surface, axis=1)
        limit = max(6.0, float(np.percentile(distance[at_rim], 70)))
        used = np.flatnonzero(at_rim & (distance < limit))
        if len(used) < 12:
            break
    rest = float(np.percentile(distance[at_rim], 80))
    return np.asarray(distance, np.float32).reshape(height, width), rest


def _thing(weight: Floats, mask: Pixels) -> Share | None:
    """The heaviest part near the centre, with the neighbours that are as good as it; None where it is not alone."""
    height, width = mask.shape
    reach = max(1, round(_NEAR * max(height, width)))
    joined = cv2.dilate(mask, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    total = float(weight.sum())
    count, labels = cv2.connectedComponents(np.asarray(mask, np.uint8))
    if count < 2 or total <= 0:
        return None
    masses = np.bincount(labels.ravel(), weight.ravel(), minlength=count)
    masses[0] = 0.0
    down, across = np.mgrid[0:height, 0:width]
    central = np.exp(-(((across + 0.5) / width - 0.5) ** 2 + ((down + 0.5) / height - 0.5) ** 2) / _CENTRED)
    scores = np.bincount(labels.ravel(), (weight * central).ravel(), minlength=count)
    scores[0] = 0.0
    best = int(np.argmax(scores))
    groups = cv2.connectedComponents(np.asarray(joined, np.uint8))[1]
    group = groups[labels == best][0]
    beside = {int(label) for label in np.unique(labels[groups == group]) if label}
    parts = [label for label in beside if label == best or masses[label] >= _OWN * masses[best]]
    chosen = np.isin(labels, parts)
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    box = Share(
        x=float(columns[0]) / width,
        y=float(rows[0]) / height,
        width=float(columns[-1] + 1 - columns[0]) / width,
        height=float(rows[-1] + 1 - rows[0]) / height,
    )
    alone = float(masses[parts].sum()) >= _ONE_THING * total
    return box if alone and _SMALLEST <= box.width * box.height <= _LARGEST else None
