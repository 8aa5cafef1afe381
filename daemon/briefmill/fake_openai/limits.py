"""The account's limits: three buckets that fill continuously, and the headers that tell how full they are.

A call takes one request, its estimated tokens and its pictures, all or nothing. Without limits the headers still come,
with figures that nobody reaches, as they do from the API.
"""

import math
import threading
from collections.abc import Mapping
from typing import Final

from briefmill.fake_openai import refusals
from briefmill.fake_openai.clock import Clock
from briefmill.fake_openai.scenario import Limits

PLENTY: Final = {"requests": 10_000, "tokens": 30_000_000, "images": 10_000}
"""What the headers say where there is no limit."""
MINUTE: Final = 60.0


class Buckets:
    """The buckets of one account. Safe from any thread."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._most = {name: getattr(limits, name) for name in PLENTY}
        self._left = {name: float(most or PLENTY[name]) for name, most in self._most.items()}
        self._clock = clock
        self._filled_at = clock.now()
        self._lock = threading.Lock()

    def take(self, model: str, *, tokens: int, images: int) -> None:
        """Take what a call needs. Raises Refusal (429) when a bucket has too little, and then takes nothing."""
        wanted = {"requests": 1, "tokens": tokens, "images": images}
        with self._lock:
            self._fill()
            for name, amount in wanted.items():
                most = self._most[name]
                if most is not None and amount > self._left[name]:
                    raise self._refusal(model, name, amount, most)
            for name, amount in wanted.items():
                if self._most[name] is not None:
                    self._left[name] -= amount

    def headers(self, *, images: bool) -> Mapping[str, str]:
        """`x-ratelimit-limit/remaining/reset-...` of requests and tokens, and of images where they are made."""
        with self._lock:
            self._fill()
            told: dict[str, str] = {}
            for name in PLENTY if images else ("requests", "tokens"):
                most = self._most[name] or PLENTY[name]
                told[f"x-ratelimit-limit-{name}"] = str(most)
                told[f"x-ratelimit-remaining-{name}"] = str(math.floor(self._left[name]))
                told[f"x-ratelimit-reset-{name}"] = duration((most - self._left[name]) / most * MINUTE)
            return told

    def _fill(self) -> None:
        now = self._clock.now()
        passed, self._filled_at = max(0.0, now - self._filled_at), now
        for name, most in self._most.items():
            if most is not None:
                self._left[name] = min(float(most), self._left[name] + most * passed / MINUTE)

    def _refusal(self, model: str, name: str, amount: int, most: int) -> refusals.Refusal:
        # More than the whole bucket can never be had; the API still tells to wait for a full one.
        wait = (min(amount, most) - self._left[name]) * MINUTE / most
        message = (
            f"Rate limit reached for {model or 'this model'} in organization org-fake on {name} per min: "
            f"Limit {most}, Used {math.ceil(most - self._left[name])}, Requested {amount}. "
            f"Please try again in {duration(wait)}."
        )
        return refusals.rate_limited(message, kind=name, retry_after_s=wait)


def duration(seconds: float) -> str:
    """A time as the API writes it: `250ms`, `12.5s`, `1m30s`."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    shown = f"{rest:.3f}".rstrip("0").rstrip(".")
    return f"{int(minutes)}m{shown}s" if minutes else f"{shown}s"
