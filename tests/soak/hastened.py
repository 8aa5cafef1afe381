"""The daemon with its time running faster: `python -m soak.hastened SPEED ORIGIN`, then the words of the command.

Everything that the daemon waits for by the clock is hastened together: the wall clock and the monotonic clock that are
handed down from the wiring, and all timers of its event loop (a second of which is then 1/SPEED of a real one). What
really takes time (pixels, disks, processes) takes as long as ever. The times that the disk gives to artefacts are read
in the same hurried time, so that what is an hour old looks it. ORIGIN is the real moment, in seconds since 1970, at
which both times were the same; a second daemon of the same home goes on from there.
"""

import asyncio
import selectors
import sys
import time
from datetime import UTC, datetime

from briefmill.keeping import removal
from briefmill.wiring import clock


def hurried(moment: float, speed: float, origin: float) -> float:
    """A real moment, in seconds since 1970, as the daemon knows it."""
    return origin + (moment - origin) * speed


class _Selector(selectors.DefaultSelector):
    speed = 1.0

    def select(self, timeout=None):
        return super().select(timeout if timeout is None or timeout <= 0 else timeout / self.speed)


class _Loop(asyncio.SelectorEventLoop):
    speed = 1.0

    def __init__(self):
        selector = _Selector()
        selector.speed = self.speed
        super().__init__(selector)

    def time(self):
        return super().time() * self.speed


class _Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = _Loop


def hasten(speed: float, origin: float) -> None:
    """Let the time of this process run so much faster."""
    _Loop.speed = speed
    asyncio.set_event_loop_policy(_Policy())
    clock.SystemClock.now = lambda self: datetime.fromtimestamp(hurried(time.time(), speed, origin), UTC)
    clock.SystemClock.monotonic = lambda self: time.monotonic() * speed
    listed, remove = removal.artefacts, removal.remove_artefact

    def artefacts(store):
        for address, size, written in listed(store):
            yield address, size, hurried(written, speed, origin)

    def remove_artefact(store, address, since):
        return remove(store, address, origin + (since - origin) / speed)

    removal.artefacts, removal.remove_artefact = artefacts, remove_artefact


if __name__ == "__main__":
    hasten(float(sys.argv[1]), float(sys.argv[2]))
    sys.argv[1:3] = []
    from briefmill.faces.cli import main

    main.main()
