"""Measures every so often what nobody would tell otherwise, off the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from briefmill.domain.facts import Failed
from briefmill.errors import BriefmillError, Temporary
from briefmill.ports import Listener


class Door(Protocol):
    """The way to threads for calls that block: `engine.offload.Offload` at home."""

    def run(self, call: Callable[[], None], /) -> Awaitable[None]:
        """Run the call in a thread and wait for it."""


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """`look` measures and tells; it blocks. What is away for a moment is measured the next time."""

    look: Callable[[], None]
    door: Door
    listener: Listener
    every_s: float

    async def run(self, stop: asyncio.Event) -> None:
        """Look at once and every so often, until stopped."""
        while not stop.is_set():
            try:
                await self.door.run(self.look)
            except (BriefmillError, OSError) as error:
                # What is away for a moment pauses the pipeline, which says so.
                if not isinstance(error, Temporary):
                    self.listener.hear(Failed(where="gauges", error=str(error)))
            try:
                async with asyncio.timeout(self.every_s):
                    await stop.wait()
            except TimeoutError:
                continue
