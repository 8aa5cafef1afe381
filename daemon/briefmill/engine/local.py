"""The engine at home: a few tasks a lane, woken by a bell, and a sweep for work nobody was told about."""

import asyncio
import traceback
from collections.abc import Sequence

from briefmill.domain.facts import Failed
from briefmill.engine.runner import Bench, Lane, serve_one
from briefmill.errors import Temporary


class LocalEngine:
    """Runs all lanes until told to stop, then lets what runs come to its end."""

    def __init__(self, bench: Bench, lanes: Sequence[Lane], *, sweep_s: float = 5.0) -> None:
        self._bench = bench
        self._lanes = tuple(lanes)
        self._sweep_s = sweep_s
        self._serving: dict[object, tuple[Lane, float]] = {}

    @property
    def busy(self) -> int:
        """How many claims are being served now."""
        return len(self._serving)

    def overdue(self, grace_s: float) -> list[str]:
        """The claims that should have been stopped so long ago and still are not, in words. From any thread."""
        now = self._bench.clock.monotonic()
        late = [
            (lane.stage, lane.timeout_s, now - since)
            for lane, since in list(self._serving.values())
            if lane.timeout_s is not None and now - since > lane.timeout_s + grace_s
        ]
        return [f"{stage} has gone on for {took:.0f} s, and {limit:.0f} are allowed" for stage, limit, took in late]

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; returns when the last claim has come to its end."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes:
                for number in range(lane.concurrency):
                    tasks.create_task(self._serve(lane, stop), name=f"engine.{lane.stage}.{number}")
            tasks.create_task(self._sweep(stop), name="engine.sweep")

    async def _serve(self, lane: Lane, stop: asyncio.Event) -> None:
        while await self._bench.gate.passed(stop, lane.stage):
            here = object()
            self._serving[here] = lane, self._bench.clock.monotonic()
            try:
                wait = await serve_one(self._bench, lane)
            except Exception as error:  # noqa: BLE001 - one job's surprise must not end the others; its lease lapses
                words = "".join(traceback.format_exception(error))
                self._bench.listener.hear(Failed(where=f"engine.{lane.stage}", error=repr(error), traceback=words))
                await _stopped_within(stop, 1.0)
                continue
            finally:
                del self._serving[here]
            if wait is not None and not stop.is_set():
                seconds = self._sweep_s if wait.seconds is None else min(wait.seconds, self._sweep_s)
                await self._bench.bell.heard(lane.stage, seconds)

    async def _sweep(self, stop: asyncio.Event) -> None:
        while not await _stopped_within(stop, self._sweep_s):
            try:
                due = await self._bench.offload.run(self._bench.ledger.due)
            except Temporary:
                continue  # The next claim meets the same, and closes the gate over it.
            for stage, count in due.items():
                if count:
                    self._bench.bell.ring(stage)
        # Nobody waits for a bell any more once we stop: wake those who still do.
        for lane in self._lanes:
            self._bench.bell.ring(lane.stage)


async def _stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return False
    return True
