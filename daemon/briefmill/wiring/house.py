"""What one configuration builds, and what outlives a change of it.

A `House` is everything that works by one set of settings. With a new configuration another one is built and takes over,
while the first finishes what it has in hand: see `reloading`. What both need to be one of is in the `Commons`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from briefmill.engine.bell import LocalBell
from briefmill.engine.local import LocalEngine
from briefmill.engine.offload import Offload
from briefmill.engine.workers import Workers
from briefmill.errors import Temporary
from briefmill.intake.intake import Intake
from briefmill.ledger.sql import SqlLedger
from briefmill.makers.cached import Flights
from briefmill.ports import Listener
from briefmill.runtime.retiring import Retiring
from briefmill.runtime.supervisor import Part
from briefmill.settings import Settings
from briefmill.telemetry import disk, health
from briefmill.telemetry.pauses import Pauses
from briefmill.wiring.clock import SystemClock

STALE_SCANS: Final = 12
"""After so many intervals without a finished scan the daemon counts as hung."""

GRACE_S: Final = 60.0
"""Seconds that a stage may outlive its deadline, at which it should have been stopped, before it counts as hung."""


@dataclass(frozen=True, kw_only=True)
class Commons:
    """One of each, for as long as the process lives.

    `flights` keeps two houses from buying the same picture at once, `naming` from giving two deliveries one name.
    `beating` allows heartbeats, `sent` is the name of the last one: the next house must know it, too.
    """

    clock: SystemClock
    listener: Listener
    ledger: SqlLedger
    bell: LocalBell
    pauses: Pauses
    flights: Flights = field(default_factory=Flights)
    naming: asyncio.Lock = field(default_factory=asyncio.Lock)
    beating: bool = True
    sent: set[bytes] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class House:
    """The parts that work by `settings`. `beside` are its eternal tasks beside intake and engine.

    `ears` are the names under which it is known to the pauses.
    """

    settings: Settings
    commons: Commons
    intake: Intake
    engine: LocalEngine
    workers: Workers
    retiring: Retiring
    offload: Offload
    beside: Sequence[Part] = ()
    ears: Sequence[str] = ()

    def faults(self) -> Mapping[str, str]:
        """What hangs, in words; empty when all moves. Blocks."""
        found: dict[str, str] = {}
        limit = max(60.0, STALE_SCANS * self.settings.intake.interval_s)
        since = self.commons.clock.monotonic() - self.intake.last_tick
        if since > limit:
            found["scan"] = f"no scan of the inbox for {since:.0f} s"
        if late := self.overdue():
            found["stages"] = late
        try:
            self.commons.ledger.records.counts()
        except Temporary:
            # It answers, if only that it cannot now: a pause, which a restart would not end.
            return found
        except Exception as error:  # noqa: BLE001 - whatever it is, the ledger does not answer
            found["ledger"] = f"the ledger does not answer: {error}"
        return found

    def overdue(self) -> str:
        """Which stages are over their deadline and cannot be stopped, in words; empty for none.

        Not while something is missing: a result that waits for a ledger is no hung stage, and a restart would lose it.
        """
        if self.commons.pauses.missing:
            return ""
        late = self.engine.overdue(GRACE_S)
        if calls := self.workers.overdue(GRACE_S):
            late.append(f"{calls} calls of worker processes cannot be stopped")
        return "; ".join(late)

    def close(self) -> None:
        """End worker processes and threads, after intake and engine have come to their end. Blocks. Once."""
        for ear in self.ears:
            self.commons.pauses.leave(ear)
        self.workers.close()
        self.offload.close()


class Residence:
    """The house that is served now, and those before it that still finish what they had in hand.

    What the checks, the status line and the watchdog look at. `refused` says why the last new configuration does not
    hold, empty when it does. Whoever has the intake scan holds the `turn`, so that it is not of a house that leaves.
    """

    def __init__(self, first: House) -> None:
        self.now = first
        self.leaving: list[House] = []
        self.refused = ""
        self.turn = asyncio.Lock()

    @property
    def houses(self) -> list[House]:
        """All of them."""
        return [self.now, *self.leaving]

    @property
    def busy(self) -> int:
        """How many claims are being served."""
        return sum(house.engine.busy for house in self.houses)

    def faults(self) -> Mapping[str, str]:
        """What hangs, in words; empty when all moves. Blocks."""
        found = dict(self.now.faults())
        if late := "; ".join(filter(None, (house.overdue() for house in list(self.leaving)))):
            found.setdefault("stages", late)
        return found

    def readiness(self) -> Mapping[str, health.Check]:
        """The checks of /readyz. Blocks."""
        house = self.now
        wrong = dict(self.faults())
        missing = house.commons.pauses.missing
        # It can be read while it cannot be written, so that reading it proves too little.
        if unwritten := missing.get("ledger") or (missing and house.commons.ledger.trouble):
            wrong.setdefault("ledger", unwritten)
        names = ("scan", "stages", "ledger")
        checks = {name: health.Check(ok=name not in wrong, detail=wrong.get(name, "ok")) for name in names}
        lacking = "; ".join(f"{resource}: {reason}" for resource, reason in sorted(missing.items()))
        checks["pipeline"] = health.Check(ok=not missing, detail=f"paused, {lacking}" if missing else "ok")
        if remark := house.retiring.remark():
            checks["model"] = health.Check(ok=True, detail=remark)
        available = house.intake.available
        checks["inbox"] = health.Check(ok=available, detail="ok" if available else "the inbox is offline")
        if refused := self.refused:
            # It works, by the configuration of before: no reason to send nobody here.
            checks["configuration"] = health.Check(ok=True, detail=f"the new one is refused: {refused}")
        return checks

    async def look(self) -> Mapping[str, str]:
        """Measure the disks, then give the faults."""
        house = self.now
        folders = {name: path for name, path in house.settings.folders if name != "assets"}
        await house.offload.run(disk.measure, folders, house.commons.listener)
        return await house.offload.run(self.faults)

    def status(self) -> str:
        """One line about the work."""
        house = self.now
        missing = house.commons.pauses.missing
        paused = f", paused: {', '.join(sorted(missing))}" if missing else ""
        refused = f"; the new configuration is refused: {self.refused}" if self.refused else ""
        return f"{self.busy} working, {house.intake.waiting} in the inbox{paused}{refused}"

    def close(self) -> None:
        """Close what is left. Blocks."""
        for house in self.houses:
            house.close()


Build = Callable[[Settings], House]
