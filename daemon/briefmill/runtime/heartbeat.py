"""The heartbeat: a brief that the daemon sends itself, to see that one could be made.

Figures about briefs say nothing while no briefs come: a pipeline that is broken on Sunday looks like one that rests.
So every so often a small brief of our own goes into the inbox, as anybody's would, through every stage, and up to the
door of the outbox; how long each station took and when one last came through are figures that an alert can watch.

One at a time: while one is under way no second one is sent, and while nothing can be made anyway (a pause, an inbox
that is offline) none is sent at all. What tells a heartbeat apart, what it never touches and how it is cleared away is
decided where things are put together (`wiring.heartbeat`); here is only when one is sent and what became of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from briefmill.domain.facts import Failed, HeartbeatEnded, HeartbeatExpected, HeartbeatWaits
from briefmill.errors import BriefmillError
from briefmill.ports import Clock, Listener

LOOK_S: Final = 5.0
"""How soon to look again while one may not be sent, at the latest."""

AGAIN_S: Final = 60.0
"""How soon to try again after one could not be written."""


class Sender(Protocol):
    """What puts heartbeats on their way. Both block, and may raise BriefmillError or OSError."""

    def under_way(self) -> bool:
        """Whether one that was sent, by whatever run of the daemon, has not come to its end."""

    def send(self) -> None:
        """Put one into the inbox."""


@dataclass(kw_only=True)
class Heartbeat:
    """Sends a heartbeat every so many seconds, never where that is 0.

    `hindrance` says why none may be sent now, empty when one may.
    """

    every_s: float
    sender: Sender
    hindrance: Callable[[], str]
    clock: Clock
    listener: Listener
    _due: float | None = None
    _told: str = ""
    _late: bool = False

    async def run(self, stop: asyncio.Event) -> None:
        """Send until stopped; the first one at once."""
        self.listener.hear(HeartbeatExpected(every_s=self.every_s))
        if not self.every_s:
            await stop.wait()
        while not stop.is_set():
            wait = await asyncio.to_thread(self.look)
            try:
                async with asyncio.timeout(wait):
                    await stop.wait()
            except TimeoutError:
                continue

    def look(self) -> float:
        """Send one if it is due and may be sent; gives the seconds until the next look. Blocks."""
        now = self.clock.monotonic()
        if self._due is None:
            self._due = now
        if now < self._due:
            return self._due - now
        try:
            sent = self._sent()
        except (BriefmillError, OSError) as error:
            self.listener.hear(Failed(where="heartbeat", error=str(error)))
            return min(AGAIN_S, self.every_s)
        if sent:
            # From now, not from when it was due: after a long pause one is sent, not as many as were left out.
            self._due = now + self.every_s
            self._late = False
            return self.every_s
        return min(LOOK_S, self.every_s)

    def _sent(self) -> bool:
        if hindrance := self.hindrance():
            if hindrance != self._told:
                self.listener.hear(HeartbeatWaits(reason=hindrance))
            self._told = hindrance
            return False
        self._told = ""
        if self.sender.under_way():
            if not self._late:
                self.listener.hear(HeartbeatEnded(outcome="late", reason="the one before it is still under way"))
            self._late = True
            return False
        self.sender.send()
        return True
