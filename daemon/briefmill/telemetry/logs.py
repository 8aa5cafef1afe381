"""Log lines: from facts, and from libraries that use the standard logging.

`configure` builds a structlog logger without touching structlog's global configuration; `Log` is the listener that
turns facts into lines with stable names and fields. What people see on a terminal or in the journal, and what machines
read as JSON, are the same lines in two spellings. File names reach them, so nothing in a value can break a line or
drive a terminal; see `scrub` for that and for secrets, `repeats` for floods.
"""

import logging
import os
from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol, TextIO, TypeAlias

import structlog
from structlog.typing import EventDict, Processor

from briefmill.domain import underway
from briefmill.domain.facts import Closed, Fact, Failed
from briefmill.ports import Clock
from briefmill.telemetry import levels
from briefmill.telemetry.repeats import Repeats
from briefmill.telemetry.scrub import scrub

Format: TypeAlias = Literal["console", "json"]

REPEATED: Final = "log.repeated"
"""The line that tells how often others were left out."""

PER_MINUTE: Final = 20
"""Lines of the same event for the same reason that are written in a minute; the rest are counted."""

_PRIORITY: Final[Mapping[str, int]] = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""Syslog priorities, sd-daemon(3)."""


class Logger(Protocol):
    """What is needed of a structlog logger."""

    def log(self, level: int, event: str, **fields: object) -> object:
        """Write one line, when `level` (a number of the standard logging) is not below the configured one."""


def pick_format(asked: str, *, terminal: bool, journal: bool) -> Format:
    """The format meant by `auto`: lines for people on a terminal and in the journal, else JSON."""
    if asked == "auto":
        return "console" if terminal or journal else "json"
    return "console" if asked == "console" else "json"


def in_journal(journal_stream: str, stream: TextIO) -> bool:
    """True when `stream` is the very one that systemd connected to the journal.

    `journal_stream` is JOURNAL_STREAM, device:inode (systemd.exec(5)). Children inherit it, with or without the stream:
    in a desktop's terminal it is set as well.
    """
    try:
        there = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return journal_stream == f"{there.st_dev}:{there.st_ino}"


def configure(
    *,
    format: Format,  # noqa: A002 - the name that the setting has
    level: str,
    stream: TextIO,
    clock: Clock,
    version: str,
    journal: bool = False,
) -> Logger:
    """A logger that writes to `stream` from `level` (debug, info, warning, error) on.

    With `journal`, lines begin with their priority as `<N>`, which systemd takes off again.
    Also sends what libraries log, from warnings on, into the same lines: the root logger's handlers are replaced.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    render = _console(stream, journal=journal) if format == "console" else _json(version, journal=journal)
    logger: Logger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[structlog.processors.add_log_level, _timestamp(clock), _whose, _scrubbed, *render],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    for former in root.handlers:
        if isinstance(former, _Foreign):
            former.close()
    root.handlers[:] = [_Foreign(logger, clock)]
    # Not `least`: the watcher tells of lost events by a warning, which must be emitted even where it is not shown.
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    return logger


class Log:
    """A listener that writes facts as lines. Thread-safe. `close` writes what is still being counted."""

    def __init__(self, logger: Logger, clock: Clock, *, per_minute: int = PER_MINUTE) -> None:
        self._logger = logger
        self._repeats: Repeats[tuple[str, str]] = Repeats(clock, limit=per_minute, window_s=60.0)

    def hear(self, fact: Fact) -> None:
        """Write one fact, or count it when the same was said too often in this minute."""
        self._tell_suppressed(self._repeats.lapsed())
        fields = dict(vars(fact))
        reason = str(fields.get("reason") or fields.get("error") or fields.get("rule") or "")
        # The end of a brief is always said; a line with no reason has nothing to repeat.
        if isinstance(fact, Closed) or (not reason and fields) or self._repeats.admit((fact.event, reason)):
            if fields.get("tenant") == "default":
                del fields["tenant"]
            if isinstance(fact, Failed) and not fact.traceback:
                del fields["traceback"]
            self._logger.log(levels.of(fact), fact.event, **fields)

    def use(self, logger: Logger) -> None:
        """Write to another logger from now on: the level was changed."""
        self._logger = logger

    def close(self) -> None:
        """Say how often the last repeats were left out."""
        self._tell_suppressed(self._repeats.drain())

    def _tell_suppressed(self, counts: Mapping[tuple[str, str], int]) -> None:
        for (event, reason), count in counts.items():
            self._logger.log(logging.WARNING, REPEATED, of=event, reason=reason, times=count)


class _Foreign(logging.Handler):
    """Hands records of the standard logging to our logger, named after the library that wrote them."""

    def __init__(self, logger: Logger, clock: Clock) -> None:
        super().__init__()
        self._to = logger
        self._repeats: Repeats[str] = Repeats(clock, limit=PER_MINUTE, window_s=60.0)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._tell_suppressed(self._repeats.lapsed())
            # By library: its words hold addresses and times, and are never twice the same.
            if not self._repeats.admit(record.name):
                return
            fields: dict[str, object] = {"message": record.getMessage()}
            if record.exc_info:
                fields["traceback"] = logging.Formatter().formatException(record.exc_info)
            level = min(logging.CRITICAL, max(logging.DEBUG, record.levelno // 10 * 10))
            self._to.log(level, f"library.{record.name}", **fields)
        except Exception:  # noqa: BLE001 - logging's own way with records that cannot be formatted
            self.handleError(record)

    def close(self) -> None:
        """Say how often the last repeats were left out."""
        self._tell_suppressed(self._repeats.drain())
        super().close()

    def _tell_suppressed(self, counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            self._to.log(logging.WARNING, REPEATED, of=f"library.{name}", reason="", times=count)


def _timestamp(clock: Clock) -> Processor:
    def stamp(_: Any, __: str, line: EventDict) -> EventDict:
        line["timestamp"] = clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return line

    return stamp


def _whose(_: Any, __: str, line: EventDict) -> EventDict:
    """Name the job that is worked for, where the line does not say whose it is."""
    if "job" not in line and (job := underway.job()):
        line["job"] = job
    return line


def _scrubbed(_: Any, __: str, line: EventDict) -> EventDict:
    return {key: scrub(value, key=key) for key, value in line.items()}


def _json(version: str, *, journal: bool) -> list[Processor]:
    spell = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)

    def render(logger: Any, method: str, line: EventDict) -> str:
        head = {key: line.pop(key) for key in ("timestamp", "level", "event")}
        text = str(spell(logger, method, {**head, "version": version, **line}))
        return f"<{_PRIORITY.get(head['level'], 6)}>{text}" if journal else text

    return [render]


def _console(stream: TextIO, *, journal: bool) -> list[Processor]:
    colours = stream.isatty() and not journal
    renderer = structlog.dev.ConsoleRenderer(
        colors=colours, sort_keys=False, pad_event_to=16, exception_formatter=structlog.dev.plain_traceback
    )

    def render(logger: Any, method: str, line: EventDict) -> str:
        traceback = str(line.pop("traceback", ""))
        if journal:
            # The journal keeps the time itself.
            del line["timestamp"]
        level = str(line["level"])
        # What holds blanks or = is quoted by the renderer, so a file called `x state=delivered` stays one value.
        shown = {key: value for key, value in line.items() if value != ""}
        text = str(renderer(logger, method, shown))
        if traceback:
            text += "\n" + traceback.rstrip("\n")
        if journal:
            text = "\n".join(f"<{_PRIORITY.get(level, 6)}>{part}" for part in text.split("\n"))
        return text

    return [render]
