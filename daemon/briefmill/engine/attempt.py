"""What an attempt's exception means: pure, no clock, no I/O.

`judge` turns any exception of a stage into an Outcome value. Nothing else in the engine looks at exception classes.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from briefmill import files
from briefmill.domain.job import State
from briefmill.errors import (
    AssetRefused,
    BriefmillError,
    BriefRefused,
    Fenced,
    OverBudget,
    Paused,
    Permanent,
    PictureRefused,
    Problem,
    RateLimited,
    Temporary,
    Waits,
    WorkerDied,
)


class Kind(StrEnum):
    """The six ways an attempt can fail; the last is none: what it needs is under way."""

    LOST = "lost"
    PAUSED = "paused"
    RETRY = "retry"
    REJECTED = "rejected"
    ERROR = "error"
    WAITS = "waits"


LOOKS_S: Final = 3600.0
"""How soon to look for what is under way elsewhere, where nobody says and nobody wakes the job before."""

SETTLES_S: Final = 5.0
"""How soon to look whether calls under way have left something of a budget."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a failed attempt goes on.

    `retry_in` seconds (None: no further attempt, the job rests in `state`); `charge` False gives the attempt back;
    `asked` is how many seconds the other side asked everybody to wait, None when it did not; `resource` is what the
    whole pipeline lacks when the kind is PAUSED; `problems` are what a person is told.
    """

    kind: Kind
    error: str
    retry_in: float | None = None
    state: State = State.REJECTED
    charge: bool = True
    asked: float | None = None
    resource: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often to try, and how long to wait between: full jitter under `base_s * 2^attempt`, at most `cap_s`.

    Full jitter: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """

    attempts: int = 4
    base_s: float = 1.0
    cap_s: float = 60.0
    pause_s: float = 15.0

    def delay(self, attempt: int, chance: float) -> float:
        """Seconds to wait after `attempt` (from 1) failed; `chance` is a uniform number from 0 to 1."""
        return chance * min(self.cap_s, self.base_s * 2.0**attempt)


def judge(error: BaseException, *, attempt: int, patience: Patience, chance: float) -> Outcome:
    """Decide what becomes of a job whose `attempt` (from 1) ended with `error`."""
    words = str(error) or type(error).__name__
    if isinstance(error, Fenced):
        return Outcome(kind=Kind.LOST, error=words)
    # Whoever forgot to say what an OSError means: a full disk is never the brief's fault.
    lacking = files.lack(error) if isinstance(error, OSError) else error
    if isinstance(lacking, Paused):
        wait = patience.pause_s if lacking.retry_in is None else lacking.retry_in
        return Outcome(kind=Kind.PAUSED, error=str(lacking), retry_in=wait, charge=False, resource=lacking.resource)
    if isinstance(error, OverBudget):
        # Not the brief's fault. Where calls under way do not account for it, only a person mends it.
        again = SETTLES_S if error.waits else None
        return Outcome(kind=Kind.RETRY, error=words, retry_in=again, state=State.HELD, charge=False)
    if isinstance(error, Permanent):
        return Outcome(kind=Kind.REJECTED, error=words, problems=_problems(error))
    if isinstance(error, Waits):
        again = LOOKS_S if error.retry_in is None else error.retry_in
        return Outcome(kind=Kind.WAITS, error=words, retry_in=again, charge=False)
    if isinstance(error, RateLimited):
        wait = error.retry_in if error.retry_in is not None else patience.delay(attempt, chance)
        return Outcome(kind=Kind.RETRY, error=words, retry_in=wait, charge=False, asked=wait)
    last = attempt >= patience.attempts
    if isinstance(error, Temporary) and not isinstance(error, WorkerDied):
        if last:
            words = f"gave up after {attempt} tries: {words}"
            return Outcome(kind=Kind.RETRY, error=words, state=State.HELD, asked=error.retry_in)
        wait = error.retry_in if error.retry_in is not None else patience.delay(attempt, chance)
        return Outcome(kind=Kind.RETRY, error=words, retry_in=wait, asked=error.retry_in)
    if last:
        return Outcome(kind=Kind.ERROR, error=words, problems=(_poison(error, attempt),))
    return Outcome(kind=Kind.ERROR, error=words, retry_in=patience.delay(attempt, chance))


def exhausted(attempt: int) -> Outcome:
    """The outcome of a job that was claimed more often than it may be: each time, whoever ran it vanished."""
    return Outcome(
        kind=Kind.ERROR,
        error=f"given up after {attempt - 1} tries that never ended",
        problems=(
            Problem(
                code="job.poison",
                message=f"Briefmill was stopped or killed {attempt - 1} times while it worked on this brief.",
                fix="Look at the supplied pictures and fonts, one of them may be broken; then drop the brief again.",
            ),
        ),
    )


def kept_in_hand(outcome: Outcome) -> Outcome:
    """The same for a job whose folder may be in the outbox already: what failed inside leaves it to a person.

    A refusal beside a delivery would say two things about one brief. What the brief itself causes is known before
    anything is published.
    """
    if outcome.kind is not Kind.ERROR or outcome.retry_in is not None:
        return outcome
    words = f"{outcome.error}. Its folder may be in the outbox already: `briefmill jobs retry` finishes it."
    return replace(outcome, error=words, state=State.HELD)


def _problems(error: BriefmillError) -> tuple[Problem, ...]:
    if isinstance(error, BriefRefused):
        return error.problems
    if isinstance(error, AssetRefused):
        return (error.problem,)
    if isinstance(error, PictureRefused):
        return (Problem(code=error.code, message=str(error), fix=error.fix),)
    return (Problem(code="job.refused", message=str(error)),)


def _poison(error: BaseException, attempt: int) -> Problem:
    if isinstance(error, WorkerDied):
        return Problem(
            code="job.poison",
            message=f"Making the pictures failed {attempt} times: {error}",
            fix="One of the supplied pictures or fonts is probably broken or far too large. Replace it and drop again.",
        )
    return Problem(
        code="job.internal_error",
        message=f"Something went wrong inside Briefmill, {attempt} times: {str(error).splitlines()[0] or error!r}",
        fix="This is not the brief's fault. Show the job's id to whoever runs Briefmill; `briefmill jobs retry` "
        "sends it back to work once that is mended.",
    )
