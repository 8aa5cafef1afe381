"""The two marks that carry their own ground: the button, and the logo with its plate.

A button takes the first brand colour that stands out from what is behind it. Of the logo's variants the one is laid
that can best be told from its ground, by what is measured there and not by what the variant is called; beyond a good
contrast more is not better, and the brand's main logo goes first. Only where none of them stands free a plate, white or
dark, is put under it; the plate takes the logo's place in the layout and the logo becomes a little smaller, so that
nothing moves out of the safe zone. A logo is never recoloured: that is the brand's to do.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from briefmill.domain.verdict import Box
from briefmill.imaging import colour, contrast, paint, stamp
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library

_BUTTON_STANDS_OUT: Final = 1.8  # between the button and the picture behind it, at the median
_LOGO_STANDS_OUT: Final = 2.4  # reached by at least three quarters of the logo's pixels, or it does not stand free
_LOGO_CLEAR: Final = 4.5  # above which a logo is not better for standing out more
_LOGO_CALM: Final = 0.12  # standard deviation of luminance behind a logo up to which its outline can be made out
_PLATE_AIR: Final = 0.13  # of the plate's shorter side
_PLATE_ROUND: Final = 0.16  # its corners' radius, likewise
_SOLID: Final = 200
_INK: Final = 0.2  # of a logo's densest part: from here on something of it shows in its small copy
_SAMPLE: Final = 96


@dataclass(frozen=True, kw_only=True, eq=False)
class Marks:
    """A brand's logo, and its variants for dark and for light grounds; BGRA with straight alpha.

    The layout knows the shape of `plain` alone; a variant of another shape is fitted inside its box.
    """

    plain: Pixels
    on_dark: Pixels | None = None
    on_light: Pixels | None = None

    def all(self) -> Iterator[tuple[str, Pixels]]:
        """Each variant there is, by its name, the main one first."""
        for name, picture in (("plain", self.plain), ("on_dark", self.on_dark), ("on_light", self.on_light)):
            if picture is not None:
                yield name, picture


@dataclass(frozen=True, kw_only=True)
class Laid:
    """What was laid: the box that the logo itself fills, which variant (`plain`, `on_dark`, `on_light`), its plate."""

    box: Box
    variant: str
    plate: Box | None = None


def pill(canvas: Pixels, box: Box, *, palette: Sequence[str]) -> str:
    """Draw a button and return the colour for its words (`#RRGGBB`)."""
    behind = float(np.median(colour.luminance(_sampled(canvas, box))))
    plain = contrast.WHITE if behind < 0.4 else contrast.INK
    told_apart = (tone for tone in palette if colour.contrast(_luminance(tone), behind) >= _BUTTON_STANDS_OUT)
    fill = next(told_apart, plain)
    paint.rounded(canvas, box, radius=box.height / 2, tone=fill)
    return _words_on(fill)


def logo(canvas: Pixels, box: Box, marks: Marks, library: Library) -> Laid:
    """Lay the variant of a logo that can best be told from its ground into the box, on a plate where none can."""
    chosen = _choice(canvas, box, marks, library)
    if chosen.plate is None:
        inner = _fitted(box, chosen.picture, canvas.shape[1])
    else:
        shorter = min(box.width, box.height)
        paint.rounded(canvas, box, radius=_PLATE_ROUND * shorter, tone=chosen.plate)
        inner = _fitted(_shrunk(box, max(1, round(_PLATE_AIR * shorter))), chosen.picture, 0)
    stamp.lay(canvas, inner, chosen.picture, library)
    return Laid(box=inner, variant=chosen.variant, plate=None if chosen.plate is None else box)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Choice:
    variant: str
    picture: Pixels
    plate: str | None = None


def _choice(canvas: Pixels, box: Box, marks: Marks, library: Library) -> _Choice:
    """Which variant, and on what; remembered for this ground, which is the same in most locales of a placement."""
    ground = _sampled(canvas, box)
    pictures = tuple(picture for _, picture in marks.all())
    digest = hashlib.blake2b(ground.tobytes(), digest_size=16).digest()
    key = ("logo on", box.width, box.height, *map(id, pictures), digest)
    known: tuple[tuple[Pixels, ...], _Choice] | None = library.recall(key)
    if known is None or any(one is not other for one, other in zip(known[0], pictures, strict=True)):
        known = (pictures, _chosen(ground, box, marks, library))
        library.remember(key, known)
    return known[1]


def _chosen(ground: Pixels, box: Box, marks: Marks, library: Library) -> _Choice:
    behind = colour.luminance(ground)
    seen = [(name, picture, _mark(picture, box, ground.shape[:2], library)) for name, picture in marks.all()]
    # `max` gives the first of equals: the main logo.
    strength, variant, picture = max(
        ((_strength(mark, behind), name, picture) for name, picture, mark in seen), key=lambda one: one[0]
    )
    if strength >= _LOGO_STANDS_OUT:
        return _Choice(variant=variant, picture=picture)
    on_plates = (
        (_weakest(mark, _luminance(tone)), name, picture, tone)
        for name, picture, mark in seen
        if mark is not None
        for tone in (contrast.WHITE, contrast.INK)
    )
    _, variant, picture, plate = max(on_plates, key=lambda one: min(one[0], _LOGO_CLEAR))
    return _Choice(variant=variant, picture=picture, plate=plate)


def _strength(mark: "_Mark | None", behind: colour.Floats) -> float:
    """How well a variant can be told from its ground, 0 where that is restless, at most what is clear."""
    if mark is None:
        return _LOGO_STANDS_OUT  # a logo that brings its own ground may stand anywhere, but one without is better
    under = behind[mark.shown]
    if float(under.std()) > _LOGO_CALM:
        return 0.0
    return min(_weakest(mark, under), _LOGO_CLEAR)


@dataclass(frozen=True, eq=False)
class _Mark:
    """A small copy of a logo: where it shows (height x width), and how bright and how dense it is there.

    Thin strokes are nowhere solid in a small copy: they count by what they cover, or a logo would be judged by its
    boldest part alone.
    """

    shown: NDArray[np.bool_]
    luminance: colour.Floats
    cover: colour.Floats


def _mark(picture: Pixels, box: Box, size: tuple[int, int], library: Library) -> _Mark | None:
    """The logo as it will be in this box, None for one without a transparent ground; remembered in the library."""
    key = ("mark", id(picture), box.width, box.height)
    known: tuple[Pixels, _Mark | None] | None = library.recall(key)
    if known is None or known[0] is not picture:
        known = (picture, _looked_at(picture, size, library))
        library.remember(key, known)
    return known[1]


def _looked_at(picture: Pixels, size: tuple[int, int], library: Library) -> _Mark | None:
    if int(picture[..., 3].min()) >= _SOLID:
        return None
    height, width = size
    small = stamp.of(picture, width, height, library)
    cover = small.cover()
    shown = cover >= max(1.0, _INK * float(cover.max()))
    return _Mark(shown, colour.luminance(small.straight())[shown], cover[shown].astype(np.float32))


def _weakest(mark: _Mark, behind: colour.Floats | float) -> float:
    """The contrast that three quarters of the mark's ink reaches."""
    lighter, darker = np.maximum(mark.luminance, behind), np.minimum(mark.luminance, behind)
    ratios = (lighter + 0.05) / (darker + 0.05)
    order = np.argsort(ratios)
    ink = np.cumsum(mark.cover[order])
    return float(ratios[order[int(np.searchsorted(ink, ink[-1] / 4))]])


def _sampled(canvas: Pixels, box: Box) -> Pixels:
    """What lies in a box, every few pixels: at most `_SAMPLE` of them on the longer side."""
    factor = min(1.0, _SAMPLE / max(box.width, box.height))
    size = (max(1, round(box.width * factor)), max(1, round(box.height * factor)))
    return np.asarray(cv2.resize(paint.region(canvas, box), size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _shrunk(box: Box, air: int) -> Box:
    width, height = max(1, box.width - 2 * air), max(1, box.height - 2 * air)
    left, top = (box.width - width) // 2, (box.height - height) // 2
    return replace(box, x=box.x + left, y=box.y + top, width=width, height=height)


def _fitted(box: Box, picture: Pixels, across: int) -> Box:
    """The part of a box that a picture fills unstretched: towards the side of a canvas so wide that it is close to."""
    aspect = picture.shape[1] / picture.shape[0]
    width = max(1, min(box.width, round(box.height * aspect)))
    height = max(1, min(box.height, round(box.width / aspect)))
    if max(box.width - width, box.height - height) <= 1:
        return box  # of the layout's shape but for rounding
    spare, middle = box.width - width, box.x + box.width / 2
    left = 0 if middle < across / 3 else spare if 0 < across < 1.5 * middle else spare // 2
    return replace(box, x=box.x + left, y=box.y + (box.height - height) // 2, width=width, height=height)


@lru_cache(maxsize=64)
def _luminance(tone: str) -> float:
    return colour.luminance_of(tone)


@lru_cache(maxsize=64)
def _words_on(fill: str) -> str:
    """The colour of words on a button: white where that can be read, else dark."""
    for text in (contrast.WHITE, contrast.INK):
        if colour.contrast(_luminance(text), _luminance(fill)) >= contrast.NORMAL:
            return text
    return contrast.best_of((contrast.WHITE, "#000000"), fill)
