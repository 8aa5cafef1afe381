"""Facts to many listeners, each kept apart from the others' failures.

This is the object that every other room gets as `Listener`. A listener that raises loses that fact and nothing else;
the others hear of it once as `Failed`, so that a broken metric is a log line and never a broken job.
"""

import threading
from collections.abc import Sequence
from typing import Final

from briefmill.domain.facts import Fact, Failed
from briefmill.ports import Listener


class Listeners:
    """Tells every fact to all listeners, in order, on the caller's thread. Never raises, whatever a listener does."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners: Final = tuple(listeners)
        self._reported: set[int] = set()
        self._lock = threading.Lock()

    def hear(self, fact: Fact) -> None:
        """Tell one fact to all."""
        # A report may itself make another listener fail for the first time; each is reported once, so this ends.
        pending: list[tuple[Fact, int | None]] = [(fact, None)]
        while pending:
            told, spared = pending.pop(0)
            for index, listener in enumerate(self._listeners):
                if index == spared:
                    continue
                try:
                    listener.hear(told)
                except Exception as error:  # noqa: BLE001 - a listener may fail in any way and must not harm the work
                    if self._first_failure(index):
                        pending.append((_report(listener, told, error), index))

    def _first_failure(self, index: int) -> bool:
        with self._lock:
            new = index not in self._reported
            self._reported.add(index)
            return new


def _report(listener: Listener, fact: Fact, error: Exception) -> Failed:
    import traceback

    return Failed(
        where=f"telemetry.{type(listener).__name__}",
        error=f"could not take {fact.event}: {type(error).__name__}: {error}",
        traceback="".join(traceback.format_exception(error)),
    )
