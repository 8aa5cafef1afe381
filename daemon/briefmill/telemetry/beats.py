"""Keeps heartbeats apart from briefs.

Stands before all listeners: what is told of a heartbeat's job becomes facts of the heartbeat, so that no figure, log
line or progress bar about briefs ever counts one. What concerns everybody (a pause, a failing disk) passes as it is.
"""

from typing import Final

from briefmill.domain import facts
from briefmill.domain.job import HEARTBEAT, State
from briefmill.ports import Listener

NAME: Final = "briefmill-heartbeat"
"""What the names of heartbeats in the inbox begin with."""


class Beats:
    """A decorator of the port. Thread-safe: it remembers nothing."""

    def __init__(self, listener: Listener) -> None:
        self._listener: Final = listener

    def hear(self, fact: facts.Fact) -> None:
        """Pass a fact on, in other words where it is about a heartbeat."""
        match fact:
            case facts.Waiting() | facts.Ignored() if fact.name.startswith(NAME):
                return
            case facts.Admitted(tenant=tenant) if tenant == HEARTBEAT:
                self._listener.hear(facts.HeartbeatPassed(job=fact.job, stage="intake", duration_s=fact.age_s))
            case facts.StageEnded(tenant=tenant) if tenant == HEARTBEAT:
                self._stage(fact)
            case facts.Closed(tenant=tenant) if tenant == HEARTBEAT:
                self._listener.hear(_ended(fact))
            case facts.StageStarted(tenant=tenant) | facts.Judged(tenant=tenant) | facts.Published(tenant=tenant) if (
                tenant == HEARTBEAT
            ):
                return
            case _:
                self._listener.hear(fact)

    def _stage(self, fact: facts.StageEnded) -> None:
        # How an attempt failed is told when the heartbeat ends; here only what it got past.
        if fact.outcome == "ok":
            self._listener.hear(facts.HeartbeatPassed(job=fact.job, stage=str(fact.stage), duration_s=fact.duration_s))


def _ended(fact: facts.Closed) -> facts.HeartbeatEnded:
    if fact.state is State.DELIVERED:
        return facts.HeartbeatEnded(outcome="ok", age_s=fact.age_s)
    return facts.HeartbeatEnded(outcome="failed", age_s=fact.age_s, reason=f"{fact.state}: {fact.reason}")
