"""Findings as people are told of them: what many creatives share is said once, with the worst number and the places.

Pure and free of pixel libraries, because the daemon writes pages and reasons without loading any.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.verdict import Finding, Severity

_WEIGHT: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.ADVICE: 2}
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Findings that say the same of one or several creatives, the worst first."""

    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding:
        """The finding furthest from its threshold: the one to tell."""
        return self.findings[0]

    @property
    def places(self) -> tuple[str, ...]:
        """Where: `product · locale · placement`, each once, sorted; empty for the whole set."""
        places = (place(finding) for finding in sorted(self.findings, key=_where))
        return tuple(dict.fromkeys(where for where in places if where))


def of(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """Findings grouped: same rule, same severity, and messages that differ only in their numbers.

    Errors come first, then warnings, then advice; within that the order found.
    """
    groups: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.severity, _shape(finding)), []).append(finding)
    told = [Group(findings=tuple(sorted(group, key=_distance, reverse=True))) for group in groups.values()]
    return tuple(sorted(told, key=lambda group: _WEIGHT[group.worst.severity]))


def place(finding: Finding) -> str:
    """Where a finding was made, in words: `product · locale · placement`, without what is empty."""
    return " · ".join(part for part in _where(finding) if part)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 warning`, `2 warnings`: a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _where(finding: Finding) -> tuple[str, str, str]:
    return finding.product, finding.locale, finding.placement


def _shape(finding: Finding) -> str:
    # The placement's name is part of some messages and full of numbers itself.
    message = finding.message.replace(finding.placement, "#") if finding.placement else finding.message
    return _NUMBER.sub("#", message)


def _distance(finding: Finding) -> float:
    """How far a value is on the wrong side of its threshold, as a ratio; 0 for rules that do not measure."""
    if finding.value is None or finding.threshold is None:
        return 0.0
    low, high = sorted((abs(finding.value), abs(finding.threshold)))
    return high / low if low else high
