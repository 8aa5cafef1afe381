"""What goes on beside the briefs of a running home: the night's post, and the cache's bounds."""

import fcntl
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from briefmill.domain.job import Stage, State
from briefmill.ledger.offices import Offices
from briefmill.makers.shelf import Bounds, Shelf
from briefmill.ports import Clock, JobQuery, Listener, Records
from briefmill.runtime.overnight import Nightly
from briefmill.runtime.shelves import Keeper
from briefmill.runtime.supervisor import Part
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.wiring import buying, making, overnight

UNDONE: Final = (State.RUNNING, State.HELD, State.REJECTED, State.CANCELLED)
"""States that a job may go on from, with the pictures that were made for it."""

_MANIFEST_BYTES: Final = 16 << 20


def parts(settings: Settings, ledger: Offices, clock: Clock, listener: Listener) -> list[Part]:
    """The eternal tasks beside intake and engine."""
    shelf = shelf_of(settings)
    bounds = bounds_of(settings)

    def tidy() -> tuple[int, int, int]:
        with undisturbed(settings.folders.state, wait=False) as alone:
            moment = clock.now().timestamp()
            gone = shelf.prune(bounds, now=moment, needed=lambda: needed(ledger.records)) if alone else ()
        stock = shelf.stock()
        return stock.entries, stock.size, len(gone)

    keeper = Keeper(tidy=tidy, listener=listener)
    found = [Part(name="cache", run=keeper.run, patience_s=5.0)]
    if making.is_paid(settings):
        account = buying.account("openai", settings.openai)
        sending = overnight.dispatch(settings, account, shelf, post=ledger.overnight, clock=clock, listener=listener)
        nightly = Nightly(
            round=sending.round,
            leave=sending.leave,
            listener=listener,
            every_s=settings.overnight.look_every_s,
        )
        found.append(Part(name="overnight", run=nightly.run, patience_s=30.0))
    return found


@contextmanager
def undisturbed(state: Path, *, wait: bool) -> Iterator[bool]:
    """Hold what keeps backup and clearing away apart; without `wait`, False while the other is at it."""
    with (state / "keeping.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def shelf_of(settings: Settings) -> Shelf:
    """The made pictures of a home."""
    state = settings.folders.state
    return Shelf(state / "cache", FileStore(state / "work" / "artefacts"))


def bounds_of(settings: Settings) -> Bounds:
    """How much of them may stay."""
    return Bounds(size=settings.cache.max_bytes, days=settings.cache.max_age_days)


def needed(records: Records) -> Collection[str]:
    """The SHA-256 of all pictures that a job which is not at its end, or may be tried again, goes on from."""
    found: set[str] = set()
    for job in records.jobs(JobQuery(states=UNDONE, limit=0)):
        for run in records.history(job.id):
            if run.stage is Stage.GENERATE:
                found |= set(addresses(run.output))
    return found


def addresses(told: object) -> Collection[str]:
    """Every `sha256` in a recorded output, however deep."""
    found: set[str] = set()
    if isinstance(told, dict):
        address = told.get("sha256")
        found |= {address} if isinstance(address, str) else set()
        told = list(told.values())
    if isinstance(told, list | tuple):
        for each in told:
            found |= set(addresses(each))
    return found


def archived(store: Path, output: object) -> Collection[str]:
    """The addresses of all that a job's archive stage recorded: the manifest there, and what it names."""
    named = set(addresses(output))
    for address in tuple(named):
        path = store / address[:2] / address
        try:
            if path.stat().st_size <= _MANIFEST_BYTES:
                named |= set(addresses(json.loads(path.read_bytes())))
        except (OSError, ValueError, RecursionError):
            continue  # It is gone, or no manifest: then it names nothing.
    return named
