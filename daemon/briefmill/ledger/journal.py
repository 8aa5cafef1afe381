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
from briefmill.ports import Admission, JobQuery, Source

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
        return self.begin_all((Source(name=source, raw=source_raw, tenant=tenant),))[0]

    def begin_all(self, sources: Sequence[Source], *, lasting: bool = True) -> Sequence[Job]:
        """New jobs in `settling`, in the order of their sources."""
        return self._books.write(lambda page: self._begin(page, sources), lasting=lasting) if sources else ()

    def _begin(self, page: Page, sources: Sequence[Source]) -> Sequence[Job]:
        jobs = tuple(self._job(page, source) for source in sources)
        page.jobs.add([Entry(job=job) for job in jobs])
        audit.note_all(page, "job.seen", [(job, {"source": job.source}) for job in jobs])
        return jobs

    def _job(self, page: Page, source: Source) -> Job:
        return Job(
            id=self._newid() if self._newid else random_id(page.now),
            state=State.SETTLING,
            source=wire.printable(source.name),
            source_raw=source.raw,
            tenant=wire.printable(source.tenant),
            created_at=page.now,
            updated_at=page.now,
        )

    def took(self, job: str) -> Job:
        """The file is in our claim folder. Raises NotFound, or NotAllowed for a job past the intake."""
        (claimed,) = self.took_all([job])
        if claimed.state is not State.CLAIMED:
            raise NotAllowed(f"{job} is {claimed.state}: its file cannot be taken any more.")
        return claimed

    def took_all(self, jobs: Sequence[str], *, lasting: bool = True) -> Sequence[Job]:
        """The files are in our claim folder; a job past the intake stays what it is. Raises NotFound."""
        return self._books.write(lambda page: _took(page, jobs), lasting=lasting) if jobs else ()

    def admit(self, job: str, admission: Admission, *, rerun: bool = False) -> Job:
        """A claimed job was understood; repeating it changes nothing. Raises NotFound, NotAllowed."""
        return self._books.write(lambda page: _admit(page, job, admission, rerun=rerun))

    def close(self, job: str, state: State, *, reason: str, detail: Mapping[str, object] | None = None) -> Job:
        """Bring a job of the intake to rest; repeating it changes nothing. Raises NotFound, NotAllowed."""
        return self._books.write(lambda page: _close(page, job, state, reason, detail or {}))

    def unfinished(self) -> Sequence[Job]:
        """Jobs in `settling` or `claimed`, oldest first."""
        query = JobQuery(states=tuple(sorted(INTAKE)), limit=0, oldest=True)
        return self._books.read(lambda page: tuple(page.jobs.find(query)))


def _took(page: Page, jobs: Sequence[str]) -> Sequence[Job]:
    taken, entries = [], []
    for entry in page.jobs.entries(jobs):
        if entry.job.state is State.SETTLING:
            claimed = replace(entry.job.moved(State.CLAIMED), updated_at=page.now)
            taken.append(replace(entry, job=claimed, taken=True))
        entries.append(taken[-1] if entry.job.state is State.SETTLING else entry)
    page.jobs.save(*taken)
    audit.note_all(page, "job.claimed", [(entry.job, {}) for entry in taken])
    return tuple(entry.job for entry in entries)


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
