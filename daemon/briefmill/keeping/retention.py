"""Decides what may go: by age, then by size, the oldest first. Pure: it looks at nothing and removes nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

IN_HAND: Final = timedelta(hours=1)
"""What came to rest so lately may still be looked at, or be needed by what does not name it yet."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much may stay: days since it came to rest, and bytes in all; 0 for no bound."""

    days: float = 0.0
    size: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.size)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What goes, or stays, as one: since when it rests, its bytes, and the job it belongs to (empty: to none).

    `parts` are the addresses that it is made of, by size, where other units may share them; then `size` is not used.
    """

    name: str
    at: datetime
    size: int = 0
    job: str = ""
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Due:
    """A unit that is to go: why, what that frees, and of its parts those that nobody else needs."""

    unit: Unit
    why: str
    size: int
    parts: tuple[str, ...] = field(default=())


def due(units: Iterable[Unit], bounds: Bounds, now: datetime, *, needed: Collection[str] = ()) -> Sequence[Due]:
    """The units that are beyond the bounds, the oldest first.

    A part goes with the last unit that it belongs to, and stays while it is `needed`. What rests for less than
    `IN_HAND` stays in any case, also when that is more than the bound.
    """
    if not bounds:
        return ()
    oldest = sorted(units, key=lambda unit: (unit.at, unit.name))
    owners: dict[str, int] = {}
    for unit in oldest:
        for address, _ in set(unit.parts):
            owners[address] = owners.get(address, 0) + 1
    left = sum(unit.size for unit in oldest if not unit.parts)
    left += sum(dict(part for unit in oldest for part in unit.parts).values())
    gone: list[Due] = []
    for unit in oldest:
        idle = now - unit.at
        old = bool(bounds.days) and idle > timedelta(days=bounds.days)
        full = bool(bounds.size) and left > bounds.size
        if idle < IN_HAND or not (old or full):
            break
        freed: dict[str, int] = {}
        for address, size in set(unit.parts):
            owners[address] -= 1
            if not owners[address] and address not in needed:
                freed[address] = size
        size = sum(freed.values()) if unit.parts else unit.size
        left -= size
        why = f"older than {bounds.days:g} days" if old else f"beyond {bounds.size} bytes in all"
        gone.append(Due(unit=unit, why=why, size=size, parts=tuple(sorted(freed))))
    return tuple(gone)
