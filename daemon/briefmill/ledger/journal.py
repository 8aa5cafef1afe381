"""The intake's journal: a file is written down before it is touched, then taken, then understood.

Whatever step a crash cuts off, the row says how far the file had come, and `unfinished` names it at the next start;
therefore every call may be repeated. Duplicates and revisions are decided here, in the transaction that admits a job:
two equal drops at the same moment become one running job and one duplicate.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from briefmill.domain import job as jobs
from briefmill.domain.job import LEASES, Job, State
from briefmill.errors import NotAllowed
from briefmill.ledger import audit, wire
from briefmill.ledger.shelves import Books, Entry, Page
from briefmill.ports import Admission, JobQuery

INTAKE: Final = frozenset({State.SETTLING, State.CLAIMED})
"""Where a job is before it was understood."""

_RESTS: Final = frozenset({State.REJECTED, State.HELD, State.DUPLICATE, State.CANCELLED})
_ALIVE: Final = frozenset({State.CLAIMED, State.RUNNING, State.HELD, State.DELIVERED})


def random_id(at: datetime) -> str:
    """A fresh job id for this moment."""
    return jobs.new_id(at, secrets.randbits(32))


class Journal:
    """The port `Journal` over the books. `newid` makes job ids; by default from the clock and 32 random bits."""

    def __init__(self, books: Books, newid: Callable[[], str] | None = None) -> None:
        self._books = books
        self._newid = newid

    def begin(self, *, source: str, source_raw: bytes, tenant: str = "default") -> Job:
        """A new job in `settling`."""
        return self._books.write(lambda page: self._begin(page, source, source_raw, tenant))

    def _begin(self, page: Page, source: str, source_raw: bytes, tenant: str) -> Job:
        job = Job(
            id=self._newid() if self._newid else random_id(page.now),
            state=State.SETTLING,
            source=wire.printable(source),
            source_raw=source_raw,
            tenant=wire.printable(tenant),
            created_at=page.now,
            updated_at=page.now,
        )
        page.jobs.add(Entry(job=job))
        audit.note(page, "job.seen", job, source=job.source)
        return job

    def took(self, job: str) -> Job:
        """The file is in our claim folder. Raises NotFound, or NotAllowed for a job past the intake."""
        return self._books.write(lambda page: _took(page, job))

    def admit(self, job: str, admission: Admission, *, rerun: bool = False) -> Job:
        """A claimed job was understood; repeating it changes nothing. Raises NotFound, NotAllowed."""
        return self._books.write(lambda page: _admit(page, job, admission, rerun=rerun))

    def close(self, job: str, state: State, *, reason: str, detail: Mapping[str, object] | None = None) -> Job:
        """Bring a job of the intake to rest; repeating it changes nothing. Raises NotFound, NotAllowed."""
        return self._books.write(lambda page: _close(page, job, state, reason, detail or {}))

    def unfinished(self) -> Sequence[Job]:
        """Jobs in `settling` or `claimed`, oldest first."""
        query = JobQuery(states=tuple(sorted(INTAKE)), limit=0)
        return self._books.read(lambda page: tuple(reversed(page.jobs.find(query))))


def _took(page: Page, job: str) -> Job:
    entry = page.jobs.entry(job)
    if entry.job.state is State.CLAIMED:
        return entry.job
    if entry.job.state is not State.SETTLING:
        raise NotAllowed(f"{job} is {entry.job.state}: its file cannot be taken any more.")
    claimed = replace(entry.job.moved(State.CLAIMED), updated_at=page.now)
    page.jobs.save(replace(entry, job=claimed, taken=True))
    audit.note(page, "job.claimed", claimed)
    return claimed


def _admit(page: Page, job: str, admission: Admission, *, rerun: bool) -> Job:
    entry = page.jobs.entry(job)
    if entry.job.state in {State.RUNNING, State.DUPLICATE}:
        return entry.job
    if entry.job.state is not State.CLAIMED:
        raise NotAllowed(f"{job} is {entry.job.state}: only a claimed job can be admitted.")
    known = replace(
        entry.job,
        content=admission.snapshot.content,
        campaign=wire.printable(admission.campaign),
        priority=admission.priority,
        updated_at=page.now,
    )
    original = "" if rerun else page.jobs.alike(known, _ALIVE)
    changed = _duplicate(known, original) if original else _running(page, known)
    page.jobs.save(replace(entry, job=changed, admission=replace(admission, campaign=known.campaign)))
    if original:
        audit.note(page, "job.duplicate", changed, duplicate_of=original, content=changed.content)
    else:
        told = {"campaign": changed.campaign, "revision": changed.revision, "content": changed.content}
        audit.note(page, "job.admitted", changed, **told, priority=changed.priority, rerun=rerun)
    return changed


def _duplicate(job: Job, original: str) -> Job:
    reason = f"The same content was dropped before, as job {original}."
    return replace(job.moved(State.DUPLICATE), duplicate_of=original, reason=reason)


def _running(page: Page, job: Job) -> Job:
    revision = page.jobs.last_revision(job.tenant, job.campaign) + 1
    return replace(job.moved(State.RUNNING), stage=LEASES[0][0], revision=revision, attempt=0)


def _close(page: Page, job: str, state: State, reason: str, detail: Mapping[str, object]) -> Job:
    entry = page.jobs.entry(job)
    if state not in _RESTS:
        raise NotAllowed(f"{job} cannot be closed as {state}: a closed job rests.")
    if entry.job.state is state:
        return entry.job
    if entry.job.state not in INTAKE | {State.HELD} or entry.admission is not None:
        raise NotAllowed(f"{job} is {entry.job.state}: the intake has nothing to close any more.")
    try:
        moved = entry.job.moved(state)
    except ValueError as error:
        raise NotAllowed(f"{job}: {error}.") from error
    closed = replace(moved, reason=wire.printable(reason), updated_at=page.now)
    page.jobs.save(replace(entry, job=closed))
    audit.note(page, f"job.{state}", closed, reason=closed.reason, detail=dict(detail))
    return closed
