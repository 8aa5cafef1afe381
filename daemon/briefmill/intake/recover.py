"""What a crash, a stop or a retry left to do: the ledger says how far each job had come, the folders what is there.

Run at every scan, and always with the inbox known to be present: on a vanished mount every job would look lost. All of
it may be repeated.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiofiles.os import wrap

from briefmill.domain.facts import Failed
from briefmill.domain.job import TERMINAL, Job, State
from briefmill.errors import NotFound, Temporary
from briefmill.intake.admit import Admissions
from briefmill.intake.table import Table
from briefmill.ports import JobQuery


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """`published` finds the original of a refused job that a person sends back to work."""

    admissions: Admissions
    table: Table
    published: Callable[[Job], Path | None]

    async def sweep(self) -> None:
        """Once at the start: remove claims of jobs that rest, return those that no ledger knows to the inbox."""
        claims, office = self.admissions.claims, self.admissions.office
        for name in await wrap(claims.jobs)():
            with self._telling():
                try:
                    job = await office.door.run(office.records.job, name)
                except NotFound:
                    await wrap(claims.put_back)(name)
                    continue
                if job.state in TERMINAL:
                    await wrap(claims.discard)(job.id)

    async def unfinished(self) -> list[Job]:
        """Bring jobs that were begun on their way again; gives those that wait to be admitted, oldest first."""
        office = self.admissions.office
        waiting = []
        for job in await office.door.run(office.journal.unfinished):
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
        office = self.admissions.office
        if await wrap(self.admissions.claims.original)(job.id) is not None:
            return await office.door.run(office.journal.took, job.id)
        if job.source_raw in self.table.rows:
            self.table.change(job.source_raw, job=job.id, held="")
        else:
            await self.admissions.close(job, State.CANCELLED, "It left the inbox before it could be taken.")
        return None

    async def _claimed(self, job: Job) -> Job:
        claims = self.admissions.claims
        if await wrap(claims.original)(job.id) is None:
            source = await wrap(self.published)(job)
            if source is not None:
                await wrap(claims.restore)(job.id, source, job.source_raw)
        return job

    async def held(self) -> None:
        """Match the files that are held in the inbox with the ledger, where a person decides about them."""
        office = self.admissions.office
        query = JobQuery(states=(State.HELD,), limit=0)
        in_place = {}
        for job in await office.door.run(office.records.jobs, query):
            # What was never admitted and is not in the claim folder was held where it lies.
            if not job.content and await wrap(self.admissions.claims.original)(job.id) is None:
                in_place[job.source_raw] = job
        for name, row in list(self.table.rows.items()):
            if name in in_place:
                self.table.change(name, held=in_place[name].id)
            elif row.held and not row.job:
                self.table.change(name, held="", dismissed=True)
        for name, job in in_place.items():
            if name not in self.table.rows:
                await self.admissions.close(job, State.CANCELLED, "Its file was taken out of the inbox.")
