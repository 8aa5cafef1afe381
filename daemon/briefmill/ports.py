"""The page of promises: what the engine, the intake and the desk may ask of the adapters.

Every port has its obligations written here and one contract suite in `tests/contract` that runs against all of its
implementations; each ships a memory twin. Sync ports may be called from any thread and block; the engine calls them
through `engine.offload`. Cross-cutting wishes (caching, metering) are decorators of a port.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Creative, MadePicture, PictureRequest
from briefmill.domain.facts import Fact
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget, Standing, Sum


class Clock(Protocol):
    """Time, passed in so that tests need not wait."""

    def now(self) -> datetime:
        """Wall-clock time, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""


class Listener(Protocol):
    """Somebody who wants to hear facts. May be called from any thread; must not block."""

    def hear(self, fact: Fact) -> None:
        """Take note of one fact. Whatever is raised is caught by the caller and told to nobody but the log."""


class ImageMaker(Protocol):
    """Makes pictures. Blocks; called from a thread."""

    @property
    def name(self) -> str:
        """A short stable name for metrics and receipts, for example `openai`."""

    def make(self, request: PictureRequest) -> MadePicture:
        """Make one picture.

        Raises Temporary (rate limit, server error, cut connection), PictureRefused (moderation: never again with this
        prompt), or Paused (no quota, bad key, retired model: concerns every job).
        """


class Store(Protocol):
    """Artefacts by content. Idempotent: putting the same bytes twice is one artefact."""

    def put(self, data: bytes, media_type: str, *, lasting: bool = True) -> Ref:
        """Keep these bytes durably (fsynced) and give their address. Raises Paused when the disk is full.

        What need not be `lasting`, because it can be made again, waits for no disk: after a power cut it may be gone
        (NotFound) or torn (Permanent).
        """

    def adopt(self, path: Path, ref: Ref) -> Ref:
        """Keep a finished private file under its address, moving it; the caller vouches for the hash."""

    def get(self, ref: Ref) -> bytes:
        """The bytes, verified against the address. Raises NotFound, or Permanent when they no longer match."""

    def pieces(self, ref: Ref) -> Iterator[bytes]:
        """The same a piece at a time, for what may not fit into memory; verified when the last piece has been taken."""

    def gather(self, pieces: Iterable[bytes], ref: Ref) -> Ref:
        """Keep these bytes durably under an address that is known. Raises Permanent when they are others, Paused."""

    def has(self, ref: Ref) -> bool:
        """True when `get` would find it."""

    def delete(self, sha256: str) -> None:
        """Forget an artefact; not an error when it is not there."""


# ---------------------------------------------------------------------------------------------------- the ledger


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

    `state` None means: go on to the next group. `creatives` become rows of the ledger.
    """

    results: tuple[StageResult, ...]
    state: State | None = None
    reason: str = ""
    creatives: tuple[Creative, ...] = ()


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


# ------------------------------------------------------------------------------------------------ reading it back


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """Which jobs: by states, campaign, tenant, name as dropped; newest (or `oldest`) first; `limit` 0 means all."""

    states: tuple[State, ...] = ()
    campaign: str = ""
    tenant: str = ""
    source_raw: bytes = b""
    limit: int = 50
    oldest: bool = False


@dataclass(frozen=True, kw_only=True)
class StageRun:
    """One recorded stage of a job, with the attempt that did it."""

    job: str
    stage: Stage
    revision: int
    attempt: int
    outcome: str
    started_at: datetime
    duration_s: float
    output: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One link of the audit chain; `hash` is SHA-256 over the canonical JSON of all other fields."""

    number: int
    at: datetime
    tenant: str
    job: str
    event: str
    detail: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What `verify` found. `bad_row` is the number of the first row that does not hold, 0 when all hold."""

    rows: int
    bad_row: int = 0
    reason: str = ""
    head: str = ""


class Records(Protocol):
    """The desk's side: reading jobs, and the few things a person may do to one."""

    def job(self, job: str) -> Job:
        """Raises NotFound."""

    def jobs(self, query: JobQuery) -> Sequence[Job]:
        """Jobs, newest first unless asked otherwise."""

    def history(self, job: str) -> Sequence[StageRun]:
        """The recorded stages of a job, in the order they ended."""

    def creatives(self, job: str) -> Sequence[Creative]:
        """The recorded creatives of a job."""

    def retry(self, job: str) -> Job:
        """Send a rejected, held or cancelled job back to where it stopped, attempts at 0. Raises NotAllowed."""

    def cancel(self, job: str, *, reason: str) -> Job:
        """Stop a job that has not come to rest; a running attempt is fenced off.

        Raises NotAllowed, also while somebody holds a lease on its last stage: its folder may appear any moment.
        """

    def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state."""

    def last_change(self) -> int:
        """A number that grows with every change of any job, by whatever process."""

    def cancelled(self, *, after: int) -> Sequence[str]:
        """The jobs that were cancelled since the change with this number (see `last_change`), each once."""

    def admission(self, job: str) -> Admission | None:
        """What was admitted for this job, None when it never was."""


class AuditTrail(Protocol):
    """The append-only chain, for reading."""

    def rows(self, *, job: str = "", after: int = 0, limit: int = 0, newest: bool = False) -> Iterable[AuditRow]:
        """Rows in order, from number `after` + 1; with `newest`, the last `limit` of them, still in order."""

    def verify(self) -> ChainReport:
        """Walk the whole chain."""


# ------------------------------------------------------------------------------------------------------- delivery


@dataclass(frozen=True, kw_only=True)
class Package:
    """A folder to publish. `files` maps relative POSIX paths to stored artefacts or to small bytes made on the spot."""

    job: str
    folder: str
    files: Mapping[str, Ref | bytes]


class Publisher(Protocol):
    """Puts finished folders where people look. A folder appears whole or not at all, and nothing is overwritten."""

    async def deliver(self, package: Package) -> str:
        """Publish into the outbox; returns the folder's name there.

        Idempotent by job: a folder whose `receipt.json` names this job is this delivery, already done. A name taken by
        somebody else gets `~2`, `~3`, ... Raises Paused (disk full, read-only, folder gone).
        """

    async def reject(self, package: Package, original: Path | None) -> str:
        """Publish into `rejected/`, with the untouched `original` (file or folder) copied beside the reasons."""

    async def withdraw(self, job: Job) -> None:
        """Take a cancelled job's folder out of the outbox; harmless when none of it is there."""


class Bell(Protocol):
    """A doorbell: it may lose rings, never work."""

    def ring(self, stage: Stage) -> None:
        """Something may wait at `stage`. May be called from any thread."""

    async def heard(self, stage: Stage, timeout_s: float) -> bool:
        """Wait for a ring, at most so long; False on time-out."""
