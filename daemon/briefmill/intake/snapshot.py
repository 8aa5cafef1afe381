"""Our private copy of a drop: read once, hashed while it is read, kept in the store; the job works from it alone.

Somebody may still hold the claimed file open and write into it, so it is looked at again after the copy: when anything
changed, the copy is worthless (what was stored is content nobody refers to) and another is taken later.
"""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Final

import aiofiles
import aiofiles.os
from aiofiles.os import wrap
from aiofiles.threadpool import wrap as taken_over

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
    """Copies pieces into the store by way of private files in `work`. `beat` is called after every chunk."""

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

    async def _workspace(self) -> None:
        await aiofiles.os.makedirs(self.work, exist_ok=True)
        if not await aiofiles.os.access(self.work, os.W_OK | os.X_OK):
            raise Paused(f"Briefmill may not write into {self.work}", resource="disk")

    async def keep(self, piece: Piece) -> Ref:
        """Copy one file into the store while hashing it. Raises OSError, BriefRefused, Temporary, Paused."""
        await self._workspace()
        private = self.work / f"{token_hex(8)}.part"
        digest, size = hashlib.sha256(), 0
        try:
            source = taken_over(await wrap(piece.open)())
        except OSError as error:
            if error.errno in _SHIFTED:
                raise Temporary(f"{piece.path} was moved or replaced while it was copied") from error
            raise
        try:
            async with aiofiles.open(private, "xb") as copy:
                while chunk := await source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    if size > piece.size:
                        raise Temporary(f"{piece.path} grew while it was copied")
                    await copy.write(chunk)
                    self.beat()
            ref = Ref(sha256=digest.hexdigest(), size=size, media_type=media_type(piece.path))
            return await wrap(self.store.adopt)(private, ref)
        finally:
            await source.close()
            await wrap(private.unlink)(missing_ok=True)


def media_type(path: str) -> str:
    """The media type that a name's extension says."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix[1:].lower(), "application/octet-stream")
