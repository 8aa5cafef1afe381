"""How long words may be so that every placement of a brief can show them: what a writer is told, and held to.

Two things bound a text. What stands on the creative must have room at the smallest legible type in the roomiest layout
of each placement: that is reckoned as layouts reckon it (`imaging.division`), from average widths, before anything is
set. And what the network says of its own headline goes for the message, because both are read as one. The tightest
placement decides. A source that is longer itself is the measure then: whoever wrote it wants it shown.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from briefmill.domain.brief import Brief, Copy
from briefmill.domain.placement import Overlay, Placement, TextLimit
from briefmill.imaging import layout
from briefmill.imaging.arrangement import Layout
from briefmill.imaging.layout import Slot

LETTER: Final = 0.6
SIGN: Final = 1.0
"""How wide a letter and a Chinese, Japanese or Korean sign run, in em, on the safe side."""
RAGGED: Final = 1.15
LINE: Final = 1.25
LINE_OF_SIGNS: Final = 1.5
"""Lines break at words, and stand apart: so much more room than the words alone."""

BUTTON: Final = 24
BUTTON_SIGNS: Final = 12
"""Characters of a call to action that is written from nothing; buttons of the networks have fewer than 20."""

_FIELDS: Final = {"message": ("headline",), "cta": ("cta", "call_to_action", "button")}
_SIGNS: Final = ("ja", "ko", "zh")
_LONG: Final = "words " * 60


def limits(brief: Brief, copy: Copy, layouts: Sequence[Layout]) -> dict[str, int]:
    """The most characters of message, call to action and disclaimer for the words of a copy's locale."""
    found: dict[str, int] = {}
    for part in ("message", "cta", "disclaimer"):
        bounds = [
            bound
            for placement in brief.placements
            if placement.overlay is not Overlay.FORBIDDEN
            for bound in (*_told(placement, part, copy.locale), *_room(placement, part, copy, layouts))
        ]
        if bounds:
            found[part] = max(min(bounds), len(str(getattr(copy, part))))
    return found


def of_button(locale: str, known: Mapping[str, int]) -> int:
    """The most characters of a call to action that has no source; `known` are the limits there are."""
    return min(BUTTON_SIGNS if signs(locale) else BUTTON, known.get("cta", BUTTON))


def signs(locale: str) -> bool:
    """True for languages whose signs are as wide as they are high."""
    return locale.partition("-")[0] in _SIGNS


def _told(placement: Placement, part: str, locale: str) -> Iterator[int]:
    """What the network says of the field that a text stands for."""
    for limit in placement.text_limits:
        if limit.field in _FIELDS.get(part, ()):
            told = _hardest(limit, locale)
            if told is not None:
                yield told


def _hardest(limit: TextLimit, locale: str) -> int | None:
    """Where a text is refused, else where it is cut off."""
    if signs(locale) and (limit.cjk_fail or limit.cjk_warn):
        return limit.cjk_fail or limit.cjk_warn
    return limit.fail or limit.warn


def _room(placement: Placement, part: str, copy: Copy, layouts: Sequence[Layout]) -> Iterator[int]:
    """What the roomiest layout of a placement can show at its smallest type; nothing where none shows the part."""
    shape = layout.shape(placement)
    serving = [one for one in layouts if one.serves(shape)]
    # Buttons and small print get the room that their words ask for, so that long ones tell how much there is.
    cta, small = (_LONG if part == name else getattr(copy, name) for name in ("cta", "disclaimer"))
    asking = replace(copy, cta=cta, disclaimer=small)
    slots = (getattr(layout.plan(one, placement, asking, None, "ltr"), part) for one in serving)
    rooms = [_characters(slot, part, copy.locale) for slot in slots if slot is not None]
    if rooms:
        yield max(rooms)


def _characters(slot: Slot, part: str, locale: str) -> int:
    wide, high = (SIGN, LINE_OF_SIGNS) if signs(locale) else (LETTER, LINE)
    em = wide * slot.min_px
    lines = max(1, math.floor(slot.box.height / (high * slot.min_px)))
    if part == "cta":
        lines = 1
    elif slot.max_lines:
        lines = min(lines, slot.max_lines)
    width = slot.box.width - slot.min_px if part == "cta" else slot.box.width / (RAGGED if lines > 1 else 1.0)
    return max(1, math.floor(lines * width / em))
