"""Claim, run, renew, record: the only code that executes stages, the same at home and in a fleet.

`serve_one` takes one claim from the ledger and brings it to a recorded end, whatever happens inside. A lease that is
lost stops the work before it costs more. What was achieved is recorded even while the ledger is away for a moment: the
result waits in memory and the write is repeated, shielded from cancellation.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, ParamSpec, TypeVar

from briefmill import files
from briefmill.domain import underway
from briefmill.domain.facts import Closed, Failed, StageEnded, StageStarted
from briefmill.domain.job import TERMINAL, Job, Stage, State
from briefmill.engine import attempt
from briefmill.engine.attempt import Kind, Outcome, Patience
from briefmill.engine.gate import CLAIM, RECORD, WORK, Gate
from briefmill.engine.offload import Offload
from briefmill.errors import Fenced, Paused, Problem, Temporary
from briefmill.ports import Bell, Buckets, Claim, Clock, Failure, Finish, Ledger, Listener, Wait

P = ParamSpec("P")
T = TypeVar("T")

LOCKED_S: Final = 1.0
"""How long to leave a ledger alone that is in use by somebody else; asking it waits by itself as well."""

SOON_S: Final = 2.0
"""A lane that has to wait longer than this finds nothing out meanwhile."""

Perform = Callable[[Claim], Awaitable[Finish]]
"""Runs the stages of a claim. Raises Temporary, Permanent or anything; repeats must be harmless."""

Refuse = Callable[[Job, tuple[Problem, ...]], Awaitable[str]]
"""Publishes the refusal of a job into `rejected/`; idempotent; returns the folder's name."""

Rest = Callable[[Job], Awaitable[None]]
"""Tidies up after a job that came to rest; idempotent, a crash before it only leaves something to sweep."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One lease group: where its jobs wait, who runs them, how many at once, for how long.

    With a `bucket`, each claim takes one of its tokens, and a wait that the other side asks for holds it for everybody.
    `timeout_s` None leaves it to the performer to end in time.
    """

    stage: Stage
    perform: Perform
    concurrency: int = 1
    lease_s: float = 60.0
    timeout_s: float | None = 900.0
    bucket: str | None = None


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a runner works with. `allowed` is asked before each claim and raises Paused while nothing may be begun."""

    ledger: Ledger
    buckets: Buckets
    bell: Bell
    offload: Offload
    listener: Listener
    clock: Clock
    gate: Gate
    owner: str
    refuse: Refuse
    rest: Rest
    patience: Patience = field(default_factory=Patience)
    chance: Callable[[], float] = random.random
    allowed: Callable[[], None] = lambda: None


async def serve_one(bench: Bench, lane: Lane) -> Wait | None:
    """Serve one job of this lane; None when one was served, else how long nothing is to be done.

    What every job lacks closes the gate; the Wait then asks to come back to it at once.
    """
    try:
        claim = await bench.offload.run(_claim, bench, lane)
    except Temporary as error:
        # A ledger that does not answer concerns every job, however it says so.
        _lacking(bench, lane, CLAIM, error, resource="ledger")
        return Wait(seconds=0.0)
    bench.gate.opened(lane.stage, CLAIM)
    if isinstance(claim, Wait):
        if claim.seconds is None:
            # Nobody is left here who could find out: it is not missed any more.
            bench.gate.opened(lane.stage, WORK)
        elif claim.seconds > SOON_S:
            bench.gate.untried(lane.stage)
        return claim
    began = bench.clock.monotonic()
    bench.listener.hear(_began(claim, lane.stage))
    with bench.gate.trying(lane.stage) as missed, underway.on(claim.job.id):
        if claim.attempt > bench.patience.attempts:
            outcome: Outcome | None = attempt.exhausted(claim.attempt)
        else:
            outcome = await _attempt(bench, lane, claim)
        if outcome is not None:
            bench.gate.proved(lane.stage, missed - {outcome.resource})
            if lane.stage is Stage.ARCHIVE:
                outcome = attempt.kept_in_hand(outcome)
            await _failed(bench, lane, claim, outcome, bench.clock.monotonic() - began)
    return None


def _claim(bench: Bench, lane: Lane) -> Claim | Wait:
    bench.allowed()
    return bench.ledger.claim(lane.stage, bench.owner, lane.lease_s, bucket=lane.bucket)


def _lacking(bench: Bench, lane: Lane, step: str, error: Temporary, *, resource: str) -> None:
    """Close the gate over what `error` says is missing; `resource` where it does not name it."""
    named = error.resource if isinstance(error, Paused) else resource
    usual = bench.patience.pause_s if isinstance(error, Paused) else LOCKED_S
    wait = usual if error.retry_in is None else error.retry_in
    bench.gate.close(named, str(error), wait, lane=lane.stage, step=step)


async def _attempt(bench: Bench, lane: Lane, claim: Claim) -> Outcome | None:
    """Run the stages and record their end; an Outcome when that failed."""
    try:
        finish = await _under_lease(bench, lane, claim)
        job = await _surely(bench, lane, bench.ledger.finish, claim, finish)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # noqa: BLE001 - judge() classifies everything, the lane must live
        return attempt.judge(error, attempt=claim.attempt, patience=bench.patience, chance=bench.chance())
    bench.gate.opened(lane.stage, WORK)
    for index, result in enumerate(finish.results):
        if index:
            bench.listener.hear(_began(claim, result.stage))
        bench.listener.hear(
            StageEnded(
                job=job.id,
                stage=result.stage,
                outcome=result.outcome,
                duration_s=result.duration_s,
                tenant=job.tenant,
            )
        )
    await _came_to(bench, job)
    return None


async def _under_lease(bench: Bench, lane: Lane, claim: Claim) -> Finish:
    work = asyncio.ensure_future(lane.perform(claim))
    beat = asyncio.create_task(_keep_lease(bench, lane, claim, work))
    patience = asyncio.timeout(lane.timeout_s)
    try:
        async with patience:
            return await work
    except TimeoutError as error:
        if not patience.expired():
            raise  # not ours: a share that does not answer says the same
        raise Temporary(f"{lane.stage} took longer than {lane.timeout_s} s") from error
    except asyncio.CancelledError:
        if beat.done() and not beat.cancelled() and beat.exception() is None and beat.result():
            raise Fenced from None
        raise
    finally:
        beat.cancel()
        work.cancel()


async def _keep_lease(bench: Bench, lane: Lane, claim: Claim, work: "asyncio.Future[Finish]") -> bool:
    """Renew until cancelled; on a lost lease stop the work and return True."""
    while True:
        await asyncio.sleep(lane.lease_s / 3)
        try:
            kept = await bench.offload.run(bench.ledger.renew, claim, lane.lease_s)
        except Temporary:
            continue  # The ledger is away: keep working, the recording at the end decides.
        if not kept:
            work.cancel()
            return True


async def _failed(bench: Bench, lane: Lane, claim: Claim, outcome: Outcome, took_s: float) -> None:
    if outcome.kind is Kind.PAUSED:
        wait = bench.patience.pause_s if outcome.retry_in is None else outcome.retry_in
        bench.gate.close(outcome.resource, outcome.error, wait, lane=lane.stage)
    if lane.bucket is not None and outcome.asked:
        await _surely(bench, lane, bench.buckets.hold, lane.bucket, outcome.asked)
    failure = Failure(
        stage=lane.stage,
        error=outcome.error,
        retry_in=outcome.retry_in,
        state=outcome.state,
        charge=outcome.charge,
        detail={"problems": [str(problem) for problem in outcome.problems]} if outcome.problems else {},
    )
    kind = outcome.kind
    job: Job | None = None
    try:
        if kind is not Kind.LOST:
            if outcome.retry_in is None and outcome.state is State.REJECTED:
                await bench.refuse(claim.job, outcome.problems)
            job = await _surely(bench, lane, bench.ledger.fail, claim, failure)
    except Fenced:
        kind = Kind.LOST
    except Paused as error:
        # The refusal could not be published: the job keeps its place and is tried again when the pause is over.
        _lacking(bench, lane, WORK, error, resource=error.resource)
        again = Failure(stage=lane.stage, error=str(error), retry_in=bench.patience.pause_s, charge=False)
        await _surely(bench, lane, bench.ledger.fail, claim, again)
    except OSError as error:
        if lacking := files.lack(error):
            _lacking(bench, lane, WORK, lacking, resource=lacking.resource)
            again = Failure(stage=lane.stage, error=str(error), retry_in=bench.patience.pause_s, charge=False)
            await _surely(bench, lane, bench.ledger.fail, claim, again)
            return
        # Nor may it be lost when publishing fails for a reason of this job alone (an original nobody may read).
        words = f"{outcome.error} (and the refusal could not be published: {error})"
        held = Failure(stage=lane.stage, error=words, retry_in=None, state=State.HELD, detail=failure.detail)
        job = await _surely(bench, lane, bench.ledger.fail, claim, held)
    bench.listener.hear(
        StageEnded(
            job=claim.job.id,
            stage=lane.stage,
            outcome=kind,
            duration_s=took_s,
            error=outcome.error,
            tenant=claim.job.tenant,
        )
    )
    if job is not None:
        await _came_to(bench, job)


def _began(claim: Claim, stage: Stage) -> StageStarted:
    return StageStarted(job=claim.job.id, stage=stage, attempt=claim.attempt, tenant=claim.job.tenant)


async def _came_to(bench: Bench, job: Job) -> None:
    """Wake the next lane, or tidy up after a job at rest."""
    if job.state is State.RUNNING:
        if job.stage is not None and job.not_before is None:
            bench.bell.ring(job.stage)
        return
    age = (job.updated_at - job.created_at).total_seconds()
    if job.state in TERMINAL:
        try:
            await bench.rest(job)
        except Exception as error:  # noqa: BLE001 - the job is done; what is left behind is swept at the next start
            bench.listener.hear(Failed(where="engine.rest", error=repr(error)))
    bench.listener.hear(
        Closed(
            job=job.id,
            source=job.source,
            state=job.state,
            age_s=age,
            folder=job.folder,
            reason=job.reason,
            tenant=job.tenant,
        )
    )


async def _surely(bench: Bench, lane: Lane, write: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Write to the ledger, again and again while it is away; cancellation waits until it is written.

    The gate stays closed meanwhile, and says so once: what is done must be written down before more is begun.
    """

    async def insist() -> T:
        delay = 0.1
        while True:
            try:
                done = await bench.offload.run(write, *args, **kwargs)
            except Temporary as error:
                named = error.resource if isinstance(error, Paused) else "ledger"
                bench.gate.close(named, str(error), delay, lane=lane.stage, step=RECORD)
                await asyncio.sleep(delay)
                delay = min(5.0, delay * 2)
                continue
            except BaseException:
                # The ledger has answered, if only to refuse.
                bench.gate.opened(lane.stage, RECORD)
                raise
            bench.gate.opened(lane.stage, RECORD)
            return done

    return await asyncio.shield(asyncio.ensure_future(insist()))
