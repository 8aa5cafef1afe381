"""The claim folder: a file is ours once one rename has brought it to `inbox/.briefmill/claimed/<job>/<name>`.

The folder is made fresh for the job, so the rename has nothing to overwrite, and it is plain rename(2), which every
file system does in one step: of two daemons on one inbox it succeeds for one. The inbox is free for the next file of
that name at once. Where the file system will not rename (EXDEV: an overlay's lower layer, a bind mount) the file is
copied under a lock, shown whole, and only then removed from the inbox. Links and special files are claimed as what they
are.

Beside it, `.briefmill/tries/<job>` counts how often a reading of the job was begun and never ended: the trace of a
file that kills its reader; and `.briefmill/held/<job>` knows a file that is held where it lies. Everything here blocks;
the intake calls it through `aiofiles`.
"""

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import BriefmillError, Paused, Temporary
from briefmill.intake import catalogue, scan

_COPYING: Final = ".copying"
_OWNER: Final = ".owner"


class Vanished(BriefmillError):
    """The file left the inbox before it could be taken."""


class Stuck(BriefmillError):
    """The file cannot be moved out of the inbox."""


@dataclass(frozen=True, kw_only=True)
class ClaimFolder:
    """The claims of one inbox; `owner` signs what must be told from another daemon's."""

    inbox: Path
    owner: str = ""

    @property
    def root(self) -> Path:
        """The folder of all claims."""
        return self.inbox / os.fsdecode(catalogue.OWN) / "claimed"

    def take(self, name: bytes, job: str) -> Path:
        """Move `name` from the inbox into the job's folder; taking it again is harmless. Returns its new path.

        Raises Vanished, Stuck (this file cannot be moved), Temporary, Paused (nothing can be moved here now).
        """
        (taken,) = self.take_all([(name, job)])
        if isinstance(taken, Exception):
            raise taken
        self.settle()
        return taken

    def take_all(self, wanted: Sequence[tuple[bytes, str]]) -> list[Path | Exception]:
        """`take` for many names and their jobs; a file's own trouble takes its place.

        Raises Paused; what was moved until then is found in the job's folder. Durable only after `settle`: until then a
        power cut may show the file in the inbox again, where the ledger's row for its name finds it.
        """
        taken: list[Path | Exception] = []
        with files.disk_errors("the inbox"):
            for name, job in wanted:
                try:
                    taken.append(self._moved(self.inbox / os.fsdecode(name), self.root / job))
                except (Vanished, Stuck) as error:
                    self.discard(job)
                    taken.append(error)
                except Paused:
                    raise
                except Exception as error:
                    if isinstance(error, OSError) and files.lack(error):
                        raise
                    taken.append(error)
        return taken

    def settle(self) -> None:
        """Bring all that was taken to the disk, with one wait for it. Raises Paused.

        The inbox is synced, where the names are gone: on a file system that renames in one step, as all with a journal
        do, they are then in their new places for good.
        """
        with files.disk_errors("the inbox"):
            files.sync(self.inbox)

    def _moved(self, source: Path, folder: Path) -> Path:
        self._prepare(folder)
        target = folder / source.name
        if os.path.lexists(target):
            # A crash struck between the copy and the removal of the source: it is ours already.
            self.removed(os.fsencode(source.name), folder.name)
            return target
        try:
            source.rename(target)
        except FileNotFoundError as error:
            raise Vanished from error
        except OSError as error:
            if error.errno == errno.EXDEV:
                self._copy(source, target)
            elif files.lack(error):
                raise
            else:
                raise self._stuck(source, error) from error
        self.unmark(source.name)
        return target

    def removed(self, name: bytes, job: str) -> bool:
        """Remove what a copy was taken of, where a crash came before that; False when it is not (or no longer) that.

        A copy keeps the time of what it was taken of. Whatever looks otherwise is a newer drop, and stays.
        """
        source, copy = self.inbox / os.fsdecode(name), self.original(job)
        with files.disk_errors("the inbox"):
            try:
                same = copy is not None and _likeness(source) == _likeness(copy)
            except FileNotFoundError:
                return False
            if same:
                with self._alone(source):
                    _remove(source)
            return same

    def unmark(self, name: str) -> None:
        """Remove the markers that announced an entry: the next one of its name must bring its own."""
        for marker in scan.markers(self.inbox / name):
            # Who may not remove it will see the next file of this name announced too early: no reason to stop this one.
            with suppress(PermissionError):
                marker.unlink(missing_ok=True)

    def _prepare(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
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
        with self._alone(source):
            if not os.path.lexists(source):
                raise Vanished
            before = _looks(source)
            self._copy_in(source, target)
            files.sync(target.parent)
            if _looks(source) != before:
                # Somebody wrote on, or put a newer one in its place: what was copied is worth nothing, the source all.
                _remove(target)
                raise Temporary("it changed while it was copied")
            _remove(source)

    @contextmanager
    def _alone(self, source: Path) -> Iterator[None]:
        """Keep other daemons from copying the same file. Raises Temporary.

        The lock is a signed folder that is renamed to its place: onto another signed folder that fails everywhere.
        """
        place = self.root.parent / "taking"
        lock = place / hashlib.sha256(os.fsencode(source.name)).hexdigest()[:32]
        ours = place / f"{lock.name}.{self.owner}"
        ours.mkdir(parents=True, exist_ok=True)
        (ours / _OWNER).write_text(self.owner, encoding="ascii")
        try:
            ours.rename(lock)
        except OSError as error:
            _remove(ours)
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            if _owner(lock) != self.owner:
                raise Temporary("another Briefmill is taking it") from error
        try:
            yield
        finally:
            _remove(lock)

    def _copy_in(self, source: Path, target: Path) -> None:
        half = target.with_name(_COPYING)
        _remove(half)
        try:
            _copy_tree(source, half)
        except OSError as error:
            if files.lack(error):
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
        target = self.root / job / os.fsdecode(name)
        with files.disk_errors("the inbox"):
            self._prepare(target.parent)
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

    def has(self, job: str) -> bool:
        """Whether this job has a claim here, if only what is left of one."""
        return (self.root / job).is_dir()

    def jobs(self) -> list[str]:
        """The jobs that have a claim here."""
        try:
            return sorted(path.name for path in self.root.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []

    def hold(self, job: str, name: bytes, essence: str) -> None:
        """Remember that this entry is held where it lies for the job; `essence` is how it looks now."""
        place = self._holds / job
        with files.disk_errors("the inbox"):
            place.parent.mkdir(exist_ok=True)
            files.write_durably(place, json.dumps([name.hex(), essence]).encode())

    def held(self) -> dict[str, tuple[bytes, str]]:
        """The entries that are, or were, held where they lie, by job: name and essence."""
        found = {}
        with suppress(FileNotFoundError):
            for place in sorted(self._holds.iterdir()):
                # Anybody at the share may have written into it; what is no note of ours holds nothing.
                with suppress(OSError, ValueError, TypeError):
                    name, essence = json.loads(place.read_bytes())
                    found[place.name] = bytes.fromhex(name), str(essence)
        return found

    def unhold(self, job: str) -> None:
        """Forget that something is held for this job."""
        with files.disk_errors("the inbox"):
            (self._holds / job).unlink(missing_ok=True)

    @property
    def _holds(self) -> Path:
        return self.root.parent / "held"

    def begin_try(self, job: str) -> int:
        """Count one more reading of this job, and say how many were begun in all and never ended.

        The count outlives this process, which is what a file may kill, and need not outlive a power cut.
        """
        place = self._tries(job)
        with files.disk_errors("the inbox"):
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("ab") as file:
                file.write(b".")
                file.flush()
                return file.tell()

    def end_tries(self, job: str) -> None:
        """A reading of this job ended, well or not: forget the count."""
        with files.disk_errors("the inbox"):
            self._tries(job).unlink(missing_ok=True)

    def _tries(self, job: str) -> Path:
        return self.root.parent / "tries" / job


def _owner(folder: Path) -> str | None:
    try:
        return (folder / _OWNER).read_text(encoding="ascii", errors="replace")
    except OSError:
        return None


def _folders(path: Path) -> list[Path]:
    if not path.is_dir() or path.is_symlink():
        return []
    return [Path(folder) for folder, _, _ in os.walk(path)]


def _looks(path: Path) -> list[tuple[object, ...]]:
    """How a file, or everything in a folder, looks now: what it is, its size and its times."""
    found: list[tuple[object, ...]] = []
    for one in (path, *(inside for folder in _folders(path) for inside in sorted(folder.iterdir()))):
        status = one.lstat()
        found.append((str(one), status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return found


def _likeness(path: Path) -> list[tuple[object, ...]]:
    """What a copy of a file, or of everything in a folder, has in common with it. Raises FileNotFoundError."""
    found: list[tuple[object, ...]] = []
    for one in (path, *sorted(inside for folder in _folders(path) for inside in folder.iterdir())):
        status = one.lstat()
        kind = stat.S_IFMT(status.st_mode)
        told = (status.st_size, status.st_mtime_ns) if stat.S_ISREG(kind) else ()
        found.append((str(one.relative_to(path)), kind, *told))
    return found


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
        # On a share it may be somebody else's, and writable all the same.
        with suppress(PermissionError):
            _open_to_us(folder)
    shutil.rmtree(path)


def _open_to_us(folder: Path) -> None:
    """Let us change a folder; never through a link that whoever dropped it swaps in meanwhile."""
    try:
        descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (NotADirectoryError, FileNotFoundError):
        return
    try:
        # A descriptor without reading rights takes no fchmod; its name under /proc is no path that anybody can change.
        Path(f"/proc/self/fd/{descriptor}").chmod(0o700)
    finally:
        os.close(descriptor)
