"""Publishing: a folder appears in outbox or rejected whole, durable, and never over something else.

It is built hidden in the destination itself (`.<name>.<job>.part`), every file and folder is fsynced, and one rename
that cannot overwrite shows it. A crash leaves at most a hidden folder, which the next try of the same job removes. A
name that is taken, also by a twin that differs only in case or Unicode form, gets `~2`, `~3`, ...
"""

import asyncio
import glob
import json
import os
import re
import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import aiofiles
import aiofiles.os
from aiofiles.os import wrap

from briefmill import files
from briefmill.delivery.filling import Filler, Rights
from briefmill.domain.job import Job
from briefmill.errors import Paused
from briefmill.ports import Package, Store
from briefmill.stages import reasons

REFUSAL: Final = frozenset({"reasons.json", "REASONS.md", "contact-sheet.jpg", reasons.PICTURES})
"""What a refusal's folder holds beside the original."""

_sync = wrap(files.sync)
_rename = wrap(files.rename_noreplace)
_rmtree = wrap(shutil.rmtree)


class FolderPublisher:
    """Implements ports.Publisher over two folders of a file system.

    `present` raises Paused while one of them is not what it should be (blocks). Two publishers into the same folders
    share the lock `naming`.
    """

    def __init__(
        self,
        *,
        outbox: Path,
        rejected: Path,
        store: Store,
        rights: Rights | None = None,
        present: Callable[[], None] = lambda: None,
        naming: asyncio.Lock | None = None,
    ) -> None:
        self._outbox = outbox
        self._rejected = rejected
        self._fill = wrap(Filler(store=store, rights=rights or Rights()).fill)
        self._present = wrap(present)
        # Two that come at once would each find the other's twin name free; a rename only refuses the very same one.
        self._naming = naming or asyncio.Lock()

    async def deliver(self, package: Package) -> str:
        """Publish a finished campaign into the outbox. A refusal of the same job is told to be answered."""
        name = await self._publish(self._outbox, files.safe_name(package.folder), package, None)
        if not package.rehearsal:
            await self._answer(package.job, name)
        return name

    async def reject(self, package: Package, original: Path | None) -> str:
        """Publish a refusal: `<name>.<job>/` with the reasons and the untouched original.

        What was half-built of the job's delivery goes away with it.
        """
        await self._clear(self._outbox, package.job)
        name = f"{files.safe_name(package.folder)}.{package.job}"
        return await self._publish(self._rejected, name, package, original)

    async def withdraw(self, job: Job) -> None:
        """Take a job's folder out of the outbox again: it was cancelled before anybody was told of its delivery."""
        if not job.folder:
            return  # It never came so far as to have a place there.
        await self._present()
        wanted = files.name_key(files.safe_name(job.folder))
        async with _pausing(self._outbox):
            for name in await _names(self._outbox, _of_one_stem(wanted)):
                if await _is_delivery_of(self._outbox / name, job.id):
                    part = self._outbox / f".{name}.{job.id}.part"
                    await _rename(self._outbox / name, part)
                    await _sync(self._outbox)
                    await _rmtree(part)

    async def clear(self, job: str) -> None:
        """Remove what is half-built for a job."""
        for parent in (self._outbox, self._rejected):
            await self._clear(parent, job)

    def original(self, job: Job) -> Path | None:
        """The untouched original in the refusal of a job, None when there is none (any more). Blocks."""
        for folder in sorted(self._rejected.glob(f"*.{glob.escape(job.id)}*")):
            if folder.name.endswith(".part"):
                continue  # half-built: what lies in it may be cut off
            others = [path for path in folder.iterdir() if not _ours(path.name)]
            if len(others) == 1:
                return others[0]
        return None

    def sweep(self, rests: Callable[[str], bool]) -> None:
        """Remove half-built folders of jobs that rest; one that goes on builds its own anew. Blocks. Raises Paused.

        `rests` says of a job's id that it is ours and at rest: others may publish into these folders, too.
        """
        for parent in (self._outbox, self._rejected):
            with files.disk_errors(str(parent)):
                for part in parent.glob(".*.part"):
                    if rests(part.name.split(".")[-2]):
                        shutil.rmtree(part)

    async def _clear(self, parent: Path, job: str) -> None:
        async with _pausing(parent):
            for part in await _names(parent, _half_built(job)):
                await _rmtree(parent / part)

    async def _answer(self, job: str, delivered: str) -> None:
        """Say in every refusal of a job that it was delivered after all."""
        async with _pausing(self._rejected):
            for name in await _names(self._rejected, _refusal_of(job)):
                await _answered(self._rejected / name, delivered)

    async def _publish(self, parent: Path, name: str, package: Package, original: Path | None) -> str:
        await self._present()
        if package.rehearsal:
            return await self._rehearse(parent, name, package, original)
        async with _pausing(parent):
            twins = await _names(parent, _of_one_stem(files.name_key(name)))
            taken = {files.name_key(entry): entry for entry in twins}
            number = 1
            while True:
                wanted = name if number == 1 else f"{name}~{number}"
                there = taken.get(files.name_key(wanted))
                if there is None:
                    there = await self._appear(parent, wanted, package, original)
                    if there is None:
                        return wanted
                    taken[files.name_key(wanted)] = there
                if await _already(parent / there, package):
                    return there
                number += 1

    async def _rehearse(self, parent: Path, name: str, package: Package, original: Path | None) -> str:
        """Build the folder where it would appear, durably, and take it away unseen."""
        part = parent / f".{name}.{package.job}.part"
        async with _pausing(parent):
            if await aiofiles.os.path.exists(part):
                await _rmtree(part)
            await aiofiles.os.mkdir(part)
            try:
                beside = None if original is None else (original, _name_beside(package, original))
                await _to_its_end(self._fill(part, package, beside))
                await _sync(parent)
            finally:
                shutil.rmtree(part, ignore_errors=True)
        return name

    async def _appear(self, parent: Path, name: str, package: Package, original: Path | None) -> str | None:
        """Build the folder hidden and show it; None when that was done, else who took the name meanwhile."""
        part = parent / f".{name}.{package.job}.part"
        if await aiofiles.os.path.exists(part):
            await _rmtree(part)
        try:
            await aiofiles.os.mkdir(part)
            beside = None if original is None else (original, _name_beside(package, original))
            await _to_its_end(self._fill(part, package, beside))
            async with self._naming:
                twin = await self._twin(parent, name)
                if twin is None:
                    twin = await self._shown(part, parent / name)
            if twin is not None:
                await _rmtree(part)
                return twin
        except BaseException:
            # The folder is ours and hidden; whatever went wrong, the next try builds a new one.
            shutil.rmtree(part, ignore_errors=True)
            raise
        await _sync(parent)
        return None

    async def _twin(self, parent: Path, name: str) -> str | None:
        """The entry that has this name already, in whatever case or Unicode form."""
        wanted = files.name_key(name)
        return next(iter(await _names(parent, lambda entry: files.name_key(entry) == wanted)), None)

    async def _shown(self, part: Path, place: Path) -> str | None:
        try:
            await _to_its_end(_rename(part, place))
        except FileExistsError:
            return place.name
        return None


@wrap
def _names(parent: Path, wanted: Callable[[str], bool]) -> list[str]:
    """The names in a folder that are wanted. Looked through one by one: it may hold all that was ever delivered."""
    with os.scandir(parent) as entries:
        return [entry.name for entry in entries if wanted(entry.name)]


@wrap
def _answered(folder: Path, delivered: str) -> None:
    """Put the answer before what a refusal's folder said; that stays below."""
    page = folder / "REASONS.md"
    # People tidy up here: what is gone needs no answer.
    with suppress(FileNotFoundError):
        if not (stat.S_ISDIR(folder.lstat().st_mode) and stat.S_ISREG(page.lstat().st_mode)):
            return
        for half in folder.glob(f"{files.WRITING}*"):
            half.unlink()
        told = page.read_bytes()
        if not told.startswith(reasons.ANSWERED):
            mode = stat.S_IMODE(page.lstat().st_mode)
            files.write_durably(page, reasons.answered(told, delivered), mode=mode)


def _ours(name: str) -> bool:
    """Whether a name in a refusal's folder is one of ours: a document, or one that a kill left half-written."""
    return name in REFUSAL or name.startswith(files.WRITING)


def _refusal_of(job: str) -> Callable[[str], bool]:
    """Whether a name is that of a shown refusal of this job."""
    named = re.compile(rf"[^.].*\.{re.escape(job)}(~\d+)?", re.DOTALL)
    return lambda name: named.fullmatch(name) is not None


def _half_built(job: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(".") and name.endswith(f".{job}.part")


def _of_one_stem(key: str) -> Callable[[str], bool]:
    """Whether a name is, but for case, Unicode form and a number behind it, the one with this key."""
    numbered = re.compile(re.escape(key) + r"(~\d+)?")
    return lambda name: numbered.fullmatch(files.name_key(name)) is not None


async def _to_its_end(work: Awaitable[None]) -> None:
    """Wait for work in a thread, over a cancellation, too: what it is filling or showing must not be cleared away."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


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
    if "receipt.json" in package.files:
        return await _is_delivery_of(folder, package.job)
    wanted = package.files.get("reasons.json")
    return wanted is not None and await _document(folder / "reasons.json") == wanted


async def _is_delivery_of(folder: Path, job: str) -> bool:
    try:
        receipt = json.loads(await _document(folder / "receipt.json"))
    except ValueError:
        return False
    return isinstance(receipt, dict) and receipt.get("job") == job


async def _document(path: Path) -> bytes:
    """The bytes of a published document, empty when there is none that may be read. A failing disk is no answer."""
    try:
        async with aiofiles.open(path, "rb") as file:
            return await file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError):
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
