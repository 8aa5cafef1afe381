"""Our private copy of a drop: read once, hashed while it is read, kept in the store; the job works from it alone.

Somebody may still hold the claimed file open and write into it, so it is looked at again after the copy: when anything
changed, the copy is worthless (what was stored is content nobody refers to) and another is taken later.
"""

import asyncio
import errno
import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Final

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.errors import Paused, Temporary
from briefmill.intake import bundle, scan
from briefmill.intake.bundle import Drop
from briefmill.intake.pieces import Limits, Piece
from briefmill.ports import Store

CHUNK: Final = 1 << 20

_SHIFTED: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EINVAL})

MEDIA_TYPES: Final = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "heic": "image/heic",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "otf": "font/otf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "ttc": "font/collection",
    "ttf": "font/ttf",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "yaml": "application/yaml",
    "yml": "application/yaml",
}
"""By extension, for the label only: whoever decodes a file goes by its bytes."""


@dataclass(frozen=True, kw_only=True)
class Copier:
    """Copies pieces into the store by way of private files in `work`.

    `beat` is called after every chunk, in the thread that copies.
    """

    store: Store
    work: Path
    limits: Limits
    beat: Callable[[], None] = lambda: None

    def sweep(self) -> None:
        """Remove half copies that kills left; only before the first copy. Blocks. Raises Paused."""
        with files.disk_errors("the work folder"):
            for left in self.work.glob("*.part"):
                left.unlink(missing_ok=True)

    async def take(self, path: Path) -> tuple[Snapshot, Drop]:
        """Copy the drop at `path`. Raises BriefRefused, Temporary (it changed meanwhile, or vanished), Paused."""
        with files.disk_errors("the copy of a drop"):
            try:
                before = await wrap(scan.look_at)(bytes(path))
                drop = await wrap(bundle.opened)(path, self.limits)
                brief = await self.keep(drop.brief)
                kept = {piece.path: await self.keep(piece) for piece in drop.files}
                after = await wrap(scan.look_at)(bytes(path))
            except FileNotFoundError as error:
                raise Temporary("it vanished while it was copied") from error
        if after != before:
            raise Temporary("it changed while it was copied")
        return Snapshot(name=drop.name, brief=brief, files=kept), drop

    async def keep(self, piece: Piece) -> Ref:
        """Copy one file into the store while hashing it. Raises OSError, BriefRefused, Temporary, Paused."""
        given_up = threading.Event()
        try:
            return await wrap(self._kept)(piece, given_up)
        except asyncio.CancelledError:
            # It may be gigabytes: the thread stops at the next chunk, and clears away what it has.
            given_up.set()
            raise

    def _kept(self, piece: Piece, given_up: threading.Event) -> Ref:
        self._open_workspace()
        try:
            source = piece.open()
        except OSError as error:
            if error.errno in _SHIFTED:
                raise Temporary(f"{piece.path} was moved or replaced while it was copied") from error
            raise
        private = self.work / f"{token_hex(8)}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with source, private.open("xb") as copy:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    if size > piece.size:
                        raise Temporary(f"{piece.path} grew while it was copied")
                    if given_up.is_set():
                        raise Temporary("stopped")
                    copy.write(chunk)
                    self.beat()
            ref = Ref(sha256=digest.hexdigest(), size=size, media_type=media_type(piece.path))
            return self.store.adopt(private, ref)
        finally:
            private.unlink(missing_ok=True)

    def _open_workspace(self) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        if not os.access(self.work, os.W_OK | os.X_OK):
            raise Paused(f"Briefmill may not write into {self.work}", resource="disk")


def media_type(path: str) -> str:
    """The media type that a name's extension says."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix[1:].lower(), "application/octet-stream")
