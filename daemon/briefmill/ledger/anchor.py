"""Holds the ledger to the file it was opened on.

SQLite goes on writing into a file that somebody has removed, moved away or replaced: every commit succeeds, into a file
without a name, and is gone with the process. So the file under the path is compared with the one that was opened:
before each connection, because SQLite would make a new, empty database; before each reading; and inside each writing
transaction, there with the log beside it (`-wal`), in which the latest rows live.

When the very same file comes back, all goes on. What happens between this look and the commit is a risk accepted: a
transaction takes milliseconds.
"""

import os
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from briefmill.errors import Paused

AGAIN_S: Final = 1.0
"""How soon to look again: one stat."""

Identity: TypeAlias = tuple[int, int]


_LOG: Final = "briefmill.log"
"""Where a connection keeps the identity of its log. SQLite makes a new one when nobody had the database open."""


class Anchor:
    """One database file, as first met. Its methods are SQLAlchemy's events; any thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._file: Identity | None = None

    def before_connecting(self, *_: Any) -> None:
        """Refuse to open what is not our file. Raises Paused."""
        self._hold()

    def connected(self, *_: Any) -> None:
        """Remember the file that was opened first."""
        if self._file is None:
            self._file = _identity(self._path)

    def reading(self, *_: Any) -> None:
        """Raise Paused where the file is not ours."""
        self._hold()

    def writing(self, connection: Connection) -> None:
        """Raise Paused where file or log is not ours; called in the transaction, when the log is open."""
        self._hold()
        found = _identity(self._log)
        if found is None or connection.info.setdefault(_LOG, found) != found:
            raise _moved(self._log)

    def _hold(self) -> None:
        if self._file is not None and _identity(self._path) != self._file:
            raise _moved(self._path)


def _identity(path: Path) -> Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _moved(path: Path) -> Paused:
    there = "replaced" if os.path.lexists(path) else "removed"
    return Paused(
        f"{path} was {there} while the ledger was open. Put it back; or stop Briefmill, restore a backup, and start.",
        resource="ledger",
        retry_in=AGAIN_S,
    )
