"""Publishing: a folder appears in outbox or rejected whole, durable, and never over something else.

It is built hidden in the destination itself (`.<name>.<job>.part`), every file and folder is fsynced, and one rename
that cannot overwrite shows it. A crash leaves at most a hidden folder, which the next try of the same job removes. A
name that is taken, also by a twin that differs only in case or Unicode form, gets `~2`, `~3`, ...
"""

import glob
import json
import os
import shutil
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiofiles
import aiofiles.os
from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.artefact import Ref
from briefmill.domain.job import Job
from briefmill.errors import Paused
from briefmill.ports import Package, Store

REFUSAL: Final = frozenset({"reasons.json", "REASONS.md", "contact-sheet.jpg"})
"""What a refusal's folder holds beside the original."""

CHUNK: Final = 1 << 20

_sync = wrap(files.sync)
_rename = wrap(files.rename_noreplace)
_rmtree = wrap(shutil.rmtree)


class FolderPublisher:
    """Implements ports.Publisher over two folders of a file system."""

    def __init__(
        self, *, outbox: Path, rejected: Path, store: Store, file_mode: int = 0o644, dir_mode: int = 0o755
    ) -> None:
        self._outbox = outbox
        self._rejected = rejected
        self._get = wrap(store.get)
        self._file_mode = file_mode
        self._dir_mode = dir_mode

    async def deliver(self, package: Package) -> str:
        """Publish a finished campaign into the outbox."""
        return await self._publish(self._outbox, files.safe_name(package.folder), package, None)

    async def reject(self, package: Package, original: Path | None) -> str:
        """Publish a refusal: `<name>.<job>/` with the reasons and the untouched original."""
        name = f"{files.safe_name(package.folder)}.{package.job}"
        return await self._publish(self._rejected, name, package, original)

    def original(self, job: Job) -> Path | None:
        """The untouched original in the refusal of a job, None when there is none (any more). Blocks."""
        for folder in sorted(self._rejected.glob(f"*.{glob.escape(job.id)}*")):
            others = [path for path in folder.iterdir() if path.name not in REFUSAL]
            if len(others) == 1:
                return others[0]
        return None

    async def _publish(self, parent: Path, name: str, package: Package, original: Path | None) -> str:
        async with _pausing(parent):
            taken = {files.name_key(entry): entry for entry in await aiofiles.os.listdir(parent)}
            number = 1
            while True:
                wanted = name if number == 1 else f"{name}~{number}"
                there = taken.get(files.name_key(wanted))
                if there is None:
                    if await self._appear(parent, wanted, package, original):
                        return wanted
                    taken[files.name_key(wanted)] = wanted
                    continue
                if await _already(parent / there, package):
                    return there
                number += 1

    async def _appear(self, parent: Path, name: str, package: Package, original: Path | None) -> bool:
        """Build the folder hidden and show it; False when somebody took the name meanwhile."""
        part = parent / f".{name}.{package.job}.part"
        if await aiofiles.os.path.exists(part):
            await _rmtree(part)
        try:
            await aiofiles.os.mkdir(part)
            await self._fill(part, package, original)
            try:
                await _rename(part, parent / name)
            except FileExistsError:
                await _rmtree(part)
                return False
        except BaseException:
            # The folder is ours and hidden; whatever went wrong, the next try builds a new one.
            shutil.rmtree(part, ignore_errors=True)
            raise
        await _sync(parent)
        return True

    async def _fill(self, part: Path, package: Package, original: Path | None) -> None:
        folders = {part}
        for path, content in package.files.items():
            target = part / path
            if not target.is_relative_to(part) or ".." in target.parts:
                raise ValueError(f"{path!r} leaves the published folder")
            await aiofiles.os.makedirs(target.parent, exist_ok=True)
            folders.update(parent for parent in target.parents if parent.is_relative_to(part))
            await self._write(target, await self._get(content) if isinstance(content, Ref) else content)
        if original is not None:
            folders.update(await self._copy(original, part / _name_beside(package, original)))
        for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
            # chmod would take the set-group-id bit away, by which a share gives all its files one group.
            kept = (await aiofiles.os.stat(folder)).st_mode & stat.S_ISGID
            await wrap(os.chmod)(folder, self._dir_mode | kept)
            await _sync(folder)

    async def _write(self, target: Path, data: bytes) -> None:
        async with aiofiles.open(target, "xb") as file:
            await file.write(data)
            await file.flush()
            await wrap(os.fchmod)(file.fileno(), self._file_mode)
            await wrap(os.fsync)(file.fileno())

    async def _copy(self, source: Path, target: Path) -> set[Path]:
        """Copy a dropped file, folder or link as it is; returns the folders made. Links are copied, not followed."""
        if await aiofiles.os.path.islink(source):
            await aiofiles.os.symlink(await wrap(os.readlink)(source), target)
            return set()
        if await aiofiles.os.path.isdir(source):
            await aiofiles.os.mkdir(target)
            made = {target}
            for name in sorted(await aiofiles.os.listdir(source)):
                made |= await self._copy(source / name, target / name)
            return made
        if not await aiofiles.os.path.isfile(source):
            await self._write(target, b"(this was no ordinary file; there is nothing to copy)\n")
            return set()
        async with aiofiles.open(source, "rb") as reading, aiofiles.open(target, "xb") as writing:
            while chunk := await reading.read(CHUNK):
                await writing.write(chunk)
            await writing.flush()
            await wrap(os.fchmod)(writing.fileno(), self._file_mode)
            await wrap(os.fsync)(writing.fileno())
        return set()


def _name_beside(package: Package, original: Path) -> str:
    """The name of the original in its refusal's folder; somebody may have dropped a file called `reasons.json`."""
    name = files.safe_name(original.name, fallback="original")
    ours = {files.name_key(path.partition("/")[0]) for path in package.files}
    return f"dropped-{name}" if files.name_key(name) in ours else name


async def _already(folder: Path, package: Package) -> bool:
    """True when a published folder is this very package, published before.

    A delivery is known by its job, because its receipt tells when it was made. A refusal is known by its reasons: a job
    that a person sends back may be refused again for others.
    """
    if (reasons := package.files.get("reasons.json")) is not None:
        return await _document(folder / "reasons.json") == reasons
    try:
        receipt = json.loads(await _document(folder / "receipt.json"))
    except ValueError:
        return False
    return isinstance(receipt, dict) and receipt.get("job") == package.job


async def _document(path: Path) -> bytes:
    """The bytes of a published document, empty when there is none that can be read."""
    try:
        async with aiofiles.open(path, "rb") as file:
            return await file.read()
    except OSError:
        return b""


@asynccontextmanager
async def _pausing(parent: Path) -> AsyncIterator[None]:
    try:
        with files.disk_errors(str(parent)):
            yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if error.filename and not Path(os.fsdecode(error.filename)).is_relative_to(parent):
            raise  # It is the dropped original that cannot be read: that concerns one job, not all.
        raise Paused(f"{error.filename or parent}: {error.strerror}", resource="folder") from error
