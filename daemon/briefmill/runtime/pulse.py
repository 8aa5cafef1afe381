"""The pulse: says that the daemon is alive, but only while it really moves.

Each beat asks the checks (did the inbox scan tick lately, does the ledger answer). Only when all are well is systemd's
watchdog fed; a hung scan or ledger therefore ends in a restart, not in a green light over a dead house.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from briefmill.ports import Listener


class Notifier(Protocol):
    """What is told to the service manager; telemetry.notify speaks systemd's protocol."""

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""

    def watchdog(self) -> None:
        """We are alive."""


async def beat(
    stop: asyncio.Event,
    *,
    every_s: float,
    checks: Callable[[], Mapping[str, str]],
    status: Callable[[], str],
    measure: Callable[[Listener], None],
    notifier: Notifier,
    listener: Listener,
) -> None:
    """Beat until stopped. `checks` gives what is wrong by name, empty when all is well; `measure` tells slow facts."""
    while True:
        measure(listener)
        faults = checks()
        notifier.status(status() if not faults else "not well: " + "; ".join(faults.values()))
        if not faults:
            notifier.watchdog()
        try:
            async with asyncio.timeout(every_s):
                await stop.wait()
        except TimeoutError:
            continue
        return
