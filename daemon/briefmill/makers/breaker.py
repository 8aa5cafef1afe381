"""A circuit breaker around one provider: after a row of failures it is left alone for a while, then asked once.

Failures are those of the provider (it is down, overloaded, or does not take the account), not of a picture. The time
it is left alone doubles with each failed trial, up to a bound, and begins anew when a trial goes well. Thread-safe, and
held in memory: a new process asks at once. (Nygard, "Release It!", 2nd edition, 2018: the pattern's three states.)
"""

import threading
from dataclasses import dataclass
from enum import StrEnum

from briefmill.domain.facts import CircuitChanged
from briefmill.ports import Clock, Listener


class State(StrEnum):
    """Closed: all calls go through. Open: none do. Half-open: one is trying."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """So many failures in a row open it, for so long at first and at most, in seconds."""

    failures: int = 5
    rest_s: float = 30.0
    longest_s: float = 600.0


class Breaker:
    """The breaker of one provider. Its changes are told."""

    def __init__(self, provider: str, clock: Clock, listener: Listener, tolerance: Tolerance | None = None) -> None:
        self._provider = provider
        self._clock = clock
        self._listener = listener
        self._tolerance = tolerance or Tolerance()
        self._lock = threading.Lock()
        self._failures = 0
        self._rest_s = self._tolerance.rest_s
        self._until: float | None = None
        self._trying = False

    def wait(self) -> float:
        """Seconds until this provider may be asked; 0 for now, and then this caller is the one who asks."""
        with self._lock:
            if self._until is None:
                return 0.0
            left = self._until - self._clock.monotonic()
            if left > 0:
                return left
            if self._trying:
                return self._tolerance.rest_s
            self._trying = True
        self._tell(State.HALF_OPEN)
        return 0.0

    def succeeded(self) -> None:
        """It answered: a picture, or a refusal of one."""
        with self._lock:
            was_open = self._until is not None
            self._failures, self._until, self._trying = 0, None, False
            self._rest_s = self._tolerance.rest_s
        if was_open:
            self._tell(State.CLOSED)

    def failed(self, asked_s: float | None = None, *, at_once: bool = False) -> None:
        """It did not answer. `asked_s`: so long it asks to be left alone; `at_once` opens without waiting for more."""
        with self._lock:
            self._failures += 1
            tried = self._trying
            if not tried and not at_once and self._failures < self._tolerance.failures:
                return
            if tried:
                self._rest_s = min(self._tolerance.longest_s, self._rest_s * 2)
            opens = self._until is None or tried
            self._until = self._clock.monotonic() + max(self._rest_s, asked_s or 0.0)
            self._trying = False
        if opens:
            self._tell(State.OPEN)

    def _tell(self, state: State) -> None:
        self._listener.hear(CircuitChanged(provider=self._provider, state=str(state)))
