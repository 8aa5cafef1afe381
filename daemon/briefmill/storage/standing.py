"""On which drives the folders stand that work is delivered into: a share that has gone must not be mistaken for empty.

Where a share is mounted there is a folder also while it is not: what is delivered then lies below the next mount, and
nobody ever sees it. So each folder's mount point is noted when it is first met, and while that is no mount point any
more nothing is delivered. A note is about a path: a folder set anew in the configuration is noted anew, and `briefmill
init` accepts what is there.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from briefmill import files
from briefmill.errors import Paused


def mount_point(path: Path, is_mount: Callable[[Path], bool] = os.path.ismount) -> Path:
    """The deepest mount point at or above a path, which need not exist. Blocks."""
    here = path.resolve()
    while here != here.parent and not is_mount(here):
        here = here.parent
    return here


@dataclass(kw_only=True)
class Standing:
    """The folders by name, and the file `notes` where their mount points are kept. Blocks throughout."""

    folders: Mapping[str, Path]
    notes: Path
    is_mount: Callable[[Path], bool] = os.path.ismount
    _noted: dict[str, tuple[Path, Path]] = field(default_factory=dict)

    def renew(self) -> None:
        """Note folders that are new, or stand on a mount of their own since; keep what is known of those that do not.

        At the start. A file of notes that cannot be read is made anew. Raises OSError where it cannot be written.
        """
        before = self._read()
        now = {name: (path, mount_point(path, self.is_mount)) for name, path in self.folders.items()}
        for name, (path, mount) in now.items():
            known, point = before.get(name, (path, mount))
            vanished = known == path and point != mount and point.is_relative_to(mount)
            self._noted[name] = (path, point if vanished else mount)
        if self._noted != before:
            self._write()

    def recall(self) -> None:
        """Go by what is noted, and note nothing."""
        self._noted = self._read()

    def accept(self) -> None:
        """Note all folders as they stand now. Raises OSError."""
        self._noted = {name: (path, mount_point(path, self.is_mount)) for name, path in self.folders.items()}
        self._write()

    def missing(self) -> Mapping[str, str]:
        """The folders whose drive is not mounted: what is wrong, and after a full stop what to do."""
        return {
            name: f"{path}: its drive is not mounted at {mount}. Mount it; if it shall stay so: `briefmill init`"
            for name, (path, mount) in self._noted.items()
            if mount != mount.parent and not self.is_mount(mount)
        }

    def check(self) -> None:
        """Raise Paused while a folder's drive is not mounted."""
        for words in self.missing().values():
            raise Paused(words, resource="folder")

    def _read(self) -> dict[str, tuple[Path, Path]]:
        try:
            told = json.loads(self.notes.read_bytes())
            return {str(name): (Path(note["folder"]), Path(note["mount"])) for name, note in told.items()}
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def _write(self) -> None:
        told = {name: {"folder": str(path), "mount": str(mount)} for name, (path, mount) in self._noted.items()}
        files.write_durably(self.notes, json.dumps(told, indent=2).encode())
