"""The pulse: says that the daemon is alive, but only while it really moves.

Each beat asks the checks (did the inbox scan tick lately, does the ledger answer), in a thread because they may hang
together with what they look at. Only when all are well is systemd's watchdog fed; a hung scan or ledger therefore ends
in a restart, not in a green light over a dead house.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol


class Notifier(Protocol):
    """What is told to the service manager; telemetry.notify speaks systemd's protocol."""

    def status(self, text: str) -> bool:
        """One line for `systemctl status`."""

    def watchdog(self) -> bool:
        """We are alive."""


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """`look` measures and gives what is wrong, by name, empty when all is well; `status` is one line about the work."""

    every_s: float
    look: Callable[[], Awaitable[Mapping[str, str]]]
    status: Callable[[], str]
    notifier: Notifier

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until stopped."""
        while True:
            faults = await self.look()
            if faults:
                self.notifier.status("not well: " + "; ".join(faults.values()))
            else:
                self.notifier.status(self.status())
                self.notifier.watchdog()
            try:
                async with asyncio.timeout(self.every_s):
                    await stop.wait()
            except TimeoutError:
                continue
            return
