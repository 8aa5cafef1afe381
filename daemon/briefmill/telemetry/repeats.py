"""Counts what is said again and again, so that a flood becomes a few lines and a number.

Per key, so many are let through in a window that begins with the first; the rest are counted, and the count is given
out when the window is over. Keys are forgotten then, and never more than `MOST` are kept.
"""

import threading
from typing import Final, Generic, TypeVar

from briefmill.ports import Clock

MOST: Final = 1000
"""Keys watched at a time; beyond that everything is let through, because memory is worth more than a tidy log."""

K = TypeVar("K")


class Repeats(Generic[K]):
    """A limiter by key. Thread-safe; time is the clock's monotonic one."""

    def __init__(self, clock: Clock, *, limit: int, window_s: float) -> None:
        self._clock = clock
        self._limit = limit
        self._window_s = window_s
        # Keys in the order in which their windows began, with that time and how often each was said.
        self._said: dict[K, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def admit(self, key: K) -> bool:
        """True when this may be said now; otherwise it is counted."""
        with self._lock:
            began, count = self._said.get(key, (self._clock.monotonic(), 0))
            if count == 0 and len(self._said) >= MOST:
                return True
            self._said[key] = (began, count + 1)
            return count < self._limit

    def lapsed(self) -> dict[K, int]:
        """How many of each key were held back in windows that are over by now; each is given once."""
        with self._lock:
            over: list[K] = []
            for key, (began, _) in self._said.items():
                if self._clock.monotonic() - began < self._window_s:
                    break
                over.append(key)
            return self._take(over)

    def drain(self) -> dict[K, int]:
        """The same for all windows, over or not: for the end."""
        with self._lock:
            return self._take(list(self._said))

    def _take(self, keys: list[K]) -> dict[K, int]:
        counts = {key: self._said.pop(key)[1] - self._limit for key in keys}
        return {key: count for key, count in counts.items() if count > 0}
