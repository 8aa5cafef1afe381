"""Removes by rule what a home need not keep, beside the work: at the start, and every so often."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from briefmill.domain.facts import Failed
from briefmill.errors import BriefmillError
from briefmill.ports import Listener


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """`clear` removes what may go and blocks; it asks its argument before each removal whether to go on."""

    clear: Callable[[Callable[[], bool]], object]
    listener: Listener
    every_s: float
    _stopping: threading.Event = field(default_factory=threading.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Look until stopped; a look that is under way then ends after the removal in hand."""
        looking = asyncio.create_task(self._rounds(stop))
        try:
            await stop.wait()
        finally:
            self._stopping.set()
            await looking

    async def _rounds(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.to_thread(self.look)
            try:
                async with asyncio.timeout(self.every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    def look(self) -> None:
        """One look. What keeps it from its end is told; the rest waits for the next."""
        try:
            self.clear(lambda: not self._stopping.is_set())
        except (BriefmillError, OSError) as error:
            self.listener.hear(Failed(where="retention", error=str(error)))
