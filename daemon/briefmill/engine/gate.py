"""The gate of the pipeline: closed while something that every job needs is missing (disk, ledger, quota, a key).

Whoever meets `errors.Paused` closes it, under the place where they met it: a lane and the step it was at. Several
things can be missing at once, and each is given back by the place that missed it alone, when the same step there has
gone well: a picture made says nothing about an outbox that cannot be written. What concerns everybody (`EVERYBODY`)
lets only the lane through that met it, once its time is over: one tries, the others wait for how that ends, and nothing
is paid for what could not be delivered. A missing quota or key stops its own lane alone.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from briefmill.domain.facts import PipelinePaused, PipelineResumed
from briefmill.ports import Clock, Listener

EVERYBODY: Final = frozenset({"disk", "folder", "inbox", "ledger", "machine"})
"""Resources without which no lane can do anything that lasts."""

CLAIM: Final = "claim"
WORK: Final = "work"
RECORD: Final = "record"
"""The steps of a lane: take a job, do it, write down how it ended."""


@dataclass(frozen=True, kw_only=True)
class _Lack:
    until: float
    reason: str


class Gate:
    """Open or closed, for all lanes of one engine. Used on the loop only, but for `missing`."""

    def __init__(self, clock: Clock, listener: Listener) -> None:
        self._clock = clock
        self._listener = listener
        # By lane, step and resource.
        self._lacks: dict[tuple[str, str, str], _Lack] = {}
        self._changed = asyncio.Event()

    @property
    def missing(self) -> Mapping[str, str]:
        """What is missing now, and why, in words; empty when nothing is. May be asked from any thread."""
        return {resource: lack.reason for (_, _, resource), lack in list(self._lacks.items())}

    def close(self, resource: str, reason: str, seconds: float, *, lane: str, step: str = WORK) -> None:
        """Let nobody through for so long, because `lane` lacks this."""
        told = resource in self.missing
        self._lacks[lane, step, resource] = _Lack(until=self._clock.monotonic() + seconds, reason=reason)
        self._change()
        if not told:
            self._listener.hear(PipelinePaused(resource=resource, reason=reason))

    def opened(self, lane: str, *steps: str) -> None:
        """These steps of a lane have gone well, or it has nothing to do: what it lacked there is back."""
        for known in [known for known in self._lacks if known[0] == lane and known[1] in steps]:
            del self._lacks[known]
            self._change()
            if known[2] not in self.missing:
                self._listener.hear(PipelineResumed(resource=known[2]))

    async def passed(self, stop: asyncio.Event, lane: str) -> bool:
        """Wait until this lane may go on; False when `stop` came first."""
        while not stop.is_set():
            wait = self._wait(lane)
            if wait == 0:
                return True
            await self._either(stop, wait)
        return False

    def _wait(self, lane: str) -> float | None:
        """Seconds until this lane may try, 0 for now, None for: when something changes."""
        felt = {known: lack for known, lack in self._lacks.items() if known[0] == lane or known[2] in EVERYBODY}
        if not felt:
            return 0
        left = max(lack.until for lack in felt.values()) - self._clock.monotonic()
        if left > 0:
            return left
        return 0 if any(known[0] == lane for known in felt) else None

    def _change(self) -> None:
        # Those who wait hold the old event; those who come later find the new one.
        self._changed.set()
        self._changed = asyncio.Event()

    async def _either(self, stop: asyncio.Event, timeout_s: float | None) -> None:
        waits = {asyncio.ensure_future(self._changed.wait()), asyncio.ensure_future(stop.wait())}
        try:
            await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
