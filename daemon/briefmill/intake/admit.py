"""From a claimed file to a job that runs: copy it, read it, find its files, tell the ledger.

Every step may be repeated: a crash anywhere leaves a claimed job, which is admitted from the start at the next run. A
file whose reading never ends, however often it is begun (it kills the process), is held for a person after a few tries.
What is refused is published with its reasons before its row is closed, and its claim is removed only after that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, ParamSpec, Protocol, TypeVar

from aiofiles.os import wrap

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Reading
from briefmill.domain.facts import Admitted, Closed
from briefmill.domain.job import Job, Stage, State
from briefmill.errors import AssetRefused, BriefRefused, Paused, Problem, Temporary
from briefmill.intake import assets
from briefmill.intake.assets import Place
from briefmill.intake.claim import ClaimFolder
from briefmill.intake.snapshot import Copier
from briefmill.ports import Admission, Bell, Clock, Journal, Listener, Records

P = ParamSpec("P")
T = TypeVar("T")

TRIES: Final = 3
"""So many readings of one job may begin without ending; the next one is not begun."""

Read = Callable[[bytes, str], Reading]
"""Reads a brief's bytes under its name; raises BriefRefused. Blocks."""

Refuse = Callable[[Job, tuple[Problem, ...]], Awaitable[str]]
"""Publishes the refusal of a job, with its claimed original; idempotent; gives the folder's name."""

Withdraw = Callable[[Job], Awaitable[None]]
"""Takes back what was published of a job that was cancelled; harmless when nothing was."""


class Door(Protocol):
    """The way to threads for calls that block: `engine.offload.Offload` at home."""

    async def run(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the call in a thread and wait for it."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """The ports that the intake works with."""

    journal: Journal
    records: Records
    listener: Listener
    clock: Clock
    bell: Bell
    door: Door


@dataclass(frozen=True, kw_only=True)
class Admissions:
    """Admits claimed jobs. `library` is the folder of shared assets; `rerun` admits the same content anew.

    `resting` says whether a name in the inbox has stopped changing, so that a picture beside a brief is not read half
    (blocks). `allowed` raises Paused while nothing may be written (blocks). `absent` says why the inbox may not be
    trusted now, empty when it may (blocks): a file that is not on a share that has gone is not gone. `used` is told of
    a folder of the inbox that pictures were taken from. `faults` remembers what went wrong with a job the last time.
    """

    office: Office
    claims: ClaimFolder
    copier: Copier
    read: Read
    refuse: Refuse
    withdraw: Withdraw
    library: Path
    resting: Callable[[bytes], bool]
    allowed: Callable[[], None]
    absent: Callable[[], str]
    used: Callable[[bytes], None] = lambda _: None
    rerun: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    async def admit(self, job: Job) -> Job:
        """Admit one claimed job; gives it as it is then: running, duplicate, rejected or held.

        Raises Temporary where it has to be tried again later, Paused where nothing can be done for any job.
        """
        await wrap(self.allowed)()
        await wrap(self.trust)()
        if await wrap(self.claims.begin_try)(job.id) > TRIES:
            words = f"Briefmill was stopped {TRIES} times while it read this file; it is kept as it is."
            if fault := self.faults.pop(job.id, ""):
                words = f"This file could not be read, {TRIES} times: {fault}. It is kept as it is."
            held = await self.close(job, State.HELD, words)
            await wrap(self.claims.end_tries)(job.id)
            return held
        try:
            admitted = await self._admit(job)
        except PermissionError as error:
            words = f"The file, or one in it, cannot be read: {error.strerror}. Mend its rights, then retry this job."
            admitted = await self.close(job, State.HELD, words)
        except (Temporary, asyncio.CancelledError):
            # A stop in the middle is no fault of the file: only what is never told apart from a crash counts.
            self.claims.end_tries(job.id)
            raise
        except Exception as error:
            self.faults[job.id] = str(error) or repr(error)
            raise
        await wrap(self.claims.end_tries)(job.id)
        return admitted

    async def _admit(self, job: Job) -> Job:
        original = await wrap(self.original)(job.id)
        if original is None:
            return await self.close(job, State.CANCELLED, "Its file is no longer here. Drop it again.")
        try:
            snapshot, reading = await self._understood(original)
        except BriefRefused as refused:
            return await self._rejected(job, refused.problems)
        except AssetRefused as refused:
            return await self._rejected(job, (refused.problem,))
        run = self.office.door.run
        # It can be made again from the snapshot, and so need not wait for the disk.
        stored = await run(self.copier.store.put, codec.dumps(reading).encode(), "application/json", lasting=False)
        admission = Admission(
            snapshot=snapshot, reading=stored, campaign=reading.brief.campaign, priority=reading.brief.priority
        )
        admitted = await run(self.office.journal.admit, job.id, admission, rerun=self.rerun)
        if admitted.state is State.DUPLICATE:
            await wrap(self.claims.discard)(job.id)
            self._tell_closed(admitted)
        else:
            self._tell_admitted(admitted, reading)
        return admitted

    async def _understood(self, original: Path) -> tuple[Snapshot, Reading]:
        snapshot, drop = await self.copier.take(original)
        run = self.office.door.run
        data = await run(self.copier.store.get, snapshot.brief)
        reading = await run(self.read, data, snapshot.name)
        shared = Place(folder=self.library, called="the home's assets folder")
        beside = Place(folder=self.claims.inbox, called="the inbox, beside the brief")
        places = (beside, shared) if drop.alone else (shared,)
        search = await wrap(assets.find)(reading, snapshot.files, places)
        copies: dict[str, Ref] = {}
        for found in search.found:
            if found.piece is None:
                copies[found.asset.path] = snapshot.files[found.known]
            elif found.place is beside and not await wrap(self.resting)(found.inside[0]):
                raise Temporary(f"{found.asset.path} beside it is still being written")
            elif found.asset.path not in copies:
                copies[found.asset.path] = await self.copier.keep(found.piece)
                if found.place is beside and len(found.inside) > 1:
                    self.used(found.inside[0])
        return assets.added(snapshot, copies), replace(reading, notices=reading.notices + search.notices)

    async def _rejected(self, job: Job, problems: tuple[Problem, ...]) -> Job:
        folder = await self.refuse(job, problems)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        closed = await self.close(job, State.REJECTED, f"{problems[0]}{more}", folder=folder, problems=problems)
        await wrap(self.claims.discard)(job.id)
        return closed

    def original(self, job: str) -> Path | None:
        """What was dropped for a job, None when it is gone. Blocks. Raises Paused where that cannot be told."""
        found = self.claims.original(job)
        if found is None:
            self.trust()
        return found

    def trust(self) -> None:
        """Raise Paused while what is not to be seen in the inbox may only be out of sight. Blocks."""
        if absent := self.absent():
            raise Paused(f"the inbox is offline: {absent}", resource="inbox")

    async def gone(self, job: Job, words: str) -> None:
        """Close a job whose file is not in the inbox. Raises Paused where that cannot be told."""
        await wrap(self.trust)()
        await self.close(job, State.CANCELLED, words)

    async def set_aside(self, job: Job) -> None:
        """A job was cancelled: what was dropped for it goes where refusals lie, and its claim is removed.

        A folder of it that is in the outbox, because a kill came between publishing and writing that down, goes away.
        """
        await self.withdraw(job)
        if await wrap(self.original)(job.id) is not None:
            # The same words each time: after a crash they tell the publisher that it is there already.
            message = f"The job was cancelled: {job.reason}"
            fix = "Drop it again to have it made after all."
            await self.refuse(job, (Problem(code="job.cancelled", message=message, fix=fix),))
        await wrap(self.claims.discard)(job.id)

    async def close(
        self, job: Job, state: State, reason: str, *, folder: str = "", problems: tuple[Problem, ...] = ()
    ) -> Job:
        """Close a job of the intake with its reason, and tell it."""
        detail = {"problems": [codec.plain(problem) for problem in problems]} if problems else {}
        closed = await self.office.door.run(self.office.journal.close, job.id, state, reason=reason, detail=detail)
        self._tell_closed(closed, folder)
        return closed

    def _tell_closed(self, job: Job, folder: str = "") -> None:
        age = (job.updated_at - job.created_at).total_seconds()
        self.office.listener.hear(
            Closed(
                job=job.id,
                source=job.source,
                state=job.state,
                age_s=age,
                folder=folder,
                reason=job.reason,
                tenant=job.tenant,
            )
        )

    def _tell_admitted(self, job: Job, reading: Reading) -> None:
        self.office.listener.hear(
            Admitted(
                job=job.id,
                source=job.source,
                campaign=job.campaign,
                creatives=reading.brief.creative_count,
                age_s=(job.updated_at - job.created_at).total_seconds(),
                tenant=job.tenant,
            )
        )
        self.office.bell.ring(Stage.GENERATE)
