"""From a layout and a placement to boxes: where picture, grounds, logo and words go, before anything is drawn.

The tree is solved from the outside in, inside the placement's safe zone; what lies at the zone's rim is then drawn out
to the canvas's edge (pictures and grounds), so that only words and logo keep to the zone. Boxes are pixels of the
creative. Texts and logo never overlap and lie inside the safe zone. What has no room for even a line is left out by
the layout's priorities, and named.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Overlay, Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import division
from briefmill.imaging.arrangement import Align, Edge, Item, Kind, Layout, Rise
from briefmill.imaging.bidi import Direction

MIN_TEXT_SHARE: Final = 0.022
MIN_TEXT_PX: Final = 9
"""The smallest type: 2.2 % of the shorter edge, which a phone shows at about 8 CSS pixels, and never below 9 px."""

_MESSAGE: Final = 0.1


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
class Ground:
    """A filled part of the canvas. `colour` is a name of `arrangement.GROUNDS` or `#RRGGBB`; a card has round corners.

    `holds` are the texts that stand on it, `logo` says whether the logo does.
    """

    box: Box
    colour: str
    card: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The boxes of one creative; None for what is not there.

    `picture` is the part of the canvas that shows the picture, `lean` the edge that the words lean on, `margin` the air
    around things in pixels. `left_out` is what had no room, `droppable` what the layout would leave out next.
    """

    zone: Box
    picture: Box
    margin: int = 0
    message: Slot | None = None
    cta: Slot | None = None
    disclaimer: Slot | None = None
    logo: Box | None = None
    grounds: tuple[Ground, ...] = ()
    lean: Edge = "bottom"
    left_out: tuple[str, ...] = ()
    droppable: tuple[str, ...] = ()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The texts' slots that are there."""
        return tuple(slot for slot in (self.message, self.cta, self.disclaimer) if slot is not None)


def shape(placement: Placement) -> float:
    """Width over height of the part to build in."""
    zone, _ = _zone(placement)
    return zone.width / max(1, zone.height)


def whole(placement: Placement) -> Box:
    """The whole canvas."""
    return Box(x=0, y=0, width=placement.width, height=placement.height)


def plan(
    layout: Layout,
    placement: Placement,
    copy: Copy,
    aspect: float | None,
    direction: Direction,
    *,
    without: Sequence[str] = (),
) -> Plan:
    """Solve a layout for a placement and some words. `aspect` is the logo's width over its height, None without one.

    `without` are droppable parts to leave out from the start, because the words turned out to need their room.
    Nothing but the picture is planned where overlays are forbidden, and no logo where only text is allowed.
    """
    zone, margin = _zone(placement)
    if placement.overlay is Overlay.FORBIDDEN or min(zone.width, zone.height) < MIN_TEXT_PX:
        return Plan(zone=zone, picture=whole(placement), margin=margin)
    frame = division.Frame(
        zone=zone,
        margin=margin,
        copy=copy,
        aspect=aspect,
        unit=math.sqrt(zone.width * zone.height),
        least=max(MIN_TEXT_PX, math.ceil(MIN_TEXT_SHARE * min(placement.width, placement.height))),
        absent=_absent(placement, copy, aspect) | frozenset(without),
        small=math.ceil(copy.small_print_px),
    )
    parts, left_out = division.fitting(layout.root, frame)
    left_out = (*without, *left_out)
    if direction == "rtl":
        parts = [_mirrored(part, zone) for part in parts]
    return _assembled(layout, placement, frame, parts, direction, left_out)


def capped(plan: Plan, sizes: Mapping[str, int]) -> Plan:
    """The plan with the type of some texts (`message`, `cta`, `disclaimer`) held to so many pixels at most."""
    for kind in ("message", "cta", "disclaimer"):
        slot: Slot | None = getattr(plan, kind)
        if slot is not None and kind in sizes:
            plan = _with(plan, kind, replace(slot, max_px=max(slot.min_px, min(slot.max_px, sizes[kind]))))
    return plan


def expected(slot: Slot, text: str) -> Box:
    """About where a text's ink will stand in its slot; for judging what it would cover."""
    em = slot.max_px
    lines = max(1, math.ceil(division.em_width(text) * em / max(1, slot.box.width)))
    height = min(slot.box.height, round(lines * 1.15 * em))
    width = min(slot.box.width, round(division.em_width(text) * em))
    x = slot.box.x + {"left": 0, "center": (slot.box.width - width) // 2, "right": slot.box.width - width}[slot.align]
    spare = slot.box.height - height
    return Box(
        x=x, y=slot.box.y + {"top": 0, "middle": spare // 2, "bottom": spare}[slot.rise], width=width, height=height
    )


def _absent(placement: Placement, copy: Copy, aspect: float | None) -> frozenset[str]:
    there = {
        "message": bool(copy.message.strip()),
        "cta": bool(copy.cta.strip()),
        "disclaimer": bool(copy.disclaimer.strip()),
        "logo": aspect is not None and placement.overlay is Overlay.ALLOWED,
    }
    return frozenset(kind for kind, shown in there.items() if not shown)


def _zone(placement: Placement) -> tuple[Box, int]:
    """The part of the canvas to build in: inside its safe zone and inside our own margin, whichever is narrower."""
    edge = min(placement.width, placement.height)
    margin = max(2, round(0.06 * edge)) if edge >= 200 else max(2, round(0.09 * edge))
    safe = placement.safe_zone
    left, top = max(safe.left, margin), max(safe.top, margin)
    right, bottom = max(safe.right, margin), max(safe.bottom, margin)
    width, height = max(0, placement.width - left - right), max(0, placement.height - top - bottom)
    return Box(x=left, y=top, width=width, height=height), margin


def _mirrored(part: division.Part, zone: Box) -> division.Part:
    box = replace(part.box, x=zone.x + zone.right - part.box.right)
    item = part.item
    if item.align is not None:
        item = replace(item, align=_OTHER_ALIGN[item.align])
    return replace(part, item=item, box=box)


def _assembled(
    layout: Layout,
    placement: Placement,
    frame: division.Frame,
    parts: Sequence[division.Part],
    direction: Direction,
    left_out: tuple[str, ...],
) -> Plan:
    canvas = whole(placement)
    start: Align = "right" if direction == "rtl" else "left"
    there: dict[str, int] = {part.item.kind: part.item.priority for part in parts if part.item.priority}
    found = Plan(
        zone=frame.zone,
        picture=canvas,
        margin=frame.margin,
        lean=layout.lean,
        left_out=left_out,
        droppable=tuple(sorted(there, key=lambda kind: -there[kind])),
    )
    if direction == "rtl":
        found = replace(found, lean=_OTHER_EDGE[layout.lean])
    for part in parts:
        item, box = part.item, part.box
        if item.kind == "picture":
            found = replace(found, picture=_bled(box, frame.zone, canvas))
        elif item.items:
            filled = _bled(box, frame.zone, canvas) if item.bleed else box
            ground = Ground(box=filled, colour=item.ground, card=not item.bleed)
            found = replace(found, grounds=(*found.grounds, ground))
        elif min(box.width, box.height) < 1:
            found = replace(found, left_out=(*found.left_out, item.kind))
        elif item.kind == "logo":
            found = replace(found, logo=_logo(part, start))
        else:
            found = _with(found, item.kind, _slot(item, box, start, frame))
    return found


def _with(plan: Plan, kind: Kind, slot: Slot) -> Plan:
    if kind == "message":
        return replace(plan, message=slot)
    return replace(plan, cta=slot) if kind == "cta" else replace(plan, disclaimer=slot)


def _logo(part: division.Part, start: Align) -> Box:
    """The logo in its cell, at the cell's corner."""
    box, (width, height) = part.box, part.size
    factor = min(1.0, box.width / width, box.height / height)
    width, height = max(1, round(width * factor)), max(1, round(height * factor))
    spare, below = box.width - width, box.height - height
    x = box.x + {"left": 0, "center": spare // 2, "right": spare}[part.item.align or start]
    y = box.y + {"top": 0, "middle": below // 2, "bottom": below}[part.item.rise or "top"]
    return Box(x=x, y=y, width=width, height=height)


def _slot(item: Item, box: Box, start: Align, frame: division.Frame) -> Slot:
    largest = {
        "message": round((item.size or _MESSAGE) * frame.unit),
        "cta": round((item.size * frame.unit) if item.size else frame.button),
        "disclaimer": max(round(frame.least * 1.08), frame.small),
    }[item.kind]
    if item.kind == "message":
        largest = min(largest, round(0.8 * box.height)) if item.lines == 1 else largest
    least = max(frame.least, frame.small) if item.kind == "disclaimer" else frame.least
    return Slot(
        box=box,
        max_px=max(least, largest),
        min_px=least,
        align=item.align or start,
        rise=item.rise or "bottom",
        max_lines=1 if item.kind == "cta" else item.lines,
    )


def _bled(box: Box, zone: Box, canvas: Box) -> Box:
    """A box drawn out to the canvas's edge on every side where it lies at the zone's rim."""
    # Cells are whole pixels; what rounding left over at a rim belongs to the last one.
    left = canvas.x if box.x <= zone.x + 2 else box.x
    top = canvas.y if box.y <= zone.y + 2 else box.y
    right = canvas.right if box.right >= zone.right - 2 else box.right
    bottom = canvas.bottom if box.bottom >= zone.bottom - 2 else box.bottom
    return Box(x=left, y=top, width=right - left, height=bottom - top)


_OTHER_ALIGN: Final[dict[Align, Align]] = {"left": "right", "center": "center", "right": "left"}
_OTHER_EDGE: Final[dict[Edge, Edge]] = {"top": "top", "bottom": "bottom", "left": "right", "right": "left"}
