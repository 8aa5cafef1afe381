"""Whether the inbox is there, and whether we hear of what arrives in it: the guard and the watcher, seen as facts.

Kept apart from the intake so that what is *told* about watching stays out of what is *decided* by scanning.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.facts import InboxAvailable, Overflowed, WatcherRepaired
from briefmill.intake import mounts
from briefmill.intake.hints import Hints
from briefmill.intake.mounts import Watching
from briefmill.ports import Listener

_CANNOT_TELL: Final = frozenset({"start", "overflow", "repair"})


class Hearing:
    """The bell of one intake. Used on the loop only.

    `guarded` asks for the inbox's marker, with the identity that `expected` gives (blocks; empty for any).
    """

    def __init__(
        self,
        inbox: Path,
        watching: Watching,
        listener: Listener,
        *,
        guarded: bool,
        expected: Callable[[], str] = lambda: "",
    ) -> None:
        self.available = True
        self.rung = asyncio.Event()
        self._inbox = inbox
        self._watching = watching
        self._listener = listener
        self._guarded = guarded
        self._expected = expected
        self._hints: Hints | None = None
        self._overflowed = False
        self._announced: set[bytes] = set()
        self._announced_before: set[bytes] = set()
        self._unheard: set[bytes] = set()

    async def start(self) -> None:
        """Begin to listen."""
        hints = Hints(self._inbox, self._watching, self.ring)
        wrong = await wrap(hints.start)()
        # Only now: a scan that somebody asks for meanwhile would find a watcher that does not watch, and repair it.
        self._hints = hints
        if wrong:
            self._listener.hear(WatcherRepaired(reason=wrong))

    async def stop(self) -> None:
        """Listen no more."""
        if self._hints is not None:
            await wrap(self._hints.stop)()
            self._hints = None

    def ring(self, trigger: str, name: bytes) -> None:
        """Something may have arrived, or events were lost."""
        if trigger == "overflow":
            self._overflowed = True
            self._listener.hear(Overflowed())
        elif name:
            self._announced.add(name)
        self.rung.set()

    def answer(self) -> str:
        """What the ringing was about: the trigger of the scan that answers it."""
        rang = self.rung.is_set()
        self.rung.clear()
        if self._overflowed:
            self._overflowed = False
            return "overflow"
        return "event" if rang else "interval"

    async def present(self) -> bool:
        """Whether the inbox is there and may be trusted; a change is told."""
        missing = await wrap(self.absent)()
        if self.available == bool(missing):
            self.available = not missing
            self._listener.hear(InboxAvailable(available=self.available, reason=missing))
        return self.available

    def absent(self) -> str:
        """Why the inbox may not be trusted now, empty when it may. Blocks. Raises Paused for what all jobs would meet.

        A full disk is such a lack: at the first look, what identity the inbox has is written down.
        """
        note = "the note of the inbox's identity"
        try:
            with files.disk_errors(note):
                expected = self._expected() if self._guarded else ""
        except OSError as error:
            return f"{error.filename or note} cannot be read: {error.strerror}"
        return mounts.missing(self._inbox, marked=self._guarded, expected=expected)

    async def repaired(self) -> bool:
        """Set a deaf watcher right; True when that was needed and done, which asks for a scan of its own."""
        wrong = "" if self._hints is None else await wrap(self._hints.repair)()
        if wrong:
            self._listener.hear(WatcherRepaired(reason=wrong))
        return bool(wrong)

    def unannounced(self, new: set[bytes], trigger: str) -> int:
        """How many entries no event has told of, now that a whole scan has passed since they were new."""
        heard = self._announced | self._announced_before
        missed = len(self._unheard - heard)
        listening = self._hints is not None and self._watching.mode == "native" and trigger not in _CANNOT_TELL
        self._unheard = new - heard if listening else set()
        self._announced_before, self._announced = self._announced, set()
        return missed
