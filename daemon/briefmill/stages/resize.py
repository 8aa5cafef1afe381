"""Stage 2: the source picture of a product, cropped and scaled to the part of a placement that shows it.

A source is decoded once and its focus found once, whatever the number of placements; the crop has the part's own ratio,
so nothing is ever distorted. A product that was cut out stands on a tint of the brand's colours (`imaging.backdrop`),
and its alpha says exactly where it is.
Enlarging is allowed and measured; the rule on sharpness judges it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from briefmill.domain.creative import Exactness, Subject
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import backdrop, choice, decode, focus, saliency, scale
from briefmill.imaging.colour import Floats
from briefmill.imaging.focus import CropBox, Wish
from briefmill.rules import sharpness


class Proof(Protocol):
    """What is known of a product that was set untouched: `stages.exact`."""

    def on(self, final: decode.Pixels, area: Box) -> Exactness:
        """The record for a finished creative; `area` is the part of it that shows the picture."""


@dataclass(frozen=True, eq=False)
class Framed:
    """A source in the pixels of an area. `upscale` is how much larger it was made.

    `faces` and `subject`, the product where it is known, are in those pixels, as far as they show; `cut` is the share
    of the subject's box that does not. `proof` is there where a supplied product was set untouched.
    `window` is the part that it shows of a source of `source_size`, in that one's pixels.
    """

    pixels: decode.Pixels
    upscale: float
    window: CropBox
    source_size: tuple[int, int]
    faces: tuple[Box, ...] = ()
    subject: Box | None = None
    cut: float = 0.0
    proof: Proof | None = None

    @cached_property
    def attention(self) -> Floats:
        """What draws the eye in it (`imaging.saliency`), found once for all locales."""
        return saliency.attention(self.pixels)

    @cached_property
    def sharpness(self) -> float | None:
        """How sharp its sharpest parts are (`rules.sharpness`), measured once for all locales."""
        return sharpness.sharpness(self.pixels) if min(self.pixels.shape[:2]) >= sharpness.TILES else None


@dataclass(frozen=True)
class Source:
    """An encoded source picture and the placements it must serve.

    `at` is where the brief says that its subject is, `known` the subject's box as its maker told it. `palette` are the
    brand's colours, for the ground of a cut-out.
    """

    data: bytes
    placements: tuple[Placement, ...]
    at: tuple[float, float] | None = None
    known: Subject | None = None
    palette: tuple[str, ...] = ()

    @cached_property
    def _layers(self) -> decode.Layers:
        areas = [(placement.width, placement.height) for placement in self.placements]
        return decode.layers(self.data, covering=areas)

    @cached_property
    def ground(self) -> str:
        """The colour that a cut-out stands on (`#RRGGBB`)."""
        if self.alpha is None:
            return backdrop.WHITE
        return backdrop.tone(self._layers.pixels, self.alpha, self.palette)

    @cached_property
    def _scaler(self) -> scale.Scaler:
        pixels = self._layers.pixels
        grounded = pixels if self.alpha is None else backdrop.under(pixels, self.alpha, self.ground)
        return scale.Scaler(grounded, ground=self.ground)

    @property
    def pixels(self) -> decode.Pixels:
        """Decoded once, upright, sRGB, no larger than the placements need; a cut-out on its ground."""
        return self._scaler.pixels

    @property
    def alpha(self) -> decode.Pixels | None:
        """How opaque each of them is, None where all of them wholly are."""
        return self._layers.alpha

    @cached_property
    def focus(self) -> focus.Focus:
        """Where the eye goes, found once."""
        known = None
        if self.known is not None:
            x, y, width, height = self.known
            known = CropBox(x=x, y=y, width=width, height=height)
        large = max(self.pixels.shape[:2]) >= 2 * max(focus.FACE_SIDES)
        # It would halve a large picture itself; this half serves the small placements too.
        pixels = self._scaler.halved(1) if large else self.pixels
        return focus.find(pixels, self.alpha, self.at, known)

    @property
    def scene(self) -> choice.Scene:
        """What the choice of a layout needs to know."""
        height, width = self.pixels.shape[:2]
        return choice.Scene(width=width, height=height, focus=self.focus)

    def fitted(self, across: int, down: int, wish: Wish | None = None) -> Framed:
        """The picture in an area of so many pixels across and down."""
        height, width = self.pixels.shape[:2]
        window = focus.crop(self.focus, width, height, across / down, wish)
        made = self._scaler.fit(window, across, down)
        seen = [_seen(part, window, (width, height), (across, down)) for part in self.focus.faces]
        subject = self.focus.subject
        return Framed(
            pixels=made.pixels,
            upscale=made.upscale,
            faces=tuple(box for box in seen if box is not None),
            subject=None if subject is None else _seen(subject, window, (width, height), (across, down)),
            cut=focus.cut(self.focus, window, width, height),
            window=window,
            source_size=(width, height),
        )


def _seen(part: CropBox, window: CropBox, size: tuple[int, int], area: tuple[int, int]) -> Box | None:
    """A part of the source (in shares) in the area's pixels, None when it lies outside of the window."""
    across, down = area[0] / window.width, area[1] / window.height
    left = max(0, round((part.x * size[0] - window.x) * across))
    top = max(0, round((part.y * size[1] - window.y) * down))
    right = min(area[0], round(((part.x + part.width) * size[0] - window.x) * across))
    bottom = min(area[1], round(((part.y + part.height) * size[1] - window.y) * down))
    return Box(x=left, y=top, width=right - left, height=bottom - top) if right > left and bottom > top else None
