"""Keeps the long-running parts together and stops them in order.

Every part is an eternal task: when one ends without being told to, whatever the cause, all stop, because half a daemon
is worse than none (systemd starts a whole one again). A stop goes through the parts in the order they were given:
intake first, so that nothing new comes in; then the engine, with a deadline for what it is at; what watches goes last.
What is cut off at the deadline keeps its lease and is found again at the next start.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Run = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A named eternal task. `run` returns soon after its event is set; `patience_s` is how soon at the latest.

    A patience that a new configuration may change is asked for when it is needed.
    """

    name: str
    run: Run
    patience_s: float | Callable[[], float] = 10.0

    @property
    def patience(self) -> float:
        """How many seconds it gets to stop, as things are now."""
        return self.patience_s() if callable(self.patience_s) else self.patience_s


class PartEnded(RuntimeError):
    """A part of the daemon ended although nobody had told it to."""


async def supervise(parts: Sequence[Part], stop: asyncio.Event, stopping: Callable[[], None]) -> None:
    """Run all parts until `stop` is set or one of them ends, then stop them in the order given.

    `stopping` is called once, before the first part is told. Raises PartEnded, or what a part raised, after the
    others have been stopped.
    """
    events = {part.name: asyncio.Event() for part in parts}
    tasks = {part.name: asyncio.create_task(_run(part, events[part.name]), name=f"part.{part.name}") for part in parts}
    waiting = asyncio.create_task(stop.wait(), name="supervisor.stop")
    await asyncio.wait([waiting, *tasks.values()], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    stopping()
    for part in parts:
        events[part.name].set()
        await asyncio.wait([tasks[part.name]], timeout=part.patience)
        tasks[part.name].cancel()
        await asyncio.wait([tasks[part.name]])
    for task in tasks.values():
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def _run(part: Part, stop: asyncio.Event) -> None:
    await part.run(stop)
    if not stop.is_set():
        raise PartEnded(f"{part.name} ended by itself")
