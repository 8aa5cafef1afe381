"""Which layout serves a picture in a placement: the usual one, unless it would cut the product or write over it.

Decided before a pixel is scaled, on what was found about the source once (`imaging.focus`): for every layout that
serves the shape, the crop it would need, how much of the subject falls off, what the words would cover, how restless
the picture is behind them, how far it must be enlarged, and whether the words have room. The costs are added; the
layouts' own order breaks near ties. All locales of a placement share the choice, so that a set looks like one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import bidi, division, focus, layout
from briefmill.imaging.arrangement import Layout
from briefmill.imaging.bidi import Direction
from briefmill.imaging.focus import CropBox, Focus, Wish
from briefmill.imaging.layout import Plan

_ORDER: Final = 0.004  # for each step of a layout's order: 0.08 between the usual one and the third
_CUT: Final = 2.0  # for the whole subject cut off
_COVERED: Final = 1.4  # for the whole subject under words
_FACE_COVERED: Final = 3.0
_RESTLESS: Final = 0.05  # for each time the mean attraction that lies behind the message, above one
_ENLARGED: Final = 0.15  # for each time the picture is enlarged beyond what a bicubic filter hides
_ENLARGED_FROM: Final = 1.5
_FILL: Final = 0.74  # of a part of the canvas that is the picture's own, for the subject's longer way
_WRONG_CORNER: Final = 0.6  # for a logo in a corner that its brand does not allow
_BARREN: Final = 0.8  # for a canvas full of empty ground, beyond what is usual
_BARREN_FROM: Final = 0.12
_CRAMPED: Final = 8.0  # for each share of the unit that the message's type falls below a comfortable size
_COMFORTABLE: Final = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """What is known of a source: its pixels' width and height, and its focus."""

    width: int
    height: int
    focus: Focus


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What the brand brings: its logo's width over its height (None without one), and the corners it may stand in."""

    aspect: float | None = None
    corners: tuple[str, ...] = ()


def pick(
    layouts: Sequence[Layout], placement: Placement, copies: Sequence[Copy], demand: Demand, scene: Scene
) -> Layout:
    """The layout with the least cost for the copy that needs most room; `layouts` are in the order to try them.

    Raises ValueError when no layout serves the placement's shape.
    """
    shape = layout.shape(placement)
    serving = [one for one in layouts if one.serves(shape)]
    if not serving:
        raise ValueError(f"no layout serves {placement.id}, whose usable part has a shape of {shape:.2f}")
    longest = max(copies, key=lambda copy: division.em_width(copy.message) + division.em_width(copy.disclaimer) / 4)
    way = bidi.of_text(longest.message or longest.cta, longest.locale)
    best, least = serving[0], math.inf
    for one in sorted(serving, key=lambda one: one.order):
        if _ORDER * one.order >= least:
            break  # what is tried later costs more by its order alone
        found = cost(one, placement, longest, demand, way, scene)
        if found < least:
            best, least = one, found
    return best


def cost(one: Layout, placement: Placement, copy: Copy, demand: Demand, direction: Direction, scene: Scene) -> float:
    """What speaks against a layout here; 0.0 is a perfect fit."""
    plan = layout.plan(one, placement, copy, demand.aspect, direction)
    area = plan.picture
    crop = focus.crop(scene.focus, scene.width, scene.height, area.width / area.height, wish(one, direction, area))
    words = [layout.expected(slot, text) for slot, text in _texts(plan, copy)]
    solid = [ground.box for ground in plan.grounds]
    free = [box for box in (*words, *([plan.logo] if plan.logo else [])) if not any(box.inside(one) for one in solid)]
    covering = [*solid, *free]
    found = _ORDER * one.order + _CUT * focus.cut(scene.focus, crop, scene.width, scene.height)
    if scene.focus.subject is not None:
        found += _COVERED * _covered(_seen(scene.focus.subject, crop, area, scene), covering)
    for face in scene.focus.faces:
        found += _FACE_COVERED * _covered(_seen(face, crop, area, scene), covering)
    found += _RESTLESS * max(0.0, _unrest(words[:1], crop, area, scene) - 1.0)
    if plan.logo is not None and demand.corners:
        corner = plan.logo.corner_in(placement.width, placement.height)
        found += 0.0 if corner in demand.corners else _WRONG_CORNER
    found += _BARREN * max(0.0, _barren(plan, placement) - _BARREN_FROM)
    found += _ENLARGED * max(0.0, area.width / crop.width - _ENLARGED_FROM)
    return found + _CRAMPED * max(0.0, _COMFORTABLE - _type_share(plan, copy)) + 0.2 * len(plan.left_out)


def wish(one: Layout, direction: Direction, area: Box) -> Wish:
    """How a layout wants the picture cropped, mirrored for a language from right to left.

    A picture with a part of the canvas to itself shows its subject large; one that carries words leaves it air.
    """
    across, down = one.towards
    towards = (1.0 - across if direction == "rtl" else across, down)
    return Wish(towards=towards, fill=_FILL if one.has_cell else 0.0, least=(area.width, area.height))


def _texts(plan: Plan, copy: Copy) -> list[tuple[layout.Slot, str]]:
    slots = ((plan.message, copy.message), (plan.cta, copy.cta), (plan.disclaimer, copy.disclaimer))
    return [(slot, text) for slot, text in slots if slot is not None]


def _seen(part: CropBox, crop: CropBox, area: Box, scene: Scene) -> tuple[float, float, float, float]:
    """Left, top, right and bottom, in pixels of the canvas, of a part of the source given in shares of it."""
    across, down = area.width / crop.width, area.height / crop.height
    left = area.x + (part.x * scene.width - crop.x) * across
    top = area.y + (part.y * scene.height - crop.y) * down
    return left, top, left + part.width * scene.width * across, top + part.height * scene.height * down


def _covered(part: tuple[float, float, float, float], boxes: Sequence[Box]) -> float:
    """The share of a part that lies under boxes that do not overlap each other."""
    left, top, right, bottom = part
    size = max(1e-6, (right - left) * (bottom - top))
    common = (
        max(0.0, min(right, box.right) - max(left, box.x)) * max(0.0, min(bottom, box.bottom) - max(top, box.y))
        for box in boxes
    )
    return min(1.0, sum(common) / size)


def _unrest(words: Sequence[Box], crop: CropBox, area: Box, scene: Scene) -> float:
    """How many times more than elsewhere in the picture attracts behind the words; 0 where they stand beside it."""
    attraction = scene.focus.map
    rows, columns = attraction.shape
    for box in words:
        left, right = max(box.x, area.x), min(box.right, area.right)
        top, bottom = max(box.y, area.y), min(box.bottom, area.bottom)
        if right <= left or bottom <= top:
            return 0.0
        across, down = crop.width / area.width, crop.height / area.height
        x0, x1 = (crop.x + (left - area.x) * across) / scene.width, (crop.x + (right - area.x) * across) / scene.width
        y0, y1 = (crop.y + (top - area.y) * down) / scene.height, (crop.y + (bottom - area.y) * down) / scene.height
        # A window around a cut-out reaches beyond its picture, where nothing attracts.
        x0, y0, x1, y1 = max(0.0, x0), max(0.0, y0), max(0.0, x1), max(0.0, y1)
        part = attraction[
            math.floor(y0 * rows) : max(math.floor(y0 * rows) + 1, math.ceil(y1 * rows)),
            math.floor(x0 * columns) : max(math.floor(x0 * columns) + 1, math.ceil(x1 * columns)),
        ]
        return float(part.mean()) * rows * columns if part.size else 0.0
    return 0.0


def _barren(plan: Plan, placement: Placement) -> float:
    """The share of the canvas that is filled but lies outside of the safe zone, where nothing may be set on it."""
    empty = 0
    for ground in plan.grounds:
        box, zone = ground.box, plan.zone
        inside = max(0, min(box.right, zone.right) - max(box.x, zone.x)) * max(
            0, min(box.bottom, zone.bottom) - max(box.y, zone.y)
        )
        empty += box.width * box.height - inside
    return empty / (placement.width * placement.height)


def _type_share(plan: Plan, copy: Copy) -> float:
    """About how large the message's type can become, as a share of the unit."""
    if plan.message is None:
        return _COMFORTABLE
    box = plan.message.box
    unit = math.sqrt(plan.zone.width * plan.zone.height)
    words = max(1.0, division.em_width(copy.message))
    filling = math.sqrt(box.width * box.height / (1.25 * words))
    return min(float(plan.message.max_px), filling, box.height / 1.2) / unit
