"""Whether words can be read where they stand, and what to put under them when they cannot.

Contrast is measured under the glyphs, pixel by pixel, and the 5th percentile counts: the mean flatters, as a word is
lost with its worst letters. The remedies go from gentle to firm: another colour of text, a scrim (a gradient towards
the edge), a panel. This module decides on numbers; `imaging.compose` draws, and measures again what it has drawn.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels

NORMAL: Final = 4.5
LARGE: Final = 3.0
"""The least ratios of WCAG 2.2, success criterion 1.4.3 (level AA), for normal and for large text."""

LARGE_PX: Final = 24.0
LARGE_BOLD_PX: Final = 18.66
"""Large text is at least 18 point, or 14 point bold (WCAG 2.2, "large-scale"); a point is 4/3 of a CSS pixel."""

WHITE: Final = "#FFFFFF"
INK: Final = "#14161A"

_BOLD: Final = 700
_GLYPH: Final = 128  # coverage from which a pixel counts as lying under a glyph and not under its soft rim
_CALM: Final = 0.07  # standard deviation of luminance up to which a ground does not quarrel with large letters
_ALPHAS: Final = (0.2, 0.26, 0.32, 0.38, 0.44, 0.5, 0.56)
_HAZE: Final = 0.15  # a light scrim washes a picture out, so it must get by with so much less than a dark one
_DEPTH: Final = 0.012  # luminance of a dark scrim, in the picture's own hue
_RESERVE: Final = 1.04  # rounding to bytes and the scrim's soft rim cost a little
_PALE: Final = 0.8  # luminance from which a brand's colour may stand for white
_DEEP: Final = 0.03  # and up to which for black
_SAMPLES: Final = 900
_LOOKED_AT: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text to be secured: the pixels under its glyphs (n x 3, BGR), and the ratio it needs."""

    under: Pixels
    needs: float


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """How to set the words: their colour, and the ground to put under them (`none`, `scrim` or `panel`).

    `tone` is the ground's colour and `alpha` its opacity; both mean nothing where the ground is `none`.
    """

    text: str
    ground: str = "none"
    tone: str = INK
    alpha: float = 0.0


def required(size_px: float, weight: int) -> float:
    """The contrast ratio that WCAG 2.2 AA asks for at a font size in pixels and a weight."""
    return LARGE if size_px >= (LARGE_BOLD_PX if weight >= _BOLD else LARGE_PX) else NORMAL


def under(region: Pixels, mask: Pixels) -> Pixels:
    """The pixels of a region (height x width x 3) that lie under the glyphs of a mask of the same size, as n x 3.

    Of large type every second, third, ... row and column is taken, so that about 20 000 places are looked at: the
    percentile is the same, the cost a tenth.
    """
    step = max(1, math.isqrt(mask.size // _LOOKED_AT))
    sparse, thin = region[::step, ::step], mask[::step, ::step]
    chosen: Pixels = sparse[thin >= _GLYPH]
    return chosen if len(chosen) else region[mask > 0]


def worst(pixels: Pixels, text: str) -> float:
    """The 5th percentile of the contrast between a text colour (`#RRGGBB`) and the pixels (n x 3) under it.

    21, the highest ratio there is, where there are no pixels, and so nothing to read.
    """
    if not len(pixels):
        return 21.0
    return _worst(_luminances(pixels), colour.luminance_of(text))


def best_of(colours: Sequence[str], ground: str) -> str:
    """The one of several text colours that stands out most from a flat ground."""
    behind = colour.luminance_of(ground)
    return max(colours, key=lambda text: colour.contrast(colour.luminance_of(text), behind))


def inks(palette: Sequence[str]) -> tuple[str, str]:
    """The light and the dark colour to set words in: the brand's own where it has one that is light or dark enough."""
    ordered = sorted(palette, key=colour.luminance_of)
    light = ordered[-1] if ordered and colour.luminance_of(ordered[-1]) >= _PALE else WHITE
    dark = ordered[0] if ordered and colour.luminance_of(ordered[0]) <= _DEEP else INK
    return light, dark


def remedy(words: Sequence[Words], *, panel: str, tones: tuple[str, str] = (WHITE, INK)) -> Remedy:
    """The gentlest way to make all of some words readable.

    `panel` is the colour of the panel if it must be one; `tones` are the light and the dark colour of the words.
    """
    sampled = [Words(under=_thinned(part.under), needs=part.needs) for part in words if len(part.under)]
    if not sampled:
        return Remedy(text=WHITE)
    white, ink = tones
    plain = {text: min(_margin(part, text) for part in sampled) for text in (white, ink)}
    text = max(plain, key=lambda text: plain[text])
    if plain[text] >= 1:
        return Remedy(text=text)
    if tones != (WHITE, INK):
        return remedy(words, panel=panel)  # where the brand's tones just fail, white and black may not
    dark = _scrim(sampled, white, shade(np.concatenate([part.under for part in sampled])))
    light = _scrim(sampled, ink, WHITE)
    if light is not None and (dark is None or light.alpha + _HAZE < dark.alpha):
        return light
    if dark is not None:
        return dark
    return Remedy(text=best_of((white, ink, WHITE, "#000000"), panel), ground="panel", tone=panel, alpha=1.0)


def shade(pixels: Pixels) -> str:
    """A deep shade of a picture's own colour (n x 3, BGR): a neutral scrim makes colours look dirty."""
    blue, green, red = pixels.reshape(-1, 3).mean(axis=0)
    for depth in (0.5, 0.35, 0.25, 0.18, 0.12, 0.08):
        tone = colour.hex_of(red * depth, green * depth, blue * depth)
        if colour.luminance_of(tone) <= _DEPTH:
            return tone
    return INK


def _margin(words: Words, text: str) -> float:
    """How many times the needed contrast there is; restless grounds need the full ratio, however large the type."""
    luminances = _luminances(words.under)
    needs = words.needs if float(luminances.std()) <= _CALM else NORMAL
    return _worst(luminances, colour.luminance_of(text)) / needs


def _scrim(words: Sequence[Words], text: str, tone: str) -> Remedy | None:
    behind = np.array(colour.bgr(tone), np.float32)
    front = colour.luminance_of(text)
    for alpha in _ALPHAS:
        toned = [_luminances(np.rint(part.under * (1 - alpha) + behind * alpha).astype(np.uint8)) for part in words]
        calm = all(float(luminances.std()) <= _CALM for luminances in toned)
        if calm and all(_worst(luminances, front) >= NORMAL * _RESERVE for luminances in toned):
            return Remedy(text=text, ground="scrim", tone=tone, alpha=alpha)
    return None


def _thinned(pixels: Pixels) -> Pixels:
    return pixels[:: max(1, len(pixels) // _SAMPLES)]


def _luminances(pixels: Pixels) -> colour.Floats:
    return colour.luminance(pixels.reshape(-1, 1, 3)).ravel()


def _worst(luminances: colour.Floats, text: float) -> float:
    lighter, darker = np.maximum(luminances, text), np.minimum(luminances, text)
    ratios = (lighter + 0.05) / (darker + 0.05)
    # The 5th percentile, interpolated as numpy.percentile does, at a fifth of its cost.
    place = 0.05 * (ratios.size - 1)
    low = int(place)
    high = min(low + 1, ratios.size - 1)
    parted = np.partition(ratios, (low, high))
    return float(parted[low] + (parted[high] - parted[low]) * (place - low))
