"""What headers say of waiting: Retry-After in all its forms, and how much of a limit is left.

All of it is the other side's word: what is no number, or no date, says nothing, and no wait is longer than a day.
"""

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_S: Final = 86_400.0
"""A Retry-After beyond this would park a job for ever; we ask again after a day."""

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)", re.ASCII)


def asked(headers: Mapping[str, str]) -> float | None:
    """Seconds the other side asks to wait: retry-after-ms, retry-after, or the latest of its reset times."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        told = headers.get(name)
        if told is None:
            continue
        number = _number(told)
        found = _until(told, headers.get("date", "")) if number is None else number * scale
        if found is not None:
            return min(LONGEST_S, max(0.0, found))
    resets = [seconds(text) for name, text in headers.items() if name.lower().startswith("x-ratelimit-reset-")]
    known = [value for value in resets if value is not None]
    return min(LONGEST_S, max(known)) if known else None


def room(headers: Mapping[str, str], resource: str) -> tuple[int | None, float | None]:
    """How much of a resource is left, and the seconds until it is full again; None for what is not told."""
    left = _number(headers.get(f"x-ratelimit-remaining-{resource}", ""))
    resets = seconds(headers.get(f"x-ratelimit-reset-{resource}", ""))
    return (
        None if left is None or left < 0 else int(min(left, 1e9)),
        None if resets is None else min(LONGEST_S, resets),
    )


def seconds(text: str) -> float | None:
    """Seconds of a duration such as `1m30s` or `250ms`, or of a plain number; None for anything else."""
    plain = _number(text)
    if plain is not None:
        return max(0.0, plain)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else (LONGEST_S if found == math.inf else None)


def _until(text: str, now: str) -> float | None:
    """Seconds from one date to another, both as HTTP writes them; by the other side's own clock."""
    try:
        then, at = parsedate_to_datetime(text), parsedate_to_datetime(now)
        return (then - at).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
