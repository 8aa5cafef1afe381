"""The floor: room that is kept free, so that what has begun can be written down and people can still log in.

Asked before each stage and each admission. Below the floor the pipeline pauses; it goes on when a quarter more than the
floor is free again, because a disk that hovers around the line would otherwise start and stop it with every file. A
full table of inodes is a full disk, whatever the bytes say. A folder that is gone is not judged here: whoever needs it
finds out and can say more.
"""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import Paused

AGAIN_S: Final = 1.0
"""How soon to look again: statvfs costs microseconds."""

SLACK: Final = 1.25
"""So many times the floor must be free before a pause ends."""

MOST_INODES: Final = 1000
"""No more free inodes are asked for than this: a campaign makes a few hundred files."""


UNCOUNTED: Final = 10**9
"""So many inodes no real table has: `rclone mount` says it, and that none is free, because it does not count them."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is free under a folder, and what has to be. `inodes` is None where the file system does not count them."""

    name: str
    path: Path
    free: int
    floor: int
    inodes: int | None
    least_inodes: int

    def short(self, slack: float = 1.0) -> str:
        """What is short, in words; empty when there is room for `slack` times the floor."""
        if self.free < self.floor * slack:
            return f"{_size(self.free)} free under {self.name} ({self.path}), the floor is {_size(self.floor)}"
        if self.inodes is not None and self.inodes < self.least_inodes * slack:
            return f"{self.inodes} inodes free under {self.name} ({self.path}), the floor is {self.least_inodes}"
        return ""


class Floor:
    """Watches folders by name. The floor is `least_bytes` or `share` of the disk, whichever is less; 0 for none.

    Thread-safe; blocks as any look at a disk does.
    """

    def __init__(
        self,
        folders: Mapping[str, Path],
        *,
        least_bytes: int,
        share: float = 1.0,
        look: Callable[[Path], os.statvfs_result] = os.statvfs,
    ) -> None:
        self._folders = dict(folders)
        self._least_bytes = least_bytes
        self._share = share
        self._look = look
        self._short: set[str] = set()
        self._lock = threading.Lock()

    def check(self) -> None:
        """Raise Paused while there is too little room; the words name the folder, what is free and the floor."""
        for room in self.rooms():
            with self._lock:
                words = room.short(SLACK if room.name in self._short else 1.0)
                if words:
                    self._short.add(room.name)
                else:
                    self._short.discard(room.name)
            if words:
                raise Paused(words, resource="disk", retry_in=AGAIN_S)

    def rooms(self) -> list[Room]:
        """What is free now under each folder that is there. Raises Paused where a disk does not answer."""
        found = []
        for name, path in self._folders.items():
            try:
                with files.disk_errors(f"{name}, {path}"):
                    status = self._look(path)
            except OSError:
                continue  # It is gone or closed to us, which those who write there say in their own words.
            floor = min(self._least_bytes, int(self._share * status.f_blocks * status.f_frsize))
            counted = 0 < status.f_files < UNCOUNTED
            found.append(
                Room(
                    name=name,
                    path=path,
                    free=status.f_bavail * status.f_frsize,
                    floor=floor,
                    inodes=status.f_favail if counted else None,
                    least_inodes=max(1, min(MOST_INODES, status.f_files // 100)) if floor and counted else 0,
                )
            )
        return found


def _size(count: int) -> str:
    """Bytes for people, in the decimal units that disks are sold in."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
