"""What the tests of the ledger build with: a clock to push, briefs to admit, stages to finish."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Creative, Exactness, Provenance
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.verdict import Box
from briefmill.ledger.offices import Offices
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Claim, Finish, StageResult

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class PushedClock:
    """Time that goes where a test pushes it."""

    at: datetime = NOON
    pushed_s: float = 0.0

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.pushed_s)

    def monotonic(self) -> float:
        return self.pushed_s

    def push(self, seconds: float) -> None:
        self.pushed_s += seconds


@dataclass
class Counted:
    """Job ids that two ledgers can agree on."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        return f"j_{next(self.numbers):016d}"


@contextmanager
def sqlite(path: Path, clock: PushedClock, newid: Callable[[], str] | None = None) -> Iterator[SqlLedger]:
    ledger = SqlLedger(path, clock, newid=newid)
    try:
        yield ledger
    finally:
        ledger.close()


def ref(content: str) -> Ref:
    return Ref(sha256=content.encode().hex().rjust(64, "0"), size=len(content), media_type="application/json")


def admission(content: str, *, campaign: str = "summer", priority: int = 5) -> Admission:
    snapshot = Snapshot(name="brief.json", brief=ref(content), files={"logo.png": ref("logo")})
    return Admission(snapshot=snapshot, reading=ref(f"read {content}"), campaign=campaign, priority=priority)


def claimed(ledger: Offices, source: str = "brief.json", tenant: str = "default") -> Job:
    job = ledger.journal.begin(source=source, source_raw=source.encode(), tenant=tenant)
    return ledger.journal.took(job.id)


def running(
    ledger: Offices,
    content: str = "a",
    *,
    campaign: str = "summer",
    priority: int = 5,
    tenant: str = "default",
    rerun: bool = False,
) -> Job:
    job = claimed(ledger, tenant=tenant)
    return ledger.journal.admit(job.id, admission(content, campaign=campaign, priority=priority), rerun=rerun)


def taken(ledger: Offices, stage: Stage, owner: str = "anna", lease_s: float = 60) -> Claim:
    claim = ledger.claims.claim(stage, owner, lease_s)
    assert isinstance(claim, Claim), claim
    return claim


def result(stage: Stage, *, outcome: str = "ok", **output: object) -> StageResult:
    return StageResult(stage=stage, outcome=outcome, started_at=NOON, duration_s=1.5, output=output)


def done(claim: Claim, *, state: State | None = None, creatives: tuple[Creative, ...] = (), **output: object) -> Finish:
    results = tuple(result(stage, **output) for stage in claim.stages)
    return Finish(results=results, state=state, creatives=creatives)


def creative(placement: str, content: str = "pixels") -> Creative:
    return Creative(
        product="mug",
        locale="en-GB",
        placement=placement,
        ref=ref(content),
        width=100,
        height=50,
        extension="jpg",
        quality=80,
        alt_text="A mug",
        layout="hero",
        logo="on_dark",
        exactness=Exactness(
            source="a" * 64,
            matte="b" * 64,
            way="alpha",
            box=Box(x=1, y=2, width=3, height=4),
            scale=0.3,
            pixels=12,
            greatest=0,
            mean=0.0,
        ),
        provenance=Provenance(
            unsigned="c" * 64, source_type="compositeSynthetic", manifest_bytes=9, signer="d" * 64, sidecar=ref("side")
        ),
    )


def delivered(ledger: Offices, content: str = "a", **wishes: str) -> Job:
    job = running(ledger, content, **wishes)
    for stage in (Stage.GENERATE, Stage.RESIZE):
        claim = taken(ledger, stage)
        ledger.claims.finish(claim, done(claim))
    claim = taken(ledger, Stage.ARCHIVE)
    assert claim.job.id == job.id
    return ledger.claims.finish(claim, done(claim, state=State.DELIVERED))


def events(ledger: Offices, job: str = "") -> list[str]:
    return [row.event for row in ledger.trail.rows(job=job)]
