"""File primitives that more than one room needs: durable writes, renames that never overwrite, names made safe.

Everything here blocks; async rooms call it through `aiofiles`. What concerns every job (no room, read-only, an I/O
error) becomes `errors.Paused` at this border, so that no room above has to know errno.
"""

import ctypes
import errno
import os
import tempfile
import unicodedata
from collections.abc import Iterator
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
}

_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
LONGEST_NAME: Final = 120
"""Characters of a name we make: below the 255 bytes of every file system even where each takes two."""


@contextmanager
def disk_errors(where: str) -> Iterator[None]:
    """Turn what concerns every job into Paused; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_ERRORS:
            raise Paused(f"{DISK_ERRORS[error.errno]} ({where})", resource="disk") from error
        raise


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
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
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


def rename_noreplace(source: Path, target: Path) -> None:
    """Rename within a file system; raises FileExistsError where the target is there already.

    renameat2(RENAME_NOREPLACE) where kernel and file system have it. Else link and unlink for files (link refuses an
    existing name), and for folders mkdir of the target and rename over the empty folder, which rename allows: whoever
    made the folder owns the name.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is not None:
        here, there = os.fsencode(source), os.fsencode(target)
        if renameat2(_AT_FDCWD, here, _AT_FDCWD, there, _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        if code not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
            raise OSError(code, os.strerror(code), str(source), None, str(target))
    if source.is_dir() and not source.is_symlink():
        target.mkdir()
        source.rename(target)
        return
    os.link(source, target, follow_symlinks=False)
    source.unlink()


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
    while len(name.encode()) > 240:
        name = name[:-1]
    if not name:
        return fallback
    return f"_{name}" if name.partition(".")[0].casefold() in _RESERVED else name


def same_name(one: str, other: str) -> bool:
    """True when a share that ignores case or Unicode form would take the two for one name."""
    return name_key(one) == name_key(other)


def name_key(name: str) -> str:
    """What two names share when such a share takes them for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
