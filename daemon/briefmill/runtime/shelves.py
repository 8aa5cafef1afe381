"""Keeps the cache of made pictures within its bounds, beside the work, and tells how much it holds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from briefmill.domain.facts import CacheMeasured, Failed
from briefmill.errors import BriefmillError
from briefmill.ports import Listener

EVERY_S: Final = 600.0


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """`tidy` removes what is too much; gives the entries and bytes that stay, and how many entries went. It blocks."""

    tidy: Callable[[], tuple[int, int, int]]
    listener: Listener
    every_s: float = EVERY_S

    async def run(self, stop: asyncio.Event) -> None:
        """Look at the start and every so often, until stopped."""
        while not stop.is_set():
            await asyncio.to_thread(self.look)
            try:
                async with asyncio.timeout(self.every_s):
                    await stop.wait()
            except TimeoutError:
                continue

    def look(self) -> None:
        """One look. What keeps it from its end is told; the cache is only larger than it should be until the next."""
        try:
            entries, size, removed = self.tidy()
        except (BriefmillError, OSError) as error:
            self.listener.hear(Failed(where="cache", error=str(error)))
            return
        self.listener.hear(CacheMeasured(entries=entries, size=size, removed=removed))
