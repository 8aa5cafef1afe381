"""The daemon of one home, put together and served."""

import asyncio
import os
import secrets
import socket
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from functools import partial

from briefmill import __version__, files
from briefmill.delivery.publish import FolderPublisher
from briefmill.domain import facts
from briefmill.domain.job import TERMINAL, Job, State
from briefmill.engine.attempt import Patience
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import Gate
from briefmill.engine.local import LocalEngine
from briefmill.engine.offload import Offload
from briefmill.engine.pipeline import Pipeline, Recipe
from briefmill.engine.runner import Bench
from briefmill.engine.workers import Workers
from briefmill.errors import NotFound, Temporary
from briefmill.intake.admit import Office
from briefmill.intake.intake import Intake
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Listener
from briefmill.runtime import heap, signals
from briefmill.runtime.pulse import Pulse
from briefmill.runtime.reloading import Reloads
from briefmill.runtime.retiring import Retiring
from briefmill.runtime.supervisor import Part, supervise
from briefmill.settings import Settings
from briefmill.stages import task
from briefmill.storage.floor import Floor
from briefmill.storage.fs import FileStore
from briefmill.storage.standing import Standing
from briefmill.telemetry import health, logs
from briefmill.telemetry.beats import Beats
from briefmill.telemetry.hooks import Listeners
from briefmill.telemetry.metrics import Metrics
from briefmill.telemetry.notify import Notifier, watchdog_interval
from briefmill.telemetry.pauses import Pauses
from briefmill.telemetry.tracing import trace_of
from briefmill.wiring import (
    caretaking,
    gauges,
    ground,
    heartbeat,
    home,
    inward,
    lanes,
    law,
    making,
    models,
    retaining,
    sealing,
    shooting,
    tracing,
    wording,
)
from briefmill.wiring.clock import SystemClock
from briefmill.wiring.house import Commons, House, Residence
from briefmill.wiring.reloading import Succession

LIVE = frozenset(State) - TERMINAL - {State.HELD}
PULSE_S = 10.0
IDLE_LOOK_S = 0.5
HALF_WRITTEN_S = 86400.0
"""What nobody has written to for a day is not being written any more."""


async def serve(
    settings: Settings,
    *,
    until_idle: bool,
    listeners: Sequence[Listener] = (),
    only_trouble: bool = False,
    reread: Callable[[], Settings] | None = None,
) -> None:
    """Serve a home until a signal, or until idle. Raises AlreadyRunning, ConfigError, FolderError.

    `only_trouble` keeps the log to what went wrong, for when a listener already shows the rest. With `reread`, which
    reads the settings anew and raises ConfigError, SIGHUP brings a new configuration; without, a drain.
    """
    ground.check(settings)
    wishes = asyncio.Event()
    with (
        home.locked(settings.folders.state),
        signals.draining() as drain,
        signals.hangup(wishes.set if reread else partial(drain.ask, "SIGHUP")),
    ):
        async with AsyncExitStack() as stack:
            clock = SystemClock()
            write = partial(_logger, settings, clock)
            log = logs.Log(write(least="error" if only_trouble else settings.logging.level), clock)
            stack.callback(log.close)
            if (spans := tracing.opened(settings)) is not None:
                stack.callback(spans.close)
                listeners = (spans, *listeners)
            metrics = Metrics(
                version=__version__, ignored_rules=inward.ignored_rules(), trace_of=trace_of if spans else None
            )
            listener = Beats(Listeners((metrics, log, *listeners)))
            commons = _commons(settings, clock, listener, stack, beating=not until_idle)
            house = _house(settings, commons, first=True)
            residence = Residence(house)
            notifier = Notifier(os.environ.get("NOTIFY_SOCKET"))
            succession = Succession(
                residence,
                reread=reread or (lambda: settings),
                build=partial(_house, commons=commons),
                applied=lambda new: None if only_trouble else log.use(write(least=new.logging.level)),
                notifier=notifier,
            )
            stack.push_async_callback(succession.close)
            if (address := settings.telemetry.address) is not None:
                sources = health.Sources(exposition=metrics.exposition, readiness=residence.readiness)
                stack.enter_context(health.Health(*address, sources, listener))
            await _release(house)
            tidying = asyncio.create_task(_tidy(house), name="daemon.tidy")
            stack.push_async_callback(_ended, tidying)
            reloads = Reloads(change=succession.change, asked=wishes)
            listener.hear(facts.Started(version=__version__, decisions=_decisions(settings, house.intake)))
            stack.enter_context(heap.settled())
            notifier.ready(residence.status())
            parts = [Part(name="reload", run=reloads.run, patience_s=60.0), *succession.parts()]
            parts += _watching(residence, notifier, drain, until_idle=until_idle)
            await _supervised(parts, drain, notifier, listener)


async def _supervised(parts: Sequence[Part], drain: signals.Drain, notifier: Notifier, listener: Listener) -> None:
    try:
        await supervise(parts, drain, lambda: _stopping(notifier, listener, drain))
    except Exception as error:
        words = "".join(traceback.format_exception(error))
        listener.hear(facts.Failed(where="daemon", error=repr(error), traceback=words))
        raise


async def _release(house: House) -> None:
    """Free what an earlier run had in hand; when the ledger cannot be written now, its leases lapse by themselves."""
    try:
        recovered = await house.offload.run(house.commons.ledger.claims.release, None)
    except Temporary as error:
        house.commons.listener.hear(facts.Failed(where="daemon.recover", error=str(error)))
        return
    if recovered:
        house.commons.listener.hear(facts.Recovered(count=recovered))


async def _tidy(house: House) -> None:
    """Sweep the archive beside the work: it may be large, and other homes may write into it at this moment."""
    long_ago = house.commons.clock.now().timestamp() - HALF_WRITTEN_S
    try:
        await house.offload.run(files.sweep, house.settings.folders.archive, before=long_ago)
    except OSError as error:
        house.commons.listener.hear(facts.Failed(where="daemon.tidy", error=str(error)))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _logger(settings: Settings, clock: SystemClock, *, least: str) -> logs.Logger:
    journal = logs.in_journal(os.environ.get("JOURNAL_STREAM", ""), sys.stderr)
    chosen = logs.pick_format(settings.logging.format, terminal=sys.stderr.isatty(), journal=journal)
    return logs.configure(
        format=chosen,
        level=least,
        stream=sys.stderr,
        clock=clock,
        version=__version__,
        journal=journal,
    )


def _commons(
    settings: Settings, clock: SystemClock, listener: Listener, stack: AsyncExitStack, *, beating: bool
) -> Commons:
    ledger = SqlLedger(
        settings.ledger,
        clock,
        failed=lambda words: listener.hear(facts.AuditWriteFailed(error=words)),
    )
    stack.callback(ledger.close)
    pauses = Pauses(listener)
    return Commons(clock=clock, listener=listener, ledger=ledger, bell=LocalBell(), pauses=pauses, beating=beating)


def _house(settings: Settings, commons: Commons, *, first: bool = False) -> House:
    """What works by these settings. Only the `first` of a process sweeps: later ones are built beside running work."""
    with ExitStack() as undone:
        offload = Offload(lanes.threads(settings))
        undone.callback(offload.close)
        workers = Workers(
            lanes.workers(settings),
            preload=(task.RUN.partition(":")[0],),
            memory_bytes=settings.engine.worker_memory_bytes,
        )
        undone.callback(workers.close)
        house = _furnished(settings, commons, offload, workers, first=first)
        undone.pop_all()
    return house


def _furnished(settings: Settings, commons: Commons, offload: Offload, workers: Workers, *, first: bool) -> House:
    ledger, clock, listener, bell, pauses = (
        commons.ledger, commons.clock, commons.listener, commons.bell, commons.pauses
    )  # fmt: skip
    store = FileStore(settings.folders.state / "work" / "artefacts")
    store.prepare()
    # The home is locked and nothing runs yet: what is half-written in its folders was left by a kill.
    for folder in (store.root, settings.folders.state / "cache") if first else ():
        files.sweep(folder)
    standing = ground.standing(settings)
    standing.renew()
    publisher = FolderPublisher(
        outbox=settings.folders.outbox,
        rejected=settings.folders.rejected,
        store=store,
        rights=ground.rights(settings),
        present=standing.check,
        naming=commons.naming,
    )
    if first:
        publisher.sweep(lambda job: _rests(ledger, job))
    ears = {part: f"{part}.{secrets.token_hex(4)}" for part in ("intake", "engine")}
    floor = ground.keep_free(settings)
    recipe = Recipe(
        maker_for=heartbeat.maker_for(
            making.makers(settings, ledger, store=store, workers=workers, listener=listener, flights=commons.flights),
            workers,
        ),
        prompt=making.write_prompt,
        scribe=wording.scribe(settings, ledger, listener),
        making=making.for_workers(settings, store, sealing=sealing.of(settings, clock.now())),
        sign=sealing.receipts(settings),
        versions=making.versions(),
        camera=shooting.camera(settings, paid=making.is_paid(settings)),
        pixel_timeout_s=settings.engine.worker_timeout_s,
        judge=law.judge(settings),
        policy=making.policy(settings),
        released=partial(wording.released, ledger.trail),
    )
    office = Office(
        journal=ledger.journal,
        records=ledger.records,
        listener=pauses.of(ears["intake"]),
        clock=clock,
        bell=bell,
        door=offload,
    )
    beats = heartbeat.Beats(settings=settings, records=ledger.records, store=store, sent=commons.sent)
    if first:
        beats.sweep()
    intake = inward.intake(settings, office, store, allowed=floor.check, tenant=beats.tenant)
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
        archive_of=beats.archive_of,
    )
    intake.on_refusal(pipeline.refuse)
    intake.on_retry(publisher.original)
    intake.on_cancel(publisher.withdraw)
    intake.on_loss(publisher.clear)

    async def rest(job: Job) -> None:
        await intake.discard(job.id)
        if job.rehearsal:
            await offload.run(beats.clear, job)

    bench = Bench(
        ledger=ledger.claims,
        buckets=ledger.buckets,
        bell=bell,
        offload=offload,
        listener=listener,
        clock=clock,
        gate=Gate(clock, pauses.of(ears["engine"])),
        owner=f"{socket.gethostname()}:{os.getpid()}",
        refuse=pipeline.refuse,
        rest=rest,
        patience=Patience(attempts=settings.engine.attempts),
        allowed=lambda: _may_begin(floor, standing),
    )
    bucket = making.bucket(settings)
    engine = LocalEngine(bench, lanes.of(settings, pipeline, bucket, listener))
    retiring = Retiring(looks=models.looks(settings), clock=clock, listener=listener)
    return House(
        settings=settings,
        commons=commons,
        intake=intake,
        engine=engine,
        workers=workers,
        retiring=retiring,
        offload=offload,
        beside=(
            Part(name="models", run=retiring.run, patience_s=1.0),
            *caretaking.parts(settings, ledger, clock, listener),
            gauges.part(settings, ledger, offload, listener),
            *heartbeat.parts(beats, commons, intake),
            retaining.part(settings, ledger, clock, listener),
        ),
        ears=tuple(ears.values()),
    )


def _may_begin(floor: Floor, standing: Standing) -> None:
    floor.check()
    standing.check()


def _rests(ledger: SqlLedger, job: str) -> bool:
    try:
        return ledger.records.job(job).state in TERMINAL
    except NotFound:
        return False


def _watching(residence: Residence, notifier: Notifier, drain: signals.Drain, *, until_idle: bool) -> list[Part]:
    """The parts that look at those that work."""
    every = watchdog_interval(os.environ) or PULSE_S
    pulse = Pulse(
        every_s=min(every, PULSE_S),
        look=residence.look,
        status=residence.status,
        notifier=notifier,
        draining=drain,
    )
    parts = [Part(name="pulse", run=pulse.run, patience_s=5.0)]
    if until_idle:
        parts.append(Part(name="idle", run=lambda stop: _until_idle(residence, drain, stop)))
    return parts


async def _until_idle(residence: Residence, drain: signals.Drain, stop: asyncio.Event) -> None:
    """Ask for the drain once the inbox holds nothing to take and every job rests."""
    while not stop.is_set():
        if await _is_idle(residence):
            drain.ask("idle")
            await stop.wait()
            return
        try:
            async with asyncio.timeout(IDLE_LOOK_S):
                await stop.wait()
        except TimeoutError:
            continue


async def _is_idle(residence: Residence) -> bool:
    house = residence.now
    if house.commons.pauses.missing:
        return False
    try:
        async with residence.turn:
            house = residence.now
            takeable = await house.intake.settled_scan()
        counts = await house.offload.run(house.commons.ledger.records.counts)
    except Temporary:
        return False
    return not takeable and not any(counts.get(state, 0) for state in LIVE) and not residence.busy


def _stopping(notifier: Notifier, listener: Listener, drain: signals.Drain) -> None:
    drain.ask("a part ended")
    notifier.stopping()
    listener.hear(facts.Stopping(reason=drain.reason))


def _decisions(settings: Settings, intake: Intake) -> Mapping[str, str]:
    return {
        "home": str(settings.home),
        "watching": intake.watch_mode,
        "workers": str(lanes.workers(settings)),
        "pictures": making.who_makes(settings),
        "metrics": settings.telemetry.listen or "off",
    }
