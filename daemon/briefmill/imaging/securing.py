"""Words made readable where they stand: measured against the very pixels under them, then helped, gently first.

Texts that lean on the same edge, or stand on the same filled part, are secured together, so that they have one colour.
`imaging.contrast` decides on numbers, this module finds the groups and paints the scrim or the panel.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from briefmill.domain.creative import TextRole
from briefmill.domain.verdict import Box
from briefmill.imaging import contrast, paint
from briefmill.imaging.arrangement import Edge
from briefmill.imaging.colour import Pixels
from briefmill.imaging.layout import Ground, Plan
from briefmill.imaging.lettering import WEIGHTS, Words


@dataclass(frozen=True, kw_only=True)
class Secured:
    """A group of words made readable: their colour, how, and the panel that they stand on."""

    text: str
    ground: str = "none"
    panel: Box | None = None


def secure(out: Pixels, plan: Plan, words: Sequence[Words], palette: Sequence[str]) -> dict[TextRole, Secured]:
    """Secure message and small print on `out`, in place; a button is its own ground and is not among the answers."""
    groups: dict[Hashable, list[Words]] = {}
    for part in words:
        if part.pill is None:
            groups.setdefault(_stands(part, plan, out.shape[0]), []).append(part)
    found: dict[TextRole, Secured] = {}
    for key, group in groups.items():
        near = [part for part in words if part.pill is not None and _with(part, group)]
        secured = _group(out, plan, group, near, palette, key)
        found.update({part.role: secured for part in group})
    return found


def _stands(part: Words, plan: Plan, height: int) -> Hashable:
    """What a text stands on: a filled part of the layout, or the edge of the canvas that it leans on."""
    ground = next((ground for ground in plan.grounds if part.slot.box.inside(ground.box)), None)
    if ground is not None:
        return ground
    if plan.lean in {"left", "right"}:
        return plan.lean
    return "top" if part.box.y + part.box.height / 2 < height / 2 else "bottom"


def _with(button: Words, group: Sequence[Words]) -> bool:
    """True when a button stands between or beside the words of a group, so that one panel should hold them all."""
    around = union([part.box for part in group] + [button.extent])
    return around.height <= sum(part.slot.box.height for part in (*group, button)) * 1.5


def _group(
    out: Pixels, plan: Plan, group: Sequence[Words], near: Sequence[Words], palette: Sequence[str], key: Hashable
) -> Secured:
    inked = [part for part in group if part.box.width]
    ground = key if isinstance(key, Ground) else None
    if not inked:
        return Secured(text=contrast.WHITE)
    sampled = [
        contrast.Words(
            under=contrast.under(paint.region(out, part.box), part.block.mask()),
            needs=contrast.required(part.block.size, WEIGHTS[part.role]),
        )
        for part in inked
    ]
    remedy = contrast.remedy(sampled, panel=palette[0] if palette else contrast.INK, tones=contrast.inks(palette))
    if ground is not None:
        return Secured(text=remedy.text, ground="panel", panel=ground.box)
    edge: Edge = key  # type: ignore[assignment]  # the other keys are edges
    around = union([part.box for part in inked])
    panel = None
    if remedy.ground == "scrim":
        reach = round(0.24 * (out.shape[0] if edge in {"top", "bottom"} else out.shape[1]))
        paint.scrim(out, around, edge=edge, tone=remedy.tone, alpha=remedy.alpha, reach=reach)
    elif remedy.ground == "panel":
        upright = edge in {"top", "bottom"}
        whole = union([around, *(part.extent for part in near)]) if upright else around
        panel = _panel(whole, plan, edge, out.shape[1], out.shape[0])
        bleeds = panel.width == out.shape[1] or panel.height == out.shape[0]
        paint.rounded(out, panel, radius=0 if bleeds else 0.35 * plan.margin, tone=remedy.tone)
    return Secured(text=remedy.text, ground=remedy.ground, panel=panel)


def _panel(words: Box, plan: Plan, edge: Edge, width: int, height: int) -> Box:
    """The panel under some words: a full-bleed band from their edge, or a card where they stand far from it."""
    if plan.logo is not None and (edge in {"left", "right"} or _beside(words, plan.logo)):
        words = union([words, plan.logo])
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


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around some boxes."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x=left, y=top, width=right - left, height=bottom - top)
