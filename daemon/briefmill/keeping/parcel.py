"""The file of a backup: a zip that any tool opens, with the manifest as its last member.

Written beside its final name and read back whole before it gets that name. When it is read, nothing in it is believed:
members that the manifest does not name, other sizes, other bytes, folders and links are all refused.
"""

import hashlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from briefmill import files
from briefmill.errors import FolderError
from briefmill.keeping import manifest as manifests
from briefmill.keeping.manifest import ADDRESSED, Kept, Manifest, Root

PIECE: Final = 1 << 20
_MANIFEST_BYTES: Final = 1 << 30
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The one date of all members: what matters stands in the manifest, and two backups of the same are the same bytes."""

Progress = Callable[[int], None]
"""Hears of bytes that are done, as they are done."""


class Rotten(FolderError):
    """The bytes of an artefact are not those of its name."""


class Packer:
    """Puts files into a parcel. `remarks` collects what was left out, in words."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True, strict_timestamps=False)
        self._progress = progress
        self._members: dict[str, str] = {}
        self.files: list[Kept] = []
        self.remarks: list[str] = []

    def add(self, root: Root, path: str, source: Path) -> bool:
        """Add a file as it is now; False where it is gone, or is not what its name says.

        What is no plain file is left out with a remark. Raises OSError where it cannot be read.
        """
        try:
            descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError as error:
            if not source.is_symlink():
                raise
            self._left_out(root, path, error)
            return True
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                self._left_out(root, path, "no plain file")
                return True
            try:
                member, size, sha256 = self._packed(root, path, file, status.st_size)
            except Rotten as error:
                self.remarks.append(str(error))
                return False
        mode = stat.S_IMODE(status.st_mode) & 0o777
        self.files.append(
            Kept(root=root, path=manifests.escaped(path), member=member, size=size, sha256=sha256, mode=mode)
        )
        return True

    def close(self, manifest: Manifest) -> str:
        """Put the manifest in and end the parcel; gives its seal."""
        data = manifests.written(manifest)
        self._zip.writestr(_info(manifests.NAME, squeeze=True), data)
        self._zip.close()
        return manifests.seal(data)

    def discard(self) -> None:
        """Let go of a parcel that comes to nothing; harmless after `close`."""
        with suppress(OSError, ValueError):
            self._zip.close()

    def _packed(self, root: Root, path: str, file: IO[bytes], size: int) -> tuple[str, int, str]:
        if root in ADDRESSED:
            wanted = path.rpartition("/")[2]
            known = self._members.get(wanted)
            if known is not None:
                self._progress(size)
                return known, size, wanted
            if _hash(file) != wanted:
                raise Rotten(f"left out, its bytes have rotted: {root}/{path}")
            file.seek(0)
        name = _name(root, path, len(self.files))
        squeeze = root not in ADDRESSED and root is not Root.OUTBOX
        digest, count = hashlib.sha256(), 0
        with self._zip.open(_info(name, squeeze=squeeze), "w", force_zip64=size >= 1 << 31) as member:
            while piece := file.read(PIECE):
                member.write(piece)
                digest.update(piece)
                count += len(piece)
                self._progress(len(piece))
        if root in ADDRESSED:
            self._members[digest.hexdigest()] = name
        return name, count, digest.hexdigest()

    def _left_out(self, root: Root, path: str, why: object) -> None:
        self.remarks.append(f"left out, {why}: {root}/{files.printable(os.fsencode(path))}")


class Parcel:
    """A backup's file, opened for reading. Raises FolderError wherever it is not what its manifest says."""

    def __init__(self, file: IO[bytes], shown: str) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            self._known = {one.filename: one for one in self._zip.infolist()}
            if len(self._known) != len(self._zip.infolist()):
                raise FolderError(f"{shown}: two of its members have one name.")
            info = self._known.get(manifests.NAME)
            if info is None or info.file_size > _MANIFEST_BYTES:
                raise FolderError(f"{shown} is no backup of Briefmill: it has no manifest.")
            data = self._zip.read(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
            raise FolderError(f"{shown} cannot be read as a backup: {error}.") from error
        self.manifest = manifests.read(data)
        self.seal = manifests.seal(data)
        self._shown = shown
        self._check()

    def _check(self) -> None:
        told = {one.member: one.size for one in self.manifest.files}
        for name, info in self._known.items():
            if name == manifests.NAME:
                continue
            if name not in told:
                raise FolderError(f"{self._shown}: {name!r} is in it and not in its manifest.")
            if info.is_dir() or info.flag_bits & 0x1 or info.file_size != told[name]:
                raise FolderError(f"{self._shown}: {name!r} is not what its manifest says.")
        if lost := sorted(set(told) - set(self._known)):
            raise FolderError(f"{self._shown}: {lost[0]!r} is in its manifest and not in it.")

    def pieces(self, kept: Kept) -> Iterator[bytes]:
        """The bytes of a file, a piece at a time; whether they are the right ones is known when the last was taken."""
        digest, left = hashlib.sha256(), kept.size
        try:
            with self._zip.open(self._known[kept.member]) as member:
                while piece := member.read(min(PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        break
                    digest.update(piece)
                    yield piece
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
            raise FolderError(f"{self._shown}: {kept.member!r} cannot be read: {error}.") from error
        if left or digest.hexdigest() != kept.sha256:
            raise FolderError(f"{self._shown}: {kept.member!r} has other bytes than its manifest says.")

    def verify(self, progress: Progress) -> None:
        """Read every member once. Raises FolderError at the first that does not hold."""
        for kept in {one.member: one for one in self.manifest.files}.values():
            for piece in self.pieces(kept):
                progress(len(piece))


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """A backup's file for reading. Raises FolderError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise FolderError(f"{path} cannot be opened: {error.strerror}.") from error
    with file:
        yield Parcel(file, str(path))


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new empty file (mode 0600) in the folder of `path`; on success it gets that name, else it is gone.

    Raises FileExistsError where the name is taken.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=files.WRITING)
    os.close(descriptor)
    made = Path(name)
    try:
        yield made
        files.sync(made)
        files.rename_noreplace(made, path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    files.sync(path.parent)


def _hash(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _name(root: Root, path: str, number: int) -> str:
    """A member's name that any unzip may write: the path where that is plain text, else a number."""
    plain = path.isascii() and path.isprintable() and "\\" not in path and len(path) < 200
    return f"{root}/{path}" if plain else f"{root}/named-in-manifest/{number:06d}"


def _info(name: str, *, squeeze: bool) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED if squeeze else zipfile.ZIP_STORED
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info
