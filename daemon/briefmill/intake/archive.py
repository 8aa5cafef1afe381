"""The files of a dropped zip, judged by its directory before a byte is unpacked.

Every name is checked as if an enemy had written it. The sizes that the directory claims are held to the limits, and
held again while unpacking: `zipfile` never gives out more than was claimed and checks each file's CRC. A zip in a zip
is just a file.
"""

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from briefmill import files
from briefmill.intake import pieces
from briefmill.intake.pieces import Limits, Piece

_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_AT_MOST: Final = 22 + 65_535 + 20
"""The end record, its longest comment, and the 64-bit locator before it: APPNOTE.TXT 4.3.15 and 4.3.16.

A 64-bit directory is for more than 65,535 files or 4 GiB of them, which no bundle may have.
"""
_ENTRY_AT_MOST: Final = 4 * (46 + 1024)
_AGAIN: Final = "Pack the folder again with an ordinary zip program, and drop that."


class _Member(io.RawIOBase):
    """A file in a zip, closed together with that; its faults are refusals."""

    def __init__(self, file: BinaryIO, info: zipfile.ZipInfo) -> None:
        self._file = file
        self._info = info
        # Over a file that it was given, a ZipFile holds nothing of its own that wants closing.
        self._member = zipfile.ZipFile(file).open(info)  # noqa: SIM115

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._member.read(len(buffer))
        except _BROKEN as error:
            name = files.printable(os.fsencode(self._info.filename))
            raise pieces.refused("zip.broken", f"{name} in the zip cannot be unpacked: {error}.", _AGAIN) from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._member.close()
            self._file.close()
        super().close()


def found(path: Path, limits: Limits) -> list[Piece]:
    """The files of the zip at `path`. Blocks. Raises BriefRefused, and OSError where the file system fails."""
    try:
        with _binary(path) as file:
            _check_directory(file, limits)
            archive = zipfile.ZipFile(file)
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise pieces.refused("zip.broken", f"The zip cannot be read: {error}.", _AGAIN) from error
    total = 0
    seen: dict[str, str] = {}
    members: list[Piece] = []
    for info in infos:
        name = _checked(info, limits)
        if _unwanted(name):
            continue
        key = files.name_key(name)
        if key in seen:
            words = f"The zip holds {seen[key]} and {name}, which is one name to many computers."
            raise pieces.refused("zip.twins", words, "Give one of them another name.")
        seen[key] = name
        total += info.file_size
        members.append(Piece(path=name, size=info.file_size, open=_opener(path, info)))
        pieces.within(limits, count=len(members), depth=len(PurePosixPath(name).parts), total=total)
    return members


def _check_directory(file: BinaryIO, limits: Limits) -> None:
    """Refuse a directory that is too large to be read into memory: `zipfile` reads all that the end record claims."""
    size = file.seek(0, os.SEEK_END)
    tail = max(0, size - _END_AT_MOST)
    file.seek(tail)
    data = file.read()
    at = data.rfind(_END)
    if at >= 0 and len(data) - at >= 20:
        count, claimed = struct.unpack_from("<HL", data, at + 10)
        if _END_64 in data or count > 4 * limits.files or claimed > limits.files * _ENTRY_AT_MOST:
            pieces.within(limits, count=limits.files + 1, depth=0, total=0)
    file.seek(0)


def _binary(path: Path) -> BinaryIO:
    return pieces.opened_beneath(path.parent, [os.fsencode(path.name)])


def _unwanted(name: str) -> bool:
    parts = [part.encode() for part in name.split("/")]
    return any(pieces.unwanted(part, folder=index < len(parts) - 1) for index, part in enumerate(parts))


def _checked(info: zipfile.ZipInfo, limits: Limits) -> str:
    """The printable name of a member that may be unpacked."""
    name = files.printable(info.orig_filename.replace("\\", "/").encode("utf-8", "surrogateescape"))
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/") or "\0" in info.orig_filename:
        words = f"{name} in the zip leads out of it: an absolute path, or one with `..` in it."
        raise pieces.refused("zip.path", words, _AGAIN)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise pieces.refused("zip.link", f"{name} in the zip is a link or no ordinary file.", "Pack the file itself.")
    if info.flag_bits & 0x1:
        raise pieces.refused("zip.locked", f"{name} in the zip is locked with a password.", "Pack it without one.")
    if info.compress_type not in _METHODS:
        raise pieces.refused("zip.method", f"{name} is packed in a way that cannot be unpacked here.", _AGAIN)
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(1, info.compress_size):
        words = f"{name} would unpack to {info.file_size} bytes from {info.compress_size}: this looks like a zip bomb."
        raise pieces.refused("zip.bomb", words, "If it is genuine, drop the folder unpacked.")
    return name


def _opener(path: Path, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        file = _binary(path)
        try:
            return io.BufferedReader(_Member(file, info), 1 << 16)
        except _BROKEN as error:
            file.close()
            name = files.printable(info.filename.encode("utf-8", "surrogateescape"))
            raise pieces.refused("zip.broken", f"{name} in the zip cannot be unpacked: {error}.", _AGAIN) from error

    return opened
