"""The doorbell at home: one asyncio event a stage. It may lose rings, never work: the sweep finds what it missed."""

import asyncio

from briefmill.domain.job import Stage


class LocalBell:
    """Implements ports.Bell within one process. Built on the running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events = {stage: asyncio.Event() for stage in Stage}

    def ring(self, stage: Stage) -> None:
        """Wake whoever waits at `stage`; from any thread. After the loop has ended there is nobody to wake."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events[stage].set)

    async def heard(self, stage: Stage, timeout_s: float) -> bool:
        """Wait for a ring, at most so long."""
        event = self._events[stage]
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True
