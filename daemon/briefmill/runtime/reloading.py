"""A part of the daemon that is handed over while it runs, and the one that waits for the wish to.

To the supervisor a `Relay` is one eternal part. Inside, one run follows the other: with a new configuration the run of
before is told to stop and the next one begins, at once where two may go on beside each other (the engine, which only
finishes what it has in hand), else when the first has ended (the intake: two would take the same file).

`Reloads` waits for the wish and has it done, one at a time. A wish that comes meanwhile is done afterwards, once: the
configuration may have changed after it was read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from briefmill.runtime.supervisor import PartEnded, Run


@dataclass(eq=False, kw_only=True)
class _Leg:
    task: asyncio.Task[None]
    stop: asyncio.Event


class Relay:
    """One run after the other under one name. `overlapping`: the next begins while the last still finishes.

    Where runs may not overlap, one that does not stop within `patience_s` is cut off. Used on the loop only.
    """

    def __init__(self, name: str, first: Run, *, overlapping: bool = False, patience_s: float = 10.0) -> None:
        self._name: Final = name
        self._first = first
        self._overlapping = overlapping
        self._patience_s = patience_s
        self._legs: list[_Leg] = []
        self._changed = asyncio.Event()
        self._over = False

    async def run(self, stop: asyncio.Event) -> None:
        """Run until stopped, then let every run that goes on come to its end.

        Raises what a run raised, and PartEnded when one ends that nobody had told to.
        """
        self._begin(self._first)
        stopping = asyncio.create_task(stop.wait(), name=f"{self._name}.stop")
        try:
            while not stop.is_set():
                self._changed.clear()
                changed = asyncio.create_task(self._changed.wait(), name=f"{self._name}.changed")
                waits = {stopping, changed, *(leg.task for leg in self._legs)}
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                self._forget()
            self._over = True
            for leg in self._legs:
                leg.stop.set()
            while self._legs:
                await asyncio.wait([leg.task for leg in self._legs], return_when=asyncio.FIRST_COMPLETED)
                self._forget()
        finally:
            self._over = True
            stopping.cancel()
            left = [leg.task for leg in self._legs]
            for task in left:
                task.cancel()
            if left:
                await asyncio.wait(left)

    async def hand_over(self, following: Run) -> asyncio.Task[None] | None:
        """Tell the present run to stop and begin the following one; gives the task of the one that leaves.

        Returns when the following one has begun. After a stop nothing is begun, and there is no task.
        """
        if self._over or not self._legs:
            return None
        leaving = self._legs[-1]
        leaving.stop.set()
        if not self._overlapping:
            await asyncio.wait([leaving.task], timeout=self._patience_s)
            leaving.task.cancel()
            await asyncio.wait([leaving.task])
        if not self._over:
            self._begin(following)
        return leaving.task

    def _begin(self, run: Run) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self._checked(run, stop), name=f"{self._name}.run")
        self._legs.append(_Leg(task=task, stop=stop))
        self._changed.set()

    async def _checked(self, run: Run, stop: asyncio.Event) -> None:
        await run(stop)
        if not stop.is_set():
            raise PartEnded(f"{self._name} ended by itself")

    def _forget(self) -> None:
        """Let go of runs that have ended; raises what one of them raised."""
        ended = [leg for leg in self._legs if leg.task.done()]
        self._legs = [leg for leg in self._legs if leg not in ended]
        for leg in ended:
            if not leg.task.cancelled() and (error := leg.task.exception()) is not None:
                raise error


@dataclass(kw_only=True)
class Reloads:
    """Has `change` done whenever `asked` was set. `change` tells by itself how it went, and raises nothing usual."""

    change: Callable[[], Awaitable[None]]
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve wishes until stopped; one that is being done comes to its end first."""
        stopping = asyncio.create_task(stop.wait(), name="reloads.stop")
        try:
            while not stop.is_set():
                asked = asyncio.create_task(self.asked.wait(), name="reloads.asked")
                await asyncio.wait({stopping, asked}, return_when=asyncio.FIRST_COMPLETED)
                asked.cancel()
                if not stop.is_set():
                    self.asked.clear()
                    await self.change()
        finally:
            stopping.cancel()
