"""Claims: who may run which job for how long, and what came of it.

A claim raises the job's attempt and its fence in the transaction that finds it; a result counts only with the fence
that is still the job's. The attempt rises at the claim, not at the failure, so that a job that kills its worker
cannot loop for ever; giving up after so many attempts is the engine's business. A late result is refused, but what it
had made stays in the audit: money was spent on it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from briefmill.domain.job import Job, Stage, State, group_of, next_wait
from briefmill.errors import Fenced
from briefmill.ledger import audit, buckets, history, wire
from briefmill.ledger.shelves import Books, Entry, Page
from briefmill.ports import Claim, Failure, Finish, StageResult, StageRun, Wait


class Claims:
    """The port `Ledger` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def claim(self, stage: Stage, owner: str, lease_s: float, *, bucket: str | None = None) -> Claim | Wait:
        """Take the next job waiting at `stage`; raises ValueError for an owner without a name."""
        if not owner:
            raise ValueError("a claim needs the name of its owner")
        lease = timedelta(seconds=lease_s)
        return self._books.write(lambda page: _claim(page, stage, owner, lease, bucket))

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Lengthen the lease; False when it was lost. A lapsed lease that nobody took over is not lost."""
        return self._books.write(lambda page: _renew(page, claim, timedelta(seconds=lease_s)))

    def finish(self, claim: Claim, finish: Finish) -> Job:
        """Record how a claim ended well.

        May be repeated: when this claim's results are recorded already (the answer was lost on its way), the job is
        returned as it is. Raises Fenced when the lease was lost, ValueError for results or a state that cannot be.
        """
        _check(claim, finish)
        return _unless_fenced(self._books.write(lambda page: _finish(page, claim, finish)))

    def fail(self, claim: Claim, failure: Failure) -> Job:
        """Record how a claim ended badly; raises Fenced when the lease was lost."""
        return _unless_fenced(self._books.write(lambda page: _fail(page, claim, failure)))

    def release(self, owner: str | None = None) -> int:
        """Free leases at once; attempts stay counted."""
        return self._books.write(lambda page: _release(page, owner))

    def due(self) -> Mapping[Stage, int]:
        """How many jobs could be claimed now, by stage."""
        return self._books.read(lambda page: page.jobs.due(page.now))


def _claim(page: Page, stage: Stage, owner: str, lease: timedelta, bucket: str | None) -> Claim | Wait:
    entry = page.jobs.waiting(stage, page.now)
    if entry is None:
        ready = page.jobs.ready_at(stage, page.now)
        return Wait(seconds=None if ready is None else (ready - page.now).total_seconds())
    if bucket is not None and (seconds := buckets.take(page, bucket)):
        return Wait(seconds=seconds)
    before = entry.job
    job = replace(
        before,
        attempt=before.attempt + 1,
        fence=before.fence + 1,
        owner=owner,
        lease_until=page.now + lease,
        not_before=None,
        updated_at=page.now,
    )
    page.jobs.save(replace(entry, job=job))
    lapsed = {"lapsed": before.owner} if before.owner else {}
    audit.note(page, "stage.claimed", job, stage=stage, owner=owner, attempt=job.attempt, fence=job.fence, **lapsed)
    assert entry.admission is not None, "only an admitted job waits at a stage"
    return Claim(
        job=job,
        stages=group_of(stage),
        fence=job.fence,
        attempt=job.attempt,
        snapshot=entry.admission.snapshot,
        reading=entry.admission.reading,
        outputs=history.outputs_before(stage, page.runs.history(job.id)),
    )


def _renew(page: Page, claim: Claim, lease: timedelta) -> bool:
    entry = page.jobs.entry(claim.job.id)
    if not _holds(entry, claim):
        return False
    page.jobs.save(replace(entry, job=replace(entry.job, lease_until=page.now + lease)))
    return True


def _check(claim: Claim, finish: Finish) -> None:
    foreign = [result.stage for result in finish.results if result.stage not in claim.stages]
    if foreign:
        raise ValueError(f"this claim does not run {', '.join(foreign)}")
    if finish.state is None and next_wait(claim.stages[0]) is None:
        raise ValueError("after the last stage a job must come to rest")


def _finish(page: Page, claim: Claim, finish: Finish) -> Job | Fenced:
    entry = page.jobs.entry(claim.job.id)
    if not _holds(entry, claim):
        stages = {result.stage for result in finish.results}
        if stages and stages <= page.runs.recorded(claim.job.id, claim.fence):
            return entry.job
        late = [_told(result, claim) | {"output": result.output} for result in finish.results]
        return _refuse(page, entry, claim, results=late, state=finish.state, creatives=finish.creatives)
    for result in finish.results:
        run = _run(entry, claim, result)
        page.runs.record(run, tenant=entry.job.tenant, fence=claim.fence)
        sealed = {"output_sha256": history.digest(run.output)}
        audit.note(page, "stage.finished", entry.job, **_told(result, claim), **sealed)
    if finish.creatives:
        page.runs.keep(entry.job, finish.creatives, page.now)
    return _rest(page, entry, finish) if finish.state else _go_on(page, entry, claim)


def _run(entry: Entry, claim: Claim, result: StageResult) -> StageRun:
    return StageRun(
        job=entry.job.id,
        stage=result.stage,
        revision=entry.run,
        attempt=claim.attempt,
        outcome=result.outcome,
        started_at=result.started_at,
        duration_s=float(result.duration_s),
        output=wire.settled(result.output),
    )


def _told(result: StageResult, claim: Claim) -> dict[str, object]:
    return {
        "stage": result.stage,
        "outcome": result.outcome,
        "attempt": claim.attempt,
        "started_at": result.started_at,
        "duration_s": result.duration_s,
    }


def _go_on(page: Page, entry: Entry, claim: Claim) -> Job:
    freed = _freed(entry.job, page)
    job = replace(freed, stage=next_wait(claim.stages[0]), attempt=0, not_before=None)
    page.jobs.save(replace(entry, job=job))
    return job


def _rest(page: Page, entry: Entry, finish: Finish) -> Job:
    assert finish.state is not None
    job = replace(_freed(entry.job, page).moved(finish.state), reason=wire.printable(finish.reason))
    page.jobs.save(replace(entry, job=job))
    kept = {
        "creatives": len(finish.creatives),
        "creatives_sha256": history.digest({made.path: made.ref.sha256 for made in finish.creatives}),
        "cost_micros": job.cost_micros,
    }
    audit.note(page, f"job.{job.state}", job, reason=job.reason, campaign=job.campaign, revision=job.revision, **kept)
    return job


def _fail(page: Page, claim: Claim, failure: Failure) -> Job | Fenced:
    entry = page.jobs.entry(claim.job.id)
    told: dict[str, object] = {
        "stage": failure.stage,
        "attempt": claim.attempt,
        "error": failure.error,
        "retry_in": failure.retry_in,
        "charged": failure.charge,
        "detail": dict(failure.detail),
    }
    if not _holds(entry, claim):
        return _refuse(page, entry, claim, failure=told)
    freed = _freed(entry.job, page)
    job = replace(freed, attempt=freed.attempt if failure.charge else freed.attempt - 1)
    if failure.retry_in is not None:
        job = replace(job, not_before=page.now + timedelta(seconds=max(0.0, failure.retry_in)))
    else:
        job = replace(job.moved(failure.state), reason=wire.printable(failure.error))
    page.jobs.save(replace(entry, job=job))
    audit.note(page, "stage.failed", job, **told)
    if job.state is not State.RUNNING:
        audit.note(page, f"job.{job.state}", job, reason=job.reason, cost_micros=job.cost_micros)
    return job


def _release(page: Page, owner: str | None) -> int:
    entries = page.jobs.leased(owner)
    for entry in entries:
        page.jobs.save(replace(entry, job=_freed(entry.job, page)))
        audit.note(page, "stage.released", entry.job, stage=entry.job.stage, owner=entry.job.owner)
    return len(entries)


def _freed(job: Job, page: Page) -> Job:
    return replace(job, owner="", lease_until=None, updated_at=page.now)


def _holds(entry: Entry, claim: Claim) -> bool:
    job = entry.job
    return job.state is State.RUNNING and job.fence == claim.fence and job.owner == claim.job.owner


def _refuse(page: Page, entry: Entry, claim: Claim, **late: object) -> Fenced:
    """Write down a late result and give the error that its transaction must not be undone by."""
    holder = {"owner": claim.job.owner, "fence": claim.fence, "attempt": claim.attempt, "stages": claim.stages}
    spent = page.spend.total(entry.job.id)
    audit.note(page, "stage.fenced", entry.job, **holder, fence_now=entry.job.fence, spent_micros=spent, **late)
    return Fenced(
        f"The lease on {entry.job.id} was lost: fence {claim.fence}, now {entry.job.fence}. The result was not used."
    )


def _unless_fenced(answer: Job | Fenced) -> Job:
    if isinstance(answer, Fenced):
        raise answer
    return answer
