"""Asks now and then when the models in use will be shut down, so that somebody hears of it weeks before a night fails.

What is found goes to the metric, to /readyz as a remark, and, as the day comes near, into the log. That a provider does
not answer here is no news: those who need a picture will meet it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from briefmill.domain.facts import ModelLooked
from briefmill.errors import BriefmillError
from briefmill.ports import Clock, Listener

Look = Callable[[], tuple[str, date | None]]
"""Gives a provider's model and the day of its end, None for none; raises BriefmillError. Blocks."""


@dataclass(kw_only=True)
class Retiring:
    """The models of some providers, by the providers' names, looked at every so many seconds."""

    looks: Mapping[str, Look]
    clock: Clock
    listener: Listener
    every_s: float = 12 * 3600.0
    known: dict[str, tuple[str, date]] = field(default_factory=dict)
    """Models that have a last day, by provider."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look until stopped."""
        while not stop.is_set():
            for provider, look in self.looks.items():
                await asyncio.to_thread(self.look, provider, look)
            try:
                async with asyncio.timeout(self.every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    def look(self, provider: str, look: Look) -> None:
        """Look at one provider's model and tell what was found. Blocks."""
        try:
            model, ends = look()
        except BriefmillError:
            return
        if ends is None:
            self.known.pop(provider, None)
        else:
            self.known[provider] = model, ends
        left = None if ends is None else (ends - self.clock.now().date()).days
        self.listener.hear(ModelLooked(provider=provider, model=model, shutdown=ends, days_left=left))

    def remark(self) -> str:
        """What there is to say about the models now, empty for nothing."""
        today = self.clock.now().date()
        told = list(self.known.values())
        return "; ".join(f"{model} is shut down on {ends}, in {(ends - today).days} days" for model, ends in told)
