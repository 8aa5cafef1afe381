"""A set of which a part is kept back: what goes out, what does not, and what is said of each.

The decision is recorded with the compliance stage, so that the archive stage, which may run much later and under other
settings, delivers what was decided and nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from briefmill.domain import violation
from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Finding


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A creative that was made and not delivered, with what was found about it."""

    creative: Creative
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Parts:
    """`findings` are those about the creatives that go out, or about the set as a whole."""

    creatives: tuple[Creative, ...]
    findings: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...] = ()


def part(creatives: Sequence[Creative], findings: Sequence[Finding], refused: Collection[str]) -> Parts:
    """Part a set by the paths of the creatives that are kept back."""
    passing = tuple(one for one in creatives if one.path not in refused)
    return Parts(
        creatives=passing,
        findings=tuple(found for found in findings if _about_any(found, passing)) if refused else tuple(findings),
        left_out=tuple(
            LeftOut(creative=one, findings=tuple(found for found in findings if violation.concerns(found, one)))
            for one in creatives
            if one.path in refused
        ),
    )


def _about_any(finding: Finding, creatives: Sequence[Creative]) -> bool:
    return any(violation.concerns(finding, one) for one in creatives)
