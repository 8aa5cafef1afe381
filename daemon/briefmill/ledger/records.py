"""The desk's side: reading jobs back, and the few things a person may do to one.

A retry is a new run of the same job and revision: earlier stages keep what they recorded, the stage that stopped it
starts with no attempt counted. A cancelled job's running attempt is fenced off: its result will be refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.errors import NotAllowed
from briefmill.ledger import audit, history, wire
from briefmill.ledger.shelves import Books, Entry, Page
from briefmill.ports import Admission, JobQuery, Printed, StageRun
from briefmill.ports.overnight import Leg

_PORTION: Final = 20_000
"""Creatives that are read at once when all of them are looked through: about ten megabytes."""

_RETRIABLE: Final = frozenset({State.REJECTED, State.HELD, State.CANCELLED})


class Records:
    """The port `Records` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def job(self, job: str) -> Job:
        """One job; raises NotFound."""
        return self._books.read(lambda page: page.jobs.entry(job).job)

    def jobs(self, query: JobQuery) -> Sequence[Job]:
        """Jobs, newest first unless asked otherwise."""
        return self._books.read(lambda page: _found(page, query))

    def history(self, job: str) -> Sequence[StageRun]:
        """The recorded stages of a job, in the order they ended; raises NotFound."""
        return self._books.read(lambda page: history.ordered(page.runs.history(page.jobs.entry(job).job.id)))

    def creatives(self, job: str) -> Sequence[Creative]:
        """The recorded creatives of a job, by product, locale and placement; raises NotFound."""
        return self._books.read(lambda page: page.runs.creatives(page.jobs.entry(job).job.id))

    def printed(self, *, sha256: str = "") -> Iterable[Sequence[Printed]]:
        """Every recorded creative that has prints, or those with this SHA-256, in portions that fit into memory."""
        after: tuple[str, ...] = ()
        while True:
            found = self._books.read(partial(_printed, after=after, sha256=sha256))
            if found:
                yield [Printed(job=job, path=one.path, sha256=one.ref.sha256, prints=one.prints) for job, one in found]
            if len(found) < _PORTION:
                return
            job, last = found[-1]
            after = (job, last.product, last.locale, last.placement)

    def retry(self, job: str) -> Job:
        """Send a rejected, held or cancelled job back to where it stopped; raises NotFound, NotAllowed."""
        return self._books.write(lambda page: _retry(page, job))

    def cancel(self, job: str, *, reason: str) -> Job:
        """Stop a job that has not come to rest; raises NotFound, NotAllowed (also while it is being delivered)."""
        return self._books.write(lambda page: _cancel(page, job, reason))

    def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state; every state is named."""
        found = self._books.read(lambda page: page.jobs.counts())
        return {state: found.get(state, 0) for state in State}

    def last_change(self) -> int:
        """The number of the last audit row, 0 for none."""
        head = self._books.read(lambda page: page.audit.head())
        return head.number if head else 0

    def cancelled(self, *, after: int) -> Sequence[str]:
        """The jobs that were cancelled since the change with this number, each once."""
        return self._books.read(lambda page: page.audit.jobs(event="job.cancelled", after=after))

    def admission(self, job: str) -> Admission | None:
        """What was admitted for this job, None when it never was; raises NotFound."""
        return self._books.read(lambda page: page.jobs.entry(job).admission)


def _printed(page: Page, *, after: tuple[str, ...], sha256: str) -> Sequence[tuple[str, Creative]]:
    return page.runs.printed(after, sha256, _PORTION)


def _found(page: Page, query: JobQuery) -> Sequence[Job]:
    if not query.at_work:
        return page.jobs.find(query)
    away = {line.parcel.job for leg in (Leg.COLLECTED, Leg.PACKED) for line in page.post.lines(leg=leg)}
    wide = replace(query, limit=query.limit and query.limit + len(away))
    found = [job for job in page.jobs.find(wide) if job.id not in away]
    return found[: query.limit] if query.limit else found


def _retry(page: Page, job: str) -> Job:
    entry = page.jobs.entry(job)
    if entry.job.state not in _RETRIABLE:
        raise NotAllowed(f"{job} is {entry.job.state}: only rejected, held and cancelled jobs can be tried again.")
    back = replace(
        entry.job.moved(_where_it_stopped(entry)),
        attempt=0,
        owner="",
        lease_until=None,
        not_before=None,
        reason="",
        updated_at=page.now,
    )
    page.jobs.save(replace(entry, job=back, run=entry.run + 1))
    told = {"before": entry.job.state, "reason": entry.job.reason, "run": entry.run + 1}
    audit.note(page, "job.retried", back, **told, state=back.state, stage=back.stage)
    return back


def _where_it_stopped(entry: Entry) -> State:
    if entry.admission is not None:
        return State.RUNNING
    if entry.taken:
        return State.CLAIMED
    if entry.job.state is State.HELD:
        return State.SETTLING
    raise NotAllowed(f"{entry.job.id} stopped before its file was taken. Drop the file again.")


def _cancel(page: Page, job: str, reason: str) -> Job:
    entry = page.jobs.entry(job)
    lease = entry.job.lease_until
    if entry.job.stage is Stage.ARCHIVE and lease is not None and lease > page.now:
        raise NotAllowed(f"{job} is being delivered right now. Look again in a moment.")
    try:
        moved = entry.job.moved(State.CANCELLED)
    except ValueError as error:
        raise NotAllowed(f"{job} is {entry.job.state} already: there is nothing to cancel.") from error
    cancelled = replace(
        moved,
        fence=moved.fence + 1,
        owner="",
        lease_until=None,
        not_before=None,
        reason=wire.printable(reason),
        updated_at=page.now,
    )
    page.jobs.save(replace(entry, job=cancelled))
    audit.note(page, "job.cancelled", cancelled, reason=cancelled.reason, before=entry.job.state, owner=entry.job.owner)
    return cancelled
