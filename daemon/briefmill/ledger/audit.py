"""The audit chain: every change of every job, each row sealed with the hash of the row before.

`note` adds a link inside the transaction that it tells of, so that neither exists without the other. A changed,
removed or inserted row breaks the chain from there on; a cut-off tail does not, therefore `verify` names the head,
and takes a head that was noted elsewhere (a log, a receipt) and looks whether it is still in the chain. Anybody can
check an export with SHA-256 and a JSON library alone; `check` is what `verify` does, for rows from anywhere.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Final

from briefmill.domain.job import Job
from briefmill.ledger import wire
from briefmill.ledger.shelves import Books, Page
from briefmill.ports import AuditRow, ChainReport

GENESIS: Final = "0" * 64
"""What the first row calls the hash before it."""

_CHUNK: Final = 500


def note(page: Page, event: str, job: Job, **detail: object) -> None:
    """Append one row about a job, in this transaction."""
    note_all(page, event, [(job, detail)])


def note_all(page: Page, event: str, jobs: Iterable[tuple[Job, Mapping[str, object]]]) -> None:
    """Append one row about each of these jobs, with its detail, in this transaction."""
    note_about(page, event, ((job.tenant, job.id, detail) for job, detail in jobs))


def note_about(page: Page, event: str, told: Iterable[tuple[str, str, Mapping[str, object]]]) -> None:
    """Append one row for each tenant, job id and detail; without an id it is about the house."""
    last = page.audit.head()
    links: list[AuditRow] = []
    for tenant, job, detail in told:
        row = AuditRow(
            number=last.number + 1 if last else 1,
            at=page.now,
            tenant=tenant,
            job=job,
            event=event,
            detail=wire.settled(detail),
            previous=last.hash if last else GENESIS,
            hash="",
        )
        last = replace(row, hash=seal(row))
        links.append(last)
    if links:
        page.audit.append(links)


def fields(row: AuditRow) -> dict[str, object]:
    """What is hashed of a row: every field but the hash; `at` is ISO 8601 in UTC with microseconds."""
    return {
        "number": row.number,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "tenant": row.tenant,
        "job": row.job,
        "event": row.event,
        "detail": dict(row.detail),
        "previous": row.previous,
    }


def seal(row: AuditRow) -> str:
    """SHA-256 (lower-case hex) over the canonical JSON of the row's fields."""
    return hashlib.sha256(wire.dumps(fields(row)).encode()).hexdigest()


def check(rows: Iterable[AuditRow], *, head: str = "") -> ChainReport:
    """Walk rows from number 1 on and name the first that does not hold.

    With `head`, a hash noted earlier, that row must be among them: this is how a cut-off tail shows.
    """
    count, last, met = 0, GENESIS, head in {"", GENESIS}
    for row in rows:
        reason = _flaw(row, count + 1, last)
        if reason:
            return ChainReport(rows=count, bad_row=count + 1, reason=reason, head=last)
        count, last = row.number, row.hash
        met = met or last == head
    if not met:
        reason = f"the row with the hash {head} is gone: the chain was cut off behind row {count}"
        return ChainReport(rows=count, bad_row=count + 1, reason=reason, head=last)
    return ChainReport(rows=count, head=last)


def _flaw(row: AuditRow, number: int, previous: str) -> str:
    if row.number != number:
        return f"row {number} is missing; the next is row {row.number}"
    if row.previous != previous:
        return f"row {number} does not link to the row before it"
    if row.hash != seal(row):
        return f"row {number} was changed after it was written"
    return ""


class Trail:
    """The port `AuditTrail` over the books, with an export and a head to note elsewhere."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def rows(self, *, job: str = "", after: int = 0, limit: int = 0, newest: bool = False) -> Iterator[AuditRow]:
        """Rows in order, from number `after` + 1; with `newest`, the last `limit` of them, still in order.

        Read in chunks, each a short transaction of its own: a slow reader does not hold back the database's log.
        """
        if newest and limit:
            yield from self._books.read(
                lambda page: page.audit.rows(job=job, after=after, limit=limit, newest=True),
            )
            return
        left = limit
        while True:
            size = min(left, _CHUNK) if limit else _CHUNK
            chunk = self._chunk(job, after, size)
            yield from chunk
            left -= len(chunk)
            if len(chunk) < size or (limit and not left):
                return
            after = chunk[-1].number

    def _chunk(self, job: str, after: int, size: int) -> list[AuditRow]:
        return list(self._books.read(lambda page: page.audit.rows(job=job, after=after, limit=size, newest=False)))

    def head(self) -> str:
        """The hash of the last row: noted elsewhere, it makes a cut-off tail detectable."""
        row = self._books.read(lambda page: page.audit.head())
        return row.hash if row else GENESIS

    def verify(self, *, head: str = "") -> ChainReport:
        """Walk the whole chain; with `head`, a hash noted earlier must still be in it."""
        return check(self.rows(), head=head)

    def export(self, *, after: int = 0) -> Iterator[str]:
        """The rows behind `after` as JSON lines, each with its hash; without line ends."""
        for row in self.rows(after=after):
            yield wire.dumps({**fields(row), "hash": row.hash})
