"""The daemon of one home, put together and served."""

import asyncio
import os
import socket
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from briefmill import __version__, files
from briefmill.delivery.publish import FolderPublisher
from briefmill.domain import facts
from briefmill.domain.job import TERMINAL, Job, Stage, State
from briefmill.engine.attempt import Patience
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import Gate
from briefmill.engine.local import LocalEngine
from briefmill.engine.offload import Offload
from briefmill.engine.pipeline import Pipeline, Recipe
from briefmill.engine.runner import Bench, Lane
from briefmill.engine.workers import Workers
from briefmill.errors import NotFound, Temporary
from briefmill.intake.admit import Office
from briefmill.intake.intake import Intake
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Listener
from briefmill.runtime import signals
from briefmill.runtime.pulse import Pulse
from briefmill.runtime.retiring import Retiring
from briefmill.runtime.supervisor import Part, supervise
from briefmill.settings import Settings
from briefmill.stages import task
from briefmill.storage.floor import Floor
from briefmill.storage.fs import FileStore
from briefmill.storage.standing import Standing
from briefmill.telemetry import disk, health, logs
from briefmill.telemetry.hooks import Listeners
from briefmill.telemetry.metrics import Metrics
from briefmill.telemetry.notify import Notifier, watchdog_interval
from briefmill.telemetry.pauses import Pauses
from briefmill.wiring import buying, caretaking, ground, home, inward, making, sealing, shooting, wording
from briefmill.wiring.clock import SystemClock

LIVE = frozenset(State) - TERMINAL - {State.HELD}
PULSE_S = 10.0
IDLE_LOOK_S = 0.5
HALF_WRITTEN_S = 86400.0
"""What nobody has written to for a day is not being written any more."""
STALE_SCANS = 12
"""After so many intervals without a finished scan the daemon counts as hung."""


@dataclass(frozen=True, kw_only=True)
class House:
    """The running parts that the checks and the status line look at."""

    settings: Settings
    ledger: SqlLedger
    intake: Intake
    engine: LocalEngine
    pauses: Pauses
    retiring: Retiring
    offload: Offload
    clock: SystemClock
    listener: Listener

    def faults(self) -> Mapping[str, str]:
        """What hangs, in words; empty when all moves. Blocks."""
        found: dict[str, str] = {}
        limit = max(60.0, STALE_SCANS * self.settings.intake.interval_s)
        since = self.clock.monotonic() - self.intake.last_tick
        if since > limit:
            found["scan"] = f"no scan of the inbox for {since:.0f} s"
        try:
            self.ledger.records.counts()
        except Temporary:
            # It answers, if only that it cannot now: a pause, which a restart would not end.
            return found
        except Exception as error:  # noqa: BLE001 - whatever it is, the ledger does not answer
            found["ledger"] = f"the ledger does not answer: {error}"
        return found

    def readiness(self) -> Mapping[str, health.Check]:
        """The checks of /readyz. Blocks."""
        wrong = dict(self.faults())
        missing = self.pauses.missing
        # It can be read while it cannot be written, so that reading it proves too little.
        if unwritten := missing.get("ledger") or (missing and self.ledger.trouble):
            wrong.setdefault("ledger", unwritten)
        checks = {name: health.Check(ok=name not in wrong, detail=wrong.get(name, "ok")) for name in ("scan", "ledger")}
        lacking = "; ".join(f"{resource}: {reason}" for resource, reason in sorted(missing.items()))
        checks["pipeline"] = health.Check(ok=not missing, detail=f"paused, {lacking}" if missing else "ok")
        if remark := self.retiring.remark():
            checks["model"] = health.Check(ok=True, detail=remark)
        available = self.intake.available
        checks["inbox"] = health.Check(ok=available, detail="ok" if available else "the inbox is offline")
        return checks

    async def look(self) -> Mapping[str, str]:
        """Measure the disks, then give the faults."""
        folders = {name: path for name, path in self.settings.folders if name != "assets"}
        await self.offload.run(disk.measure, folders, self.listener)
        return await self.offload.run(self.faults)

    def status(self) -> str:
        """One line about the work."""
        missing = self.pauses.missing
        paused = f", paused: {', '.join(sorted(missing))}" if missing else ""
        return f"{self.engine.busy} working, {self.intake.waiting} in the inbox{paused}"


async def serve(
    settings: Settings, *, until_idle: bool, listeners: Sequence[Listener] = (), only_trouble: bool = False
) -> None:
    """Serve a home until a signal, or until idle. Raises AlreadyRunning, ConfigError, FolderError.

    `only_trouble` keeps the log to what went wrong, for when a listener already shows the rest.
    """
    ground.check(settings)
    with home.locked(settings.folders.state), signals.draining() as drain:
        async with AsyncExitStack() as stack:
            clock = SystemClock()
            log = _log(settings, clock, least="error" if only_trouble else settings.logging.level)
            stack.callback(log.close)
            metrics = Metrics(version=__version__, ignored_rules=inward.ignored_rules())
            listener = Listeners((metrics, log, *listeners))
            offload = Offload(threads(settings))
            stack.callback(offload.close)
            house = _house(settings, clock, listener, offload, stack)
            notifier = Notifier(os.environ.get("NOTIFY_SOCKET"))
            if (address := settings.telemetry.address) is not None:
                sources = health.Sources(exposition=metrics.exposition, readiness=house.readiness)
                stack.enter_context(health.Health(*address, sources, listener))
            await _release(house)
            tidying = asyncio.create_task(_tidy(house), name="daemon.tidy")
            stack.push_async_callback(_ended, tidying)
            listener.hear(facts.Started(version=__version__, decisions=_decisions(settings, house.intake)))
            notifier.ready(house.status())
            parts = _parts(house, notifier, drain if until_idle else None)
            try:
                await supervise(parts, drain, lambda: _stopping(notifier, listener, drain.reason))
            except Exception as error:
                listener.hear(
                    facts.Failed(
                        where="daemon", error=repr(error), traceback="".join(traceback.format_exception(error))
                    )
                )
                raise


async def _release(house: House) -> None:
    """Free what an earlier run had in hand; when the ledger cannot be written now, its leases lapse by themselves."""
    try:
        recovered = await house.offload.run(house.ledger.claims.release, None)
    except Temporary as error:
        house.listener.hear(facts.Failed(where="daemon.recover", error=str(error)))
        return
    if recovered:
        house.listener.hear(facts.Recovered(count=recovered))


async def _tidy(house: House) -> None:
    """Sweep the archive beside the work: it may be large, and other homes may write into it at this moment."""
    long_ago = house.clock.now().timestamp() - HALF_WRITTEN_S
    try:
        await house.offload.run(files.sweep, house.settings.folders.archive, before=long_ago)
    except OSError as error:
        house.listener.hear(facts.Failed(where="daemon.tidy", error=str(error)))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _log(settings: Settings, clock: SystemClock, *, least: str) -> logs.Log:
    journal = logs.in_journal(os.environ.get("JOURNAL_STREAM", ""), sys.stderr)
    chosen = logs.pick_format(settings.logging.format, terminal=sys.stderr.isatty(), journal=journal)
    logger = logs.configure(
        format=chosen,
        level=least,
        stream=sys.stderr,
        clock=clock,
        version=__version__,
        journal=journal,
    )
    return logs.Log(logger, clock)


def _house(
    settings: Settings, clock: SystemClock, listener: Listener, offload: Offload, stack: AsyncExitStack
) -> House:
    ledger = SqlLedger(
        settings.folders.state / "briefmill.db",
        clock,
        failed=lambda words: listener.hear(facts.AuditWriteFailed(error=words)),
    )
    stack.callback(ledger.close)
    store = FileStore(settings.folders.state / "work" / "artefacts")
    store.prepare()
    # The home is locked and nothing runs yet: what is half-written in its folders was left by a kill.
    for folder in (store.root, settings.folders.state / "cache"):
        files.sweep(folder)
    workers = Workers(
        _workers(settings),
        preload=(task.RUN.partition(":")[0],),
        memory_bytes=settings.engine.worker_memory_bytes,
    )
    stack.callback(workers.close)
    standing = ground.standing(settings)
    standing.renew()
    publisher = FolderPublisher(
        outbox=settings.folders.outbox,
        rejected=settings.folders.rejected,
        store=store,
        rights=ground.rights(settings),
        present=standing.check,
    )
    publisher.sweep(lambda job: _rests(ledger, job))
    bell = LocalBell()
    pauses = Pauses(listener)
    floor = ground.keep_free(settings)
    recipe = Recipe(
        maker_for=making.makers(settings, ledger, store=store, workers=workers, listener=listener),
        prompt=making.write_prompt,
        scribe=wording.scribe(settings, ledger, listener),
        making=making.for_workers(settings, store, sealing=sealing.of(settings, clock.now())),
        versions=making.versions(),
        camera=shooting.camera(settings, paid=making.is_paid(settings)),
        pixel_timeout_s=settings.engine.worker_timeout_s,
        on_error=State.HELD if settings.compliance.on_error == "hold" else State.REJECTED,
    )
    office = Office(
        journal=ledger.journal,
        records=ledger.records,
        listener=pauses.of("intake"),
        clock=clock,
        bell=bell,
        door=offload,
    )
    intake = inward.intake(settings, office, store, allowed=floor.check)
    pipeline = Pipeline(
        store=store,
        archive_store=FileStore(settings.folders.archive),
        publisher=publisher,
        workers=workers,
        offload=offload,
        clock=clock,
        recipe=recipe,
        original=lambda job: intake.original(job.id) or publisher.original(job),
        reread=partial(inward.reread, settings, store),
        earlier=partial(making.last_made, ledger.records),
    )
    intake.on_refusal(pipeline.refuse)
    intake.on_retry(publisher.original)
    intake.on_cancel(publisher.withdraw)

    async def rest(job: Job) -> None:
        await intake.discard(job.id)

    bench = Bench(
        ledger=ledger.claims,
        buckets=ledger.buckets,
        bell=bell,
        offload=offload,
        listener=listener,
        clock=clock,
        gate=Gate(clock, pauses.of("engine")),
        owner=f"{socket.gethostname()}:{os.getpid()}",
        refuse=pipeline.refuse,
        rest=rest,
        patience=Patience(attempts=settings.engine.attempts),
        allowed=lambda: _may_begin(floor, standing),
    )
    bucket = making.bucket(settings)
    engine = LocalEngine(bench, _lanes(settings, pipeline, bucket))
    return House(
        settings=settings,
        ledger=ledger,
        intake=intake,
        engine=engine,
        pauses=pauses,
        retiring=Retiring(looks=buying.looks(settings), clock=clock, listener=listener),
        offload=offload,
        clock=clock,
        listener=listener,
    )


def _may_begin(floor: Floor, standing: Standing) -> None:
    floor.check()
    standing.check()


def _rests(ledger: SqlLedger, job: str) -> bool:
    try:
        return ledger.records.job(job).state in TERMINAL
    except NotFound:
        return False


def _lanes(settings: Settings, pipeline: Pipeline, bucket: str | None) -> list[Lane]:
    engine = settings.engine
    return [
        Lane(
            stage=Stage.GENERATE,
            perform=pipeline.generate,
            concurrency=engine.generate_concurrency,
            lease_s=engine.lease_s,
            bucket=bucket,
        ),
        Lane(
            stage=Stage.RESIZE,
            perform=pipeline.pixels,
            concurrency=_workers(settings),
            lease_s=engine.lease_s,
            timeout_s=None,  # the workers stop what takes too long, by how much there is to make
        ),
        Lane(
            stage=Stage.ARCHIVE,
            perform=pipeline.archive,
            concurrency=engine.archive_concurrency,
            lease_s=engine.lease_s,
        ),
    ]


def _workers(settings: Settings) -> int:
    return settings.engine.workers or len(os.sched_getaffinity(0))


def threads(settings: Settings) -> int:
    """A thread for whatever each lane may have in hand, and as many as ever for renewals, the intake and the pulse."""
    engine = settings.engine
    return 16 + engine.generate_concurrency + _workers(settings) + engine.archive_concurrency


def _parts(house: House, notifier: Notifier, idle_stops: signals.Drain | None) -> list[Part]:
    every = watchdog_interval(os.environ) or PULSE_S
    pulse = Pulse(every_s=min(every, PULSE_S), look=house.look, status=house.status, notifier=notifier)
    parts = [
        Part(name="intake", run=house.intake.run, patience_s=5.0),
        Part(name="engine", run=house.engine.run, patience_s=house.settings.engine.drain_s),
        Part(name="pulse", run=pulse.run, patience_s=5.0),
        Part(name="models", run=house.retiring.run, patience_s=1.0),
        *caretaking.parts(house.settings, house.ledger, house.clock, house.listener),
    ]
    if idle_stops is not None:
        parts.append(Part(name="idle", run=lambda stop: _until_idle(house, idle_stops, stop)))
    return parts


async def _until_idle(house: House, drain: signals.Drain, stop: asyncio.Event) -> None:
    """Ask for the drain once the inbox holds nothing to take and every job rests."""
    while not stop.is_set():
        if await _is_idle(house):
            drain.ask("idle")
            await stop.wait()
            return
        try:
            async with asyncio.timeout(IDLE_LOOK_S):
                await stop.wait()
        except TimeoutError:
            continue


async def _is_idle(house: House) -> bool:
    if house.pauses.missing:
        return False
    try:
        takeable = await house.intake.settled_scan()
        counts = await house.offload.run(house.ledger.records.counts)
    except Temporary:
        return False
    return not takeable and not any(counts.get(state, 0) for state in LIVE) and not house.engine.busy


def _stopping(notifier: Notifier, listener: Listener, reason: str) -> None:
    notifier.stopping()
    listener.hear(facts.Stopping(reason=reason or "a part ended"))


def _decisions(settings: Settings, intake: Intake) -> Mapping[str, str]:
    return {
        "home": str(settings.home),
        "watching": intake.watch_mode,
        "workers": str(_workers(settings)),
        "pictures": making.who_makes(settings),
        "metrics": settings.telemetry.listen or "off",
    }
