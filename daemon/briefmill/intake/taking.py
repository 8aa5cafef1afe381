"""Examines what is quiet and takes what is ready, a batch at a time: journal, rename, journal.

The journal's rows come before the renames, so that whatever a crash leaves is found by name. A file that cannot be
moved, and a conflict copy that a person has to choose about, are held where they lie, by a row of the ledger: they are
told once and never looped over.
"""

import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.facts import Fact, Failed
from briefmill.domain.job import Job, State
from briefmill.errors import Temporary
from briefmill.intake import scan, settle
from briefmill.intake.admit import Admissions
from briefmill.intake.catalogue import Kind
from briefmill.intake.claim import Stuck, Vanished
from briefmill.intake.examine import Examiner
from briefmill.intake.lease import Writer
from briefmill.intake.settle import Content, Evidence, Policy, Settling, Verdict
from briefmill.intake.suspects import Suspects
from briefmill.intake.table import Row, Table
from briefmill.ports import Source

BATCH: Final = 64
"""So many entries share the waits for the disk; few enough that the first of them does not wait long for the last."""


@dataclass(kw_only=True)
class Taking:
    """Takes ready entries of the table, oldest first, at most `most` in a round.

    `not_before` is filled for claimed jobs that need another quiet time before they are read. `more` says after a round
    that quiet entries were left for the next one. `alone` says that all claims here are ours: what a power cut then
    undoes in the ledger, but not in the inbox, goes back there, and so taking a file need not wait for the ledger's
    disk. `tenant` says whose a dropped name is.
    """

    admissions: Admissions
    table: Table
    examiner: Examiner
    suspects: Suspects
    policy: Policy
    most: int
    beat: Callable[[], None]
    allowed: Callable[[], None]
    alone: Callable[[], bool] = lambda: False
    tenant: Callable[[bytes], str] = lambda _: "default"
    not_before: dict[str, float] = field(default_factory=dict)
    more: bool = False

    async def round(self) -> list[Job]:
        """Claim what is ready; gives the claimed jobs. Raises Paused, Temporary."""
        claimed: list[str] = []
        quiet = await wrap(self.table.quiet)()
        self.more = len(quiet) > self.most
        for start in range(0, min(len(quiet), self.most), BATCH):
            self.beat()
            await wrap(self.allowed)()
            ready = await self._ready(quiet[start : min(start + BATCH, self.most)])
            conflicts = [row for row in ready if row.entry.named.kind is Kind.CONFLICT and (row.unheld or not row.job)]
            for row in conflicts:
                await self._hold_conflict(row)
            claimed += await self.claim([row for row in ready if row not in conflicts])
        # One more row for each, and nothing is lost without it: after a crash the claim folder tells the same.
        office = self.admissions.office
        jobs = await office.door.run(office.journal.took_all, claimed, lasting=not self.alone())
        for job in jobs:
            if job.state is State.CANCELLED:
                await self.admissions.set_aside(job)
        return [job for job in jobs if job.state is State.CLAIMED]

    async def _ready(self, rows: Sequence[Row]) -> list[Row]:
        """Those of the quiet entries that may be taken; the others are told to wait on."""
        ready = []
        for row, settling in zip(rows, await wrap(self._examined)(rows), strict=True):
            for fact in self.table.concluded(row, settling):
                self._tell(fact)
            if settling.verdict is Verdict.READY:
                ready.append(self.table.rows[row.entry.name])
        return ready

    def _examined(self, rows: Sequence[Row]) -> list[Settling]:
        """What the examination of each came to. Blocks."""
        with self.suspects.examined([row.entry.name for row in rows]) as cleared:
            now = self.admissions.office.clock.monotonic
            return [settle.conclude(row.settling, self._evidence(row, cleared), now(), self.policy) for row in rows]

    def _evidence(self, row: Row, cleared: frozenset[bytes]) -> Evidence:
        try:
            if row.entry.name in cleared:
                return self.examiner.examine(self._path(row), row.settling.look)
        except Exception:  # noqa: BLE001 - it vanished, or cannot be read: the claim and the reading find out which, and tell
            return Evidence(writer=Writer.UNKNOWN, content=Content.COMPLETE)
        # It killed us while it was examined: the reading, whose tries are counted, decides about it.
        return Evidence(writer=Writer.UNKNOWN, content=Content.COMPLETE)

    async def claim(self, rows: Sequence[Row]) -> list[str]:
        """Take ready entries; gives the jobs of those that are ours now, durably. Raises Paused, Temporary."""
        if not rows:
            return []
        office = self.admissions.office
        ours: list[str] = []
        for row, job, outcome, same in await office.door.run(self._take, rows):
            if isinstance(outcome, Exception):
                await self._missed(row, job, outcome)
                continue
            self.table.forget(row.entry.name)
            ours.append(job.id)
            if not same:
                # Somebody changed or replaced it in the instant before the claim: give that one its quiet time, too.
                self.not_before[job.id] = office.clock.monotonic() + self.policy.quiet_s
        return ours

    def _take(self, rows: Sequence[Row]) -> list[tuple[Row, Job, Path | Exception, bool]]:
        """Write the files down and move them; the last says whether they looked as when they were examined. Blocks."""
        jobs, claims = self._begin(rows), self.admissions.claims
        taken = claims.take_all([(row.entry.name, job.id) for row, job in zip(rows, jobs, strict=True)])
        claims.settle()
        return [
            (row, job, path, isinstance(path, Path) and _essence(path) == row.settling.look.essence)
            for row, job, path in zip(rows, jobs, taken, strict=True)
        ]

    def _begin(self, rows: Sequence[Row]) -> list[Job]:
        """The jobs of these entries, in their order; written down now where a crash left none. Blocks."""
        office = self.admissions.office
        fresh = [row.entry.name for row in rows if not row.job]
        sources = [Source(name=files.printable(name), raw=name, tenant=self.tenant(name)) for name in fresh]
        begun = office.journal.begin_all(sources, lasting=not self.alone()) if fresh else ()
        for name, job in zip(fresh, begun, strict=True):
            self.table.change(name, job=job.id)
        known = iter(begun)
        return [office.records.job(row.job) if row.job else next(known) for row in rows]

    async def _missed(self, row: Row, job: Job, error: Exception) -> None:
        """A file that was not taken: gone, held where it lies, or left for the next round."""
        if isinstance(error, Vanished):
            await self.admissions.gone(job, "It left the inbox before it could be taken.")
            self.table.forget(row.entry.name)
        elif isinstance(error, Stuck):
            await self._hold(row, job, f"{error}. Mend its rights, then `briefmill jobs release {job.id}`.")
        elif isinstance(error, Temporary):
            self._tell(Failed(where="intake.take", error=f"{job.source}: {error}"))
        else:
            words = "".join(traceback.format_exception(error))
            self._tell(Failed(where="intake.take", error=repr(error), traceback=words))

    async def _hold_conflict(self, row: Row) -> None:
        named = row.entry.named
        (job,) = await self.admissions.office.door.run(self._begin, [row])
        words = (
            f"This is a conflicted copy of {files.printable(named.of)} by {named.tool}: two versions of one brief. "
            f"`briefmill jobs release {job.id}` has this one made, too; `briefmill jobs cancel {job.id}` puts it aside."
        )
        self.table.change(row.entry.name, unheld=True)
        await self._hold(row, job, words)

    async def _hold(self, row: Row, job: Job, words: str) -> None:
        await wrap(self.admissions.claims.hold)(job.id, row.entry.name, row.settling.look.essence)
        await self.admissions.close(job, State.HELD, words)
        self.table.change(row.entry.name, held=job.id, job="", unheld=False)

    def _path(self, row: Row) -> Path:
        return self.admissions.claims.inbox / os.fsdecode(row.entry.name)

    def _tell(self, fact: Fact) -> None:
        self.admissions.office.listener.hear(fact)


def _essence(path: Path) -> str:
    return scan.look_at(bytes(path)).essence
