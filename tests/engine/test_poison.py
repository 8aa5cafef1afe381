"""Poison: briefs whose pictures ruin the worker, in real workers, on a real ledger. They end; the others go on."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.facts import Closed
from briefmill.domain.job import Stage, State
from briefmill.engine.attempt import Patience
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import Gate
from briefmill.engine.local import LocalEngine
from briefmill.engine.offload import Offload
from briefmill.engine.runner import Bench, Lane
from briefmill.engine.workers import Workers
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Finish, StageResult

POISONS = {
    "greedy.json": ("disasters:allocate_without_end", 30.0, "more memory than it may have"),
    "endless.json": ("disasters:hang", 0.1, "took longer than 0.1 s"),
    "crashing.json": ("disasters:crash", 30.0, "SIGSEGV"),
}
TRIES = 3


class Clock:
    def now(self):
        return datetime.now(UTC)

    def monotonic(self):
        return time.monotonic()


class Plant:
    """An engine of one lane whose work is done in real worker processes."""

    def __init__(self, tmp_path):
        self.ledger = SqlLedger(tmp_path / "briefmill.db", Clock())
        self.workers = Workers(2, memory_bytes=256 * 2**20)
        self.offload = Offload(4)
        self.refused, self.tried, self.stop, self.left = {}, [], asyncio.Event(), set()
        bench = Bench(
            ledger=self.ledger.claims,
            buckets=self.ledger.buckets,
            bell=LocalBell(),
            offload=self.offload,
            listener=self,
            clock=Clock(),
            gate=Gate(Clock(), self),
            owner="me",
            refuse=self.refuse,
            rest=self.rest,
            patience=Patience(attempts=TRIES, base_s=0.01),
        )
        self.engine = LocalEngine(bench, [Lane(stage=Stage.RESIZE, perform=self.perform, concurrency=2)], sweep_s=0.05)

    def drop(self, name):
        journal = self.ledger.journal
        job = journal.begin(source=name, source_raw=name.encode())
        journal.took(job.id)
        ref = Ref(sha256=name.encode().hex().rjust(64, "0"), size=1, media_type="application/json")
        journal.admit(job.id, Admission(snapshot=Snapshot(name=name, brief=ref), reading=ref, campaign=name))
        claim = self.ledger.claims.claim(Stage.GENERATE, "me", 60.0)
        self.ledger.claims.finish(claim, self.finish(claim))
        self.left.add(job.id)
        return job.id

    def finish(self, claim, state=None):
        now = datetime.now(UTC)
        return Finish(
            results=tuple(
                StageResult(stage=stage, outcome="ok", started_at=now, duration_s=0.1) for stage in claim.stages
            ),
            state=state,
        )

    async def perform(self, claim):
        target, timeout_s, _ = POISONS.get(claim.job.source, ("os:getpid", 30.0, ""))
        self.tried.append(claim.job.source)
        await self.offload.run(self.workers.call, target, timeout_s=timeout_s)
        return self.finish(claim, State.DELIVERED)

    async def refuse(self, job, problems):
        self.refused[job.source] = problems
        return "folder"

    async def rest(self, job):
        return None

    def hear(self, fact):
        if isinstance(fact, Closed):
            self.left.discard(fact.job)
            if not self.left:
                self.stop.set()

    def close(self):
        self.workers.close()
        self.offload.close()
        self.ledger.close()


@pytest.fixture
async def plant(tmp_path):
    made = Plant(tmp_path)
    yield made
    made.close()


async def test_each_poison_is_rejected_after_its_tries_and_the_healthy_briefs_are_delivered(plant):
    good = [plant.drop(f"good-{number}.json") for number in range(3)]
    bad = {plant.drop(name): name for name in POISONS}
    await plant.engine.run(plant.stop)

    assert {plant.ledger.records.job(job).state for job in good} == {State.DELIVERED}
    for job, name in bad.items():
        assert plant.ledger.records.job(job).state is State.REJECTED
        assert plant.tried.count(name) == TRIES
        (problem,) = plant.refused[name]
        assert problem.code == "job.poison"
        assert f"{TRIES} times" in problem.message
        assert POISONS[name][2] in problem.message
        assert problem.fix


async def test_tries_are_counted_across_restarts(tmp_path):
    first = Plant(tmp_path)
    job = first.drop("crashing.json")
    first.close()
    for _ in range(TRIES):
        ledger = SqlLedger(tmp_path / "briefmill.db", Clock())
        assert ledger.claims.claim(Stage.RESIZE, "killed with its worker", 60.0).job.id == job
        ledger.claims.release(None)
        ledger.close()
    plant = Plant(tmp_path)
    try:
        plant.left.add(job)
        await plant.engine.run(plant.stop)
        assert plant.ledger.records.job(job).state is State.REJECTED
        assert [problem.code for problem in plant.refused["crashing.json"]] == ["job.poison"]
        assert plant.tried == []
    finally:
        plant.close()
