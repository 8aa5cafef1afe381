"""The runner on the memory ledger: every way an attempt can end, with time passed in."""

import asyncio
import errno
import sqlite3
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.facts import Closed, Failed, PipelinePaused, PipelineResumed, StageEnded
from briefmill.domain.job import Stage, State
from briefmill.engine import runner
from briefmill.engine.attempt import Patience
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import Gate
from briefmill.engine.local import LocalEngine
from briefmill.engine.offload import Offload
from briefmill.engine.runner import Bench, Lane, serve_one
from briefmill.errors import AssetRefused, Fenced, OverBudget, Paused, Problem, Temporary, WorkerDied
from briefmill.ledger import dialects
from briefmill.ledger.memory import MemoryLedger
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Finish, StageResult, Wait

REF = Ref(sha256="0" * 64, size=1, media_type="application/json")
START = datetime(2027, 1, 1, tzinfo=UTC)


class HandClock:
    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return START + timedelta(seconds=self.seconds)

    def monotonic(self):
        return self.seconds


class SystemClock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()


class Workshop:
    """A bench on a memory ledger, with what happened written down."""

    def __init__(self):
        self.clock = HandClock()
        self.ledger = MemoryLedger(self.clock)
        self.facts, self.refused, self.rested = [], [], []
        self.offload = Offload(2)
        self.bell = LocalBell()
        self.bench = Bench(
            ledger=self.ledger.claims,
            buckets=self.ledger.buckets,
            bell=self.bell,
            offload=self.offload,
            listener=self,
            clock=self.clock,
            gate=Gate(self.clock, self),
            owner="me",
            refuse=self.refuse,
            rest=self.rest,
            patience=Patience(attempts=3, base_s=1.0),
            chance=lambda: 1.0,
        )

    def hear(self, fact):
        self.facts.append(fact)

    async def refuse(self, job, problems):
        self.refused.append((job.id, [problem.code for problem in problems]))
        return "folder"

    async def rest(self, job):
        self.rested.append((job.id, job.state))

    def job(self, name="a.yaml"):
        journal = self.ledger.journal
        job = journal.begin(source=name, source_raw=name.encode())
        journal.took(job.id)
        snapshot = Snapshot(name=name, brief=Ref(sha256=name.rjust(64, "0"), size=1, media_type="text/yaml"))
        return journal.admit(job.id, Admission(snapshot=snapshot, reading=REF, campaign=name)).id

    def state(self, job):
        return self.ledger.records.job(job).state

    def ended(self):
        return [(fact.stage, fact.outcome) for fact in self.facts if isinstance(fact, StageEnded)]


@pytest.fixture
async def shop():
    made = Workshop()
    yield made
    made.offload.close()


def does(*errors, state=None):
    """A performer that raises the errors one after the other, then succeeds."""
    waiting = list(errors)

    async def perform(claim):
        if waiting:
            raise waiting.pop(0)
        results = tuple(
            StageResult(stage=stage, outcome="ok", started_at=START, duration_s=0.1) for stage in claim.stages
        )
        return Finish(results=results, state=state)

    return perform


def lane(stage=Stage.GENERATE, **options):
    return Lane(stage=stage, **options)


async def test_a_job_goes_through_all_lanes_and_comes_to_rest(shop):
    job = shop.job()
    for stage, state in ((Stage.GENERATE, None), (Stage.RESIZE, None), (Stage.ARCHIVE, State.DELIVERED)):
        assert await serve_one(shop.bench, lane(stage, perform=does(state=state))) is None
    assert shop.state(job) is State.DELIVERED
    assert shop.ended() == [(stage, "ok") for stage in Stage]
    assert shop.rested == [(job, State.DELIVERED)]
    assert isinstance(shop.facts[-1], Closed)


async def test_nothing_to_do_is_a_wait(shop):
    assert isinstance(await serve_one(shop.bench, lane(perform=does())), Wait)


async def test_a_temporary_failure_comes_back_after_its_delay(shop):
    job = shop.job()
    work = lane(perform=does(Temporary("503")))
    await serve_one(shop.bench, work)
    assert isinstance(await serve_one(shop.bench, work), Wait)
    shop.clock.seconds += 2.5
    assert await serve_one(shop.bench, work) is None
    assert shop.ended() == [(Stage.GENERATE, "retry"), (Stage.GENERATE, "ok")]
    assert shop.ledger.records.job(job).stage is Stage.RESIZE


async def test_a_wait_that_the_other_side_asks_for_holds_everybody(shop):
    shop.ledger.buckets.shape("openai", rate=100.0, burst=100.0)
    shop.job("a.yaml"), shop.job("b.yaml")
    work = lane(perform=does(Temporary("429", retry_in=30.0)), bucket="openai")
    await serve_one(shop.bench, work)
    wait = await serve_one(shop.bench, work)
    assert isinstance(wait, Wait)
    shop.clock.seconds += 31
    assert await serve_one(shop.bench, work) is None
    assert await serve_one(shop.bench, work) is None


async def test_a_permanent_failure_publishes_the_refusal_before_it_is_recorded(shop):
    job = shop.job()
    problem = Problem(code="asset.bomb", message="too many pixels")
    await serve_one(shop.bench, lane(perform=does(AssetRefused(problem))))
    assert shop.refused == [(job, ["asset.bomb"])]
    assert shop.state(job) is State.REJECTED
    assert shop.rested == [(job, State.REJECTED)]


async def test_a_refusal_that_cannot_be_published_keeps_the_job(shop):
    job = shop.job()

    async def no_room(job, problems):
        raise Paused("no space left", resource="disk")

    bench = Bench(**{**vars(shop.bench), "refuse": no_room})
    await serve_one(bench, lane(perform=does(AssetRefused(Problem(code="x", message="y")))))
    assert shop.state(job) is State.RUNNING
    assert list(shop.bench.gate.missing) == ["disk"]
    assert shop.ledger.records.job(job).attempt == 0


async def test_a_refusal_that_can_never_be_published_holds_the_job(shop):
    job = shop.job()

    async def forbidden(job, problems):
        raise PermissionError(13, "Permission denied")

    bench = Bench(**{**vars(shop.bench), "refuse": forbidden})
    await serve_one(bench, lane(perform=does(AssetRefused(Problem(code="x", message="y")))))
    assert shop.state(job) is State.HELD
    assert "Permission denied" in shop.ledger.records.job(job).reason


async def test_a_surprise_in_one_lane_does_not_end_the_engine(shop):
    stop, surprised = asyncio.Event(), asyncio.Event()

    class Broken:
        def __getattr__(self, name):
            return getattr(shop.ledger.claims, name)

        def claim(self, *args, **options):
            shop.bench.bell.ring(Stage.GENERATE)
            raise RuntimeError("a bug of ours")

    def hear(fact):
        if getattr(fact, "error", "").startswith("RuntimeError"):
            surprised.set()
            stop.set()

    shop.hear = hear
    bench = Bench(**{**vars(shop.bench), "ledger": Broken(), "listener": shop})
    await LocalEngine(bench, [lane(perform=does())], sweep_s=0.01).run(stop)
    assert surprised.is_set()


async def test_a_full_disk_closes_the_gate_and_costs_no_attempt(shop):
    job = shop.job()
    await serve_one(shop.bench, lane(perform=does(Paused("no space left", resource="disk"))))
    assert any(isinstance(fact, PipelinePaused) for fact in shop.facts)
    assert (shop.state(job), shop.ledger.records.job(job).attempt) == (State.RUNNING, 0)


async def test_a_brief_that_kills_its_worker_each_time_is_rejected_and_the_next_one_goes_on(shop):
    poison, good = shop.job("poison.yaml"), shop.job("good.yaml")
    healthy = does()

    async def perform(claim):
        if claim.job.id == poison:
            raise WorkerDied("killed by SIGKILL")
        return await healthy(claim)

    work = lane(perform=perform)
    for _ in range(10):
        await serve_one(shop.bench, work)
        shop.clock.seconds += 100
    assert (shop.state(poison), shop.state(good)) == (State.REJECTED, State.RUNNING)
    assert shop.refused == [(poison, ["job.poison"])]
    assert shop.ledger.records.job(good).stage is Stage.RESIZE


async def test_a_job_whose_runner_always_vanished_is_given_up_without_another_try(shop):
    job = shop.job()
    for _ in range(3):
        shop.ledger.claims.claim(Stage.GENERATE, "gone", 60.0)
        shop.ledger.claims.release(None)
    tried = []

    async def perform(claim):
        tried.append(claim)

    await serve_one(shop.bench, lane(perform=perform))
    assert (tried, shop.state(job)) == ([], State.REJECTED)


async def test_a_late_finisher_records_nothing(shop):
    job = shop.job()
    healthy = does()

    async def perform(claim):
        shop.clock.seconds += 1000
        shop.ledger.claims.claim(Stage.GENERATE, "somebody else", 60.0)
        return await healthy(claim)

    await serve_one(shop.bench, lane(perform=perform))
    assert shop.ended() == [(Stage.GENERATE, "lost")]
    assert shop.ledger.records.history(job) == []


async def test_a_lost_lease_stops_the_work(shop):
    shop.job()
    stopped = []

    async def perform(claim):
        shop.clock.seconds += 1000
        shop.ledger.claims.claim(Stage.GENERATE, "somebody else", 60.0)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    await serve_one(shop.bench, lane(perform=perform, lease_s=0.03))
    assert stopped == [True]
    assert shop.ended() == [(Stage.GENERATE, "lost")]


async def test_a_cancelled_runner_is_really_cancelled_and_not_taken_for_a_lost_lease(shop):
    shop.job()
    begun = asyncio.Event()

    async def perform(claim):
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(serve_one(shop.bench, lane(perform=perform)))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shop.ended() == []


async def test_the_write_is_repeated_while_the_ledger_is_away(shop):
    job = shop.job()
    finish, away = shop.ledger.claims.finish, [Temporary("database is locked")]

    class Flaky:
        def __getattr__(self, name):
            return getattr(shop.ledger.claims, name)

        def finish(self, *args):
            if away:
                raise away.pop()
            return finish(*args)

    bench = Bench(**{**vars(shop.bench), "ledger": Flaky()})
    await serve_one(bench, lane(perform=does()))
    assert shop.ledger.records.job(job).stage is Stage.RESIZE


async def test_the_engine_serves_what_it_was_not_told_of_and_lets_running_work_end(shop):
    job = shop.job()
    stop, begun, go = asyncio.Event(), asyncio.Event(), asyncio.Event()
    healthy = does()

    async def perform(claim):
        begun.set()
        await go.wait()
        return await healthy(claim)

    engine = LocalEngine(shop.bench, [lane(perform=perform)], sweep_s=0.01)
    running = asyncio.create_task(engine.run(stop))
    await begun.wait()
    stop.set()
    go.set()
    await running
    assert shop.ledger.records.job(job).stage is Stage.RESIZE
    assert engine.busy == 0


def paused(shop):
    return [
        (type(fact).__name__, fact.resource)
        for fact in shop.facts
        if isinstance(fact, PipelinePaused | PipelineResumed | Failed)
    ]


class Away:
    """A ledger that fails one of its methods as long as it is told to."""

    def __init__(self, claims, method, error):
        self._claims, self._method, self.error, self.asked = claims, method, error, 0

    def __getattr__(self, name):
        real = getattr(self._claims, name)
        if name != self._method:
            return real

        def answer(*args, **options):
            self.asked += 1
            if self.error is not None:
                raise self.error
            return real(*args, **options)

        return answer


@pytest.mark.parametrize(
    ("error", "resource"),
    [
        (Temporary("The ledger is in use by another process"), "ledger"),
        (Paused("The disk under the ledger is full", resource="disk"), "disk"),
    ],
)
async def test_a_ledger_that_cannot_be_written_pauses_once_and_resumes_once(shop, error, resource):
    job = shop.job()
    away = Away(shop.ledger.claims, "claim", error)
    bench, work = replace(shop.bench, ledger=away), lane(perform=does())
    for _ in range(5):
        assert isinstance(await serve_one(bench, work), Wait)
        shop.clock.seconds += 100
    assert list(bench.gate.missing) == [resource]
    away.error = None
    await serve_one(bench, work)
    assert paused(shop) == [("PipelinePaused", resource), ("PipelineResumed", resource)]
    assert (shop.ledger.records.job(job).stage, away.asked) == (Stage.RESIZE, 6)


async def test_what_is_done_while_the_ledger_is_away_is_written_when_it_is_back_and_said_once(shop):
    job = shop.job()
    away = Away(shop.ledger.claims, "finish", Temporary("The ledger is in use"))
    told = shop.hear

    def hear(fact):
        told(fact)
        if isinstance(fact, PipelinePaused):
            assert list(shop.bench.gate.missing) == ["ledger"]
            asyncio.get_running_loop().call_soon(setattr, away, "error", None)

    shop.hear = hear
    shop.bench.gate._listener = shop
    await serve_one(replace(shop.bench, ledger=away), lane(perform=does()))
    assert paused(shop) == [("PipelinePaused", "ledger"), ("PipelineResumed", "ledger")]
    assert shop.ledger.records.job(job).stage is Stage.RESIZE


async def test_nothing_is_claimed_below_the_floor_and_all_goes_on_above_it(shop):
    job = shop.job()
    short = [Paused("12.0 MB free under state, the floor is 256.0 MB", resource="disk", retry_in=1.0)]

    def allowed():
        if short:
            raise short[0]

    bench, work = replace(shop.bench, allowed=allowed), lane(perform=does())
    await serve_one(bench, work)
    assert (shop.ledger.records.job(job).fence, list(bench.gate.missing)) == (0, ["disk"])
    short.clear()
    await serve_one(bench, work)
    assert paused(shop) == [("PipelinePaused", "disk"), ("PipelineResumed", "disk")]
    assert shop.ledger.records.job(job).stage is Stage.RESIZE


async def test_what_a_job_missed_is_not_missing_for_ever_when_the_job_is_cancelled(shop):
    job = shop.job()
    work = lane(perform=does(Paused("no quota", resource="quota")))
    await serve_one(shop.bench, work)
    assert await serve_one(shop.bench, work) is not None
    assert list(shop.bench.gate.missing) == ["quota"], "the job still waits for it"
    shop.ledger.records.cancel(job, reason="not wanted")
    await serve_one(shop.bench, work)
    assert not shop.bench.gate.missing


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENOTCONN])
async def test_a_failing_disk_is_never_the_brief_s_fault_wherever_it_is_met(shop, code):
    job = shop.job()
    await serve_one(shop.bench, lane(perform=does(*[OSError(code, "no")] * 9)))
    assert list(shop.bench.gate.missing) == ["disk"]
    assert (shop.state(job), shop.ledger.records.job(job).attempt) == (State.RUNNING, 0)


async def test_the_engine_comes_back_by_itself_when_a_locked_ledger_is_free_again(tmp_path, shop, monkeypatch):
    """The real ledger, locked by another process's transaction."""
    monkeypatch.setattr(dialects, "_BUSY_S", 0.05)
    monkeypatch.setattr(runner, "LOCKED_S", 0.01)
    shop.ledger = SqlLedger(tmp_path / "briefmill.db", SystemClock())
    try:
        job = shop.job()
        other = sqlite3.connect(tmp_path / "briefmill.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        stop, told = asyncio.Event(), shop.hear

        def hear(fact):
            told(fact)
            if isinstance(fact, PipelinePaused):
                other.execute("ROLLBACK")
            if isinstance(fact, StageEnded):
                stop.set()

        shop.hear = hear
        gate = Gate(SystemClock(), shop)
        bench = replace(shop.bench, ledger=shop.ledger.claims, listener=shop, gate=gate, clock=SystemClock())
        await LocalEngine(bench, [lane(perform=does(), concurrency=3)], sweep_s=0.05).run(stop)
        assert paused(shop) == [("PipelinePaused", "ledger"), ("PipelineResumed", "ledger")]
        assert shop.ledger.records.job(job).stage is Stage.RESIZE
        other.close()
    finally:
        shop.ledger.close()


def test_fenced_is_no_temporary_failure():
    assert not issubclass(Fenced, Temporary)


@pytest.mark.parametrize(("waits", "state"), [(True, State.RUNNING), (False, State.HELD)])
async def test_what_no_budget_covers_is_held_and_what_calls_under_way_have_reserved_is_waited_for(shop, waits, state):
    job = shop.job()
    await serve_one(shop.bench, lane(perform=does(OverBudget("$1.00 today does not cover this", waits=waits))))
    assert (shop.state(job), shop.ledger.records.job(job).attempt) == (state, 0)
    assert shop.refused == []
    assert not shop.bench.gate.missing, "it concerns this job alone"


async def test_a_stage_over_its_deadline_that_cannot_be_stopped_is_told(shop):
    shop.job()
    stop, begun, go = asyncio.Event(), threading.Event(), threading.Event()

    def stuck():
        begun.set()
        go.wait()

    async def perform(claim):
        # A thread cannot be stopped, so the door waits for it: this is how a stage outlives its deadline.
        await shop.offload.run(stuck)
        return await does()(claim)

    engine = LocalEngine(shop.bench, [lane(perform=perform, timeout_s=900.0)], sweep_s=0.01)
    running = asyncio.create_task(engine.run(stop))
    await asyncio.to_thread(begun.wait)
    shop.clock.seconds = 950.0
    assert engine.overdue(60.0) == []
    shop.clock.seconds = 970.0
    assert engine.overdue(60.0) == ["generate has gone on for 970 s, and 900 are allowed"]
    stop.set()
    go.set()
    await running
    assert engine.overdue(60.0) == []
