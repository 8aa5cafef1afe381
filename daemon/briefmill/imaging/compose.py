"""Words and logo on a picture: the overlay of one creative, with a report of everything that was drawn.

The plan comes from `imaging.layout`, the words from `imaging.typeset`, the grounds from `imaging.contrast`, the strokes
from `imaging.paint`; this module puts them in order: choose the calmer plan, set the words, secure, measure, paint.
What is reported is measured on what was drawn: ink boxes to the pixel, contrast against the final ground without the
text. Whether that is good enough is for the rules to say; nothing here refuses a creative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from briefmill.domain.brief import Copy
from briefmill.domain.creative import Composition, TextBlock, TextRole
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import badge, bidi, colour, contrast, layout, paint, typeset
from briefmill.imaging.colour import Pixels
from briefmill.imaging.fonts import Library
from briefmill.imaging.layout import Edge, Plan, Slot
from briefmill.imaging.typeset import Block, Style

WEIGHTS: Final = {TextRole.MESSAGE: 700, TextRole.CTA: 600, TextRole.DISCLAIMER: 400}
"""The weight that each text is set in."""

_LOOK_AT: Final = 200  # pixels along the longer side of the copy on which calm is judged
_CALMER_BY: Final = 0.8  # the second plan must be so much calmer, or creatives of one set would differ for nothing
_UNEVEN: Final = 0.1  # a smooth bottle is as much in the way as a rough wall, though it has no fine detail
_RESTLESS_SUBJECT: Final = 4.0
_GROUNDS: Final = ("none", "scrim", "panel")


@dataclass(frozen=True, kw_only=True, eq=False)
class BrandKit:
    """What a brand brings to every creative: colours (`#RRGGBB`, most important first), logo (BGRA), fonts."""

    palette: tuple[str, ...] = ()
    logo: Pixels | None = None
    library: Library

    @property
    def logo_aspect(self) -> float | None:
        """The logo's width over its height."""
        return None if self.logo is None else float(self.logo.shape[1] / self.logo.shape[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Words:
    """One text as set: `box` is its ink on the canvas, `pill` the button around it."""

    role: TextRole
    text: str
    slot: Slot
    block: Block
    box: Box
    pill: Box | None = None

    @property
    def extent(self) -> Box:
        """The text and what belongs to it."""
        return self.pill or self.box


@dataclass(frozen=True, kw_only=True)
class _Secured:
    """A group of words made readable: their colour, how, and the panel that was drawn."""

    text: str
    ground: str = "none"
    panel: Box | None = None


def overlay(
    canvas: Pixels,
    copy: Copy,
    placement: Placement,
    kit: BrandKit,
    *,
    upscale: float = 1.0,
    keep_clear: Sequence[Box] = (),
) -> tuple[Pixels, Composition]:
    """Set the words and the logo on a copy of `canvas`, which has the placement's size; the canvas stays as it is.

    `keep_clear` are boxes (faces, the product) that the words should rather not cover. Raises ValueError when the
    canvas has another size.
    """
    if canvas.shape[:2] != (placement.height, placement.width):
        raise ValueError(f"{placement.id} is {placement.width} x {placement.height}, not {canvas.shape[1::-1]}")
    direction = bidi.of_text(copy.message or copy.cta, copy.locale)
    plan = _calmest(canvas, layout.plans(placement, copy, kit.logo_aspect, direction), keep_clear)
    words = list(_set(plan, copy, kit.library))
    out = canvas.copy()
    secured = _secure_all(out, plan, words, kit)
    colours = {role: found.text for role, found in secured.items()}
    for part in words:
        if part.pill is not None:
            colours[part.role] = badge.pill(out, part.pill, palette=kit.palette)
    logo = None
    if plan.logo is not None and kit.logo is not None:
        logo = badge.logo(out, plan.logo, kit.logo, kit.library)
    texts = tuple(_report(out, part, colours[part.role], placement) for part in words)
    for part in words:
        paint.stencil(out, part.box, part.block.mask(), colours[part.role])
    panels = (found.panel for found in secured.values() if found.panel is not None)
    composition = Composition(
        width=placement.width,
        height=placement.height,
        texts=texts,
        logo=logo,
        panel=next(panels, None),
        ground=max((found.ground for found in secured.values()), key=_GROUNDS.index, default="none"),
        upscale=upscale,
    )
    return out, composition


def _calmest(canvas: Pixels, plans: Sequence[Plan], keep_clear: Sequence[Box]) -> Plan:
    """The plan whose message meets the least detail; the usual one unless another is clearly calmer."""
    if len(plans) == 1:
        return plans[0]
    step = max(1, max(canvas.shape[:2]) // _LOOK_AT)
    small = np.ascontiguousarray(canvas[::step, ::step]).astype(np.float32)
    detail = np.abs(cv2.Laplacian(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.CV_32F)).sum(axis=2)
    detail += _UNEVEN * np.abs(small - cv2.blur(small, (61, 61))).sum(axis=2)
    for box in keep_clear:
        part = Box(x=box.x // step, y=box.y // step, width=box.width // step, height=box.height // step)
        detail[part.y : part.bottom, part.x : part.right] += _RESTLESS_SUBJECT * (1.0 + float(detail.mean()))
    unrest = [_unrest(detail, plan, step) for plan in plans]
    best = min(range(len(plans)), key=lambda at: unrest[at])
    return plans[best] if unrest[best] < _CALMER_BY * unrest[0] else plans[0]


def _unrest(detail: colour.Floats, plan: Plan, step: int) -> float:
    box = plan.message.box if plan.message else plan.zone
    part = detail[box.y // step : -(-box.bottom // step), box.x // step : -(-box.right // step)]
    return float(part.mean()) if part.size else 0.0


def _set(plan: Plan, copy: Copy, library: Library) -> Iterator[_Words]:
    texts = ((TextRole.MESSAGE, plan.message, copy.message), (TextRole.DISCLAIMER, plan.disclaimer, copy.disclaimer))
    for role, slot, text in texts:
        if slot is not None and min(slot.box.width, slot.box.height) > 0:
            block = typeset.fit(
                text, width=slot.box.width, height=slot.box.height, style=_style(role, slot, copy), library=library
            )
            yield _Words(role=role, text=text, slot=slot, block=block, box=_risen(slot, block))
    if plan.cta is not None and min(plan.cta.box.width, plan.cta.box.height) > 0:
        yield _set_button(plan.cta, copy, library)


def _style(role: TextRole, slot: Slot, copy: Copy) -> Style:
    return Style(
        locale=copy.written_for or copy.locale,
        weight=WEIGHTS[role],
        max_px=slot.max_px,
        min_px=slot.min_px,
        align=slot.align,
        max_lines=slot.max_lines,
    )


def _risen(slot: Slot, block: Block) -> Box:
    spare = slot.box.height - block.height
    down = {"top": 0, "middle": spare // 2, "bottom": spare}[slot.rise]
    return Box(x=slot.box.x + block.x, y=slot.box.y + down, width=block.width, height=block.height)


def _set_button(slot: Slot, copy: Copy, library: Library) -> _Words:
    """A button as wide as its words, in the slot's corner; its words stand on the middle by their base line."""
    style = _style(TextRole.CTA, slot, copy)
    for air in (layout.PILL_PADDING, layout.PILL_TIGHT):
        room = max(1, slot.box.width - 2 * round(air * slot.max_px))
        block = typeset.fit(copy.cta, width=room, height=slot.box.height, style=style, library=library)
        if not block.clipped:
            break
    if not block.width:
        return _Words(role=TextRole.CTA, text=copy.cta, slot=slot, block=block, box=_risen(slot, block))
    padding = round(layout.PILL_PADDING * block.size)
    width = min(slot.box.width, block.width + 2 * padding)
    height = min(slot.box.height, max(round(layout.PILL_HEIGHT * block.size), block.height + block.size // 2))
    spare = slot.box.width - width
    x = slot.box.x + {"left": 0, "center": spare // 2, "right": spare}[slot.align]
    lift = slot.box.height - height
    y = slot.box.y + {"top": 0, "middle": lift // 2, "bottom": lift}[slot.rise]
    pill = Box(x=x, y=y, width=width, height=height)
    ink = Box(
        x=x + (width - block.width) // 2,
        y=y + _centred(block, height),
        width=block.width,
        height=block.height,
    )
    return _Words(role=TextRole.CTA, text=copy.cta, slot=slot, block=block, box=ink, pill=pill)


def _centred(block: Block, height: int) -> int:
    """How far below a button's top the ink of its one line begins.

    Scripts with capitals are centred between base line and cap height (0.72 em in Inter), so that a `p` or a comma
    does not lift the word; others by their ink.
    """
    middle = (height - block.height) / 2
    if len(block.lines) == 1 and any(char.isupper() for char in block.text):
        middle = (height + 0.72 * block.size) / 2 - block.lines[0].y
    return min(max(round(middle), 0), height - block.height)


def _secure_all(out: Pixels, plan: Plan, words: Sequence[_Words], kit: BrandKit) -> dict[TextRole, _Secured]:
    """Secure message and small print, together when they lean on the same edge; the button is its own ground."""
    found: dict[TextRole, _Secured] = {}
    edges = {TextRole.MESSAGE: plan.edge, TextRole.DISCLAIMER: plan.small_print_edge, TextRole.CTA: plan.edge}
    for edge in dict.fromkeys((plan.edge, plan.small_print_edge)):
        group = [part for part in words if edges[part.role] == edge and part.pill is None]
        if group:
            near = [part for part in words if part.pill is not None and _stands_with(part, group)]
            secured = _secure(out, plan, group, near, edge, kit)
            found.update({part.role: secured for part in group})
    return found


def _stands_with(button: _Words, group: Sequence[_Words]) -> bool:
    """True when a button stands between or beside the words of a group, so that one panel should hold them all."""
    around = _union([part.box for part in group] + [button.extent])
    return around.height <= sum(part.slot.box.height for part in (*group, button)) * 1.5


def _secure(
    out: Pixels, plan: Plan, group: Sequence[_Words], near: Sequence[_Words], edge: Edge, kit: BrandKit
) -> _Secured:
    inked = [part for part in group if part.box.width]
    if not inked:
        return _Secured(text=contrast.WHITE)
    sampled = [
        contrast.Words(
            under=contrast.under(paint.region(out, part.box), part.block.mask()),
            needs=contrast.required(part.block.size, WEIGHTS[part.role]),
        )
        for part in inked
    ]
    remedy = contrast.remedy(sampled, panel=kit.palette[0] if kit.palette else contrast.INK)
    around = _union([part.box for part in inked])
    panel = None
    if remedy.ground == "scrim":
        reach = round(0.24 * (out.shape[0] if edge in {"top", "bottom"} else out.shape[1]))
        paint.scrim(out, around, edge=edge, tone=remedy.tone, alpha=remedy.alpha, reach=reach)
    elif remedy.ground == "panel":
        upright = edge in {"top", "bottom"}
        whole = _union([around, *(part.extent for part in near)]) if upright else around
        panel = _panel(whole, plan, edge, out.shape[1], out.shape[0])
        bleeds = panel.width == out.shape[1] or panel.height == out.shape[0]
        paint.rounded(out, panel, radius=0 if bleeds else 0.35 * plan.margin, tone=remedy.tone)
    return _Secured(text=remedy.text, ground=remedy.ground, panel=panel)


def _panel(words: Box, plan: Plan, edge: Edge, width: int, height: int) -> Box:
    """The panel under some words: a full-bleed band from their edge, or a card where they stand far from it."""
    if plan.logo is not None and (edge in {"left", "right"} or _beside(words, plan.logo)):
        words = _union([words, plan.logo])
    if edge in {"left", "right"}:
        column = _around(words, plan.margin, width, height)
        x = 0 if edge == "left" else column.x
        return Box(x=x, y=0, width=(column.right if edge == "left" else width) - x, height=height)
    air = round(0.6 * plan.margin)
    if plan.logo is not None and not plan.logo.inside(words):
        air = min(air, max(words.y - plan.logo.bottom, plan.logo.y - words.bottom))
    grown = _around(words, air, width, height)
    if (words.y if edge == "top" else height - words.bottom) > paint.FAR_FROM_EDGE * height:
        return grown
    y = 0 if edge == "top" else grown.y
    return Box(x=0, y=y, width=width, height=(grown.bottom if edge == "top" else height) - y)


def _beside(words: Box, logo: Box) -> bool:
    return words.y < logo.bottom and logo.y < words.bottom


def _around(box: Box, air: int, width: int, height: int) -> Box:
    """A box with air on all sides, as far as the canvas goes."""
    left, top = max(0, box.x - air), max(0, box.y - air)
    right, bottom = min(width, box.right + air), min(height, box.bottom + air)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _union(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _report(out: Pixels, part: _Words, text_colour: str, placement: Placement) -> TextBlock:
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
