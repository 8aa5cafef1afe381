"""The pulse: says that the daemon is alive, but only while it really moves.

Each beat asks the checks (did the inbox scan tick lately, does the ledger answer, is every stage within its deadline),
in a thread because they may hang together with what they look at. Only when all are well is systemd's watchdog fed; a
hung scan or ledger therefore ends in a restart, not in a green light over a dead house.

While the daemon drains, each beat asks for a little more patience: how long a drain may take is the daemon's own
setting, and the manager need not know it. The watchdog is fed without a check then: the scan has stopped on purpose.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

BEATS: Final = 3
"""For so many beats more patience is asked while draining: one that comes late does no harm."""


class Notifier(Protocol):
    """What is told to the service manager; telemetry.notify speaks systemd's protocol."""

    def status(self, text: str) -> bool:
        """One line for `systemctl status`."""

    def watchdog(self) -> bool:
        """We are alive."""

    def extend(self, seconds: float) -> bool:
        """The stop needs more time."""


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """`look` measures and gives what is wrong, by name, empty when all is well; `status` is one line about the work.

    `draining` is set when the stop begins, before the pulse itself is told to stop.
    """

    every_s: float
    look: Callable[[], Awaitable[Mapping[str, str]]]
    status: Callable[[], str]
    notifier: Notifier
    draining: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until stopped."""
        while not self.draining.is_set() and not stop.is_set():
            faults = await self.look()
            if faults:
                self.notifier.status("not well: " + "; ".join(faults.values()))
            else:
                self.notifier.status(self.status())
                self.notifier.watchdog()
            await _within(self.every_s, stop, self.draining)
        while not stop.is_set():
            self.notifier.extend(BEATS * self.every_s)
            self.notifier.status(f"stopping: {self.status()}")
            self.notifier.watchdog()
            await _within(self.every_s, stop)


async def _within(seconds: float, *events: asyncio.Event) -> None:
    """Wait for the first of some events, at most so long."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.wait(waits)
