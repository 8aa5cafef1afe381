"""The purse: what a paid call was expected to cost, and what it did; and the accounts, which only look.

The intent is durable before the call leaves the house: after a crash an intent without a settlement says that money
may have gone, for which request. Budgets are looked at in the same transaction that writes the intent, so that of many
who ask at once none gets what another has just reserved. The job's own cost is the sum of its settlements, renewed with
each of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from briefmill.domain.job import Job
from briefmill.domain.money import Budget, Standing, Sum
from briefmill.errors import NotAllowed, OverBudget
from briefmill.ledger import audit, wire
from briefmill.ledger.shelves import Books, Expense, Page
from briefmill.ports import Intent
from briefmill.ports.overnight import KIND

UNKNOWN: Final = "unknown"
"""Sent, but never answered: the one outcome that may be corrected when the truth comes out."""

UNSURE: Final = frozenset({"", UNKNOWN})
"""Calls that may cost what was reserved for them: under way, cut off by a crash, or never answered."""

LONGEST_CALL: Final = timedelta(hours=1)
"""No call takes longer (`openai.timeout_s` is bounded by it): what has no outcome then was cut off by a crash."""

HEADINGS: Final = frozenset({"day", "campaign", "tenant", "job", "grade", "kind"})
"""What sums can be made by."""


class Purse:
    """The port `Purse` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def intend(self, intent: Intent, budgets: Sequence[Budget] = ()) -> int:
        """Write down a call that is about to be paid for; gives its number.

        Raises OverBudget where it would not fit into one of the budgets, NotFound for an unknown job.
        """
        return self._books.write(lambda page: intend(page, intent, budgets))

    def settle(self, entry: int, *, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
        """Write down what the call cost. The same settlement again changes nothing.

        Raises NotFound for an unknown entry, NotAllowed when it was settled otherwise (except from `unknown`).
        """
        self._books.write(lambda page: settle(page, entry, cost_micros, outcome, usage))

    def unsettled(self, key: str) -> int | None:
        """The last intent for this request that was never settled, None when there is none."""
        return self._books.read(lambda page: page.spend.unsettled(wire.printable(key)))


class Accounts:
    """The port `Accounts` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def standing(self, budgets: Sequence[Budget]) -> Sequence[Standing]:
        """What of each budget is gone in the period that is now."""
        return self._books.read(lambda page: [_standing(page, budget) for budget in budgets])

    def learned(self, grade: str, *, limit: int = 200) -> Sequence[int]:
        """What the last calls of a grade have cost, in micros, newest first."""
        return self._books.read(lambda page: page.spend.learned(grade, limit))

    def sums(self, by: str, *, since: datetime | None = None) -> Sequence[Sum]:
        """What was spent since then under each heading of this kind. Raises ValueError for another kind."""
        if by not in HEADINGS:
            raise ValueError(f"sums are made by {', '.join(sorted(HEADINGS))}")
        return self._books.read(lambda page: page.spend.sums(by, since))


def in_order(by: str, sums: Iterable[Sum]) -> Sequence[Sum]:
    """Sums as they are told: days in their order, everything else the dearest first."""
    if by == "day":
        return sorted(sums, key=lambda each: each.heading)
    return sorted(sums, key=lambda each: (-each.settled_micros - each.unsure_micros, each.heading))


def intend(page: Page, intent: Intent, budgets: Sequence[Budget]) -> int:
    """Write an intent on this page; see `Purse.intend`."""
    payer = page.jobs.entry(intent.job).job
    expense = Expense(
        job=intent.job,
        tenant=wire.printable(intent.tenant),
        kind=intent.kind,
        key=wire.printable(intent.key),
        estimate_micros=intent.estimate_micros,
        intended_at=page.now,
        campaign=payer.campaign,
        grade=wire.printable(intent.grade),
    )
    for left in page.spend.left_open(expense.job, expense.key):
        # A job makes one such call at a time: this one was cut off by a crash.
        _settle(page, left, 0, UNKNOWN, {})
    for budget in budgets:
        _afford(_standing(page, budget), expense)
    number = page.spend.add(expense)
    told = {"kind": expense.kind, "key": expense.key, "estimate_micros": expense.estimate_micros}
    audit.note(page, "spend.intended", payer, entry=number, grade=expense.grade, **told)
    return number


def _standing(page: Page, budget: Budget) -> Standing:
    named = replace(budget, tenant=wire.printable(budget.tenant), campaign=wire.printable(budget.campaign))
    found = page.spend.standing(named, budget.period.since(page.now), page.now - LONGEST_CALL)
    return replace(found, budget=budget)


def _afford(standing: Standing, expense: Expense) -> None:
    if expense.estimate_micros <= standing.left_micros:
        return
    figures = [f"${standing.settled_micros / 1e6:.2f} spent"]
    if standing.reserved_micros:
        figures.append(f"${standing.reserved_micros / 1e6:.2f} reserved for calls under way")
    if standing.unsure_micros:
        figures.append(f"${standing.unsure_micros / 1e6:.2f} perhaps charged for calls that were never answered")
    told = f"The budget of {standing.budget} does not cover this: {', '.join(figures)}, and the next call may cost "
    told += f"${expense.estimate_micros / 1e6:.3f}."
    slow = 0 if expense.kind == KIND else standing.overnight_micros
    if expense.estimate_micros <= standing.unspent_micros - slow:
        raise OverBudget(f"{told} It waits for those under way.", waits=True)
    raise OverBudget(
        f"{told} Raise the budget, or wait for its next period; then `briefmill jobs retry {expense.job}`."
    )


def settle(page: Page, entry: int, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
    """Settle a call on this page; see `Purse.settle`."""
    _settle(page, page.spend.expense(entry), cost_micros, outcome, usage)


def _settle(page: Page, old: Expense, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
    new = replace(
        old, cost_micros=cost_micros, outcome=outcome, usage=wire.settled(usage), settled_at=old.settled_at or page.now
    )
    if new == old:
        return
    if old.outcome not in UNSURE:
        raise NotAllowed(f"Expense {old.number} is settled already, as {old.outcome}.")
    page.spend.save(replace(new, settled_at=page.now))
    payer = page.jobs.entry(old.job)
    job: Job = replace(payer.job, cost_micros=page.spend.total(old.job))
    page.jobs.save(replace(payer, job=job))
    told = {"kind": old.kind, "cost_micros": cost_micros, "outcome": outcome, "usage": new.usage}
    audit.note(page, "spend.settled", job, entry=old.number, **told)
