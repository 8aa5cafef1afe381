"""The ledger as it is read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.ports.ledger import Admission


@dataclass(frozen=True, kw_only=True)
class JobQuery:
    """Which jobs: by states, campaign, tenant, name as dropped; newest (or `oldest`) first; `limit` 0 means all.

    `at_work` leaves out those that wait for the night's post: they have time, and nobody is late with them. `no_tenant`
    is one whose jobs are left out.
    """

    states: tuple[State, ...] = ()
    campaign: str = ""
    tenant: str = ""
    source_raw: bytes = b""
    limit: int = 50
    oldest: bool = False
    at_work: bool = False
    no_tenant: str = ""


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
class Printed:
    """A recorded creative as copies of it are found again: its job, path in the folder, SHA-256, and prints."""

    job: str
    path: str
    sha256: str
    prints: str


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

    def printed(self, *, sha256: str = "") -> Iterable[Sequence[Printed]]:
        """Every recorded creative that has prints, or those with this SHA-256, in portions that fit into memory."""

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
