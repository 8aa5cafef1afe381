"""The intake: scans the inbox, lets files settle, claims them, and brings them to the engine. One eternal task.

`tick` is the unit of work and the same whatever asked for it: the start, a hint, the interval, an overflow. Hints only
shorten the wait; a promise follows from that: a complete file is noticed within one interval even when every event is
lost. What is claimed is read beside the scan (`admitting`), so that a large drop delays no other. What concerns every
job (disk full, inbox read-only) pauses the intake, which tries again by itself.
"""

import asyncio
import os
import random
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from aiofiles.os import wrap

from briefmill import files
from briefmill.domain.facts import Fact, Failed, PipelinePaused, PipelineResumed, Recovered, Scanned
from briefmill.domain.job import Job, State
from briefmill.errors import Paused, Problem, Temporary
from briefmill.intake import catalogue, mounts, owners, scan
from briefmill.intake.admit import Admissions, Office, Read, Refuse, Withdraw
from briefmill.intake.admitting import Admitting, Waits
from briefmill.intake.catalogue import Catalogue
from briefmill.intake.claim import ClaimFolder
from briefmill.intake.examine import Examiner
from briefmill.intake.hearing import Hearing
from briefmill.intake.pieces import Limits
from briefmill.intake.recover import Clear, Recovery
from briefmill.intake.settle import Policy
from briefmill.intake.snapshot import Copier
from briefmill.intake.suspects import Suspects
from briefmill.intake.table import Summary, Table
from briefmill.intake.taking import Taking
from briefmill.ports import JobQuery, Store

DEBOUNCE_S: Final = 0.05
LOCKED_S: Final = 1.0
"""How soon to ask a ledger again that somebody else has locked; asking it waits by itself as well."""

IN_ONE_BREATH: Final = 100
"""So many facts are told before the loop gets its turn: each may be a log line."""


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the intake behaves. Times in seconds; `watcher` is auto, native, polling or off.

    `marked`: take files only while the inbox carries its marker, with the identity that `expected` gives (blocks; empty
    for any). `owner` signs what is claimed. `rerun`: the same bytes again are made again. `tenant`: whose
    a dropped name is.
    """

    policy: Policy = field(default_factory=Policy)
    names: Catalogue = field(default_factory=catalogue.shipped)
    limits: Limits = field(default_factory=Limits)
    interval_s: float = 5.0
    watcher: str = "auto"
    marked: bool = True
    expected: Callable[[], str] = lambda: ""
    owner: str = ""
    max_claims: int = 1024
    rerun: bool = False
    tenant: Callable[[bytes], str] = lambda _: "default"
    pause_s: float = 15.0


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folders of the intake: the inbox, private files on the way into the store, shared assets.

    `home` is what a card in the inbox tells others of whose claims are ours.
    """

    inbox: Path
    work: Path
    library: Path
    home: Path | None = None


class Intake:
    """The intake of one inbox. `complete` says whether a brief's bytes, under its name, parse to their end.

    `allowed` is asked before anything is written, and raises Paused while nothing may be (blocks).
    """

    def __init__(
        self,
        *,
        places: Places,
        manners: Manners,
        office: Office,
        store: Store,
        read: Read,
        complete: Callable[[bytes, str], bool],
        allowed: Callable[[], None] = lambda: None,
    ) -> None:
        self._inbox = places.inbox
        self._home = places.home
        self._manners = manners
        self._office = office
        self._watching = mounts.watching(places.inbox, manners.watcher)
        self._hearing = Hearing(
            places.inbox, self._watching, office.listener, guarded=manners.marked, expected=manners.expected
        )
        self._table = Table(policy=manners.policy)
        self._scanner = scan.Scanner(inbox=places.inbox, catalogue=manners.names)
        self._claims = ClaimFolder(inbox=places.inbox, owner=manners.owner)
        self._turn = asyncio.Lock()
        self._refuse: Refuse | None = None
        self._withdraw: Withdraw | None = None
        self._copier = Copier(store=store, work=places.work, limits=manners.limits, beat=self._beat)
        admissions = self._admissions = Admissions(
            office=office,
            claims=self._claims,
            copier=self._copier,
            read=read,
            refuse=self._refused,
            withdraw=self._withdrawn,
            library=places.library,
            resting=self._resting,
            used=lambda name: self._table.change(name, dismissed=True),
            allowed=allowed,
            absent=self._hearing.absent,
            rerun=manners.rerun,
        )
        self._admitting = Admitting(
            admissions=admissions,
            waits=Waits(again_s=manners.policy.again_s, fault_s=manners.interval_s),
            paused=self._pause,
            worked=self._worked,
            beat=self._beat,
        )
        self._recovery = Recovery(admissions=admissions, table=self._table)
        self._taking = Taking(
            admissions=admissions,
            table=self._table,
            examiner=Examiner(complete=complete, limits=manners.limits, read=read, library=places.library),
            suspects=Suspects(place=places.work / "examined.json"),
            policy=manners.policy,
            most=manners.max_claims,
            beat=self._beat,
            allowed=allowed,
            alone=lambda: self._alone,
            tenant=manners.tenant,
            not_before=self._admitting.not_before,
        )
        self._swept = False
        self._alone = False
        self._summary = Summary()
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
        return self._summary.takeable + len(self._admitting) + (0 if self.available else 1)

    def on_refusal(self, refuse: Refuse) -> None:
        """Set who publishes refusals. Must be called before the first tick."""
        self._refuse = refuse

    def on_cancel(self, withdraw: Withdraw) -> None:
        """Set who takes back what was published of a cancelled job."""
        self._withdraw = withdraw

    def on_retry(self, published: Callable[[Job], Path | None]) -> None:
        """Set who finds the original of a refused job (blocks), for a person's `retry`."""
        self._recovery.published = published

    def on_loss(self, clear: Clear) -> None:
        """Set who removes what was half-built for a job that a power cut took out of the ledger."""
        self._recovery.clear = clear

    def original(self, job: str) -> Path | None:
        """What was dropped for this job, while it is under way. Blocks. Raises Paused while the inbox is offline."""
        return self._admissions.original(job)

    async def discard(self, job: str) -> None:
        """The job rests: its claim is no longer needed."""
        await wrap(self._claims.discard)(job)

    async def settled_scan(self) -> int:
        """Scan now and say what is left to take: see `waiting`."""
        await self._look("interval")
        return self.waiting

    def _resting(self, name: bytes) -> bool:
        """Whether something in the inbox has stopped changing. Blocks."""
        blocks = mounts.counts_blocks(self._inbox)
        look = scan.look_at(bytes(self._inbox / os.fsdecode(name)), blocks=blocks)
        return self._table.resting(name, look, self._office.clock.monotonic())

    # ------------------------------------------------------------------------------------------------- the task

    async def run(self, stop: asyncio.Event) -> None:
        """Take in what arrives until `stop` is set."""
        await self._hearing.start()
        try:
            trigger = "start"
            while not stop.is_set():
                await self._look(trigger)
                trigger = await self._next(stop)
        finally:
            await self._admitting.stop()
            await self._hearing.stop()

    async def _next(self, stop: asyncio.Event) -> str:
        """Wait for a hint, for the next thing that wants to be looked at, or for the interval; gives the trigger."""
        jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads scans, guards nothing
        wait = self._manners.interval_s * jitter
        due = (self._summary.next_look, self._admitting.next_due()) if self._paused is None else (self._paused[1],)
        for moment in due:
            if moment is not None:
                wait = min(wait, max(DEBOUNCE_S, moment - self._office.clock.monotonic()))
        if self._taking.more and self._paused is None:
            wait = DEBOUNCE_S
        await _either(stop, self._hearing.rung, wait)
        if self._hearing.rung.is_set():
            # One drop raises several events; let them come in and answer them once.
            await _either(stop, stop, DEBOUNCE_S)
        return self._hearing.answer()

    async def tick(self, trigger: str) -> None:
        """One whole round: look, settle, claim, admit. Faults are told, never raised."""
        await self._look(trigger)
        await self._admitting.drained()

    async def _look(self, trigger: str) -> None:
        """A round without waiting for the admissions that it starts. Faults are told, never raised."""
        async with self._turn:
            try:
                await self._round(trigger)
            except Paused as paused:
                self._pause(paused)
            except Temporary as error:
                # Files have had their say further in: what is left is a ledger that does not answer now.
                wait = LOCKED_S if error.retry_in is None else error.retry_in
                self._pause(Paused(str(error), resource="ledger", retry_in=wait))
            except Exception as error:  # noqa: BLE001 - nothing that a dropper does may stop the intake
                words = "".join(traceback.format_exception(error))
                self._office.listener.hear(Failed(where="intake", error=repr(error), traceback=words))

    async def _round(self, trigger: str) -> None:
        clock = self._office.clock
        began = clock.monotonic()
        self._beat()
        if not await self._hearing.present():
            # What came to rest meanwhile could not be tidied away.
            self._swept = False
            return
        if await self._hearing.repaired():
            trigger = "repair"
        told, new = await self._scan()
        await self._tell(told)
        unannounced = self._hearing.unannounced(new, trigger)
        counts = await self._office.door.run(self._office.records.counts)
        if self._paused is None or self._paused[1] <= clock.monotonic():
            await self._work(counts)
            counts = await self._office.door.run(self._office.records.counts)
        # Over tens of thousands of rows even a sum takes its time: not on the loop.
        self._summary = await wrap(self._table.summary)()
        backlog, oldest = await self._backlog(counts)
        took = clock.monotonic() - began
        self._office.listener.hear(
            Scanned(trigger=trigger, duration_s=took, unannounced=unannounced, backlog=backlog, oldest=oldest)
        )
        self._beat()

    async def _tell(self, told: Iterable[Fact]) -> None:
        for number, fact in enumerate(told, 1):
            self._office.listener.hear(fact)
            if number % IN_ONE_BREATH == 0:
                self._beat()
                await asyncio.sleep(0)

    async def _scan(self) -> tuple[list[Fact], set[bytes]]:
        """Scan into the table; gives what there is to tell and the names that are new. Raises Paused."""
        try:
            with files.disk_errors("the inbox"):
                return await wrap(self._scanned)()
        except PermissionError as error:
            raise Paused(f"Briefmill may not read {self._inbox}", resource="inbox") from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Paused(f"{self._inbox} went away while it was read", resource="inbox", retry_in=0.0) from error

    def _scanned(self) -> tuple[list[Fact], set[bytes]]:
        clock = self._office.clock
        entries = self._scanner.scan(blocks=mounts.counts_blocks(self._inbox))
        return self._table.update(entries, clock.monotonic(), clock.now())

    async def _work(self, counts: Mapping[State, int]) -> None:
        """Recover, claim, go on admitting. Raises Paused, Temporary."""
        first = not self._swept
        if first:
            if self._home is not None:
                with files.disk_errors("the inbox"):
                    await wrap(owners.announce)(self._claims, self._home)
            if not len(self._admitting):
                await wrap(self._copier.sweep)()
            if foreign := await self._recovery.sweep():
                words = f"{foreign} claims here may be another Briefmill's and are left alone: `briefmill claims list`"
                self._office.listener.hear(Failed(where="intake.claims", error=words))
            self._swept = True
        begun = sum(1 for row in self._table.rows.values() if row.job)
        if first or counts[State.SETTLING] + counts[State.CLAIMED] != begun + len(self._admitting):
            waiting = await self._recovery.unfinished(self._admitting.jobs())
            self._admitting.offer(waiting)
            begun = len(waiting) + sum(1 for row in self._table.rows.values() if row.job)
            if first and begun:
                self._office.listener.hear(Recovered(count=begun))
        await self._recovery.decided()
        self._alone = not await wrap(owners.others)(self._claims)
        self._admitting.offer(await self._taking.round())
        if not len(self._admitting):
            self._worked()
        if not self._taking.more:
            # What lies in the inbox is safe only once it is claimed, so claiming comes first.
            self._admitting.resume()

    # ------------------------------------------------------------------------------------------------------ admit

    async def _refused(self, job: Job, problems: tuple[Problem, ...]) -> str:
        assert self._refuse is not None, "on_refusal was not called"
        return await self._refuse(job, problems)

    async def _withdrawn(self, job: Job) -> None:
        if self._withdraw is not None:
            await self._withdraw(job)

    # ----------------------------------------------------------------------------------------------------- telling

    async def _backlog(self, counts: Mapping[State, int]) -> tuple[dict[str, int], datetime | None]:
        """Entries and open jobs by state, and when the oldest of them was first seen."""
        run, records = self._office.door.run, self._office.records
        backlog = dict(self._summary.counts)
        open_states = (State.CLAIMED, State.RUNNING)
        for state in (*open_states, State.HELD):
            backlog[str(state)] = counts.get(state, 0)
        seen = [self._summary.oldest] if self._summary.oldest else []
        if any(counts.get(state, 0) for state in open_states):
            known = self._oldest_job and await run(records.job, self._oldest_job.id)
            if known is None or known.state not in open_states or known.not_before is not None:
                jobs = await run(records.jobs, JobQuery(states=open_states, limit=1, oldest=True, at_work=True))
                known = jobs[0] if jobs else None
            self._oldest_job = known
            seen += [known.created_at] if known else []
        return backlog, min(seen, default=None)

    def _pause(self, paused: Paused) -> None:
        wait = self._manners.pause_s if paused.retry_in is None else paused.retry_in
        if self._paused is None or self._paused[0] != paused.resource:
            self._worked()
            self._office.listener.hear(PipelinePaused(resource=paused.resource, reason=str(paused)))
        self._paused = (paused.resource, self._office.clock.monotonic() + wait)

    def _worked(self) -> None:
        """Something went its way: what had been missing is back."""
        if self._paused is not None:
            self._office.listener.hear(PipelineResumed(resource=self._paused[0]))
            self._paused = None

    def _beat(self) -> None:
        self.last_tick = self._office.clock.monotonic()


async def _either(one: asyncio.Event, other: asyncio.Event, timeout_s: float) -> None:
    """Wait for either event, at most so long."""
    waits = [asyncio.create_task(event.wait()) for event in {one, other}]
    await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.wait(waits)
