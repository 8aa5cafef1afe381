"""What is measured beside the work, and what is told of it that no stage tells: budgets, refusals, findings, creatives.

The engine knows nothing of rules or creatives: it hands on what a stage put out. Here its lanes' performers are
wrapped, so that what they put out is told as facts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from briefmill.domain import codec
from briefmill.domain.facts import BudgetMeasured, Judged, Published
from briefmill.domain.job import Stage, State
from briefmill.domain.money import Period, Standing
from briefmill.domain.verdict import Severity
from briefmill.engine.offload import Offload
from briefmill.engine.runner import Perform
from briefmill.ledger.offices import Offices
from briefmill.ports import Claim, Finish, Listener
from briefmill.runtime.measuring import Measuring
from briefmill.runtime.supervisor import Part
from briefmill.settings import Settings
from briefmill.telemetry import refusals
from briefmill.wiring import paying

EVERY_S: Final = 10.0


def judged(perform: Perform, listener: Listener) -> Perform:
    """The same, and what the rules found is told."""

    async def performed(claim: Claim) -> Finish:
        finish = await perform(claim)
        told = [result.output.get("findings") for result in finish.results if result.stage is Stage.COMPLIANCE]
        if finish.findings:
            told.append([codec.plain(finding) for finding in finish.findings])
        for findings in told:
            errors, warnings = _counted(findings)
            listener.hear(Judged(job=claim.job.id, errors=errors, warnings=warnings, tenant=claim.job.tenant))
        return finish

    return performed


def published(perform: Perform, listener: Listener) -> Perform:
    """The same, and how many creatives have appeared is told."""

    async def performed(claim: Claim) -> Finish:
        finish = await perform(claim)
        if finish.state is State.DELIVERED:
            listener.hear(Published(job=claim.job.id, creatives=len(finish.creatives), tenant=claim.job.tenant))
        return finish

    return performed


def part(settings: Settings, ledger: Offices, offload: Offload, listener: Listener) -> Part:
    """The eternal task that measures. A ledger that is away is measured the next time."""

    def look() -> None:
        measure_budgets(ledger.accounts.standing(paying.standing(settings)), listener)
        refusals.measure(settings.folders.rejected, listener)

    measuring = Measuring(look=look, door=offload, listener=listener, every_s=EVERY_S)
    return Part(name="gauges", run=measuring.run, patience_s=2.0)


def measure_budgets(standings: Sequence[Standing], listener: Listener) -> None:
    """Tell how much of each budget is gone; of the tenants' the one that is nearest to its limit."""
    nearest: dict[tuple[str, Period], tuple[int, int]] = {}
    for standing in standings:
        budget = standing.budget
        key = ("tenant" if budget.tenant else "all", budget.period)
        gone = standing.settled_micros + standing.unsure_micros + standing.reserved_micros
        told = (gone, budget.limit_micros)
        known = nearest.get(key)
        if known is None or told[0] * known[1] > known[0] * told[1]:
            nearest[key] = told
    for (whose, period), (used, limit) in nearest.items():
        listener.hear(BudgetMeasured(whose=whose, period=str(period), used=used, limit=limit))


def _counted(findings: object) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Of each rule, how many findings are errors, and how many are warnings."""
    errors: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    for one in findings if isinstance(findings, list | tuple) else ():
        if one["severity"] == Severity.ERROR:
            errors[one["rule"]] += 1
        elif one["severity"] == Severity.WARNING:
            warnings[one["rule"]] += 1
    return errors, warnings
