"""The pieces of a drop and the bounds that every drop is held to, whatever it came in.

Below `archive` and `bundle`, which find the pieces; `snapshot` copies them.
"""

import errno
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from briefmill.errors import BriefRefused, Problem
from briefmill.intake import catalogue
from briefmill.intake.catalogue import Kind

_UNWANTED: Final = frozenset({Kind.JUNK, Kind.HIDDEN, Kind.TEMPORARY, Kind.PLACEHOLDER})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How large a drop may be: bytes of the brief, bytes of the bundle unpacked, files, folders in folders.

    `ratio` is how many times its packed size a zip's file may have; below `ratio_from` bytes it does not matter.
    """

    brief_bytes: int = 1_048_576
    bundle_bytes: int = 2_147_483_648
    files: int = 2000
    depth: int = 8
    ratio: int = 200
    ratio_from: int = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file of a drop: its printable path from the drop's root, its size in bytes, and how to open it.

    `open` blocks and raises OSError, or BriefRefused where an archive turns out to be broken.
    """

    path: str
    size: int
    open: Callable[[], BinaryIO]


def refused(code: str, message: str, fix: str) -> BriefRefused:
    """A refusal of the whole drop for one reason."""
    return BriefRefused((Problem(code=code, message=message, fix=fix),))


def unwanted(name: bytes, *, folder: bool) -> bool:
    """True for what desktops and tools leave in every folder."""
    return catalogue.classify(name, folder=folder).kind in _UNWANTED


def within(limits: Limits, *, count: int, depth: int, total: int) -> None:
    """Raise BriefRefused where a bundle outgrows its limits."""
    fix = "Put only the brief and the files it names into the bundle."
    if count > limits.files:
        raise refused("bundle.too_many", f"The bundle holds more than {limits.files} files.", fix)
    if depth > limits.depth:
        raise refused("bundle.too_deep", f"The bundle holds folders more than {limits.depth} deep.", fix)
    if total > limits.bundle_bytes:
        raise refused("bundle.too_large", f"The bundle is too large: more than {limits.bundle_bytes} bytes.", fix)


def open_beneath(root: Path, parts: Sequence[bytes]) -> int:
    """A descriptor of the ordinary file at `parts` below `root`, reached without following any link.

    Raises OSError: ELOOP or ENOTDIR at a link, EINVAL where it is no ordinary file.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            below = os.open(part, flags | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
        descriptor = os.open(parts[-1], flags | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not an ordinary file", os.fsdecode(b"/".join(parts)))
    return descriptor


def opened_beneath(root: Path, parts: Sequence[bytes]) -> BinaryIO:
    """The same as a file to read. Raises OSError."""
    return os.fdopen(open_beneath(root, parts), "rb")
