"""A job: one dropped brief on its way through the house, its states and the stages it waits at.

The ledger is the only place that changes a job, and only along `TRANSITIONS`. Two stages may be claimed under one
lease (`LEASES`): the pixel stages hand their pixels on in memory, so they live and die together.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

_CROCKFORD: Final = "0123456789abcdefghjkmnpqrstvwxyz"


class State(StrEnum):
    """Where a job is. The last four of `TERMINAL` and `HELD` are where it may rest."""

    SETTLING = "settling"
    CLAIMED = "claimed"
    RUNNING = "running"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    HELD = "held"
    CANCELLED = "cancelled"


HEARTBEAT: Final = "~heartbeat"
"""The tenant of briefs that the daemon sends itself to see that the way is free. Nobody else can be called so."""

TERMINAL: Final = frozenset({State.DELIVERED, State.REJECTED, State.DUPLICATE, State.CANCELLED})

TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.SETTLING: frozenset({State.CLAIMED, State.CANCELLED, State.HELD}),
    State.CLAIMED: frozenset({State.RUNNING, State.REJECTED, State.DUPLICATE, State.HELD, State.CANCELLED}),
    State.RUNNING: frozenset({State.DELIVERED, State.REJECTED, State.HELD, State.CANCELLED}),
    State.HELD: frozenset({State.SETTLING, State.CLAIMED, State.RUNNING, State.REJECTED, State.CANCELLED}),
    State.REJECTED: frozenset({State.CLAIMED, State.RUNNING}),
    State.CANCELLED: frozenset({State.CLAIMED, State.RUNNING}),
    State.DELIVERED: frozenset(),
    State.DUPLICATE: frozenset(),
}


class Stage(StrEnum):
    """The five stations of the pipeline."""

    GENERATE = "generate"
    RESIZE = "resize"
    OVERLAY = "overlay"
    COMPLIANCE = "compliance"
    ARCHIVE = "archive"


LEASES: Final[tuple[tuple[Stage, ...], ...]] = (
    (Stage.GENERATE,),
    (Stage.RESIZE, Stage.OVERLAY, Stage.COMPLIANCE),
    (Stage.ARCHIVE,),
)
"""The stages in their order, grouped by the lease that runs them. A job waits at the first stage of a group."""


def next_wait(stage: Stage) -> Stage | None:
    """The stage at which a job waits after the group of `stage`, or None when that group is the last."""
    for index, group in enumerate(LEASES):
        if stage in group:
            return LEASES[index + 1][0] if index + 1 < len(LEASES) else None
    raise ValueError(stage)


def group_of(stage: Stage) -> tuple[Stage, ...]:
    """The stages that one lease runs together with `stage`."""
    return next(group for group in LEASES if stage in group)


def new_id(at: datetime, randomness: int) -> str:
    """A job id `j_` + 16 characters: 48 bits of milliseconds, then 32 bits of `randomness`; sorts by time."""
    number = (int(at.timestamp() * 1000) << 32) | (randomness & 0xFFFFFFFF)
    return "j_" + "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(75, -1, -5))


@dataclass(frozen=True, kw_only=True)
class Job:
    """One dropped brief. `source` is the name as dropped, printable; `source_raw` the same as bytes.

    `content` is the SHA-256 over the brief and its bundle; `not_before` and `lease_until` are UTC; `reason` says why a
    job is held, rejected, duplicate or cancelled, in words for people; `duplicate_of` is a job id.
    """

    id: str
    state: State
    source: str
    source_raw: bytes
    tenant: str
    created_at: datetime
    updated_at: datetime
    content: str = ""
    campaign: str = ""
    revision: int = 0
    stage: Stage | None = None
    attempt: int = 0
    fence: int = 0
    priority: int = 5
    not_before: datetime | None = None
    lease_until: datetime | None = None
    owner: str = ""
    cost_micros: int = 0
    duplicate_of: str = ""
    reason: str = ""

    @property
    def rehearsal(self) -> bool:
        """True for a heartbeat: it goes the whole way, and nothing of it is shown, kept or paid for."""
        return self.tenant == HEARTBEAT

    @property
    def folder(self) -> str:
        """The campaign folder this job publishes in the outbox: `<campaign>`, then `<campaign>.r2` and so on."""
        return self.campaign if self.revision <= 1 else f"{self.campaign}.r{self.revision}"

    def moved(self, state: State) -> "Job":
        """This job in another state; raises ValueError where the table does not allow the step."""
        if state not in TRANSITIONS[self.state]:
            raise ValueError(f"a {self.state} job cannot become {state}")
        return replace(self, state=state)
