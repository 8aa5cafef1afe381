"""The two marks that carry their own ground: the button, and the logo with its plate.

A button takes the first brand colour that stands out from what is behind it. A logo stands free where it can be told
from its ground, and gets a plate, white or dark, where it cannot; the plate takes the logo's place in the layout and
the logo becomes a little smaller, so that nothing moves out of the safe zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from briefmill.domain.verdict import Box
from briefmill.imaging import colour, contrast, paint
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library

_BUTTON_STANDS_OUT: Final = 1.8  # between the button and the picture behind it, at the median
_LOGO_STANDS_OUT: Final = 2.4  # reached by at least three quarters of the logo's pixels, or it gets a plate
_LOGO_CALM: Final = 0.12  # standard deviation of luminance behind a logo up to which its outline can be made out
_PLATE_AIR: Final = 0.13  # of the plate's shorter side
_SOLID: Final = 200
_SAMPLE: Final = 96


def pill(canvas: Pixels, box: Box, *, palette: Sequence[str]) -> str:
    """Draw a button and return the colour for its words (`#RRGGBB`)."""
    behind = float(np.median(colour.luminance(paint.region(canvas, box))))
    plain = contrast.WHITE if behind < 0.4 else contrast.INK
    told_apart = (tone for tone in palette if colour.contrast(colour.luminance_of(tone), behind) >= _BUTTON_STANDS_OUT)
    fill = next(told_apart, plain)
    paint.rounded(canvas, box, radius=box.height / 2, tone=fill)
    for text in (contrast.WHITE, contrast.INK):
        if colour.contrast(colour.luminance_of(text), colour.luminance_of(fill)) >= contrast.NORMAL:
            return text
    return contrast.best_of((contrast.WHITE, "#000000"), fill)


def logo(canvas: Pixels, box: Box, picture: Pixels, library: Library) -> Box:
    """Lay the logo (BGRA) into its box, on a plate where it needs one; returns the box that the logo itself fills."""
    plate = _plate(canvas, box, picture, library)
    if plate is None:
        paint.logo(canvas, box, picture, library)
        return box
    paint.rounded(canvas, box, radius=0.16 * min(box.width, box.height), tone=plate)
    air = max(1, round(_PLATE_AIR * min(box.width, box.height)))
    aspect = picture.shape[1] / picture.shape[0]
    width, height = max(1, box.width - 2 * air), max(1, box.height - 2 * air)
    width, height = max(1, min(width, round(height * aspect))), max(1, min(height, round(width / aspect)))
    inner = replace(
        box, x=box.x + (box.width - width) // 2, y=box.y + (box.height - height) // 2, width=width, height=height
    )
    paint.logo(canvas, inner, picture, library)
    return inner


def _plate(canvas: Pixels, box: Box, picture: Pixels, library: Library) -> str | None:
    """The colour of the plate that a logo needs here, None when it can stand free."""
    mark = _mark(picture, box, library)
    if mark is None:
        return None
    rows = np.linspace(box.y, box.bottom - 1, mark.shown.shape[0]).astype(int)
    columns = np.linspace(box.x, box.right - 1, mark.shown.shape[1]).astype(int)
    behind = colour.luminance(canvas[np.ix_(rows, columns)])[mark.shown]
    if _weakest(mark.luminance, behind) >= _LOGO_STANDS_OUT and float(behind.std()) <= _LOGO_CALM:
        return None
    tones = (contrast.WHITE, contrast.INK)
    return max(
        tones, key=lambda tone: _weakest(mark.luminance, np.full_like(mark.luminance, colour.luminance_of(tone)))
    )


@dataclass(frozen=True, eq=False)
class _Mark:
    """A small copy of a logo: where it shows (height x width), and how bright it is there."""

    shown: NDArray[np.bool_]
    luminance: colour.Floats


def _mark(picture: Pixels, box: Box, library: Library) -> _Mark | None:
    """The logo as it will be at this size, None for one without a transparent ground; remembered in the library."""
    key = ("mark", id(picture), box.width, box.height)
    known: tuple[Pixels, _Mark | None] | None = library.recall(key)
    if known is not None and known[0] is picture:
        return known[1]
    found = None
    if int(picture[..., 3].min()) < _SOLID:
        factor = min(1.0, _SAMPLE / max(box.width, box.height))
        small = paint.logo_at(picture, max(1, round(box.width * factor)), max(1, round(box.height * factor)))
        shown = small[..., 3] >= _SOLID
        if not shown.any():
            shown = small[..., 3] >= small[..., 3].max()
        found = _Mark(shown, colour.luminance(np.ascontiguousarray(small[..., :3]))[shown])
    library.remember(key, (picture, found))
    return found


def _weakest(mark: colour.Floats, behind: colour.Floats) -> float:
    """The contrast that three quarters of the mark's pixels reach."""
    lighter, darker = np.maximum(mark, behind), np.minimum(mark, behind)
    return float(np.percentile((lighter + 0.05) / (darker + 0.05), 25))
