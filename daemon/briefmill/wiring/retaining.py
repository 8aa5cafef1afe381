"""The clearing of a home, for the daemon and for its commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from briefmill.ledger.offices import Offices
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Clock, Listener
from briefmill.runtime.clearing import Sweeper
from briefmill.runtime.supervisor import Part
from briefmill.settings import Settings
from briefmill.wiring import clearing
from briefmill.wiring.clock import SystemClock


def part(settings: Settings, ledger: Offices, clock: Clock, listener: Listener) -> Part:
    """The daemon's own clearing, beside its work."""

    def clear(go_on: Callable[[], bool]) -> object:
        return clearing.Clearing(settings=settings, ledger=ledger, listener=listener, go_on=go_on).run(clock.now())

    sweeper = Sweeper(clear=clear, listener=listener, every_s=settings.retention.every_s)
    return Part(name="retention", run=sweeper.run, patience_s=10.0)


@contextmanager
def opened(settings: Settings) -> Iterator[partial[list[clearing.Gone]] | None]:
    """What clears this home when it is called with `dry_run`, beside a daemon or without; None without a ledger."""
    path = settings.ledger
    if not path.exists():
        yield None
        return
    clock = SystemClock()
    ledger = SqlLedger(path, clock)
    try:
        yield partial(_clear, clearing.Clearing(settings=settings, ledger=ledger), clock)
    finally:
        ledger.close()


def _clear(one: clearing.Clearing, clock: Clock, *, dry_run: bool) -> list[clearing.Gone]:
    return one.planned(clock.now()) if dry_run else one.run(clock.now())
