"""The database and its twin in memory answer alike, whatever is asked of them, and leave the same chain."""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from briefmill.domain.job import TRANSITIONS, Stage, State
from briefmill.errors import BriefmillError
from briefmill.ledger.memory import MemoryLedger
from briefmill.ledger.offices import Offices
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Claim, Failure, Finish, Intent, JobQuery
from ledger.ledgerkit import Counted, PushedClock, admission, creative, result

LEASE_S = 30.0
HEADS = (Stage.GENERATE, Stage.RESIZE, Stage.ARCHIVE)
CONTENTS = st.sampled_from("abcdefghijkl")
OWNERS = st.sampled_from(["anna", "bert"])
RESTS = st.sampled_from([State.REJECTED, State.HELD, State.CANCELLED, State.DUPLICATE])


def template() -> Path:
    path = Path(tempfile.mkdtemp()) / "briefmill.db"
    SqlLedger(path, PushedClock()).close()
    return path


def claim_at(twin: Offices, *, stage: Stage, owner: str, bucket: str | None) -> Any:
    return twin.claims.claim(stage, owner, LEASE_S, bucket=bucket)


class Twins(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    claims = Bundle("claims")
    expenses = Bundle("expenses")
    empty: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "briefmill.db")
        self.clock = PushedClock()
        self.twins: list[Offices] = [
            MemoryLedger(self.clock, newid=Counted()),
            SqlLedger(self.folder / "briefmill.db", self.clock, newid=Counted()),
        ]

    def teardown(self) -> None:
        for twin in self.twins:
            report = twin.trail.verify()
            assert report.bad_row == 0, report
            twin.close()
        shutil.rmtree(self.folder)

    def both(self, ask: Callable[[Offices], Any]) -> Any:
        """Ask both, and compare what they say or raise; None for what they refuse."""
        said: list[Any] = []
        for twin in self.twins:
            try:
                said.append(ask(twin))
            except (BriefmillError, ValueError) as error:
                said.append((type(error), str(error)))
        assert said[0] == said[1]
        return None if isinstance(said[0], tuple) else said[0]

    @rule(seconds=st.sampled_from([0.000001, 1.0, LEASE_S, -5.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.push(seconds)

    @rule(target=jobs, tenant=st.sampled_from(["default", "acme"]), name=st.text(max_size=4))
    def begin(self, tenant: str, name: str) -> str:
        return self.begin_both(tenant, name)

    def begin_both(self, tenant: str, name: str) -> str:
        return self.both(lambda twin: twin.journal.begin(source=name, source_raw=name.encode(), tenant=tenant)).id

    @rule(job=jobs)
    def took(self, job: str) -> None:
        self.both(lambda twin: twin.journal.took(job))

    @rule(job=jobs, content=CONTENTS, rerun=st.booleans())
    def admit(self, job: str, content: str, rerun: bool) -> None:
        self.both(lambda twin: twin.journal.admit(job, admission(content), rerun=rerun))

    @rule(target=jobs, drops=st.lists(st.tuples(CONTENTS, st.integers(0, 2)), min_size=1, max_size=4))
    def drop(self, drops: list[tuple[str, int]]) -> Any:
        """The usual way in, for several briefs, a second apart."""
        names = []
        for content, priority in drops:
            job = self.begin_both("default", content)
            self.both(lambda twin, job=job: twin.journal.took(job))
            known = admission(content, campaign=f"campaign {ord(content) % 3}", priority=priority)
            self.both(lambda twin, job=job, known=known: twin.journal.admit(job, known))
            self.clock.push(1)
            names.append(job)
        return multiple(*names)

    @rule(job=jobs, state=RESTS)
    def close(self, job: str, state: State) -> None:
        self.both(lambda twin: twin.journal.close(job, state, reason="because", detail={"n": 1}))

    @rule(target=claims, owner=OWNERS, bucket=st.sampled_from([None, None, "images"]))
    def claim(self, owner: str, bucket: str | None) -> Any:
        asked = (self.both(partial(claim_at, stage=stage, owner=owner, bucket=bucket)) for stage in reversed(HEADS))
        return next((claim for claim in asked if isinstance(claim, Claim)), multiple())

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        self.both(lambda twin: twin.claims.renew(claim, LEASE_S))

    @rule(claim=claims, state=st.sampled_from([None, None, State.REJECTED, State.HELD]), n=st.floats(0, 1))
    def finish(self, claim: Claim, state: State | None, n: float) -> None:
        if state is None and Stage.ARCHIVE in claim.stages:
            state = State.DELIVERED
        results = tuple(result(stage, n=n) for stage in claim.stages)
        finish = Finish(results=results, state=state, reason="so", creatives=(creative("a", str(n)),))
        self.both(lambda twin: twin.claims.finish(claim, finish))

    @rule(claim=claims, retry_in=st.sampled_from([None, 0.0, 20.0]), charge=st.booleans())
    def fail(self, claim: Claim, retry_in: float | None, charge: bool) -> None:
        failure = Failure(stage=claim.stages[-1], error="boom", retry_in=retry_in, charge=charge)
        self.both(lambda twin: twin.claims.fail(claim, failure))

    @rule(owner=st.sampled_from([None, "anna"]))
    def release(self, owner: str | None) -> None:
        self.both(lambda twin: twin.claims.release(owner))

    @rule(job=jobs)
    def retry(self, job: str) -> None:
        self.both(lambda twin: twin.records.retry(job))

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        self.both(lambda twin: twin.records.cancel(job, reason="stop"))

    @rule(rate=st.floats(0.01, 10), burst=st.floats(1, 5))
    def shape(self, rate: float, burst: float) -> None:
        self.both(lambda twin: twin.buckets.shape("images", rate=rate, burst=burst))

    @rule(seconds=st.floats(0, 20))
    def hold(self, seconds: float) -> None:
        self.both(lambda twin: twin.buckets.hold("images", seconds))

    @rule(target=expenses, job=jobs)
    def intend(self, job: str) -> int:
        return self.both(
            lambda twin: twin.purse.intend(Intent(job=job, tenant="default", kind="image", key="k", estimate_micros=1))
        )

    @rule(entry=expenses, cost=st.integers(0, 9), outcome=st.sampled_from(["ok", "unknown"]))
    def settle(self, entry: int, cost: int, outcome: str) -> None:
        self.both(lambda twin: twin.purse.settle(entry, cost_micros=cost, outcome=outcome, usage={"n": cost}))

    @invariant()
    def they_know_the_same(self) -> None:
        self.both(lambda twin: [twin.trail.head()])
        self.both(lambda twin: list(twin.records.jobs(JobQuery(limit=0))))
        self.both(lambda twin: twin.records.counts())
        self.both(lambda twin: [job.id for job in twin.journal.unfinished()])
        self.both(lambda twin: dict(twin.claims.due()))

    @rule(job=jobs)
    def look_closely(self, job: str) -> None:
        self.both(lambda twin: list(twin.records.history(job)))
        self.both(lambda twin: list(twin.records.creatives(job)))
        self.both(lambda twin: [twin.records.admission(job)])
        self.both(lambda twin: list(twin.trail.rows(job=job)))

    @invariant()
    def the_rules_hold(self) -> None:
        jobs = self.twins[0].records.jobs(JobQuery(limit=0))
        given = [(job.tenant, job.campaign, job.revision) for job in jobs if job.revision]
        assert len(given) == len(set(given))
        for job in jobs:
            assert (job.owner == "") == (job.lease_until is None)
            assert job.attempt >= 0
            assert (job.state is State.DUPLICATE) or not job.duplicate_of
            if job.owner:
                assert job.state is State.RUNNING

    @rule(job=jobs)
    def its_story_follows_the_table(self, job: str) -> None:
        """What the audit chain tells of a job is a way through the table of transitions, and ends where it is."""
        named = {f"job.{state}": state for state in State if state is not State.RUNNING} | {
            "job.admitted": State.RUNNING
        }
        state = State.SETTLING
        for row in self.twins[1].trail.rows(job=job):
            told = State(row.detail["state"]) if row.event == "job.retried" else named.get(row.event)
            if told is not None:
                assert told in TRANSITIONS[state]
                state = told
        assert state is self.twins[1].records.job(job).state


def test_the_twins_answer_alike() -> None:
    Twins.empty = template()
    try:
        Twins.TestCase.settings = settings(
            max_examples=30,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # A failing story is short enough to read; making it the shortest took five minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        )
        machine = Twins.TestCase()
        machine.runTest()
    finally:
        shutil.rmtree(Twins.empty.parent)
