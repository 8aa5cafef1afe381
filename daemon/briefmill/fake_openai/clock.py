"""Whose time it is: the machine's, or one that a test turns by hand.

The server asks for the time wherever OpenAI would (rate limits, batches, expiry, models that are shut down) and waits
wherever OpenAI would be slow. With `TurnedClock` nothing ever waits: a wait moves the clock on instead, so a batch of
a day and a storm of a minute take no time at all.
"""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What the server needs of time. Called from many threads."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def wait(self, seconds: float, stopped: threading.Event) -> None:
        """Let `seconds` pass, or fewer when `stopped` is set meanwhile."""
        ...


class MachineClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def wait(self, seconds: float, stopped: threading.Event) -> None:
        """Block the calling thread; a server that is closed wakes it."""
        stopped.wait(seconds)


class TurnedClock:
    """A clock that stands until it is turned: by `advance`, or by somebody who waits."""

    def __init__(self, start: float = 1_795_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since 1970, as far as the clock was turned."""
        with self._lock:
            return self._now

    def wait(self, seconds: float, stopped: threading.Event) -> None:
        """Move the clock on; never blocks."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Turn the clock forward. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("a clock is not turned back")
        with self._lock:
            self._now += seconds
