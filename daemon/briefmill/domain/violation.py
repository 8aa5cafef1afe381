"""What becomes of a set in which something was found: delivered, in part, held for a person, or refused.

The house says it for each severity, and a brief may say otherwise, but only so that nothing comes out which the house
keeps back. Which creatives a finding concerns is told by its product, locale and placement.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from briefmill.domain.verdict import AUDIT, Finding, Severity


class Violation(StrEnum):
    """What a finding brings about, from the mildest.

    `deliver` shows it, and that is all. `deliver_passing` keeps the creatives back that it concerns, and delivers the
    others. `hold` keeps the whole set for a person, `reject` refuses the brief.
    """

    DELIVER = "deliver"
    DELIVER_PASSING = "deliver_passing"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a brief says of each severity; None leaves it to the house."""

    error: Violation | None = None
    warning: Violation | None = None
    advice: Violation | None = None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a finding of each severity brings about."""

    error: Violation = Violation.REJECT
    warning: Violation = Violation.DELIVER
    advice: Violation = Violation.DELIVER

    def __post_init__(self) -> None:
        if self.error is Violation.DELIVER:
            raise ValueError("an error is never delivered")

    def of(self, severity: Severity) -> Violation:
        """What a finding of this severity brings about."""
        return {Severity.ERROR: self.error, Severity.WARNING: self.warning, Severity.ADVICE: self.advice}[severity]

    @property
    def refusing(self) -> frozenset[Severity]:
        """The severities that keep at least a creative back."""
        return frozenset(severity for severity in Severity if self.of(severity) is not Violation.DELIVER)

    def wished(self, wishes: Wishes) -> "Policy":
        """This policy with what a brief wishes, as far as it lets nothing out that the house keeps back."""
        return Policy(
            error=_wished(self.error, wishes.error),
            warning=_wished(self.warning, wishes.warning),
            advice=_wished(self.advice, wishes.advice),
        )


def _wished(house: Violation, wish: Violation | None) -> Violation:
    if wish is None or (wish is Violation.DELIVER and house is not Violation.DELIVER):
        return house
    # Where the house wants a person to look, only a refusal comes before that.
    return house if house is Violation.HOLD and wish is not Violation.REJECT else wish


class Placed(Protocol):
    """A creative, made or only wished for."""

    @property
    def product(self) -> str:
        """The product's id."""

    @property
    def locale(self) -> str:
        """The locale's tag."""

    @property
    def placement(self) -> str:
        """The placement's id."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A creative that is wished for."""

    product: str
    locale: str
    placement: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a set, and `because` of which of its `findings`."""

    violation: Violation = Violation.DELIVER
    because: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def goes_out(self) -> bool:
        """True when creatives of the set are delivered."""
        return self.violation in {Violation.DELIVER, Violation.DELIVER_PASSING}

    @property
    def refusing(self) -> frozenset[Severity]:
        """The severities of the findings that are why."""
        return frozenset(finding.severity for finding in self.because)

    @property
    def mark(self) -> str:
        """Stands for what a person is asked to look at; empty where a person's word is not enough.

        An error is mended, not waved through.
        """
        if self.violation is not Violation.HOLD or any(one.severity is Severity.ERROR for one in self.because):
            return ""
        told = sorted(f"{one.rule}/{one.product}/{one.locale}/{one.placement}/{one.message}" for one in self.because)
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def keeps_back(self, one: Placed) -> bool:
        """Whether a creative is kept back, alone or with the whole set."""
        return not self.goes_out or any(concerns(finding, one) for finding in self.because)


def decide(wanted: Sequence[Placed], findings: Sequence[Finding], policy: Policy) -> Decision:
    """What becomes of a set by what was found about it.

    A refusal goes before a hold, and both before a delivery in part. Where nothing would be left of the set, or where
    a file is not what was said of it (`audit`, which is a fault of this house), nothing is delivered in part.
    """
    because = tuple(finding for finding in findings if policy.of(finding.severity) is not Violation.DELIVER)
    brought = {policy.of(finding.severity) for finding in because}
    decision = Decision(violation=_gravest(brought), because=because, findings=tuple(findings))
    if decision.violation is not Violation.DELIVER_PASSING:
        return decision
    nothing_left = all(decision.keeps_back(one) for one in wanted)
    if nothing_left or any(finding.rule == AUDIT for finding in because):
        return replace(decision, violation=Violation.REJECT)
    return decision


def _gravest(brought: set[Violation]) -> Violation:
    return max(brought, key=list(Violation).index, default=Violation.DELIVER)


def concerns(finding: Finding, one: Placed) -> bool:
    """Whether a finding is about this creative: what it does not name, it means all of."""
    return (
        finding.product in {"", one.product}
        and finding.locale in {"", one.locale}
        and finding.placement in {"", one.placement}
    )
