"""The gate of the pipeline: closed while something that every job needs is missing (disk, quota, a key).

Whoever meets `errors.Paused` closes it for a while; everybody waits at it before claiming. When the time is over it
opens by itself and the next attempt finds out whether the resource is back. It tells facts when it closes and when the
first work has succeeded again.
"""

import asyncio

from briefmill.domain.facts import PipelinePaused, PipelineResumed
from briefmill.ports import Clock, Listener


class Gate:
    """Open or closed, for all lanes of one engine. Used on the loop only."""

    def __init__(self, clock: Clock, listener: Listener) -> None:
        self._clock = clock
        self._listener = listener
        self._until = 0.0
        self._resource = ""

    @property
    def resource(self) -> str:
        """What is missing, empty when nothing is."""
        return self._resource

    def close(self, resource: str, reason: str, seconds: float) -> None:
        """Let nobody through for so long."""
        self._until = max(self._until, self._clock.monotonic() + seconds)
        if self._resource != resource:
            self._resource = resource
            self._listener.hear(PipelinePaused(resource=resource, reason=reason))

    def succeeded(self) -> None:
        """Some work went well: what had been missing is back."""
        if self._resource:
            self._listener.hear(PipelineResumed(resource=self._resource))
            self._resource = ""
            self._until = 0.0

    async def passed(self, stop: asyncio.Event) -> bool:
        """Wait until the gate is open; False when `stop` came first."""
        while (left := self._until - self._clock.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    await stop.wait()
            except TimeoutError:
                continue
            return False
        return not stop.is_set()
