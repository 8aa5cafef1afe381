"""The gate of the pipeline: closed while something that every job needs is missing (disk, ledger, quota, a key).

Whoever meets `errors.Paused` closes it, under the place where they met it: a lane and the step it was at. Several
things can be missing at once, and each is given back by the place that missed it alone, when the same step there has
gone well: a picture made says nothing about an outbox that cannot be written. What concerns everybody (`EVERYBODY`)
lets only the lane through that met it, once its time is over: one tries, the others wait for how that ends, and nothing
is paid for what could not be delivered. However it ends, what it did not miss again is taken for back (`proved`), and
so is what nobody there can try for a while (`untried`): a lane that lacks something of its own must not keep the others
waiting for what has long returned. A missing quota or key stops its own lane alone.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
        self._trying: Counter[str] = Counter()
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
        self._give_back({known for known in self._lacks if known[0] == lane and known[1] in steps})

    def _give_back(self, lacks: set[tuple[str, str, str]]) -> None:
        for known in [known for known in self._lacks if known in lacks]:
            del self._lacks[known]
            self._change()
            if known[2] not in self.missing:
                self._listener.hear(PipelineResumed(resource=known[2]))

    @contextmanager
    def trying(self, lane: str) -> Iterator[frozenset[str]]:
        """Work of this lane is under way; gives what it missed before and now finds out about."""
        self._trying[lane] += 1
        try:
            yield self._due(lane)
        finally:
            self._trying[lane] -= 1

    def proved(self, lane: str, resources: frozenset[str]) -> None:
        """Work of this lane has ended without missing these."""
        self._give_back({(lane, WORK, resource) for resource in resources})

    def untried(self, lane: str) -> None:
        """This lane has nothing to try before long: what concerns everybody is left to the others to find out."""
        if not self._trying[lane]:
            self.proved(lane, self._due(lane) & EVERYBODY)

    async def passed(self, stop: asyncio.Event, lane: str) -> bool:
        """Wait until this lane may go on; False when `stop` came first."""
        while not stop.is_set():
            wait = self._wait(lane)
            if wait == 0:
                return True
            await self._either(stop, wait)
        return False

    def _due(self, lane: str) -> frozenset[str]:
        now = self._clock.monotonic()
        mine = {known: lack for known, lack in self._lacks.items() if known[:2] == (lane, WORK)}
        return frozenset(resource for (_, _, resource), lack in mine.items() if lack.until <= now)

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
