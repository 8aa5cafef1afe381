"""What a crash, a stop or a person left to do: the ledger says how far each job had come, the folders what is there.

Run at every scan, and always with the inbox known to be present: on a vanished mount every job would look lost. All of
it may be repeated. The ledger is asked only where its counts or its last change say that there is something to find.
"""

import traceback
from collections.abc import Awaitable, Callable, Container, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiofiles.os import wrap

from briefmill.domain.facts import Failed
from briefmill.domain.job import TERMINAL, Job, State
from briefmill.errors import NotFound, Temporary
from briefmill.intake import owners
from briefmill.intake.admit import Admissions
from briefmill.intake.catalogue import Kind
from briefmill.intake.claim import Stuck, Vanished
from briefmill.intake.table import Table
from briefmill.ports import JobQuery

Clear = Callable[[str], Awaitable[None]]
"""Removes what is half-built for a job, by its id."""


@dataclass(kw_only=True)
class Recovery:
    """What is left to do, found and done.

    `published` finds the original of a refused job that a person sends back to work; `clear` is asked for jobs that
    nobody knows any more.
    """

    admissions: Admissions
    table: Table
    published: Callable[[Job], Path | None] = lambda _: None
    clear: Clear | None = None
    _in_place: dict[bytes, Job] = field(default_factory=dict)
    _seen_change: int = -1

    async def sweep(self) -> int:
        """At the start, and when the inbox is back: remove claims of jobs that rest, return those nobody knows.

        Gives how many were left alone because they may be another daemon's.
        """
        claims, office = self.admissions.claims, self.admissions.office
        foreign = 0
        alone = not await wrap(owners.others)(claims)
        for name in await wrap(claims.jobs)():
            with self._telling():
                try:
                    job = await office.door.run(office.records.job, name)
                except NotFound:
                    if alone:
                        # A power cut took its first row, which may be written down a little later than its claim.
                        if self.clear is not None:
                            await self.clear(name)
                        await wrap(claims.put_back)(name)
                    else:
                        foreign += 1
                    continue
                if job.state in TERMINAL - {State.CANCELLED}:
                    await wrap(claims.discard)(job.id)
        return foreign

    async def unfinished(self, under_way: Container[str]) -> list[Job]:
        """Bring jobs that were begun on their way again; gives those that wait to be admitted, oldest first."""
        office = self.admissions.office
        waiting = []
        for job in await office.door.run(office.journal.unfinished):
            if job.id in under_way:
                continue
            with self._telling():
                ready = await (self._begun(job) if job.state is State.SETTLING else self._claimed(job))
                if ready is not None:
                    waiting.append(ready)
        return waiting

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """One job that cannot be recovered is told of, and must not keep the others waiting."""
        try:
            yield
        except Temporary:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it concerns this job alone
            told = Failed(where="intake.recover", error=repr(error), traceback=traceback.format_exc())
            self.admissions.office.listener.hear(told)

    async def _begun(self, job: Job) -> Job | None:
        """A job whose file may or may not have been moved when it was cut off."""
        office, claims = self.admissions.office, self.admissions.claims
        if (original := await wrap(claims.original)(job.id)) is not None:
            if job.source_raw in self.table.rows and await wrap(claims.removed)(job.source_raw, job.id):
                self.table.forget(job.source_raw)
            await wrap(claims.unmark)(original.name)
            return await office.door.run(office.journal.took, job.id)
        if job.source_raw in self.table.rows:
            # What a person released has changed since it was begun; a conflict copy that has not is still to be held.
            conflict = self.table.rows[job.source_raw].entry.named.kind is Kind.CONFLICT
            self.table.change(job.source_raw, job=job.id, held="", unheld=conflict and job.updated_at == job.created_at)
        else:
            await self.admissions.gone(job, "It left the inbox before it could be taken.")
        return None

    async def _claimed(self, job: Job) -> Job | None:
        claims = self.admissions.claims
        if await wrap(claims.original)(job.id) is None:
            source = await wrap(self.published)(job)
            if source is not None:
                await wrap(claims.restore)(job.id, source, job.source_raw)
            elif job.source_raw in self.table.rows:
                # A power cut undid the rename and the ledger outlived it, or a retry whose original is gone: the name
                # is in the inbox, but whoever writes it may have begun anew, so it settles like any other first.
                self.table.change(job.source_raw, job=job.id, held="")
                return None
        return job

    async def decided(self) -> None:
        """Carry out what people decided since the last scan about files that are held, and about cancelled jobs."""
        office = self.admissions.office
        change = await office.door.run(office.records.last_change)
        if change != self._seen_change:
            await self._held()
            await self._cancelled()
            self._seen_change = change
        for name, job in list(self._in_place.items()):
            if name in self.table.rows:
                self.table.change(name, held=job.id)
            else:
                await self.admissions.gone(job, "Its file was taken out of the inbox.")
                del self._in_place[name]

    async def _held(self) -> None:
        """Match the files that are held where they lie with the ledger, where a person decides about them."""
        office = self.admissions.office
        query = JobQuery(states=(State.HELD,), limit=0)
        self._in_place = {}
        for job in await office.door.run(office.records.jobs, query):
            # What was never admitted and is not in the claim folder was held where it lies.
            if not job.content and await wrap(self.admissions.claims.original)(job.id) is None:
                self._in_place[job.source_raw] = job
        for held, (name, essence) in (await wrap(self.admissions.claims.held)()).items():
            with self._telling():
                await self._released(held, name, essence)

    async def _released(self, held: str, name: bytes, essence: str) -> None:
        """A file that may be held no longer: a cancelled one leaves the inbox, any other goes on as if it were new.

        One that cannot be moved is let alone for as long as it stays as it is.
        """
        office, claims = self.admissions.office, self.admissions.claims
        try:
            job = await office.door.run(office.records.job, held)
        except NotFound:
            return  # Another daemon holds it.
        if job.state is State.HELD:
            return
        row = self.table.rows.get(name)
        if job.state is State.CANCELLED and row is not None and row.settling.look.essence == essence:
            try:
                await wrap(claims.take)(name, held)
            except Stuck:
                self.table.change(name, held="", dismissed=True)
                return
            except Vanished:
                row = None
            else:
                self.table.forget(name)
                await self.admissions.set_aside(job)
        await wrap(claims.unhold)(held)

    async def _cancelled(self) -> None:
        """Put aside what was dropped for jobs that a person has cancelled, so that it neither stays nor is lost."""
        claims, office = self.admissions.claims, self.admissions.office
        if self._seen_change < 0:
            names: Sequence[str] = await wrap(claims.jobs)()
        else:
            names = await office.door.run(office.records.cancelled, after=self._seen_change)
        if names:
            await wrap(self.admissions.trust)()
        for name in names:
            with self._telling(), suppress(NotFound):
                job = await office.door.run(office.records.job, name)
                if job.state is State.CANCELLED and await wrap(claims.has)(name):
                    await self.admissions.set_aside(job)
