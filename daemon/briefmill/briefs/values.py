"""The values that a row of the file of placements may hold, each read strictly from its place in the file.

Every function takes the entry of one field and gives its value, or raises Wrong, which knows the line. `catalogue` puts
the rows together.
"""

import re
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from briefmill.briefs.nodes import Entry, Kind
from briefmill.domain.placement import Icc, Overlay, SafeZone, TextLimit

LARGEST_SIDE: Final = 4096
"""Pixels: beyond it a creative would cost more memory than a worker has."""

MOST_CHARACTERS: Final = 100_000
WRITTEN: Final = ("jpg", "png", "webp", "avif")
"""The file extensions that there are encoders for. What else a network takes (GIF, mostly) belongs into the note."""

_LIMITS: Final = ("warn", "fail", "cjk_warn", "cjk_fail")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Wrong(Exception):
    """A value that cannot be used, with its line. The catalogue adds the file and makes a ConfigError of it."""

    def __init__(self, entry: Entry, what: str) -> None:
        super().__init__(f"line {entry.line}: {entry.key} {what}.")


def words(entry: Entry | None) -> str:
    """Text, white space made single; empty where the field is missing."""
    if entry is None:
        return ""
    if not entry.node.scalar:
        raise Wrong(entry, "must be text")
    return " ".join(entry.node.text.split())


def texts(entry: Entry) -> tuple[str, ...]:
    """A list of words."""
    if entry.node.kind is not Kind.LIST or not all(item.scalar for item in entry.node.items):
        raise Wrong(entry, "must be a list of words")
    return tuple(item.text for item in entry.node.items)


def whole(entry: Entry, largest: int, *, smallest: int = 1) -> int:
    """A whole number in these limits; `30_000` is one."""
    written = entry.node.text.replace("_", "")
    if not re.fullmatch(r"[0-9]{1,10}", written) or not smallest <= int(written) <= largest:
        raise Wrong(entry, f"must be a whole number from {smallest} to {largest}")
    return int(written)


def share(entry: Entry) -> float:
    """A share between nothing and a half, such as 0.01 for one in a hundred."""
    if not re.fullmatch(r"0?\.[0-9]{1,6}", entry.node.text) or not 0 < float(entry.node.text) <= 0.5:
        raise Wrong(entry, "must be a share between 0 and 0.5; 0.01 is one in a hundred")
    return float(entry.node.text)


def formats(entry: Entry) -> tuple[str, ...]:
    """File extensions, best first, that can be written here."""
    found = texts(entry)
    unknown = [name for name in found if name not in WRITTEN]
    if unknown or not found:
        raise Wrong(entry, f"holds {', '.join(unknown) or 'nothing'}; {', '.join(WRITTEN)} can be written")
    return found


def zone(entry: Entry, width: int, height: int) -> SafeZone:
    """The margins of a placement of this size, in pixels."""
    margins = {side.key: whole(side, LARGEST_SIDE, smallest=0) for side in entry.node.entries}
    if not margins or not margins.keys() <= {"top", "right", "bottom", "left"}:
        raise Wrong(entry, "may hold top, right, bottom and left")
    found = SafeZone(**margins)
    if found.left + found.right >= width or found.top + found.bottom >= height:
        raise Wrong(entry, "leaves nothing of the placement")
    return found


def overlay(entry: Entry) -> Overlay:
    """What may be set on the picture."""
    return _one_of(entry, Overlay)


def icc(entry: Entry) -> Icc:
    """What becomes of a colour profile."""
    return _one_of(entry, Icc)


def limits(entry: Entry) -> tuple[TextLimit, ...]:
    """The lengths of the network's own fields. A plain number is where a text is refused."""
    if entry.node.kind is not Kind.MAPPING or not entry.node.entries:
        raise Wrong(entry, "must hold fields and how many characters each may have, such as `headline: 30`")
    return tuple(_limit(field) for field in entry.node.entries)


def address(entry: Entry) -> str:
    """A page on the web."""
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", entry.node.text):
        raise Wrong(entry, "must be a web address, such as https://example.com/specs")
    return entry.node.text


def day(entry: Entry) -> str:
    """A day, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(entry.node.text).isoformat()
    except ValueError:
        raise Wrong(entry, "must be a day, such as 2026-11-22") from None


def _limit(entry: Entry) -> TextLimit:
    if entry.node.scalar:
        return TextLimit(field=entry.key, fail=whole(entry, MOST_CHARACTERS))
    found = {part.key: whole(part, MOST_CHARACTERS) for part in entry.node.entries if part.key in _LIMITS}
    if not found or len(found) != len(entry.node.entries):
        raise Wrong(entry, f"must be a number of characters, or hold some of {', '.join(_LIMITS)}")
    for early, late in (("warn", "fail"), ("cjk_warn", "cjk_fail")):
        if early in found and late in found and found[early] >= found[late]:
            raise Wrong(entry, f"is refused ({late}) before it is warned of ({early})")
    return TextLimit(field=entry.key, **found)


def _one_of(entry: Entry, choices: type[_Choice]) -> _Choice:
    try:
        return choices(entry.node.text)
    except ValueError:
        raise Wrong(entry, f"is one of {', '.join(choices)}") from None
