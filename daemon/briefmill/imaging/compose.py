"""One creative composed: picture and grounds once a placement, then words and logo for each locale, with a report.

The plan comes from `imaging.layout`, the words from `imaging.lettering`, their grounds from `imaging.securing`, the
strokes from `imaging.paint`; this module puts them in order. What is reported is measured on what was drawn: ink boxes
to the pixel, contrast against the final ground without the text. Whether that is good enough is for the rules to say;
nothing here refuses a creative.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from briefmill.domain.brief import Copy
from briefmill.domain.creative import Composition, TextBlock
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import badge, colour, contrast, lettering, paint, securing, typeset
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.layout import Ground, Plan
from briefmill.imaging.lettering import Words

_GROUNDS: Final = ("none", "scrim", "panel")
_LIGHT: Final = "#F6F5F2"
_LIGHT_FROM: Final = 0.55
_DARK_TO: Final = 0.1
_CARD: Final = 0.35  # the radius of a card's corners, as a share of the margin


@dataclass(frozen=True, kw_only=True, eq=False)
class BrandKit:
    """What a brand brings to every creative: colours (`#RRGGBB`, most important first), logo (BGRA), fonts.

    `logo_on_dark` and `logo_on_light` are variants of the logo, see `badge.Marks`.
    """

    palette: tuple[str, ...] = ()
    logo: Pixels | None = None
    logo_on_dark: Pixels | None = None
    logo_on_light: Pixels | None = None
    library: Library

    @property
    def marks(self) -> badge.Marks | None:
        """The logo with its variants, None without one."""
        if self.logo is None:
            return None
        return badge.Marks(plain=self.logo, on_dark=self.logo_on_dark, on_light=self.logo_on_light)

    @property
    def logo_aspect(self) -> float | None:
        """The logo's width over its height."""
        return None if self.logo is None else float(self.logo.shape[1] / self.logo.shape[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A canvas with its picture in place and its filled parts painted, ready for the words of any locale.

    `upscale`, `subject` and `cut` are what `Composition` says of them, in pixels of the creative.
    """

    pixels: Pixels
    layout: str = ""
    upscale: float = 1.0
    subject: Box | None = None
    cut: float = 0.0


class Easel:
    """Canvases to draw on, one for each size, used again and again: a fresh one costs more than the copy into it."""

    def __init__(self) -> None:
        self._canvases: dict[tuple[int, ...], Pixels] = {}

    def copy(self, pixels: Pixels) -> Pixels:
        """A copy to draw on, which is overwritten by the next one of this size."""
        canvas = self._canvases.setdefault(pixels.shape, np.empty_like(pixels))
        np.copyto(canvas, pixels)
        return canvas


def stage(picture: Pixels, plan: Plan, placement: Placement, palette: Sequence[str]) -> Pixels:
    """The canvas with the picture in its part of it and the plan's grounds painted.

    `picture` has exactly the size of `plan.picture`, ValueError otherwise. It is given back where it fills the canvas.
    """
    area = plan.picture
    if picture.shape[:2] != (area.height, area.width):
        raise ValueError(f"the picture's part is {area.width} x {area.height}, not {picture.shape[1::-1]}")
    if not plan.grounds and (area.width, area.height) == (placement.width, placement.height):
        return picture
    canvas = np.empty((placement.height, placement.width, 3), np.uint8)
    if (area.width, area.height) != (placement.width, placement.height):
        paint.fill(canvas, ground_colour("brand", picture, palette))
    paint.region(canvas, area)[:] = picture
    for ground in plan.grounds:
        _fill(canvas, ground, ground_colour(ground.colour, picture, palette), plan.margin)
    return canvas


def overlay(
    ready: Stage, plan: Plan, copy: Copy, placement: Placement, kit: BrandKit, *, easel: Easel | None = None
) -> tuple[Pixels, Composition]:
    """Set words and logo on a copy of the stage; with an `easel` the pixels hold until its next copy of this size.

    Raises ValueError when the stage has not the placement's size.
    """
    if ready.pixels.shape[:2] != (placement.height, placement.width):
        raise ValueError(f"{placement.id} is {placement.width} x {placement.height}, not {ready.pixels.shape[1::-1]}")
    out = (easel or Easel()).copy(ready.pixels)
    words = lettering.set_all(plan, copy, kit.library)
    secured = securing.secure(out, plan, words, kit.palette)
    colours = {role: found.text for role, found in secured.items()}
    for part in words:
        if part.pill is not None:
            colours[part.role] = badge.pill(out, part.pill, palette=kit.palette)
    laid, marks = None, kit.marks
    if plan.logo is not None and marks is not None:
        laid = badge.logo(out, plan.logo, marks, kit.library)
    texts = tuple(_report(out, part, colours[part.role]) for part in words)
    for part in words:
        typeset.paint(part.block, paint.region(out, part.box), colours[part.role])
    panels = (found.panel for found in secured.values() if found.panel is not None)
    composition = Composition(
        width=placement.width,
        height=placement.height,
        texts=texts,
        logo=laid.box if laid else None,
        logo_variant=laid.variant if laid else "",
        logo_plate=laid.plate if laid else None,
        panel=next(panels, None),
        ground=max((found.ground for found in secured.values()), key=_GROUNDS.index, default="none"),
        upscale=ready.upscale,
        layout=ready.layout,
        picture=plan.picture,
        subject=ready.subject,
        cut=ready.cut,
        left_out=plan.left_out,
    )
    return out, composition


def ground_colour(name: str, picture: Pixels, palette: Sequence[str]) -> str:
    """The colour of a filled part: the brand's, or one out of the picture where the brand has none."""
    if name.startswith("#"):
        return name
    if name == "light":
        return next(_by(palette, lambda tone: tone >= _LIGHT_FROM, reverse=True), _LIGHT)
    if name == "dark":
        return next(_by(palette, lambda tone: tone <= _DARK_TO), contrast.INK)
    step = max(1, max(picture.shape[:2]) // 64)
    own = [*palette, *([palette[0]] if palette else [])] or [contrast.shade(picture[::step, ::step])] * 2
    return own[1] if name == "accent" else own[0]


def _by(palette: Sequence[str], fits: Callable[[float], bool], *, reverse: bool = False) -> Iterator[str]:
    ordered = sorted(palette, key=colour.luminance_of, reverse=reverse)
    return (tone for tone in ordered if fits(colour.luminance_of(tone)))


def _fill(canvas: Pixels, ground: Ground, tone: str, margin: int) -> None:
    if ground.card:
        paint.rounded(canvas, ground.box, radius=_CARD * margin, tone=tone)
    else:
        paint.fill(paint.region(canvas, ground.box), tone)


def _report(out: Pixels, part: Words, text_colour: str) -> TextBlock:
    """The block as set; its contrast is measured now, on the final ground, before the text is painted."""
    under = contrast.under(paint.region(out, part.box), part.block.mask())
    return TextBlock(
        role=part.role,
        text=part.text,
        box=part.box,
        size_px=float(part.block.size),
        min_px=float(part.slot.min_px),
        contrast=round(contrast.worst(under, text_colour), 3),
        lines=len(part.block.lines),
        missing=part.block.missing,
        clipped=part.block.clipped,
    )
