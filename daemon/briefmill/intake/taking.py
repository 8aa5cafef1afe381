"""Examines what is quiet and takes what is ready: journal, rename, journal.

The journal's row comes before the rename, so that whatever a crash leaves is found by name. A file that cannot be
moved, and a conflict copy that a person has to choose about, are held where they lie, by a row of the ledger: they are
told once and never looped over.
"""

import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.facts import Failed
from briefmill.domain.job import Job, State
from briefmill.errors import Temporary
from briefmill.intake import scan, settle
from briefmill.intake.admit import Admissions
from briefmill.intake.catalogue import Kind
from briefmill.intake.claim import Stuck, Vanished
from briefmill.intake.examine import Examiner
from briefmill.intake.lease import Writer
from briefmill.intake.settle import Content, Evidence, Look, Policy, Settling, Verdict
from briefmill.intake.table import Row, Table


@dataclass(kw_only=True)
class Taking:
    """Takes ready entries of the table, oldest first, at most `most` in a round.

    `not_before` is filled for claimed jobs that need another quiet time before they are read. `more` says after a round
    that quiet entries were left for the next one.
    """

    admissions: Admissions
    table: Table
    examiner: Examiner
    policy: Policy
    most: int
    beat: Callable[[], None]
    not_before: dict[str, float] = field(default_factory=dict)
    more: bool = False

    async def round(self) -> list[Job]:
        """Claim what is ready; gives the claimed jobs. Raises Paused, Temporary."""
        claimed: list[Job] = []
        quiet = self.table.quiet()
        self.more = len(quiet) > self.most
        for row in quiet[: self.most]:
            self.beat()
            settling = await self._examined(row)
            for fact in self.table.concluded(row, settling):
                self.admissions.office.listener.hear(fact)
            if settling.verdict is Verdict.READY and (job := await self._take(row)) is not None:
                claimed.append(job)
        return claimed

    async def _take(self, row: Row) -> Job | None:
        """Hold or claim one ready entry; None when there is nothing to admit. Raises Paused, Temporary."""
        try:
            if row.entry.named.kind is Kind.CONFLICT and not row.job:
                await self._hold_conflict(row)
                return None
            return await self._claim(row)
        except Temporary:
            raise
        except Exception as error:  # noqa: BLE001 - one file must not keep those behind it waiting
            told = Failed(where="intake.take", error=repr(error), traceback=traceback.format_exc())
            self.admissions.office.listener.hear(told)
            return None

    async def _examined(self, row: Row) -> Settling:
        try:
            evidence = await wrap(self.examiner.examine)(self._path(row), row.settling.look)
        except OSError:
            # It vanished, or may not be read: the claim finds out which.
            evidence = Evidence(writer=Writer.UNKNOWN, content=Content.COMPLETE)
        return settle.conclude(row.settling, evidence, self.admissions.office.clock.monotonic(), self.policy)

    async def _begin(self, row: Row) -> Job:
        office, name = self.admissions.office, row.entry.name
        if row.job:
            return await office.door.run(office.records.job, row.job)
        job = await office.door.run(office.journal.begin, source=files.printable(name), source_raw=name)
        self.table.change(name, job=job.id)
        return job

    async def _claim(self, row: Row) -> Job | None:
        """Take one ready entry; None when it could not be taken."""
        office, claims = self.admissions.office, self.admissions.claims
        job = await self._begin(row)
        try:
            path = await wrap(claims.take)(row.entry.name, job.id)
        except Vanished:
            self.table.forget(row.entry.name)
            await self.admissions.close(job, State.CANCELLED, "It left the inbox before it could be taken.")
            return None
        except Stuck as stuck:
            await self._hold(row, job, f"{stuck}. Mend its rights, then retry this job.")
            return None
        self.table.forget(row.entry.name)
        job = await office.door.run(office.journal.took, job.id)
        if _essence(await wrap(scan.look_at)(bytes(path))) != _essence(row.settling.look):
            # Somebody changed or replaced it in the instant before the claim: give that one its quiet time, too.
            self.not_before[job.id] = office.clock.monotonic() + self.policy.quiet_s
        return job

    async def _hold_conflict(self, row: Row) -> None:
        named = row.entry.named
        job = await self._begin(row)
        words = (
            f"This looks like a second version of {files.printable(named.of)} that {named.tool} put here after a "
            "conflict. Keep the right one and remove the other, or retry this job to have this one made."
        )
        await self._hold(row, job, words)

    async def _hold(self, row: Row, job: Job, words: str) -> None:
        await wrap(self.admissions.claims.discard)(job.id)
        await self.admissions.close(job, State.HELD, words)
        self.table.change(row.entry.name, held=job.id, job="")

    def _path(self, row: Row) -> Path:
        return self.admissions.claims.inbox / os.fsdecode(row.entry.name)


def _essence(look: Look) -> tuple[object, ...]:
    """What a rename does not change."""
    return look.device, look.inode, look.size, look.mtime_ns, look.tree
