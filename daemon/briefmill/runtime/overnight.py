"""Goes the rounds of the night's post for as long as the daemon runs.

What keeps a round from its end is told once, and tried again as it asks, at the latest after an hour. A stop lets the
call that is under way come to its end, and leaves the rest to the next start: all of it is in the ledger.
"""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.facts import Failed
from briefmill.errors import BriefmillError, Temporary
from briefmill.ports import Listener

LONGEST_REST_S: Final = 3600.0


@dataclass(kw_only=True)
class Nightly:
    """`round` makes one round and blocks; `leave` makes it end soon. Every so many seconds there is one."""

    round: Callable[[], Sequence[str]]
    leave: Callable[[], None]
    listener: Listener
    every_s: float
    trouble: str = ""
    """What kept the last round from its end, empty for nothing."""

    async def run(self, stop: asyncio.Event) -> None:
        """Go the rounds until stopped."""
        while not stop.is_set():
            rest_s = await self._once(stop)
            try:
                async with asyncio.timeout(rest_s):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _once(self, stop: asyncio.Event) -> float:
        going = asyncio.create_task(asyncio.to_thread(self.round), name="overnight.round")
        stopping = asyncio.create_task(stop.wait(), name="overnight.stopping")
        try:
            await asyncio.wait({going, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not going.done():
                self.leave()
            await going
        except BriefmillError as error:
            return self._troubled(error, stop)
        except Exception as error:  # noqa: BLE001 - a surprise here must not stop the briefs that need no batch
            words = "".join(traceback.format_exception(error))
            self.listener.hear(Failed(where="overnight", error=repr(error), traceback=words))
            return LONGEST_REST_S
        finally:
            stopping.cancel()
        self.trouble = ""
        return self.every_s

    def _troubled(self, error: BriefmillError, stop: asyncio.Event) -> float:
        if str(error) != self.trouble and not stop.is_set():
            self.listener.hear(Failed(where="overnight", error=str(error)))
        self.trouble = str(error)
        asked = error.retry_in if isinstance(error, Temporary) else None
        return min(LONGEST_REST_S, max(self.every_s, asked or 0.0))
