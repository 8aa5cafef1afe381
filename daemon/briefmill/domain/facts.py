"""What happened, as values for whoever listens: metrics, logs, progress on a terminal.

A fact is told after it happened and may be lost; nothing depends on it being heard (the audit chain is not a fact, it
is awaited). `event` is the stable dotted name under which it is logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from briefmill.domain.job import Stage, State


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of all facts."""

    event: ClassVar[str] = "fact"


@dataclass(frozen=True, kw_only=True)
class Started(Fact):
    """The daemon is up; `decisions` says what it chose and why (watch mode, workers, makers)."""

    event: ClassVar[str] = "daemon.started"
    version: str
    decisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stopping(Fact):
    """The daemon drains: nothing new is claimed."""

    event: ClassVar[str] = "daemon.stopping"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reloaded(Fact):
    """A new configuration holds. `changed` names its settings, `restart` those that the next start takes up."""

    event: ClassVar[str] = "config.reloaded"
    changed: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReloadRefused(Fact):
    """A new configuration is wrong and was refused as a whole: the one before still holds."""

    event: ClassVar[str] = "config.refused"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Scanned(Fact):
    """One scan of the inbox. `trigger` is start, event, interval, overflow or repair.

    `unannounced` counts files that no event had told of; `backlog` counts inbox entries and open jobs by state;
    `oldest` is when the oldest of them was first seen.
    """

    event: ClassVar[str] = "inbox.scanned"
    trigger: str
    duration_s: float
    unannounced: int = 0
    backlog: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Ignored(Fact):
    """A file in the inbox is none of ours; `rule` is the catalogue's rule that says so. Told once a file."""

    event: ClassVar[str] = "inbox.ignored"
    rule: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Waiting(Fact):
    """A file in the inbox is not taken yet, and why. Told when the reason changes."""

    event: ClassVar[str] = "inbox.waiting"
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Overflowed(Fact):
    """The watcher lost events; a scan follows at once."""

    event: ClassVar[str] = "watcher.overflowed"


@dataclass(frozen=True, kw_only=True)
class WatcherRepaired(Fact):
    """The watcher had died or gone deaf and was set up again."""

    event: ClassVar[str] = "watcher.repaired"
    reason: str


@dataclass(frozen=True, kw_only=True)
class InboxAvailable(Fact):
    """The inbox went offline or came back."""

    event: ClassVar[str] = "inbox.available"
    available: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Recovered(Fact):
    """Unfinished jobs of an earlier run were found and go on."""

    event: ClassVar[str] = "jobs.recovered"
    count: int


@dataclass(frozen=True, kw_only=True)
class Admitted(Fact):
    """A brief was understood and starts on its way; `creatives` is how many it asks for.

    `age_s` is seconds since it was taken.
    """

    event: ClassVar[str] = "job.admitted"
    job: str
    source: str
    campaign: str
    creatives: int
    age_s: float = 0.0
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class StageStarted(Fact):
    """A stage of a job began."""

    event: ClassVar[str] = "stage.started"
    job: str
    stage: Stage
    attempt: int = 1
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class StageEnded(Fact):
    """A stage of a job ended. `outcome` is ok, rejected, retry, paused, error or lost (another worker had taken it)."""

    event: ClassVar[str] = "stage.ended"
    job: str
    stage: Stage
    outcome: str
    duration_s: float
    error: str = ""
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class Closed(Fact):
    """A job came to rest. `age_s` is seconds since its brief was first seen."""

    event: ClassVar[str] = "job.closed"
    job: str
    source: str
    state: State
    age_s: float
    folder: str = ""
    reason: str = ""
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class Judged(Fact):
    """The rules have looked at a set: how many findings of each rule, those that stop it and those that only warn."""

    event: ClassVar[str] = "job.judged"
    job: str
    errors: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class Published(Fact):
    """So many creatives of a job have appeared in the outbox."""

    event: ClassVar[str] = "job.published"
    job: str
    creatives: int
    tenant: str = "default"


@dataclass(frozen=True, kw_only=True)
class HeartbeatExpected(Fact):
    """From now on a heartbeat is sent every so many seconds."""

    event: ClassVar[str] = "heartbeat.expected"
    every_s: float


@dataclass(frozen=True, kw_only=True)
class HeartbeatPassed(Fact):
    """A heartbeat has passed a station: `intake`, or a stage. `duration_s` is what that took."""

    event: ClassVar[str] = "heartbeat.passed"
    job: str
    stage: str
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class HeartbeatEnded(Fact):
    """A heartbeat came to its end. `outcome` is ok, failed, or late (the one before it is still under way)."""

    event: ClassVar[str] = "heartbeat.ended"
    outcome: str
    age_s: float = 0.0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class HeartbeatWaits(Fact):
    """A heartbeat is due and is not sent, because nothing could be done for it now. Told when the reason changes."""

    event: ClassVar[str] = "heartbeat.waits"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Called(Fact):
    """A call to somebody outside. `outcome` is ok, retry, refused or error."""

    event: ClassVar[str] = "external.called"
    provider: str
    outcome: str
    duration_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ModelLooked(Fact):
    """A provider was asked about a model: the day it will be shut down, and days left; None where none is announced."""

    event: ClassVar[str] = "external.model"
    provider: str
    model: str
    shutdown: date | None = None
    days_left: int | None = None


@dataclass(frozen=True, kw_only=True)
class CircuitChanged(Fact):
    """A provider's circuit breaker is now `closed`, `open` (it is left alone) or `half_open` (one call is trying)."""

    event: ClassVar[str] = "external.circuit"
    provider: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CacheAsked(Fact):
    """The cache of made pictures was asked for one."""

    event: ClassVar[str] = "cache.asked"
    found: bool


@dataclass(frozen=True, kw_only=True)
class CacheMeasured(Fact):
    """How much the cache of made pictures holds, and how many entries were removed to keep it within its bounds."""

    event: ClassVar[str] = "cache.measured"
    entries: int
    size: int
    removed: int = 0


@dataclass(frozen=True, kw_only=True)
class Cleared(Fact):
    """By the home's own rules things were removed from a place: so many, and so many bytes."""

    event: ClassVar[str] = "retention.cleared"
    place: str
    count: int
    size: int


@dataclass(frozen=True, kw_only=True)
class Spent(Fact):
    """Money was spent. `kind` is image or text; `micros` is millionths of a US dollar."""

    event: ClassVar[str] = "money.spent"
    kind: str
    micros: int


@dataclass(frozen=True, kw_only=True)
class BudgetMeasured(Fact):
    """How much of a budget is gone, in micros. `whose` is all, or tenant for the one that is nearest to its limit."""

    event: ClassVar[str] = "money.measured"
    whose: str
    period: str
    used: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class RefusalsCounted(Fact):
    """How many refusals lie in `rejected/`, and since when the oldest of them does."""

    event: ClassVar[str] = "rejected.counted"
    count: int
    oldest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PipelinePaused(Fact):
    """Nothing can be done until `resource` is back; every brief is kept."""

    event: ClassVar[str] = "pipeline.paused"
    resource: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PipelineResumed(Fact):
    """What had been missing is back."""

    event: ClassVar[str] = "pipeline.resumed"
    resource: str


@dataclass(frozen=True, kw_only=True)
class AuditWriteFailed(Fact):
    """The ledger could not write; the transaction was not done."""

    event: ClassVar[str] = "audit.write_failed"
    error: str


@dataclass(frozen=True, kw_only=True)
class DiskMeasured(Fact):
    """Free bytes on the file system under one of the home's folders."""

    event: ClassVar[str] = "disk.measured"
    folder: str
    free: int


@dataclass(frozen=True, kw_only=True)
class Failed(Fact):
    """Something of ours failed in a way nobody foresaw; the daemon goes on. `where` is a dotted place."""

    event: ClassVar[str] = "daemon.failed"
    where: str
    error: str
    traceback: str = ""
