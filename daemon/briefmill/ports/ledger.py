"""The ledger as the intake, the engine and the makers write into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget, Standing, Sum
from briefmill.domain.verdict import Finding


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What a claimed brief turned out to be. `reading` is the stored `domain.brief.Reading`."""

    snapshot: Snapshot
    reading: Ref
    campaign: str
    priority: int = 5


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that shall be taken: its name as dropped, `name` printable and `raw` as bytes."""

    name: str
    raw: bytes
    tenant: str = "default"


class Journal(Protocol):
    """The intake's side of the ledger. Each call is one durable transaction with its audit rows."""

    def begin(self, *, source: str, source_raw: bytes, tenant: str = "default") -> Job:
        """Write down the intent to take a file, before it is touched: a new job in `settling`."""

    def begin_all(self, sources: Sequence[Source], *, lasting: bool = True) -> Sequence[Job]:
        """`begin` for many files, in their order and in one transaction.

        Not `lasting`: a power cut may undo it, until the next call that lasts. Nothing is lost by that where a claim
        that no ledger knows goes back into the inbox.
        """

    def took(self, job: str) -> Job:
        """The file is in our claim folder: `settling` becomes `claimed`. Idempotent."""

    def took_all(self, jobs: Sequence[str], *, lasting: bool = True) -> Sequence[Job]:
        """`took` for many jobs, in their order and in one transaction; one that was cancelled meanwhile stays so."""

    def admit(self, job: str, admission: Admission, *, rerun: bool = False) -> Job:
        """A claimed job was understood.

        In one transaction: when another job of this tenant with the same `snapshot.content` is claimed, running, held
        or delivered, this one becomes `duplicate` (unless `rerun`); else it gets the next revision of its campaign
        (1 for the first) and becomes `running` at the first stage. Returns the job as it is then.
        """

    def close(self, job: str, state: State, *, reason: str, detail: Mapping[str, object] | None = None) -> Job:
        """Bring a job of the intake to `rejected`, `held`, `duplicate` or `cancelled`, with its reason in words."""

    def unfinished(self) -> Sequence[Job]:
        """Jobs in `settling` or `claimed`, oldest first: what a restart has to look after."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to run one lease group of a job, until the lease lapses.

    `stages` are the stages of the group; `outputs` are the recorded outputs of the stages before. `attempt` counts
    from 1 and includes this one.
    """

    job: Job
    stages: tuple[Stage, ...]
    fence: int
    attempt: int
    snapshot: Snapshot
    reading: Ref
    outputs: Mapping[Stage, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Nothing to claim now; look again after `seconds` (None: when the bell rings)."""

    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """A finished stage. `outcome` is `ok` or `rejected`; `output` is JSON-ready and small (refs, numbers, findings)."""

    stage: Stage
    outcome: str
    started_at: datetime
    duration_s: float
    output: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How a claim ended well: the results of its stages, and for the last group or a refusal the state to rest in.

    `state` None means: go on to the next group. `creatives` become rows of the ledger. `findings` ended a job before it
    had a set to look at; those about a set are in its stage's output.
    """

    results: tuple[StageResult, ...]
    state: State | None = None
    reason: str = ""
    creatives: tuple[Creative, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Failure:
    """How a claim ended badly. `stage` is where it failed.

    `retry_in` seconds until it may be claimed again; None rests the job in `state` (rejected or held).
    `charge` False gives the attempt back (the fault was not the job's: disk full, rate limit).
    """

    stage: Stage
    error: str
    retry_in: float | None
    state: State = State.REJECTED
    charge: bool = True
    detail: Mapping[str, object] = field(default_factory=dict)


class Ledger(Protocol):
    """The engine's side: the only truth about what waits, runs and is done.

    Every method is one durable transaction with its audit rows. Leases use the ledger's own clock.
    """

    def claim(self, stage: Stage, owner: str, lease_s: float, *, bucket: str | None = None) -> Claim | Wait:
        """Take the next job waiting at `stage`, by priority, then age; lapsed leases are taken over.

        Raises the attempt and the fence. With a `bucket`, one token is taken in the same transaction, and only when a
        job was found. No two callers ever get the same job.
        """

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Lengthen the lease; False when it was lost."""

    def finish(self, claim: Claim, finish: Finish) -> Job:
        """Record stage rows (job, stage, revision: once, by construction), the next wait or the rest, and audit rows.

        Raises Fenced when the lease was lost; what was paid is then still written to the audit.
        """

    def fail(self, claim: Claim, failure: Failure) -> Job:
        """Record a failed attempt. Raises Fenced when the lease was lost."""

    def release(self, owner: str | None = None) -> int:
        """Free the leases of `owner` (None: of everybody; only under the home's exclusive lock). Counts them.

        The attempts stay counted: a job that kills its worker must not loop.
        """

    def due(self) -> Mapping[Stage, int]:
        """How many jobs could be claimed now, by the stage they wait at: work nobody was told about."""


class Buckets(Protocol):
    """Token buckets, shared by all workers of a ledger."""

    def shape(self, name: str, *, rate: float, burst: float) -> None:
        """Set a bucket's refill per second and its capacity; keeps its tokens."""

    def take(self, name: str) -> float:
        """Take one token: 0.0, or none is taken and it gives the seconds until there may be one."""

    def hold(self, name: str, seconds: float) -> None:
        """Let nobody take a token for so long (a Retry-After)."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A call that is about to be paid for.

    `kind` is image or text, `key` names the request, `grade` what calls of one price have in common; `estimate_micros`
    is what it will hardly cost more than, and is reserved.
    """

    job: str
    tenant: str
    kind: str
    key: str
    estimate_micros: int
    grade: str = ""


class Purse(Protocol):
    """The money side: an intent row before a paid call, a settlement after it."""

    def intend(self, intent: Intent, budgets: Sequence[Budget] = ()) -> int:
        """Write a call down and reserve what it may cost; gives the row's number.

        One that this job was at before, when a crash came, is settled as unknown.

        Raises OverBudget, and writes nothing, where a budget has not so much left: in one transaction, so that of many
        at once none reserves what another just has.
        """

    def settle(self, entry: int, *, cost_micros: int, outcome: str, usage: Mapping[str, object]) -> None:
        """Write down what it cost. `outcome` is ok, refused, failed or unknown (sent, but never answered)."""

    def unsettled(self, key: str) -> int | None:
        """The last row of a call identified by `key` that was never settled (a crash); None when there is none."""


class Accounts(Protocol):
    """What was spent, for looking at."""

    def standing(self, budgets: Sequence[Budget]) -> Sequence[Standing]:
        """What of each budget is gone in the period that is now."""

    def learned(self, grade: str, *, limit: int = 200) -> Sequence[int]:
        """What the last calls of a grade have cost, in micros, newest first."""

    def sums(self, by: str, *, since: datetime | None = None) -> Sequence[Sum]:
        """What was spent since then under each day, campaign, tenant, job, grade or kind."""
