"""Where words and logo go: a plan of boxes for a placement, before anything is measured or drawn.

The canvas falls into one of four archetypes by the shape of its safe part: a stack (square, portrait, story), a side
column (landscape), a tower (skyscraper) and a strip (leaderboard). Each knows one or two ways to stand; `compose`
takes the one whose words meet the calmer part of the picture. Boxes are pixels of the creative; they never overlap and
lie inside the safe zone. Everything is planned from left to right and mirrored for languages that run the other way.
"""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Overlay, Placement
from briefmill.domain.verdict import Box
from briefmill.imaging.bidi import Direction
from briefmill.imaging.typeset import Align

Edge = Literal["top", "bottom", "left", "right"]
Rise = Literal["top", "middle", "bottom"]

MIN_TEXT_SHARE: Final = 0.022
MIN_TEXT_PX: Final = 9
"""The smallest type: 2.2 % of the shorter edge, which a phone shows at about 8 CSS pixels, and never below 9 px."""

PILL_HEIGHT: Final = 2.3
PILL_PADDING: Final = 1.1
PILL_TIGHT: Final = 0.5
"""A button's height, and the air on either side of its words, in em of its type; tight where words are long."""

_STRIP_FROM: Final = 3.0
_SIDE_FROM: Final = 1.45
_TOWER_UP_TO: Final = 0.42
_MESSAGE_SHARE: Final = 0.36  # of the zone's height that a message may take above or below the picture's subject
_LEADING: Final = 1.5  # room that is set aside for a line of small print, in em


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Room for one text. `align` and `rise` say to which side and how high its ink stands in the box."""

    box: Box
    max_px: int
    min_px: int
    align: Align = "left"
    rise: Rise = "bottom"
    max_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The boxes of one creative; None for what is not there. `edge` is the side of the canvas the words lean on.

    `margin` is the air around things, in pixels; `small_print_edge` the side that the disclaimer leans on.
    """

    zone: Box
    margin: int = 0
    message: Slot | None = None
    cta: Slot | None = None
    disclaimer: Slot | None = None
    logo: Box | None = None
    edge: Edge = "bottom"
    small_print_edge: Edge = "bottom"

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The texts' slots that are there."""
        return tuple(slot for slot in (self.message, self.cta, self.disclaimer) if slot is not None)


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Lengths of one creative in pixels: air, type sizes, the logo. `unit` is the root of the usable area."""

    unit: float
    gap: int
    least: int
    message: int
    cta: int
    small: int
    logo: float

    @classmethod
    def of(cls, placement: Placement, zone: Box, *, strip: bool) -> "_Scale":
        unit = math.sqrt(zone.width * zone.height)
        least = max(MIN_TEXT_PX, math.ceil(MIN_TEXT_SHARE * min(placement.width, placement.height)))
        message = min(0.15 * unit, 0.36 * zone.height) if strip else 0.1 * unit
        button = min(0.036 * unit + 5, zone.height * 0.2)
        return cls(
            unit=unit,
            gap=max(3, round(0.038 * unit)),
            least=least,
            message=max(least, round(message)),
            cta=max(least, round(button)),
            small=max(least, round(least * 1.08)),
            logo=0.15 * unit,
        )


def plan(placement: Placement, copy: Copy, logo_aspect: float | None, direction: Direction) -> Plan:
    """The first and usual plan. `logo_aspect` is the logo's width over its height, None where there is no logo."""
    return plans(placement, copy, logo_aspect, direction)[0]


def plans(placement: Placement, copy: Copy, logo_aspect: float | None, direction: Direction) -> tuple[Plan, ...]:
    """Every way this creative may be set, the usual one first; never empty.

    Nothing is planned where overlays are forbidden, and no logo where only text is allowed.
    """
    zone, margin = _zone(placement)
    if placement.overlay is Overlay.FORBIDDEN or min(zone.width, zone.height) < MIN_TEXT_PX:
        return (Plan(zone=zone),)
    aspect = logo_aspect if placement.overlay is Overlay.ALLOWED else None
    shape = zone.width / zone.height
    scale = _Scale.of(placement, zone, strip=shape >= _STRIP_FROM)
    if shape >= _STRIP_FROM:
        found = [_strip(zone, copy, aspect, scale)]
    elif shape >= _SIDE_FROM:
        found = [_side(zone, copy, aspect, scale), _far(_side(zone, copy, aspect, scale))]
    elif shape <= _TOWER_UP_TO:
        found = [_low(zone, copy, aspect, scale, align="center"), _hung(zone, copy, aspect, scale)]
    else:
        found = [_low(zone, copy, aspect, scale), _high(zone, copy, aspect, scale)]
    ready = (replace(one, margin=margin) for one in found)
    return tuple(_mirrored(one) if direction == "rtl" else one for one in ready)


def em_width(text: str) -> float:
    """About how wide a text runs, in em: good enough to set room aside before it is measured."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return 1.0 * wide + 0.6 * (len(text) - wide)


def _zone(placement: Placement) -> tuple[Box, int]:
    """The part of the canvas to build in: inside its safe zone and inside our own margin, whichever is narrower."""
    edge = min(placement.width, placement.height)
    margin = max(2, round(0.06 * edge)) if edge >= 200 else max(2, round(0.09 * edge))
    safe = placement.safe_zone
    left, top = max(safe.left, margin), max(safe.top, margin)
    right, bottom = max(safe.right, margin), max(safe.bottom, margin)
    width, height = max(0, placement.width - left - right), max(0, placement.height - top - bottom)
    return Box(x=left, y=top, width=width, height=height), margin


def _low(zone: Box, copy: Copy, aspect: float | None, scale: _Scale, *, align: Align = "left") -> Plan:
    """Logo at the top, words at the foot: message, button, small print."""
    logo = _logo(zone, aspect, scale, at="center" if align == "center" else "left")
    small, rest = _foot(zone, copy, scale, align)
    button, rest = _button(rest, copy, scale, align)
    ceiling = logo.bottom + scale.gap if logo else zone.y
    top = max(ceiling, rest.bottom - round(_MESSAGE_SHARE * zone.height))
    message = _message(Box(x=zone.x, y=top, width=zone.width, height=max(0, rest.bottom - top)), copy, scale)
    return Plan(zone=zone, message=_aligned(message, align), cta=button, disclaimer=small, logo=logo)


def _high(zone: Box, copy: Copy, aspect: float | None, scale: _Scale) -> Plan:
    """Message at the top; button and logo share the row at the foot, above the small print."""
    small, rest = _foot(zone, copy, scale, "left")
    logo = _logo(rest, aspect, scale, at="right")
    if logo is not None:
        logo = replace(logo, y=rest.bottom - logo.height)
        beside = replace(rest, width=max(0, logo.x - 2 * scale.gap - rest.x))
    else:
        beside = rest
    button, above = _button(beside, copy, scale, "left")
    floor = min(above.bottom, logo.y - scale.gap if logo else above.bottom)
    height = min(round(_MESSAGE_SHARE * zone.height), max(0, floor - zone.y))
    message = _message(Box(x=zone.x, y=zone.y, width=zone.width, height=height), copy, scale)
    message = replace(message, rise="top") if message else None
    return Plan(zone=zone, message=message, cta=button, disclaimer=small, logo=logo, edge="top")


def _hung(zone: Box, copy: Copy, aspect: float | None, scale: _Scale) -> Plan:
    """A tower whose message hangs under the logo; button and small print stay at the foot."""
    low = _low(zone, copy, aspect, scale, align="center")
    if low.message is None:
        return low
    top = low.logo.bottom + scale.gap if low.logo else zone.y
    height = min(low.message.box.height, low.message.box.bottom - top)
    hung = replace(low.message, box=replace(low.message.box, y=top, height=height), rise="top")
    return replace(low, message=hung, edge="top")


def _side(zone: Box, copy: Copy, aspect: float | None, scale: _Scale) -> Plan:
    """A column on the left, the picture free on the right."""
    column = replace(zone, width=round(zone.width * 0.5))
    stacked = _low(column, copy, aspect, scale)
    message = stacked.message
    if message is not None:
        top = stacked.logo.bottom + scale.gap if stacked.logo else zone.y
        message = replace(message, box=replace(message.box, y=top, height=message.box.bottom - top))
    return replace(stacked, zone=zone, message=message, edge="left", small_print_edge="left")


def _far(near: Plan) -> Plan:
    """A side column moved to the other side, still read from the left."""
    shift = near.zone.width - round(near.zone.width * 0.5)
    moved = _moved(near, lambda box: replace(box, x=box.x + shift))
    return replace(moved, edge="right", small_print_edge="right")


def _strip(zone: Box, copy: Copy, aspect: float | None, scale: _Scale) -> Plan:
    """Logo, message, button in one row; the small print under the message."""
    room = zone
    logo = None
    if aspect is not None:
        height = min(0.62 * zone.height, 0.17 * zone.width / aspect)
        width, height = max(1, round(height * aspect)), max(1, round(height))
        logo = Box(x=zone.x, y=zone.y + (zone.height - height) // 2, width=width, height=height)
        room = _from(room, logo.right + round(1.6 * scale.gap))
    button = None
    if copy.cta.strip():
        width = min(round(0.34 * zone.width), math.ceil((em_width(copy.cta) + 2 * PILL_PADDING + 0.5) * scale.cta))
        box = Box(x=zone.right - width, y=zone.y, width=width, height=zone.height)
        button = Slot(box=box, max_px=scale.cta, min_px=scale.least, align="right", rise="middle", max_lines=1)
        room = replace(room, width=max(0, box.x - 2 * scale.gap - room.x))
    small, rest = _foot(room, copy, scale, "left", gap=max(2, scale.gap // 2))
    message = _message(rest, copy, scale)
    message = replace(message, rise="middle") if message else None
    return Plan(
        zone=zone, message=message, cta=button, disclaimer=small, logo=logo, edge="left", small_print_edge="left"
    )


def _from(box: Box, left: int) -> Box:
    return replace(box, x=left, width=max(0, box.right - left))


def _logo(zone: Box, aspect: float | None, scale: _Scale, *, at: Align) -> Box | None:
    """A logo of about the same area whatever its shape, in an upper corner (or the middle) of the zone."""
    if aspect is None:
        return None
    width = min(scale.logo * math.sqrt(aspect), 0.44 * zone.width if at != "center" else 0.8 * zone.width)
    height = min(width / aspect, 0.18 * zone.height)
    size = max(1, round(height * aspect)), max(1, round(height))
    left = {"left": zone.x, "center": zone.x + (zone.width - size[0]) // 2, "right": zone.right - size[0]}[at]
    return Box(x=left, y=zone.y, width=size[0], height=size[1])


def _foot(zone: Box, copy: Copy, scale: _Scale, align: Align, *, gap: int | None = None) -> tuple[Slot | None, Box]:
    """The small print's slot at the foot of a box, and what is left above it."""
    if not copy.disclaimer.strip():
        return None, zone
    per_line = max(1.0, zone.width / scale.least)
    lines = max(1, math.ceil(em_width(copy.disclaimer) * 1.08 / per_line))
    height = min(math.ceil(lines * _LEADING * scale.least), round(0.34 * zone.height))
    box = Box(x=zone.x, y=zone.bottom - height, width=zone.width, height=height)
    slot = Slot(box=box, max_px=scale.small, min_px=scale.least, align=align)
    air = round(0.7 * scale.gap) if gap is None else gap
    return slot, replace(zone, height=max(0, zone.height - height - air))


def _button(zone: Box, copy: Copy, scale: _Scale, align: Align) -> tuple[Slot | None, Box]:
    """The button's slot at the foot of a box, and what is left above it."""
    if not copy.cta.strip():
        return None, zone
    height = min(math.ceil(PILL_HEIGHT * scale.cta), zone.height)
    box = Box(x=zone.x, y=zone.bottom - height, width=zone.width, height=height)
    slot = Slot(box=box, max_px=scale.cta, min_px=scale.least, align=align, max_lines=1)
    return slot, replace(zone, height=max(0, zone.height - height - scale.gap))


def _message(box: Box, copy: Copy, scale: _Scale) -> Slot | None:
    if not copy.message.strip() or min(box.width, box.height) < 1:
        return None
    return Slot(box=box, max_px=scale.message, min_px=scale.least)


def _aligned(slot: Slot | None, align: Align) -> Slot | None:
    return None if slot is None else replace(slot, align=align)


def _each(plan: Plan, change: Callable[[Slot], Slot]) -> Plan:
    """The plan with every slot changed."""
    message, cta, disclaimer = (None if s is None else change(s) for s in (plan.message, plan.cta, plan.disclaimer))
    return replace(plan, message=message, cta=cta, disclaimer=disclaimer)


def _moved(plan: Plan, move: Callable[[Box], Box]) -> Plan:
    """The plan with every box moved."""
    moved = _each(plan, lambda slot: replace(slot, box=move(slot.box)))
    return moved if plan.logo is None else replace(moved, logo=move(plan.logo))


def _mirrored(plan: Plan) -> Plan:
    """The plan as it is for a language that runs from right to left."""
    zone = plan.zone
    moved = _moved(plan, lambda box: replace(box, x=zone.x + zone.right - box.right))
    turned = _each(moved, lambda slot: replace(slot, align=_OTHER_ALIGN[slot.align]))
    return replace(turned, edge=_OTHER_EDGE[plan.edge], small_print_edge=_OTHER_EDGE[plan.small_print_edge])


_OTHER_ALIGN: Final[dict[Align, Align]] = {"left": "right", "center": "center", "right": "left"}
_OTHER_EDGE: Final[dict[Edge, Edge]] = {"top": "top", "bottom": "bottom", "left": "right", "right": "left"}
