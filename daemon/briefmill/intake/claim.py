"""The claim folder: a file is ours once one rename has brought it to `inbox/.briefmill/claimed/<job>/<name>`.

The folder is made fresh for the job, so the name cannot collide, and the inbox is free for the next file of that name
at once. Where the file system will not rename (EXDEV: an overlay's lower layer, a bind mount) the file is copied,
shown whole, and only then removed from the inbox. Links and special files are claimed as what they are.

Beside it, `.briefmill/tries/<job>` counts how often a reading of the job was begun and never ended: the trace of a
file that kills its reader. Everything here blocks; the intake calls it through `aiofiles`.
"""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import BriefmillError, Paused
from briefmill.intake import catalogue

_COPYING: Final = ".copying"


class Vanished(BriefmillError):
    """The file left the inbox before it could be taken."""


class Stuck(BriefmillError):
    """The file cannot be moved out of the inbox."""


@dataclass(frozen=True, kw_only=True)
class ClaimFolder:
    """The claims of one inbox."""

    inbox: Path

    @property
    def root(self) -> Path:
        """The folder of all claims."""
        return self.inbox / os.fsdecode(catalogue.OWN) / "claimed"

    def take(self, name: bytes, job: str) -> Path:
        """Move `name` from the inbox into the job's folder; taking it again is harmless. Returns its new path.

        Raises Vanished, Stuck (this file cannot be moved), Paused (nothing can be moved here now).
        """
        source, target = self.inbox / os.fsdecode(name), self.root / job / os.fsdecode(name)
        self._prepare(job)
        with files.disk_errors("the inbox"):
            try:
                files.rename_noreplace(source, target)
            except FileExistsError:
                return target  # A crash struck between the copy and the removal of the source: it is ours already.
            except FileNotFoundError as error:
                raise Vanished from error
            except OSError as error:
                if error.errno == errno.EXDEV:
                    self._copy(source, target)
                elif error.errno in files.DISK_ERRORS:
                    raise
                else:
                    raise self._stuck(source, error) from error
            for folder in (target.parent, self.root, self.inbox):
                files.sync(folder)
        return target

    def _prepare(self, job: str) -> None:
        with files.disk_errors("the inbox"):
            try:
                (self.root / job).mkdir(parents=True, exist_ok=True)
            except PermissionError as error:
                words = f"{error.filename} cannot be made: Briefmill must be allowed to write into the inbox"
                raise Paused(words, resource="inbox") from error

    def _stuck(self, source: Path, error: OSError) -> BriefmillError:
        if not os.access(self.inbox, os.W_OK | os.X_OK):
            return Paused("Briefmill may not take files out of the inbox", resource="inbox")
        return Stuck(f"{files.printable(os.fsencode(source.name))} cannot be moved: {error.strerror}")

    def _copy(self, source: Path, target: Path) -> None:
        """The way over devices. What could not be removed afterwards is not copied: it would come back for ever."""
        folders = [source.parent, *_folders(source)]
        if not all(os.access(folder, os.R_OK | os.W_OK | os.X_OK) for folder in folders):
            raise Stuck(f"{files.printable(os.fsencode(source.name))} cannot be removed from the inbox")
        self._copy_in(source, target)
        files.sync(target.parent)
        _remove(source)

    def _copy_in(self, source: Path, target: Path) -> None:
        half = target.with_name(_COPYING)
        _remove(half)
        try:
            _copy_tree(source, half)
        except OSError as error:
            if error.errno in files.DISK_ERRORS:
                raise
            raise Stuck(f"{files.printable(os.fsencode(source.name))} cannot be copied: {error.strerror}") from error
        files.rename_noreplace(half, target)

    def original(self, job: str) -> Path | None:
        """What was claimed for this job, None when it is not (or no more) here."""
        try:
            found = [path for path in (self.root / job).iterdir() if path.name != _COPYING]
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found[0] if found else None

    def restore(self, job: str, source: Path, name: bytes) -> Path:
        """Put a copy of an original that was published elsewhere back into the job's folder. Raises Stuck, Paused."""
        self._prepare(job)
        target = self.root / job / os.fsdecode(name)
        with files.disk_errors("the inbox"):
            self._copy_in(source, target)
        return target

    def put_back(self, job: str) -> str:
        """Return a claim that no ledger knows to the inbox, under a free name; returns that name, printable."""
        original = self.original(job)
        if original is None:
            self.discard(job)
            return ""
        name, number = original.name, 1
        while True:
            try:
                files.rename_noreplace(original, self.inbox / name)
                break
            except FileExistsError:
                number += 1
                name = f"{original.stem}~{number}{original.suffix}"
        self.discard(job)
        return files.printable(os.fsencode(name))

    def discard(self, job: str) -> None:
        """Remove a job's claim and its tries; not an error when they are gone."""
        with files.disk_errors("the inbox"):
            _remove(self.root / job)
            self._tries(job).unlink(missing_ok=True)

    def jobs(self) -> list[str]:
        """The jobs that have a claim here."""
        try:
            return sorted(path.name for path in self.root.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []

    def begin_try(self, job: str) -> int:
        """Count one more reading of this job, durably, and say how many were begun in all and never ended."""
        place = self._tries(job)
        with files.disk_errors("the inbox"):
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("ab") as file:
                file.write(b".")
                file.flush()
                os.fsync(file.fileno())
                return file.tell()

    def end_tries(self, job: str) -> None:
        """A reading of this job ended, well or not: forget the count."""
        with files.disk_errors("the inbox"):
            self._tries(job).unlink(missing_ok=True)

    def _tries(self, job: str) -> Path:
        return self.root.parent / "tries" / job


def _folders(path: Path) -> list[Path]:
    if not path.is_dir() or path.is_symlink():
        return []
    return [Path(folder) for folder, _, _ in os.walk(path)]


def _copy_tree(source: Path, target: Path) -> None:
    """Copy a file, a link as a link, or a folder, durably. Raises OSError, the first that there is."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
    elif source.is_dir():
        target.mkdir()
        for child in source.iterdir():
            _copy_tree(child, target / child.name)
        files.sync(target)
    elif source.is_file():
        shutil.copy2(source, target, follow_symlinks=False)
        files.sync(target)
    else:
        raise OSError(errno.EINVAL, "it is, or holds, a pipe, a socket or a device")


def _remove(path: Path) -> None:
    """Remove a file or a tree, also one whose folders were dropped read-only."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for folder in _folders(path):
        folder.chmod(0o700)
    shutil.rmtree(path)
