"""The intake: scans the inbox, lets files settle, claims them, and brings them to the engine. One eternal task.

`tick` is the unit of work and the same whatever asked for it: the start, a hint, the interval, an overflow. Hints only
shorten the wait; a promise follows from that: a complete file is noticed within one interval even when every event is
lost. What concerns every job (disk full, inbox read-only) pauses the intake, which tries again by itself.
"""

import asyncio
import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.facts import Failed, PipelinePaused, PipelineResumed, Recovered, Scanned
from briefmill.domain.job import Job, State
from briefmill.errors import Paused, Problem, Temporary
from briefmill.intake import mounts, scan
from briefmill.intake.admit import Admissions, Office, Read, Refuse
from briefmill.intake.claim import ClaimFolder
from briefmill.intake.examine import Examiner
from briefmill.intake.hearing import Hearing
from briefmill.intake.pieces import Limits
from briefmill.intake.recover import Recovery
from briefmill.intake.settle import Policy
from briefmill.intake.snapshot import Copier
from briefmill.intake.table import Table
from briefmill.intake.taking import Taking
from briefmill.ports import JobQuery, Store

DEBOUNCE_S: Final = 0.05
AT_ONCE: Final = 4
"""So many claimed files are copied and read at the same time."""


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the intake behaves. Times in seconds; `watcher` is auto, native, polling or off.

    `marked`: take files only while the inbox carries its marker. `rerun`: the same bytes again are made again.
    """

    policy: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    interval_s: float = 5.0
    watcher: str = "auto"
    marked: bool = True
    max_claims: int = 64
    rerun: bool = False
    pause_s: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folders of the intake: the inbox, private files on the way into the store, shared assets."""

    inbox: Path
    work: Path
    library: Path


class Intake:
    """The intake of one inbox. `complete` says whether a brief's bytes, under its name, parse to their end."""

    def __init__(
        self,
        *,
        places: Places,
        manners: Manners,
        office: Office,
        store: Store,
        read: Read,
        complete: Callable[[bytes, str], bool],
    ) -> None:
        self._inbox = places.inbox
        self._manners = manners
        self._office = office
        self._watching = mounts.watching(places.inbox, manners.watcher)
        self._hearing = Hearing(places.inbox, self._watching, office.listener, guarded=manners.marked)
        self._table = Table(policy=manners.policy)
        self._not_before: dict[str, float] = {}
        self._claims = ClaimFolder(inbox=places.inbox)
        self._turn = asyncio.Lock()
        self._refuse: Refuse | None = None
        self._published: Callable[[Job], Path | None] = lambda _: None
        self._admissions = Admissions(
            office=office,
            claims=self._claims,
            copier=Copier(store=store, work=places.work, limits=manners.limits, beat=self._beat),
            read=read,
            refuse=self._refused,
            library=places.library,
            resting=self._table.resting,
            rerun=manners.rerun,
        )
        self._recovery = Recovery(admissions=self._admissions, table=self._table, published=self._original_published)
        self._taking = Taking(
            admissions=self._admissions,
            table=self._table,
            examiner=Examiner(complete=complete, limits=manners.limits, read=read, library=places.library),
            policy=manners.policy,
            most=manners.max_claims,
            beat=self._beat,
            not_before=self._not_before,
        )
        self._swept = False
        self._claimed = 0
        self._paused: tuple[str, float] | None = None
        self._oldest_job: Job | None = None
        self.last_tick = office.clock.monotonic()
        """When the intake last showed that it moves, on the clock's monotonic time."""

    # -------------------------------------------------------------------------------------------- what others ask

    @property
    def watch_mode(self) -> str:
        """How the inbox is watched, and why."""
        return str(self._watching)

    @property
    def available(self) -> bool:
        """False while the inbox is offline."""
        return self._hearing.available

    @property
    def waiting(self) -> int:
        """How many entries are, or may become by themselves, something to take; an offline inbox counts as one.

        Placeholders and files held for a person do not count: they can wait for days.
        """
        return len(self._table.takeable()) + self._claimed + (0 if self.available else 1)

    def on_refusal(self, refuse: Refuse) -> None:
        """Set who publishes refusals. Must be called before the first tick."""
        self._refuse = refuse

    def on_retry(self, published: Callable[[Job], Path | None]) -> None:
        """Set who finds the original of a refused job (blocks), for a person's `retry`."""
        self._published = published

    def original(self, job: str) -> Path | None:
        """What was dropped for this job, while it is under way. Blocks for an instant."""
        return self._claims.original(job)

    async def discard(self, job: str) -> None:
        """The job rests: its claim is no longer needed."""
        await wrap(self._claims.discard)(job)

    async def settled_scan(self) -> int:
        """Scan now and say what is left to take: see `waiting`."""
        await self.tick("interval")
        return self.waiting

    def _original_published(self, job: Job) -> Path | None:
        return self._published(job)

    # ------------------------------------------------------------------------------------------------- the task

    async def run(self, stop: asyncio.Event) -> None:
        """Take in what arrives until `stop` is set."""
        await self._hearing.start()
        try:
            trigger = "start"
            while not stop.is_set():
                await self.tick(trigger)
                trigger = await self._next(stop)
        finally:
            await self._hearing.stop()

    async def _next(self, stop: asyncio.Event) -> str:
        """Wait for a hint, the next entry that wants a look, or the interval; gives the trigger."""
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads scans, guards nothing
        wait = self._manners.interval_s * jitter
        if (look := self._table.next_look()) is not None and self._paused is None:
            wait = min(wait, max(DEBOUNCE_S, look - self._office.clock.monotonic()))
        if self._taking.more and self._paused is None:
            wait = DEBOUNCE_S
        await _either(stop, self._hearing.rung, wait)
        if self._hearing.rung.is_set():
            # One drop raises several events; let them come in and answer them once.
            await _either(stop, stop, DEBOUNCE_S)
        return self._hearing.answer()

    async def tick(self, trigger: str) -> None:
        """One whole round: look, settle, claim, admit. Faults are told, never raised."""
        async with self._turn:
            try:
                await self._round(trigger)
            except Paused as paused:
                self._pause(paused)
            except Temporary as error:
                self._office.listener.hear(Failed(where="intake", error=str(error)))
            except Exception as error:  # noqa: BLE001 - nothing that a dropper does may stop the intake
                self._fail("intake", error)

    async def _round(self, trigger: str) -> None:
        clock = self._office.clock
        began = clock.monotonic()
        self._beat()
        if not await self._hearing.present():
            return
        if await self._hearing.repaired():
            trigger = "repair"
        blocks = await wrap(mounts.counts_blocks)(self._inbox)
        entries = await self._scan(blocks=blocks)
        told, new = self._table.update(entries, clock.monotonic(), clock.now())
        for fact in told:
            self._office.listener.hear(fact)
        unannounced = self._hearing.unannounced(new, trigger)
        if self._paused is None or self._paused[1] <= clock.monotonic():
            await self._work()
        backlog, oldest = await self._backlog()
        took = clock.monotonic() - began
        self._office.listener.hear(
            Scanned(trigger=trigger, duration_s=took, unannounced=unannounced, backlog=backlog, oldest=oldest)
        )
        self._beat()

    async def _scan(self, *, blocks: bool) -> list[scan.Entry]:
        try:
            with files.disk_errors("the inbox"):
                return await wrap(scan.scan)(self._inbox, blocks=blocks)
        except PermissionError as error:
            raise Paused(f"Briefmill may not read {self._inbox}", resource="inbox") from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Temporary(f"{self._inbox} went away while it was read") from error

    async def _work(self) -> None:
        """Recover, claim, admit. Raises Paused, Temporary."""
        first = not self._swept
        if first:
            await self._recovery.sweep()
        waiting = await self._recovery.unfinished()
        await self._recovery.held()
        if first:
            self._swept = True
            begun = len(waiting) + sum(1 for row in self._table.rows.values() if row.job)
            if begun:
                self._office.listener.hear(Recovered(count=begun))
        await self._admit(waiting + await self._taking.round())
        if self._paused is not None:
            self._office.listener.hear(PipelineResumed(resource=self._paused[0]))
            self._paused = None

    # ------------------------------------------------------------------------------------------------------ admit

    async def _admit(self, jobs: list[Job]) -> None:
        """Admit claimed jobs, a few at once; what must wait is found again by the next round. Raises Paused."""
        self._claimed = len(jobs)
        now = self._office.clock.monotonic()
        due = [job for job in jobs if self._not_before.get(job.id, 0.0) <= now]
        gate = asyncio.Semaphore(AT_ONCE)
        paused = [each for each in await asyncio.gather(*(self._admit_one(job, gate) for job in due)) if each]
        if paused:
            raise paused[0]

    async def _admit_one(self, job: Job, gate: asyncio.Semaphore) -> Paused | None:
        async with gate:
            self._beat()
            self._not_before.pop(job.id, None)
            try:
                await self._admissions.admit(job)
            except Paused as paused:
                return paused
            except Temporary as error:
                again = error.retry_in if error.retry_in is not None else self._manners.policy.quiet_s
                self._not_before[job.id] = self._office.clock.monotonic() + again
            except Exception as error:  # noqa: BLE001 - its tries are counted: it is held after a few
                self._fail("intake.admit", error)
                self._not_before[job.id] = self._office.clock.monotonic() + self._manners.interval_s
            else:
                self._claimed -= 1
        return None

    async def _refused(self, job: Job, problems: tuple[Problem, ...]) -> str:
        assert self._refuse is not None, "on_refusal was not called"
        return await self._refuse(job, problems)

    # ----------------------------------------------------------------------------------------------------- telling

    async def _backlog(self) -> tuple[dict[str, int], datetime | None]:
        """Entries and open jobs by state, and when the oldest of them was first seen."""
        run, records = self._office.door.run, self._office.records
        counts = await run(records.counts)
        backlog = self._table.counts()
        open_states = (State.CLAIMED, State.RUNNING)
        for state in (*open_states, State.HELD):
            backlog[str(state)] = counts.get(state, 0)
        seen = [row.seen_at for row in self._table.takeable()]
        if any(counts.get(state, 0) for state in open_states):
            known = self._oldest_job and await run(records.job, self._oldest_job.id)
            if known is None or known.state not in open_states:
                jobs = await run(records.jobs, JobQuery(states=open_states, limit=0))
                known = jobs[-1] if jobs else None
            self._oldest_job = known
            seen += [known.created_at] if known else []
        return backlog, min(seen, default=None)

    def _pause(self, paused: Paused) -> None:
        wait = self._manners.pause_s if paused.retry_in is None else paused.retry_in
        if self._paused is None or self._paused[0] != paused.resource:
            self._office.listener.hear(PipelinePaused(resource=paused.resource, reason=str(paused)))
        self._paused = (paused.resource, self._office.clock.monotonic() + wait)

    def _fail(self, where: str, error: Exception) -> None:
        words = "".join(traceback.format_exception(error))
        self._office.listener.hear(Failed(where=where, error=repr(error), traceback=words))

    def _beat(self) -> None:
        self.last_tick = self._office.clock.monotonic()


async def _either(one: asyncio.Event, other: asyncio.Event, timeout_s: float) -> None:
    """Wait for either event, at most so long."""
    waits = [asyncio.create_task(event.wait()) for event in {one, other}]
    await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.wait(waits)
