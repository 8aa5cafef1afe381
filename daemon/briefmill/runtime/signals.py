"""Signals: the first asks the daemon to finish what it is at, the second ends it at once.

SIGTERM (systemd, containers) and SIGINT (Ctrl-C) mean the same. After the first, both are given back to the system's
default action, so that a second one ends the process whatever state it is in; what it leaves is found again at the next
start. SIGHUP asks a daemon to read its configuration anew. On a terminal it says that the window was closed, and means
what it always did: the end, here after a drain.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

HANDLED: Final = (signal.SIGTERM, signal.SIGINT)


class Drain(asyncio.Event):
    """An event that says why it was set, for the log and the status line. The first reason stays."""

    reason: str = ""

    def ask(self, reason: str) -> None:
        """Ask for the drain. On the loop only."""
        if not self.is_set():
            self.reason = reason
            self.set()


def _leave(number: int, _: FrameType | None) -> None:
    # The kernel spares process 1 of a container the default action, so it has to go by itself.
    os._exit(128 + number)


@contextmanager
def draining() -> Iterator[Drain]:
    """Listen for the two signals on the running loop; afterwards the handlers from before are back.

    To be entered on the main thread, where Python lets signals be handled.
    """
    loop = asyncio.get_running_loop()
    drain = Drain()
    before = {number: signal.getsignal(number) for number in HANDLED}

    def first(name: str) -> None:
        for number in HANDLED:
            loop.remove_signal_handler(number)
            # asyncio would put Python's KeyboardInterrupt back for SIGINT, which unwinds and may wait for threads.
            signal.signal(number, _leave if os.getpid() == 1 else signal.SIG_DFL)
        drain.ask(name)

    for number in HANDLED:
        loop.add_signal_handler(number, first, number.name)
    try:
        yield drain
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)


@contextmanager
def hangup(heard: Callable[[], None]) -> Iterator[None]:
    """Call `heard` on the running loop at each SIGHUP; afterwards the handler from before is back. Main thread only."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGHUP)
    loop.add_signal_handler(signal.SIGHUP, heard)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        signal.signal(signal.SIGHUP, before)
