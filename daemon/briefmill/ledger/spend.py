"""The purse: what a paid call was expected to cost, and what it did.

The intent is durable before the call leaves the house: after a crash an intent without a settlement says that money
may have gone, for which request. The job's own cost is the sum of its settlements, renewed with each of them.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from briefmill.errors import NotAllowed
from briefmill.ledger import audit, wire
from briefmill.ledger.shelves import Books, Expense, Page

UNKNOWN: Final = "unknown"
"""Sent, but never answered: the one outcome that may be corrected when the truth comes out."""


class Purse:
    """The port `Purse` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def intend(self, *, job: str, tenant: str, kind: str, key: str, estimate_micros: int) -> int:
        """Write down a call that is about to be paid for; gives its number. Raises NotFound for an unknown job."""
        return self._books.write(lambda page: _intend(page, job, tenant, kind, key, estimate_micros))

    def settle(self, entry: int, *, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
        """Write down what the call cost. The same settlement again changes nothing.

        Raises NotFound for an unknown entry, NotAllowed when it was settled otherwise (except from `unknown`).
        """
        self._books.write(lambda page: _settle(page, entry, cost_micros, outcome, usage))

    def unsettled(self, key: str) -> int | None:
        """The last intent for this request that was never settled, None when there is none."""
        return self._books.read(lambda page: page.spend.unsettled(wire.printable(key)))


def _intend(page: Page, job: str, tenant: str, kind: str, key: str, estimate_micros: int) -> int:
    payer = page.jobs.entry(job).job
    expense = Expense(
        job=job,
        tenant=wire.printable(tenant),
        kind=kind,
        key=wire.printable(key),
        estimate_micros=estimate_micros,
        intended_at=page.now,
    )
    number = page.spend.add(expense)
    told = {"kind": kind, "key": expense.key, "estimate_micros": estimate_micros}
    audit.note(page, "spend.intended", payer, entry=number, **told)
    return number


def _settle(page: Page, entry: int, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
    old = page.spend.expense(entry)
    new = replace(
        old, cost_micros=cost_micros, outcome=outcome, usage=wire.settled(usage), settled_at=old.settled_at or page.now
    )
    if new == old:
        return
    if old.outcome not in {"", UNKNOWN}:
        raise NotAllowed(f"Expense {entry} is settled already, as {old.outcome}.")
    page.spend.save(replace(new, settled_at=page.now))
    payer = page.jobs.entry(old.job)
    job = replace(payer.job, cost_micros=page.spend.total(old.job))
    page.jobs.save(replace(payer, job=job))
    told = {"kind": old.kind, "cost_micros": cost_micros, "outcome": outcome, "usage": new.usage}
    audit.note(page, "spend.settled", job, entry=entry, **told)
