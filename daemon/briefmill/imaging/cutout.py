"""A product cut out of its picture: by the transparency it came with, or out of a plain backdrop.

A plain backdrop shows at the rim of the picture: a smooth surface is laid through the colours there (a quadratic in
L*a*b*), and what stands out from it is the product. GrabCut (Rother, Kolmogorov and Blake, SIGGRAPH 2004) draws the
line on a small copy; on a large one the soft edge is then worked out within a narrow band around that line, by how far
each pixel is between backdrop and product. A shadow is what is only darker and reached from outside without crossing an
edge.

A product that is cut badly is worse than none: where the backdrop is restless, the product runs out of the picture, or
its outline does not stand out, the picture is refused with what was measured and what would help. A part of the
product that is enclosed and looks exactly like the backdrop is taken for a hole, as in a handle: nothing could tell.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import colour, decode
from briefmill.imaging.colour import Floats, Pixels

Mask = NDArray[np.uint8]

OWN: Final = "alpha"
BACKDROP: Final = "backdrop"

LEAST: Final = 64
"""Pixels that the shorter side of a product has at least, to be set anywhere."""

MAX_UNREST: Final = 6.0
"""Distance (CIE76) that four fifths of the rim keep to the surface at most; studio pictures measure 0.3 to 3."""
LEAST_CLEAR: Final = 0.9
"""The share of the outline, at least, beside which the product stands out from the backdrop."""

_SIDE: Final = 512
_RIM: Final = 0.04
_STANDS_OUT: Final = 9.0
_DARKER: Final = 0.4  # how much lightness counts in a shadow
_EDGE: Final = 4.0  # distance from one pixel to the next; shadows measure 1 to 3, products 5 to 30
_STEP: Final = 6.0  # distance across the outline
_SMALLEST: Final = 0.01
_LARGEST: Final = 0.9
_CRUMB: Final = 0.01  # of the largest part: smaller ones are dust
_LOST: Final = 0.002  # of the product: crumbs inside its hull, such as the letters of a label that was lost
_RUNS_OUT: Final = 0.02  # of the rim
_SLIT: Final = 0.05  # of the square root of the product's area: how wide a highlight may be, twice
_UNCLEAR: Final = 0.75
_SAME: Final = 1.2
_ABOVE: Final = 0.5  # of a part's width
_ROUNDS: Final = 3
_FINEST: Final = 4_000_000  # pixels of the copy on which the soft edge is worked out
_BAND: Final = 3.0  # pixels of the small copy, to either side of the line
_FIX: Final = (
    "Bring the product as a PNG with a transparent ground, or before a plain, evenly lit backdrop with air all around."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Matte:
    """How opaque each pixel of a picture is (0 to 255), and the picture itself, BGR.

    `way` is `alpha` or `backdrop`; `backdrop` the colour (`#RRGGBB`) that the product stood before. `clear` is the
    share of the outline that stands out from it.
    """

    pixels: Pixels
    alpha: Pixels
    way: str = OWN
    backdrop: str = ""
    clear: float = 1.0


def load(data: bytes) -> Matte:
    """The product in a supplied picture. Raises AssetRefused where it cannot be cut out well."""
    whole = decode.cutout(data)
    pixels, alpha = np.ascontiguousarray(whole[..., :3]), np.ascontiguousarray(whole[..., 3])
    if int(alpha.min()) < 250:
        _check_own(alpha)
        return Matte(pixels=pixels, alpha=alpha)
    return cut(pixels)


def cut(pixels: Pixels) -> Matte:
    """The product before a plain backdrop, BGR. Raises AssetRefused with what was measured."""
    small = colour.thumbnail(pixels, _SIDE)
    surface, unrest = _surface(colour.lab(small))
    if unrest > MAX_UNREST:
        raise _refused(
            "restless",
            f"the backdrop is not plain enough to cut the product out of it: its colour strays by {unrest:.0f}, "
            f"{MAX_UNREST:.0f} is the most",
        )
    apart = np.asarray(colour.lab(small) - surface, np.float32)
    away = np.asarray(np.linalg.norm(apart, axis=2), np.float32)
    threshold = max(_STANDS_OUT, 2.0 * unrest)
    lit = _lit_away(apart)
    found = _lit(_line(small, away, threshold), lit, apart, away, threshold)
    mask = _cleaned(_healed(_without_dust(found), away), apart)
    clear = _checked(mask, found, away)
    height, width = pixels.shape[:2]
    factor = min(1.0, math.sqrt(_FINEST / (height * width)))
    fine = pixels if factor == 1.0 else colour.resized(pixels, round(width * factor), round(height * factor))
    alpha = _soft(fine, surface, mask, lit, threshold)
    if factor < 1.0:
        alpha = np.asarray(cv2.resize(alpha, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    tone = np.asarray(np.median(small[_rim(mask)], axis=0))
    blue, green, red = (float(value) for value in tone)
    return Matte(pixels=pixels, alpha=alpha, way=BACKDROP, backdrop=colour.hex_of(red, green, blue), clear=clear)


def _check_own(alpha: Pixels) -> None:
    opaque = alpha >= 250
    rows, columns = np.flatnonzero(opaque.any(axis=1)), np.flatnonzero(opaque.any(axis=0))
    if not rows.size or min(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 < LEAST:
        raise _refused("small", f"the product in it has fewer than {LEAST} pixels across or down that are opaque")
    corners = (opaque[0, 0], opaque[0, -1], opaque[-1, 0], opaque[-1, -1])
    if all(corners):
        raise _refused("whole", "its transparency is not around the product: all four corners are opaque")


def _surface(lab: Floats) -> tuple[Floats, float]:
    """The backdrop's colours everywhere, laid through the rim, and how far the rim strays from them."""
    height, width = lab.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = across / width * 2 - 1, down / height * 2 - 1
    terms = np.stack([np.ones_like(across), across, down, across * down, across**2, down**2], axis=-1).reshape(-1, 6)
    at_rim = np.flatnonzero(_rim(lab[..., 0]).ravel())
    colours = lab.reshape(-1, 3)
    used = at_rim
    fitted = colours
    for _ in range(3):  # where the product reaches the rim it is no backdrop
        fitted = terms @ np.linalg.lstsq(terms[used], colours[used], rcond=None)[0]
        strays = np.linalg.norm(colours[at_rim] - fitted[at_rim], axis=1)
        kept = at_rim[strays < max(4.0, float(np.percentile(strays, 75)))]
        if kept.size < 12:
            break
        used = kept
    strays = np.linalg.norm(colours[at_rim] - fitted[at_rim], axis=1)
    return np.asarray(fitted, np.float32).reshape(lab.shape), float(np.percentile(strays, 80))


def _rim(like: NDArray[np.generic]) -> NDArray[np.bool_]:
    height, width = like.shape[:2]
    edge = max(2, round(_RIM * min(height, width)))
    rim = np.zeros((height, width), bool)
    rim[:edge] = rim[-edge:] = True
    rim[:, :edge] = rim[:, -edge:] = True
    return rim


def _line(small: Pixels, away: Floats, threshold: float) -> Mask:
    """Product (1) and backdrop (0) on the small copy; shadows count as product still."""
    likely = (away > threshold).astype(np.uint8)
    if not likely.any():
        raise _refused("alike", "nothing in it stands out from its backdrop")
    marks = np.where(likely > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    sure = cv2.erode((away > 2.5 * threshold).astype(np.uint8), np.ones((5, 5), np.uint8))
    marks[sure > 0] = cv2.GC_FGD
    far = cv2.dilate(likely, np.ones((25, 25), np.uint8)) == 0
    marks[far | (_rim(marks) & (likely == 0))] = cv2.GC_BGD
    cv2.setRNGSeed(1)  # its clusters begin at random, and the same picture must be cut the same each time
    mixtures = np.zeros((1, 65), np.float64), np.zeros((1, 65), np.float64)
    cv2.grabCut(small, marks, (0, 0, 0, 0), *mixtures, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = ((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.uint8)
    # Colours that the backdrop shares may be lost inside the product; colours that it lacks may be found outside.
    near = np.asarray(cv2.dilate(likely, np.ones((3, 3), np.uint8)), np.uint8)
    return np.asarray(found & (near | _filled(likely)), np.uint8)


def _lit_away(apart: Floats) -> Floats:
    """The distance from the backdrop in which what is only darker counts less: it may lie in the product's shadow."""
    lightness = np.where(apart[..., 0] < 0, _DARKER, 1.0) * apart[..., 0]
    return np.asarray(np.sqrt(lightness**2 + apart[..., 1] ** 2 + apart[..., 2] ** 2), np.float32)


def _lit(mask: Mask, lit: Floats, apart: Floats, away: Floats, threshold: float) -> Mask:
    """The mask without the product's shadow: what is only darker, as far as it is reached without crossing an edge."""
    smooth = cv2.GaussianBlur(away, (0, 0), 0.7)
    steep = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8.0
    open_ = ((mask == 0) | ((lit < threshold) & (apart[..., 0] < 0))) & (np.asarray(steep) < _EDGE)
    _, labels = cv2.connectedComponents(open_.astype(np.uint8), connectivity=4)
    outside = np.unique(labels[_rim(mask) & (mask == 0) & open_])
    return np.asarray(mask & ~np.isin(labels, outside[outside > 0]), np.uint8)


def _filled(mask: Mask) -> Mask:
    """The mask with everything that it encloses."""
    height, width = mask.shape
    outside = np.zeros((height + 2, width + 2), np.uint8)
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.floodFill(framed, cv2.copyMakeBorder(outside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), (0, 0), 2)
    return np.asarray(framed[1:-1, 1:-1] != 2, np.uint8)


def _without_dust(mask: Mask) -> Mask:
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        raise _refused("alike", "nothing in it stands out from its backdrop")
    areas = facts[1:, cv2.CC_STAT_AREA]
    large = [label for label in range(1, count) if areas[label - 1] >= _CRUMB * areas.max()]
    kept = np.isin(labels, large).astype(np.uint8)
    return np.asarray(kept, np.uint8)


def _lost(found: Mask, mask: Mask) -> bool:
    """True where crumbs were found beside the product that belong to it, as letters do to a label that was lost."""
    hull = np.zeros_like(mask)
    cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero(mask)), 1)
    return float(np.sum((found > 0) & (mask == 0) & (hull > 0))) > _LOST * float(mask.sum())


def _steps(away: Floats) -> NDArray[np.bool_]:
    """Where the distance from the backdrop changes as it does across an outline."""
    kernel = np.ones((7, 7), np.uint8)
    return np.asarray(cv2.dilate(away, kernel) - cv2.erode(away, kernel), np.float32) >= _STEP


def _healed(mask: Mask, away: Floats) -> Mask:
    """The mask with its narrow slits closed, where no edge runs along them: a highlight as bright as the backdrop."""
    height, width = mask.shape
    reach = max(2, round(_SLIT * math.sqrt(float(mask.sum()))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    framed = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    closed = np.asarray(cv2.morphologyEx(framed, cv2.MORPH_CLOSE, kernel), np.uint8)
    slits = closed[reach : reach + height, reach : reach + width] & (1 - mask)
    clear = _steps(away)
    count, labels, _, _ = cv2.connectedComponentsWithStats(np.asarray(slits, np.uint8))
    healed = mask.copy()
    for label in range(1, count):
        slit = labels == label
        beside = (cv2.dilate(slit.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (mask > 0)
        if beside.any() and float(np.mean(clear[beside])) < _UNCLEAR:
            healed[slit] = 1
    return healed


def _cleaned(mask: Mask, apart: Floats) -> Mask:
    """The mask with its gaps filled, but for real holes: those show the backdrop's very colour."""
    filled = mask.copy()
    count, labels, _, _ = cv2.connectedComponentsWithStats(np.asarray(_filled(mask) & (1 - mask), np.uint8))
    for label in range(1, count):
        gap = labels == label
        # The mean of the signed distances: noise goes out of it, and a white label on white is a little off.
        if float(np.linalg.norm(apart[gap].mean(axis=0))) > _SAME:
            filled[gap] = 1
    return filled


def _checked(mask: Mask, found: Mask, away: Floats) -> float:
    """The share of the outline that is clear. Raises AssetRefused for a cut that cannot be used."""
    share = float(mask.mean())
    if not _SMALLEST <= share <= _LARGEST:
        raise _refused("size", f"what stands out from its backdrop is {share:.1%} of it, which is no product")
    edge = np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    if float(edge.mean()) > _RUNS_OUT:
        raise _refused("runs_out", "the product runs out of the picture, or stands on something that does")
    # A line that was drawn through a smooth part of the product has no step across it, whatever stands out.
    line = (mask > 0) & (cv2.erode(mask, np.ones((3, 3), np.uint8)) == 0)
    clear = float(np.mean(_steps(away)[line]))
    if clear < LEAST_CLEAR or _hangs(mask) or _lost(found, mask):
        raise _refused(
            "alike",
            f"the product is too much like its backdrop: {clear:.0%} of the outline that was found stands out "
            f"({LEAST_CLEAR:.0%} are needed)" + (", and it falls apart" if clear >= LEAST_CLEAR else ""),
        )
    return round(clear, 4)


def _hangs(mask: Mask) -> bool:
    """True where a part hangs above another with nothing between: what holds it was taken for the backdrop."""
    count, _, facts, _ = cv2.connectedComponentsWithStats(mask)
    parts = sorted((tuple(int(value) for value in facts[label]) for label in range(1, count)), key=lambda one: one[1])
    for number, (left, top, width, height, _) in enumerate(parts):
        for other_left, other_top, other_width, _, _ in parts[number + 1 :]:
            common = min(left + width, other_left + other_width) - max(left, other_left)
            if other_top >= top + height and common > _ABOVE * min(width, other_width):
                return True
    return False


def _soft(pixels: Pixels, surface: Floats, mask: Mask, lit: Floats, threshold: float) -> Pixels:
    """The alpha of a picture: soft within a band around the line, as far as pixels are between backdrop and product."""
    reach = min(threshold, float(np.median(lit[mask > 0])) / 3)  # what is no farther is backdrop, or its shadow
    height, width = pixels.shape[:2]
    band = max(1, round(_BAND * max(height, width) / max(mask.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    smooth = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    line = (smooth >= 0.5).astype(np.uint8)
    inner, outer = cv2.erode(line, kernel), cv2.dilate(line, kernel)
    # The product's own distance from the backdrop just inside of the line is what a wholly opaque pixel has there.
    small_inner = np.where(cv2.erode(mask, np.ones((3, 3), np.uint8)) > 0, lit, 0).astype(np.float32)
    own = cv2.dilate(small_inner, np.ones((9, 9), np.uint8))
    own = cv2.resize(cv2.GaussianBlur(own, (0, 0), 2.0), (width, height), interpolation=cv2.INTER_LINEAR)
    behind = cv2.resize(surface, (width, height), interpolation=cv2.INTER_LINEAR)
    calm = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.8), np.uint8)  # noise would fray the outline
    near = _lit_away(np.asarray(colour.lab(calm) - behind, np.float32))
    between = np.clip((near - reach) / np.maximum(0.8 * own - reach, 1.0), 0.0, 1.0)
    soft = np.minimum(between, np.clip(cv2.GaussianBlur(smooth, (0, 0), max(0.8, band / 2)) * 1.6 - 0.3, 0.0, 1.0))
    alpha = np.where(inner > 0, 1.0, np.where(outer > 0, soft, 0.0))
    return np.asarray(np.rint(alpha * 255), np.uint8)


def _refused(code: str, message: str) -> AssetRefused:
    return AssetRefused(Problem(code=f"asset.cutout.{code}", message=f"{message}.", fix=_FIX))
