"""The night's post: picture calls that wait for a batch at half the price, and the batches that carry them.

A line is one job's wish for one picture. Lines of the same picture travel as one call, paid by the first of the jobs
that asked for it; the others find the picture in the cache. What a batch brings is written down line by line, so that
a restart in the middle of a download does nothing twice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from briefmill.domain.job import Job
from briefmill.domain.money import Budget

KIND = "overnight"
"""What the paid calls of a batch are called in the table `spend`: they take a day, and cost half."""


PRICE = 0.5
"""What a call costs in a batch, as a share; developers.openai.com/api/docs/guides/batch, November 2026."""


class Leg(StrEnum):
    """Where a line is: collected, packed (in a batch), here (its picture is in the cache), failed (its answer is)."""

    COLLECTED = "collected"
    PACKED = "packed"
    HERE = "here"
    FAILED = "failed"


class Voyage(StrEnum):
    """Where a batch is: packed (perhaps sent: nobody has said so), sent, closed (all its lines have an end)."""

    PACKED = "packed"
    SENT = "sent"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What a job wants made overnight. `key` names the picture, `order` is all that its maker needs, JSON-ready.

    `grade` is what calls of one price have in common, `estimate_micros` what is reserved for this one.
    """

    job: str
    tenant: str
    key: str
    account: str
    grade: str
    estimate_micros: int
    order: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A parcel on its way. `expense` is the number of its row in `spend`, 0 where another job pays or nobody yet.

    `answer` is what came instead of a picture: `status` and `body` as the provider sent them; or words of ours, `over`
    for what a person has to mend, `again` for what may go better another time.
    """

    number: int = 0
    parcel: Parcel
    leg: Leg
    since: datetime
    batch: str = ""
    expense: int = 0
    answer: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Lines that travel together. `name` is ours and goes along as metadata, `ident` is the provider's once sent."""

    name: str
    account: str
    voyage: Voyage
    since: datetime
    ident: str = ""
    lines: int = 0


@dataclass(frozen=True, kw_only=True)
class End:
    """What a batch brought for a key: where its lines are now, and what the call cost.

    `leg` collected sends it with the next batch: it was not made. `outcome` and `usage` as for `Purse.settle`.
    """

    leg: Leg
    outcome: str
    cost_micros: int = 0
    usage: Mapping[str, object] = field(default_factory=dict)
    answer: Mapping[str, object] = field(default_factory=dict)


class Overnight(Protocol):
    """The ledger's side of it. Each call is one durable transaction with its audit rows."""

    def post(self, parcel: Parcel) -> Line:
        """The line of this job and key: the one that is there, as far as it has come, or a new one, collected."""

    def forget(self, job: str, key: str) -> None:
        """A line's end was taken note of; the same wish would be posted anew. Not an error when it is not there."""

    def pack(self, name: str, account: str, *, most: int, budgets: Callable[[Job], Sequence[Budget]]) -> Sequence[Line]:
        """Make a batch of at most `most` pictures that are collected for an account, and reserve its cost.

        Lines of jobs that want nothing any more are dropped. One that a budget has no room for fails, or stays where
        calls under way may leave enough. Gives what is to be sent; nothing, and no batch, where there is none.
        """

    def sent(self, name: str, ident: str) -> None:
        """The provider has taken a batch, and calls it so."""

    def settle(self, name: str, key: str, end: End) -> None:
        """A batch brought this for a key: write down what it cost, and move all lines of it. Again: changes nothing."""

    def close(self, name: str) -> None:
        """A batch has nothing more to bring: what of it has no end yet is collected anew, as a call of unknown cost."""

    def wake(self) -> Sequence[str]:
        """Let the jobs go on whose lines have all come to an end; gives their ids, and forgets what is here."""

    def lines(self, *, job: str = "", batch: str = "", leg: Leg | None = None) -> Sequence[Line]:
        """Lines, in the order in which they were posted."""

    def batches(self, *, account: str = "") -> Sequence[Batch]:
        """The batches that are not closed, in their order."""

    def wanted(self, name: str) -> bool:
        """True while a job that has not come to rest waits for a line of this batch."""
