"""A creative's texts set into their slots: message, button and small print, each with the box of its ink.

What is set here is not drawn yet: what stands under the words must first be measured and secured (`imaging.securing`).
A button is as wide as its words, in its slot's corner.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from briefmill.domain.brief import Copy
from briefmill.domain.creative import TextRole
from briefmill.domain.verdict import Box
from briefmill.imaging import division, typeset
from briefmill.imaging.fonts import Library
from briefmill.imaging.layout import Plan, Slot
from briefmill.imaging.typeset import Block, Style

WEIGHTS: Final = {TextRole.MESSAGE: 700, TextRole.CTA: 600, TextRole.DISCLAIMER: 400}
"""The weight that each text is set in."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
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


def texts(plan: Plan, copy: Copy) -> Iterator[tuple[TextRole, Slot, str]]:
    """The texts of a plan that have room, with their slots."""
    found = (
        (TextRole.MESSAGE, plan.message, copy.message),
        (TextRole.DISCLAIMER, plan.disclaimer, copy.disclaimer),
        (TextRole.CTA, plan.cta, copy.cta),
    )
    for role, slot, text in found:
        if slot is not None and min(slot.box.width, slot.box.height) > 0:
            yield role, slot, text


def style(role: TextRole, slot: Slot, copy: Copy) -> Style:
    """How a text is set in its slot."""
    return Style(
        locale=copy.written_for or copy.locale,
        weight=WEIGHTS[role],
        max_px=slot.max_px,
        min_px=slot.min_px,
        align=slot.align,
        max_lines=slot.max_lines,
    )


def set_all(plan: Plan, copy: Copy, library: Library) -> tuple[Words, ...]:
    """Every text of the plan, set as large as its slot allows."""
    return tuple(
        _button(slot, copy, library) if role is TextRole.CTA else _block(role, slot, text, copy, library)
        for role, slot, text in texts(plan, copy)
    )


def _block(role: TextRole, slot: Slot, text: str, copy: Copy, library: Library) -> Words:
    width, height = slot.box.width, slot.box.height
    block = typeset.fit(text, width=width, height=height, style=style(role, slot, copy), library=library)
    return Words(role=role, text=text, slot=slot, block=block, box=_risen(slot, block))


def _risen(slot: Slot, block: Block) -> Box:
    spare = slot.box.height - block.height
    down = {"top": 0, "middle": spare // 2, "bottom": spare}[slot.rise]
    return Box(x=slot.box.x + block.x, y=slot.box.y + down, width=block.width, height=block.height)


def _button(slot: Slot, copy: Copy, library: Library) -> Words:
    """A button as wide as its words, in the slot's corner; its words stand on the middle by their base line."""
    wished = style(TextRole.CTA, slot, copy)
    for air in (division.PILL_PADDING, division.PILL_TIGHT):
        room = max(1, slot.box.width - 2 * round(air * slot.max_px))
        block = typeset.fit(copy.cta, width=room, height=slot.box.height, style=wished, library=library)
        if not block.clipped:
            break
    if not block.width:
        return Words(role=TextRole.CTA, text=copy.cta, slot=slot, block=block, box=_risen(slot, block))
    padding = round(division.PILL_PADDING * block.size)
    width = min(slot.box.width, block.width + 2 * padding)
    height = min(slot.box.height, max(round(division.PILL_HEIGHT * block.size), block.height + block.size // 2))
    spare, lift = slot.box.width - width, slot.box.height - height
    x = slot.box.x + {"left": 0, "center": spare // 2, "right": spare}[slot.align]
    y = slot.box.y + {"top": 0, "middle": lift // 2, "bottom": lift}[slot.rise]
    ink = Box(
        x=x + (width - block.width) // 2,
        y=y + _centred(block, height),
        width=block.width,
        height=block.height,
    )
    pill = Box(x=x, y=y, width=width, height=height)
    return Words(role=TextRole.CTA, text=copy.cta, slot=slot, block=block, box=ink, pill=pill)


def _centred(block: Block, height: int) -> int:
    """How far below a button's top the ink of its one line begins.

    Scripts with capitals are centred between base line and cap height (0.72 em in Inter), so that a `p` or a comma
    does not lift the word; others by their ink.
    """
    middle = (height - block.height) / 2
    if len(block.lines) == 1 and any(char.isupper() for char in block.text):
        middle = (height + 0.72 * block.size) / 2 - block.lines[0].y
    return min(max(round(middle), 0), height - block.height)
