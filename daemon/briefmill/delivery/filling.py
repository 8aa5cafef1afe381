"""Fills a hidden folder with what is to be published: artefacts, documents, and a dropped original as it is.

Every file and folder is fsynced and gets the rights of delivered files. Whoever dropped the original may still stand
in its folder and swap links in: files are opened without following, and folders are gone down by their descriptors.
Everything here blocks; the publisher calls it in a thread, once a folder.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from briefmill import files
from briefmill.domain.artefact import Ref
from briefmill.errors import Permanent
from briefmill.ports import Package, Store

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Rights:
    """Whose the published files are, and who may do what with them. `group` None leaves it to the folder."""

    file_mode: int = 0o644
    dir_mode: int = 0o755
    group: int | None = None

    def for_file(self, descriptor: int) -> None:
        """Give them to an open file."""
        if self.group is not None:
            os.fchown(descriptor, -1, self.group)
        os.fchmod(descriptor, self.file_mode)

    def for_folder(self, folder: Path) -> None:
        """Give them to a folder; its set-group-id bit stays, by which a share gives all its files one group."""
        if self.group is not None:
            os.chown(folder, -1, self.group)
        kept = folder.stat().st_mode & stat.S_ISGID
        folder.chmod(self.dir_mode | kept)

    def for_link(self, link: Path) -> None:
        """Give them to a link itself."""
        if self.group is not None:
            os.chown(link, -1, self.group, follow_symlinks=False)


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Fills folders from a store."""

    store: Store
    rights: Rights

    def fill(self, part: Path, package: Package, original: tuple[Path, str] | None) -> None:
        """Put all of a package into an empty folder, and the `original`, if there is one, under the name given with it.

        Raises ValueError for a path that leaves the folder, Permanent for two names that are one there, OSError.
        """
        folders = {part}
        for path, content in package.files.items():
            target = part / path
            if not target.is_relative_to(part) or ".." in target.parts:
                raise ValueError(f"{path!r} leaves the published folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.update(parent for parent in target.parents if parent.is_relative_to(part))
            try:
                self._write(target, self.store.get(content) if isinstance(content, Ref) else content)
            except FileExistsError as error:
                raise Permanent(
                    f"{path} has the name of another file of this campaign: {part.parent} does not tell large from "
                    "small letters. Give products ids that differ in more than that."
                ) from error
        if original is not None:
            source, name = original
            folders.update(self._copy(source, part / name))
        for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
            self.rights.for_folder(folder)
            files.sync(folder)

    def _write(self, target: Path, data: bytes) -> None:
        with self._new(target) as file:
            file.write(data)

    @contextmanager
    def _new(self, target: Path) -> Iterator[BinaryIO]:
        with target.open("xb") as file:
            yield file
            file.flush()
            self.rights.for_file(file.fileno())
            os.fsync(file.fileno())

    def _copy(self, source: Path, target: Path) -> set[Path]:
        """Copy a dropped file, folder or link as it is; returns the folders made. Links are copied, not followed."""
        kind = source.lstat().st_mode
        if stat.S_ISLNK(kind):
            target.symlink_to(source.readlink())
            self.rights.for_link(target)
            return set()
        if stat.S_ISDIR(kind):
            return self._copy_folder(source, target)
        if not stat.S_ISREG(kind):
            self._write(target, b"(this was no ordinary file; there is nothing to copy)\n")
            return set()
        try:
            with os.fdopen(_opened(source), "rb") as reading, self._new(target) as writing:
                shutil.copyfileobj(reading, writing, _CHUNK)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            # A link was swapped in just now.
            self._write(target, b"(this was swapped while it was copied; there is nothing to copy)\n")
        return set()

    def _copy_folder(self, source: Path, target: Path) -> set[Path]:
        """Copy a folder by its descriptor: a link that takes its name meanwhile leads nowhere."""
        target.mkdir()
        made = {target}
        try:
            descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.ENOTDIR}:
                raise
            return made
        try:
            inside = Path(f"/proc/self/fd/{descriptor}")
            for child in sorted(inside.iterdir()):
                made |= self._copy(child, target / child.name)
        finally:
            os.close(descriptor)
        return made


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
