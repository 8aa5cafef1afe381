"""A layout's tree divided: every leaf and filled part gets its box inside the usable part of a canvas.

Rows and columns are solved from the outside in: shares and measures first, then what grows takes what is left. Where
the message would have no room even at the smallest type, what the layout marks as droppable is left out. Everything is
solved from left to right, in pixels; mirroring and drawing grounds out to the canvas's edge is `imaging.layout`'s.
"""

import itertools
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefmill.domain.brief import Copy
from briefmill.domain.verdict import Box
from briefmill.imaging.arrangement import CONTAINERS, Item

PILL_HEIGHT: Final = 2.3
PILL_PADDING: Final = 1.1
PILL_TIGHT: Final = 0.5
"""A button's height, and the air on either side of its words, in em of its type; tight where words are long."""

CLEAR_SPACE: Final = 0.25
"""The air that a logo keeps around itself, as a share of its height."""

_LEADING: Final = 1.5  # room that is set aside for a line of small print, in em
_MOST_SMALL_PRINT: Final = 0.34  # of its container's height
_LOGO: Final = 0.15
_RAGGED: Final = 1.15  # lines break at words: so much more room than the words alone
_LINE: Final = 1.25  # a message needs so much height, in em, for one line


@dataclass(frozen=True, kw_only=True)
class Part:
    """A leaf or a filled container, with its box inside the zone; `size` is a logo's width and height."""

    item: Item
    box: Box
    size: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stays the same while a tree is solved. `unit` is the root of the usable area, lengths are pixels.

    `least` is the smallest type, `small` that of the small print, which the law may want larger.
    """

    zone: Box
    margin: int
    copy: Copy
    aspect: float | None
    unit: float
    least: int
    absent: frozenset[str]
    small: int = 0

    @property
    def gap(self) -> int:
        """The usual air between neighbours."""
        return max(3, round(0.038 * self.unit))

    @property
    def button(self) -> int:
        """The button's type in pixels."""
        return max(self.least, round(min(0.036 * self.unit + 5, self.zone.height * 0.2)))

    def shows(self, item: Item) -> bool:
        """True for what is there to be placed: a row or column shows when anything in it does, or when it is filled."""
        if item.items:
            return bool(item.ground) or any(self.shows(child) for child in item.items)
        return item.kind in {"picture", "space"} or item.kind not in self.absent


def em_width(text: str) -> float:
    """About how wide a text runs, in em: good enough to set room aside before it is measured."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return 1.0 * wide + 0.6 * (len(text) - wide)


def fitting(root: Item, frame: Frame) -> tuple[list[Part], tuple[str, ...]]:
    """The solved tree, without what must be left out so that the message has a line."""
    left_out: list[str] = []
    while True:
        parts = list(_solved(root, frame.zone, frame))
        droppable = [item for item in root.walk() if item.priority and item.kind not in frame.absent and not item.items]
        if not droppable or _roomy(parts, frame):
            return parts, tuple(left_out)
        first = max(droppable, key=lambda item: item.priority)
        left_out.append(first.kind)
        frame = replace(frame, absent=frame.absent | {first.kind})


def _roomy(parts: Sequence[Part], frame: Frame) -> bool:
    """True when the message has room at the smallest type, by a guess of how wide it runs."""
    em = frame.least
    for part in parts:
        if part.item.kind == "message":
            lines = math.ceil(_RAGGED * em_width(frame.copy.message) * em / max(1, part.box.width))
            if part.box.width < 4 * em or part.box.height < lines * _LINE * em:
                return False
    return True


def _solved(item: Item, box: Box, frame: Frame) -> Iterator[Part]:
    if item.ground:
        yield Part(item=item, box=box)
        box = _padded(item, box, frame)
    shown = [child for child in item.items if frame.shows(child)]
    if not shown:
        return
    along = "width" if item.kind == "row" else "height"
    lengths = _lengths(item, shown, box, frame)
    at = box.x if along == "width" else box.y
    for child, length, gap in zip(shown, lengths, [*_gaps(item, shown, frame), 0], strict=True):
        cell = replace(box, x=at, width=length) if along == "width" else replace(box, y=at, height=length)
        aligned = replace(child, align=child.align or item.align)
        if child.kind in CONTAINERS:
            yield from _solved(aligned, cell, frame)
        elif child.kind != "space":
            size = _logo_size(child, box, frame) if child.kind == "logo" else (0, 0)
            yield Part(item=aligned, box=cell, size=size)
        at += length + gap


def _padded(item: Item, box: Box, frame: Frame) -> Box:
    """A filled part's content keeps the margin from its sides, but for those where the zone keeps it already."""
    zone = frame.zone
    air = round(frame.margin * item.gap) if item.bleed else round(0.8 * frame.margin)
    left = air if box.x > zone.x or not item.bleed else 0
    top = air if box.y > zone.y or not item.bleed else 0
    right = air if box.right < zone.right or not item.bleed else 0
    bottom = air if box.bottom < zone.bottom or not item.bleed else 0
    width, height = max(0, box.width - left - right), max(0, box.height - top - bottom)
    return Box(x=box.x + left, y=box.y + top, width=width, height=height)


def _gaps(item: Item, shown: Sequence[Item], frame: Frame) -> list[int]:
    """The air between neighbours: none beside pictures and filled parts, which meet edge to edge."""
    found = []
    for one, other in itertools.pairwise(shown):
        solid = any(part.kind == "picture" or (part.ground and part.bleed) for part in (one, other))
        spaced = "space" in {one.kind, other.kind}
        found.append(0 if solid or spaced else round(frame.gap * item.gap))
    return found


def _lengths(item: Item, shown: Sequence[Item], box: Box, frame: Frame) -> list[int]:
    """Divide a container's length: shares and measures first, then what grows, by appetite and up to its most."""
    length = box.width if item.kind == "row" else box.height
    room = max(0, length - sum(_gaps(item, shown, frame)))
    found = {
        index: round(child.share * length) if child.share is not None else _measured(child, item, box, frame)
        for index, child in enumerate(shown)
        if not child.appetite
    }
    over = sum(found.values()) - room
    if over > 0:  # too much for the room: everything becomes shorter alike
        found = {index: math.floor(value * room / max(1, room + over)) for index, value in found.items()}
    left = float(room - sum(found.values()))
    growing = {index: child for index, child in enumerate(shown) if child.appetite}
    while growing:
        appetite = sum(child.appetite for child in growing.values())
        full = {
            index: round(child.most * length)
            for index, child in growing.items()
            if child.most is not None and left * child.appetite / appetite > child.most * length
        }
        if not full:
            break
        found |= full
        left -= sum(full.values())
        growing = {index: child for index, child in growing.items() if index not in full}
    appetite = sum(child.appetite for child in growing.values())
    found |= {index: math.floor(left * child.appetite / appetite) for index, child in growing.items()}
    return [found[index] for index in range(len(shown))]


def _measured(child: Item, parent: Item, box: Box, frame: Frame) -> int:
    """What a logo, a button or the small print takes along its parent's direction."""
    across = parent.kind == "row"
    if child.kind == "logo":
        width, height = _logo_size(child, box, frame)
        return (width if across else height) + round(CLEAR_SPACE * height * 0.5)
    if child.kind == "cta":
        if across:
            wanted = (em_width(frame.copy.cta) + 2 * PILL_PADDING + 0.5) * frame.button
            return min(round(0.36 * box.width), math.ceil(wanted))
        return min(math.ceil(PILL_HEIGHT * frame.button), box.height)
    if child.kind == "disclaimer":
        small = max(frame.least, frame.small)
        if across:
            return min(round(0.4 * box.width), math.ceil(em_width(frame.copy.disclaimer) * small))
        per_line = max(1.0, box.width / small)
        lines = max(1, math.ceil(em_width(frame.copy.disclaimer) * 1.08 / per_line))
        return min(math.ceil(lines * _LEADING * small), round(_MOST_SMALL_PRINT * box.height))
    shown = [part for part in child.items if frame.shows(part) and part.kind != "space"]
    lengths = [_measured(part, parent, box, frame) for part in shown]
    if child.kind == parent.kind:
        return sum(lengths) + sum(_gaps(child, shown, frame))
    return max(lengths, default=0)


def _logo_size(item: Item, box: Box, frame: Frame) -> tuple[int, int]:
    """A logo of about the same area whatever its shape, within its bounds in the container."""
    aspect = frame.aspect or 1.0
    width = min((item.size or _LOGO) * frame.unit * math.sqrt(aspect), item.wide * box.width)
    height = min(width / aspect, item.high * box.height)
    return max(1, round(height * aspect)), max(1, round(height))
