"""One tree of errors for the whole house.

Two words rule failure: `Temporary` (try the same again later) and `Permanent` (never with this input). Adapters
classify at their border and chain with `from`; the engine turns either into an Outcome; the CLI turns any of them into
an exit code, once, at the edge. The docstring of a class is its default message, so that the help text is written in
one place. A creative that breaks a rule is no error at all: that is a `domain.verdict.Verdict`.
"""

import inspect
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class Exit(IntEnum):
    """Exit codes of every command; the numbers above 2 are those of sysexits(3)."""

    DONE = 0
    NO = 1
    USAGE = 2
    BAD_BRIEF = 65
    IO = 74
    TRY_LATER = 75
    BAD_CONFIG = 78


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, or odd, in what somebody gave us: where it is, what it is, how to mend it.

    `code` is a stable dotted name (`brief.message.missing`). `field` is the path as written in the file
    (`products[0].imgae`), empty for the whole file. `line` and `column` count from 1; 0 means unknown.
    """

    code: str
    message: str
    fix: str = ""
    field: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        field = f"{self.field}: " if self.field else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{place}{field}{self.message}{fix}"


class BriefmillError(Exception):
    """Something went wrong in Briefmill."""

    exit_code: ClassVar[Exit] = Exit.NO

    def __init__(self, message: str = "") -> None:
        super().__init__(message or inspect.getdoc(type(self)) or type(self).__name__)

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel from worker processes; the default would call constructors that take other arguments.
        return _restored, (type(self), self.args, dict(self.__dict__))


def _restored(kind: type[BriefmillError], args: tuple[object, ...], state: dict[str, object]) -> BriefmillError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class Permanent(BriefmillError):
    """This input can never succeed as it is."""


class Temporary(BriefmillError):
    """This failed for now; the same input may succeed later.

    `retry_in` is the number of seconds the other side asked us to wait, or None for our own backoff.
    """

    exit_code = Exit.TRY_LATER

    def __init__(self, message: str = "", *, retry_in: float | None = None) -> None:
        super().__init__(message)
        self.retry_in = retry_in


class RateLimited(Temporary):
    """The other side is asked too often; nothing is wrong with what was asked."""


class Waits(Temporary):
    """What this needs is being made elsewhere, and will be there later; nothing is wrong, and no try is spent."""


class MaybeCharged(Temporary):
    """A paid call was sent and never answered; it may have been charged."""


class Paused(Temporary):
    """Nothing can be done for any job until an operator or time mends it (disk full, read-only folder, no quota).

    `resource` names what is missing, for the log line and the metric. A job that meets this is never rejected and
    does not lose an attempt.
    """

    def __init__(self, message: str = "", *, resource: str, retry_in: float | None = None) -> None:
        super().__init__(message, retry_in=retry_in)
        self.resource = resource


class WorkerDied(Temporary):
    """The worker process died over this job: out of memory, a crash in a decoder, or too long at it."""


class BriefRefused(Permanent):
    """The brief cannot be made as it is written."""

    exit_code = Exit.BAD_BRIEF

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class AssetRefused(Permanent):
    """A supplied file cannot be used: wrong kind, broken, too large, or outside the folders a brief may name."""

    exit_code = Exit.BAD_BRIEF

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class PictureRefused(Permanent):
    """The picture maker will not make this picture (moderation, invalid request); the same prompt never helps.

    `maybe_charged` says that it was made and then kept back, which may have been charged.
    """

    def __init__(
        self, message: str = "", *, code: str = "maker.refused", fix: str = "", maybe_charged: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix
        self.maybe_charged = maybe_charged


class OverBudget(BriefmillError):
    """There is not enough left of a budget for what this would cost.

    `waits` says that it may do once calls under way are settled, which mostly cost less than is reserved for them.
    """

    def __init__(self, message: str = "", *, waits: bool = False) -> None:
        super().__init__(message)
        self.waits = waits


class Fenced(BriefmillError):
    """The lease on this job was lost to another worker; the result must not be recorded."""


class NotFound(BriefmillError):
    """There is no such thing here."""


class NotAllowed(BriefmillError):
    """The job's state does not allow this."""


class ConfigError(BriefmillError):
    """The configuration is wrong."""

    exit_code = Exit.BAD_CONFIG


class UsageError(BriefmillError):
    """The command was called in a way it does not understand."""

    exit_code = Exit.USAGE


class FolderError(BriefmillError):
    """A folder that Briefmill needs cannot be used."""

    exit_code = Exit.IO


class AuditBroken(BriefmillError):
    """The audit chain does not hold."""


class AlreadyRunning(BriefmillError):
    """Another Briefmill holds the state folder of this home. Stop it first, or use another --home."""

    exit_code = Exit.TRY_LATER
