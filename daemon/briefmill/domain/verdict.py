"""What compliance found. A broken rule is a value, never an exception."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

AUDIT: Final = "audit"
"""The rule of findings that are this house's own fault: a file is not what was said of it."""


class Severity(StrEnum):
    """How much a finding weighs: advice is shown, a warning is shown and counted, an error refuses the brief."""

    ADVICE = "advice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in pixels of the creative; `x` and `y` are its left upper corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.y + self.height

    def overlaps(self, other: "Box") -> bool:
        """True when the two share at least one pixel."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def corner_in(self, width: int, height: int) -> str:
        """The quarter of a canvas that holds the middle of this box: `top-left` to `bottom-right`."""
        upper = "top" if 2 * self.y + self.height <= height else "bottom"
        side = "left" if 2 * self.x + self.width <= width else "right"
        return f"{upper}-{side}"

    def inside(self, other: "Box") -> bool:
        """True when no pixel of this box is outside the other."""
        return self.x >= other.x and self.y >= other.y and self.right <= other.right and self.bottom <= other.bottom


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One measured fact about a creative or a set: what rule, how bad, the number, its threshold, and how to mend it.

    `product`, `locale` and `placement` say where; an empty one means all of them. `value` and `threshold` are in
    `unit` and are None for rules that do not measure.
    """

    rule: str
    severity: Severity
    message: str
    fix: str = ""
    product: str = ""
    locale: str = ""
    placement: str = ""
    value: float | None = None
    threshold: float | None = None
    unit: str = ""
    box: Box | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All findings of one set of creatives."""

    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """True when nothing weighs as much as an error."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse the brief."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)
