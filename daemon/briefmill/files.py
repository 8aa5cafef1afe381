"""File primitives that more than one room needs: durable writes, renames that never overwrite, names made safe.

Everything here blocks; async rooms call it through `aiofiles`. What concerns every job (no room, read-only, an I/O
error) becomes `errors.Paused` at this border, so that no room above has to know errno.
"""

import ctypes
import errno
import functools
import math
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from briefmill.errors import Paused

DISK_ERRORS: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "the disk reports an I/O error",
    errno.ESTALE: "the network share has gone stale",
    errno.ENOTCONN: "the network share is not connected",
    errno.EHOSTDOWN: "the server of the network share is down",
    errno.EHOSTUNREACH: "the server of the network share cannot be reached",
    errno.ENETUNREACH: "the network of the share cannot be reached",
    errno.ETIMEDOUT: "the network share does not answer",
    errno.ECONNABORTED: "the network share broke the connection",
    errno.EREMOTEIO: "the server of the network share reports an I/O error",
    errno.ENODEV: "the device is gone",
}

AGAIN_S: Final = 5.0
"""How soon to ask again of a disk that refused."""

MACHINE_ERRORS: Final = {
    errno.EMFILE: "this process has too many files open; raise LimitNOFILE",
    errno.ENFILE: "the machine has too many files open",
    errno.ENOMEM: "the machine has no memory left",
}

_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1
_NOT_HERE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EINVAL})
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
WRITING: Final = ".writing-"
"""How the names of files begin that are not whole yet."""

LONGEST_NAME: Final = 120
LONGEST_BYTES: Final = 180
"""Characters and bytes of a name we make: it may get a job, a number and more to be told from others, within 255."""


@contextmanager
def disk_errors(where: str) -> Iterator[None]:
    """Turn what concerns every job into Paused; other errors pass."""
    try:
        yield
    except OSError as error:
        if lacking := lack(error, where):
            raise lacking from error
        raise


def lack(error: OSError, where: str = "") -> Paused | None:
    """The pause that this error asks for, because every job would meet it; None where it concerns one file."""
    words = DISK_ERRORS.get(error.errno or 0) or MACHINE_ERRORS.get(error.errno or 0)
    if words is None:
        return None
    resource = "disk" if error.errno in DISK_ERRORS else "machine"
    return Paused(f"{words} ({where or error})", resource=resource, retry_in=AGAIN_S)


def sync(path: Path) -> None:
    """Bring a file or a folder to the disk (fsync)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a new file beside its place, fsync it, rename it there, fsync the folder; nothing is left when it fails.

    After an fsync error the temporary file is thrown away and never trusted: Linux marks pages clean after EIO, and a
    second fsync would succeed over lost data (the "fsyncgate" of PostgreSQL, 2018).
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync(path.parent)


def keep(path: Path, pieces: Iterable[bytes], *, lasting: bool = True, mode: int = 0o644) -> None:
    """Write a file whose name tells its content, with one wait for the disk, or none; nothing is left when it fails.

    The name is given first and the file fsynced under it, which brings both to the disk: ext4, XFS, Btrfs and F2FS log
    a file's new name with it. A power cut before that may leave the name with less than all of its bytes, so whoever
    finds one must hold it against its name. (`write_durably` is for names whose old content must survive.)
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    written = Path(temporary)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fchmod(file.fileno(), mode)
            written = written.replace(path)
            if lasting:
                os.fsync(file.fileno())
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def sweep(folder: Path, *, before: float = math.inf) -> int:
    """Remove what kills left half-written below a folder; gives how many.

    Only while nobody writes there, or with a moment (`before`, seconds since 1970) since which it was not written to.
    """
    swept = 0
    for path in folder.rglob(f"{WRITING}*"):
        try:
            if path.lstat().st_mtime < before:
                path.unlink()
                swept += 1
        except FileNotFoundError:
            continue  # somebody else's, and whole now
    return swept


def rename_noreplace(source: Path, target: Path) -> None:
    """Rename within a file system; raises FileExistsError where the target is there already, and then changes nothing.

    By renameat2(RENAME_NOREPLACE), where kernel and file system have it. FUSE and ntfs-3g answer EINVAL even for a free
    name; there, folders are looked for and renamed, which the kernel refuses over anything but an empty folder: one
    that appears in that very instant is replaced, and nothing else can be. Files are linked and unlinked, since a link
    refuses a taken name; a crash in between leaves both names. Where there are no links either (vfat, some SMB
    servers), the name is reserved by an empty file and the file renamed over it; the reservation can be seen for that
    instant, and is left behind by a crash in it. Of several who want one source, one gets it, the others
    FileNotFoundError.
    """
    code = _rename_by_kernel(source, target)
    if code == 0:
        return
    if code not in _NOT_HERE:
        raise OSError(code, os.strerror(code), str(source), None, str(target))
    if source.is_dir() and not source.is_symlink():
        _rename_folder(source, target)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename_reserved(source, target)
        return
    try:
        source.unlink()
    except FileNotFoundError:
        # Somebody else linked it, too, and was faster: it is theirs.
        target.unlink()
        raise


def noreplace_by(folder: Path) -> str:
    """On which rung of `rename_noreplace` files are renamed in this folder: kernel, links or reservations.

    `folder` is an empty one of ours; what is tried in it is removed again.
    """
    source, target = folder / "from", folder / "to"
    source.touch(exist_ok=False)
    try:
        code = _rename_by_kernel(source, target)
        if code == 0:
            return "kernel"
        if code not in _NOT_HERE:
            raise OSError(code, os.strerror(code), str(source))
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return "reservations"
        return "links"
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    found: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return found


def _rename_by_kernel(source: Path, target: Path) -> int:
    """0 when it was renamed, else the errno."""
    renameat2 = _renameat2()
    if renameat2 is None:
        return errno.ENOSYS
    if renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
        return 0
    return ctypes.get_errno()


def _rename_folder(source: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise _taken(source, target)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.ENOTDIR} and os.path.lexists(target):
            raise _taken(source, target) from error
        raise


def _rename_reserved(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        source.rename(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _taken(source: Path, target: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(source), None, str(target))


def printable(name: bytes) -> str:
    """A file name as text for people and logs: bytes that are no UTF-8 and control characters are escaped."""
    text = name.decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def safe_name(text: str, *, fallback: str = "unnamed") -> str:
    """A name that every file system takes: NFC, no separators, controls, trailing dots or reserved device names.

    Characters of any script are kept. The result is never empty, never `.` or `..`, and never starts with a dot.
    """
    kept = "".join(
        "-" if char in '<>:"/\\|?*' or not char.isprintable() or "\ud800" <= char <= "\udfff" else char
        for char in unicodedata.normalize("NFC", text)
    )
    name = kept[:LONGEST_NAME].strip(" .-")
    while len(name.encode()) > LONGEST_BYTES:
        name = name[:-1]
    if not name:
        return fallback
    return f"_{name}" if name.partition(".")[0].casefold() in _RESERVED else name


def same_name(one: str, other: str) -> bool:
    """True when a share that ignores case or Unicode form would take the two for one name."""
    return name_key(one) == name_key(other)


def name_key(name: str) -> str:
    """What two names share when such a share takes them for one."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
