"""What one transaction sees: a page with six shelves of rows, and the moment at which it happens.

The rules of the ledger (`journal`, `claims`, `records`, ...) know only this file. `sqlshelves` keeps the rows in a
database, `memory` in dicts; both are plain storage and decide nothing. `Books` runs a piece of work on a page, as one
transaction that happens wholly or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget, Standing, Sum
from briefmill.ports import Admission, AuditRow, JobQuery, StageRun
from briefmill.ports.overnight import Batch, Leg, Line

T = TypeVar("T")

HORIZON: Final = timedelta(hours=1)
"""What was written later than this from now was written by a clock that has been set back since: its waits are over.

Machines of a fleet differ by less.
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A job as the ledger keeps it.

    `run` counts the times it was sent through the stages (a retry is a new run: what it records does not collide with
    what it recorded before). `taken` says that its file is in our claim folder.
    """

    job: Job
    run: int = 1
    taken: bool = False
    admission: Admission | None = None


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A token bucket: `tokens` were there at `at`; nobody takes one before `held_until`.

    `burst` 0 means that nobody gave it a shape yet: it does not limit, but it can be held.
    """

    name: str
    rate: float = 0.0
    burst: float = 0.0
    tokens: float = 0.0
    at: datetime
    held_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Expense:
    """A paid call. `cost_micros` is None and `outcome` empty until it is settled; money is millionths of a dollar.

    `grade` is what calls of one price have in common: the model, the quality, the size.
    """

    number: int = 0
    job: str
    tenant: str
    kind: str
    key: str
    estimate_micros: int
    intended_at: datetime
    cost_micros: int | None = None
    outcome: str = ""
    usage: Mapping[str, object] = field(default_factory=dict)
    settled_at: datetime | None = None
    campaign: str = ""
    grade: str = ""


class JobShelf(Protocol):
    """The jobs."""

    def add(self, entries: Sequence[Entry]) -> None:
        """New jobs; raises ValueError when an id is taken."""

    def entry(self, job: str) -> Entry:
        """Raises NotFound."""

    def entries(self, jobs: Sequence[str]) -> Sequence[Entry]:
        """Many at once, in the order asked for. Raises NotFound."""

    def save(self, *entries: Entry) -> None:
        """Replace what is known of these jobs."""

    def waiting(self, stage: Stage, at: datetime) -> Entry | None:
        """The first job, by priority, age and id, that may be claimed at this moment; see `HORIZON`."""

    def ready_at(self, stage: Stage, after: datetime) -> datetime | None:
        """The first moment after `after` at which a job of this stage may be claimed."""

    def due(self, at: datetime) -> Mapping[Stage, int]:
        """How many may be claimed at this moment, by stage."""

    def leased(self, owner: str | None) -> Sequence[Entry]:
        """Running jobs that somebody owns (`owner`: only his), by id."""

    def alike(self, job: Job, states: frozenset[State]) -> str:
        """The id of the oldest other job of this tenant with the same content in one of the states, else empty."""

    def last_revision(self, tenant: str, campaign: str) -> int:
        """The highest revision ever given to this campaign, 0 for none."""

    def find(self, query: JobQuery) -> Sequence[Job]:
        """Jobs, newest first unless asked otherwise."""

    def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state that has any."""


class RunShelf(Protocol):
    """Recorded stages and creatives."""

    def record(self, run: StageRun, *, tenant: str, fence: int) -> None:
        """Add a stage run; raises ValueError when (job, stage, revision) is there already."""

    def history(self, job: str) -> Sequence[StageRun]:
        """All stage runs of a job, in no particular order."""

    def recorded(self, job: str, fence: int) -> frozenset[Stage]:
        """The stages that the holder of this fence has recorded."""

    def keep(self, job: Job, creatives: Sequence[Creative], at: datetime) -> None:
        """Add creatives; one of the same product, locale and placement is replaced."""

    def creatives(self, job: str) -> Sequence[Creative]:
        """The creatives of a job, by product, locale and placement."""

    def printed(self, after: Sequence[str], sha256: str, limit: int) -> Sequence[tuple[str, Creative]]:
        """The next creatives with their jobs, by job, product, locale and placement, after those of a place.

        Those with this SHA-256, where one is given; else those that have prints.
        """


class SpendShelf(Protocol):
    """Paid calls."""

    def add(self, expense: Expense) -> int:
        """Keep an intent; gives its number, counting from 1."""

    def expense(self, number: int) -> Expense:
        """Raises NotFound."""

    def save(self, expense: Expense) -> None:
        """Replace what is known of this call."""

    def total(self, job: str) -> int:
        """What a job has cost so far."""

    def unsettled(self, key: str) -> int | None:
        """The number of the last call with this key that has no outcome; None when there is none."""

    def left_open(self, job: str, key: str) -> Sequence[Expense]:
        """The calls of a job with this key that have no outcome."""

    def standing(self, budget: Budget, since: datetime | None, alive: datetime) -> Standing:
        """What of a budget is gone, by what was intended since then.

        Calls without an outcome that were intended before `alive` are not under way any more.
        """

    def learned(self, grade: str, limit: int) -> Sequence[int]:
        """What the last calls of this grade that went well have cost, newest first."""

    def sums(self, by: str, since: datetime | None) -> Sequence[Sum]:
        """What was spent since then under each heading: see `spend.HEADINGS`, `spend.in_order`."""


class BucketShelf(Protocol):
    """Token buckets."""

    def bucket(self, name: str) -> Bucket | None:
        """The bucket, None when nobody spoke of it before."""

    def put(self, bucket: Bucket) -> None:
        """Keep this bucket in place of the one of the same name."""


class PostShelf(Protocol):
    """Picture calls that wait for a batch, and the batches."""

    def add(self, line: Line) -> Line:
        """Keep a new line; gives it with its number."""

    def save(self, line: Line) -> None:
        """Replace what is known of a line."""

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget lines; those that are not there do not matter."""

    def lines(self, *, job: str = "", batch: str = "", leg: Leg | None = None) -> Sequence[Line]:
        """Lines by job, batch and leg, in the order of their numbers."""

    def put(self, batch: Batch) -> None:
        """Keep a batch in place of the one of the same name."""

    def batches(self) -> Sequence[Batch]:
        """The batches that are not closed, the oldest first."""


class AuditShelf(Protocol):
    """The chain's links. There is no way to change or remove one."""

    def head(self) -> AuditRow | None:
        """The last row."""

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Add rows, in their order."""

    def rows(self, *, job: str, after: int, limit: int, newest: bool) -> Sequence[AuditRow]:
        """At most `limit` (0: all) rows behind number `after`, of this job unless empty, always in order."""

    def jobs(self, *, event: str, after: int) -> Sequence[str]:
        """The jobs that this event befell behind number `after`, in order, each once."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One transaction: when it happens, and what it may look up and write."""

    now: datetime
    jobs: JobShelf
    runs: RunShelf
    spend: SpendShelf
    buckets: BucketShelf
    post: PostShelf
    audit: AuditShelf


class Books(Protocol):
    """Runs work on a page. May be called from any thread; blocks until the work is durable."""

    def write(self, work: Callable[[Page], T], *, lasting: bool = True) -> T:
        """One transaction, alone among writers: done and durable, or raised and undone.

        One that need not be `lasting` is durable from the next that is; until then a power cut may undo it.
        """

    def read(self, work: Callable[[Page], T]) -> T:
        """Work that writes nothing, on one consistent view."""
