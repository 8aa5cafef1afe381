"""The cache of a home, for its commands: beside a running daemon or without one."""

import time
from collections.abc import Sequence

from briefmill.ledger.sql import SqlLedger
from briefmill.makers.shelf import Bounds, Entry, Stock
from briefmill.settings import Settings
from briefmill.wiring import caretaking
from briefmill.wiring.clock import SystemClock


def stock(settings: Settings) -> Stock:
    """What is kept."""
    return caretaking.shelf_of(settings).stock()


def prune(settings: Settings, *, max_bytes: int | None, days: float | None, dry_run: bool) -> Sequence[Entry]:
    """Remove what is beyond the bounds; None takes the setting. Gives what went, or would."""
    usual = caretaking.bounds_of(settings)
    bounds = Bounds(size=usual.size if max_bytes is None else max_bytes, days=usual.days if days is None else days)
    database = settings.ledger

    def needed() -> frozenset[str]:
        if not database.exists():
            return frozenset()
        ledger = SqlLedger(database, SystemClock())
        try:
            return frozenset(caretaking.needed(ledger.records))
        finally:
            ledger.close()

    return caretaking.shelf_of(settings).prune(bounds, now=time.time(), needed=needed, dry_run=dry_run)


def verify(settings: Settings, *, dry_run: bool) -> tuple[int, Sequence[str]]:
    """How many pictures hold, and a sentence for each that was dropped, or would be."""
    return caretaking.shelf_of(settings).verify(dry_run=dry_run)
