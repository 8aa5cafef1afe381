"""Hints: watchdog rings a bell, nothing more. What is taken is decided by the scan.

The observer can lose events without a word: its queue overflows (noted only in its log), its thread dies, or the inbox
is replaced under it. `repair` is called at each scan and sets all of that right. Events about opening and reading are
not asked for: our own looks at a file would ring the bell for ever.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from briefmill.intake import catalogue
from briefmill.intake.mounts import Watching

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

OVERFLOW_LOGGER: Final = "watchdog.observers.inotify_c"
"""Where watchdog 7.1 warns that the kernel's queue overflowed, and of nothing else; its handlers are told nothing."""

_SILENT: Final = logging.NullHandler()

Ring = Callable[[str, bytes], None]
"""Takes a trigger (event or overflow) and the name it is about, empty when there is none. Called on the loop."""


class Hints:
    """Watches one folder, not its tree. Built on the running loop; `poll_s` is for file systems without events."""

    def __init__(self, inbox: Path, watching: Watching, ring: Ring, *, poll_s: float = 2.0) -> None:
        self._inbox = inbox
        self._watching = watching
        self._ring = ring
        self._poll_s = poll_s
        self._loop = asyncio.get_running_loop()
        self._observer: BaseObserver | None = None
        self._identity: tuple[int, int] | None = None
        self._overflow = _OverflowHandler(lambda: self._from_thread("overflow", b""))

    def start(self) -> str:
        """Begin to watch; returns what went wrong, empty when nothing did. Blocks a little."""
        if self._watching.mode == "off":
            return ""
        from watchdog import events
        from watchdog.observers import Observer
        from watchdog.observers.polling import PollingObserver

        heard = events.FileSystemEventHandler()
        heard.on_any_event = self._on_event  # type: ignore[method-assign]
        kinds = [
            events.FileCreatedEvent,
            events.FileMovedEvent,
            events.FileModifiedEvent,
            events.FileAttribEvent,
            events.FileClosedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
        ]
        observer: BaseObserver | None = None
        try:
            status = self._inbox.stat()
            observer = Observer() if self._watching.mode == "native" else PollingObserver(timeout=self._poll_s)
            observer.schedule(heard, str(self._inbox), recursive=False, event_filter=kinds)
            observer.start()
        except OSError as error:
            # No watches or descriptors left (ENOSPC, EMFILE), or no folder: the scan alone still finds everything. The
            # half-made observer has a thread and three descriptors already; this is tried again at every scan.
            if observer is not None:
                observer.stop()
            return f"the inbox cannot be watched ({error.strerror or error}); scans alone find what arrives"
        # What else watchdog says (that a stopped thread was asked once more) would go to standard error, unformatted.
        logging.getLogger("watchdog").addHandler(_SILENT)
        logging.getLogger(OVERFLOW_LOGGER).addHandler(self._overflow)
        self._observer, self._identity = observer, (status.st_dev, status.st_ino)
        return ""

    def stop(self) -> None:
        """Watch no more; waits for the observer's thread."""
        logging.getLogger(OVERFLOW_LOGGER).removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def fault(self) -> str:
        """Why the watcher is deaf, empty when it hears. Blocks a little."""
        if self._watching.mode == "off":
            return ""
        if self._observer is None:
            return "nothing was watched"
        if not self._observer.is_alive() or not all(emitter.is_alive() for emitter in self._observer.emitters):
            return "the watcher's thread had died"
        try:
            status = self._inbox.stat()
        except OSError as error:
            return f"the inbox cannot be looked at ({error.strerror})"
        if (status.st_dev, status.st_ino) != self._identity:
            return "the inbox was replaced by another folder"
        return ""

    def repair(self) -> str:
        """Set up a new watcher when the old one is deaf; returns what was wrong, empty when nothing was or it stays."""
        wrong = self.fault()
        if not wrong:
            return ""
        self.stop()
        return "" if self.start() else wrong

    def _on_event(self, event: "FileSystemEvent") -> None:
        name = os.path.basename(os.fsencode(event.dest_path or event.src_path))  # noqa: PTH119 - bytes have no Path
        if name != catalogue.OWN:
            self._from_thread("event", name)

    def _from_thread(self, trigger: str, name: bytes) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring, trigger, name)


class _OverflowHandler(logging.Handler):
    def __init__(self, overflowed: Callable[[], None]) -> None:
        super().__init__(level=logging.WARNING)
        self._overflowed = overflowed

    def emit(self, record: logging.LogRecord) -> None:
        self._overflowed()
