"""How loud each fact is in the log: what a person must act on, what they should know, what helps in a search."""

import logging
from typing import Final

from briefmill.domain import facts
from briefmill.domain.job import State

_FIXED: Final[dict[type[facts.Fact], int]] = {
    # Each one is counted; the pause that follows is said once, with the same words.
    facts.AuditWriteFailed: logging.DEBUG,
    facts.CacheAsked: logging.DEBUG,
    facts.CacheMeasured: logging.DEBUG,
    facts.CircuitChanged: logging.WARNING,
    facts.Failed: logging.ERROR,
    facts.HeartbeatExpected: logging.DEBUG,
    facts.HeartbeatPassed: logging.DEBUG,
    facts.Judged: logging.DEBUG,
    facts.BudgetMeasured: logging.DEBUG,
    facts.RefusalsCounted: logging.DEBUG,
    facts.Published: logging.DEBUG,
    facts.Overflowed: logging.WARNING,
    facts.PipelinePaused: logging.WARNING,
    facts.ReloadRefused: logging.ERROR,
    facts.WatcherRepaired: logging.WARNING,
    facts.DiskMeasured: logging.DEBUG,
    facts.Scanned: logging.DEBUG,
    facts.Spent: logging.DEBUG,
    facts.StageStarted: logging.DEBUG,
}

NEAR_DAYS: Final = 60
"""The last days of a model are told loudly: time to try another one and to look at its pictures."""

# A pause is said once, by itself, and not again by each job that meets it.
_OUTCOMES: Final = {
    "ok": logging.INFO,
    "rejected": logging.INFO,
    "waits": logging.INFO,
    "paused": logging.DEBUG,
    "error": logging.ERROR,
}


def of(fact: facts.Fact) -> int:
    """The level of a fact, as a number of the standard logging."""
    match fact:
        case facts.StageEnded():
            return _OUTCOMES.get(fact.outcome, logging.WARNING)
        case facts.Called():
            return logging.DEBUG if fact.outcome == "ok" else logging.WARNING
        case facts.ModelLooked():
            near = fact.days_left is not None and fact.days_left <= NEAR_DAYS
            return logging.WARNING if near else logging.DEBUG
        case facts.Reloaded():
            return logging.WARNING if fact.restart else logging.INFO
        case facts.HeartbeatEnded():
            return logging.DEBUG if fact.outcome == "ok" else logging.WARNING
        case facts.InboxAvailable():
            return logging.INFO if fact.available else logging.WARNING
        case facts.Closed():
            return logging.WARNING if fact.state in {State.REJECTED, State.HELD} else logging.INFO
        case _:
            return _FIXED.get(type(fact), logging.INFO)
