"""What may go from a home by its own rules: gathered place by place, written down, removed.

A place whose drive is not mounted is passed over: what lies below the mount point is not ours to judge. A backup that
is being made, or another clearing, has the home to itself; then nothing is removed until the next look.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from briefmill.domain.facts import Cleared, Failed
from briefmill.domain.job import TERMINAL, Job, Stage, State
from briefmill.errors import BriefmillError, NotFound
from briefmill.keeping import removal, retention, rotation
from briefmill.keeping.retention import Bounds, Due, Unit
from briefmill.ledger.offices import Offices
from briefmill.ports import JobQuery, Listener
from briefmill.ports.upkeep import Removal
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.wiring import caretaking, ground, making

PLACES: Final = ("outbox", "rejected", "archive", "work", "backups")
_CLOSED: Final = tuple(sorted(TERMINAL))


@dataclass(frozen=True, kw_only=True)
class Gone:
    """What was, or would be, removed from one place."""

    place: str
    due: Due


def bounds(settings: Settings) -> dict[str, Bounds]:
    """What the settings say of each place."""
    wishes = settings.retention
    return {
        place: Bounds(days=getattr(wishes, f"{place}_days"), size=getattr(wishes, f"{place}_max_bytes"))
        for place in PLACES
    }


@dataclass(frozen=True, kw_only=True)
class Clearing:
    """The clearing of one home. All of it blocks. `go_on` is asked before each removal."""

    settings: Settings
    ledger: Offices
    listener: Listener | None = None
    go_on: Callable[[], bool] = lambda: True

    def planned(self, now: datetime) -> list[Gone]:
        """What would go now, place by place, the oldest first."""
        apart = self._apart()
        found: list[Gone] = []
        for place, allowed in bounds(self.settings).items():
            if allowed and place not in apart:
                units = getattr(self, f"_{place}")(allowed, now)
                found += [Gone(place=place, due=one) for one in retention.due(units, allowed, now)]
        return found

    def run(self, now: datetime) -> list[Gone]:
        """Remove what may go, each written down before; gives what went. Nothing while a backup is being made."""
        with caretaking.undisturbed(self.settings.folders.state, wait=False) as alone:
            return [one for place in PLACES for one in self._cleared(place, now)] if alone else []

    def _cleared(self, place: str, now: datetime) -> list[Gone]:
        allowed = bounds(self.settings)[place]
        if not allowed or place in self._apart() or not self.go_on():
            return []
        found = retention.due(getattr(self, f"_{place}")(allowed, now), allowed, now)
        if place == "work":
            gone = self._work_removed(found)
        else:
            gone = [one for one in found if self.go_on() and self._removed(place, one)]
        if gone and self.listener is not None:
            self.listener.hear(Cleared(place=place, count=len(gone), size=sum(one.size for one in gone)))
        return [Gone(place=place, due=one) for one in gone]

    def _removed(self, place: str, due: Due) -> bool:
        """Write one removal down and carry it out; False where it may not go, or could not."""
        wish = Removal(place=place, name=due.unit.name, size=due.size, why=due.why, job=due.unit.job)
        for allowed in self.ledger.upkeep.removing([wish]):
            try:
                self._remove(place, due)
            except (OSError, BriefmillError) as error:
                self.ledger.upkeep.failed(allowed, str(error))
                self._tell_failed(place, error)
                return False
            return True
        return False

    def _work_removed(self, found: Sequence[Due]) -> list[Due]:
        """Working copies belong to many jobs: one row tells of all that go together."""
        if not found:
            return []
        whole = sum(one.size for one in found)
        told = Removal(place="work", name=f"{len(found)} artefacts", size=whole, why=found[0].why)
        store = self.settings.folders.state / "work" / "artefacts"
        self.ledger.upkeep.removing([told])
        gone = []
        for one in found:
            if not self.go_on():
                break
            try:
                removed = removal.remove_artefact(store, one.unit.name, one.unit.at.timestamp())
            except OSError as error:
                self.ledger.upkeep.failed(told, str(error))
                self._tell_failed("work", error)
                break
            gone += [one] if removed else []
        return gone

    def _remove(self, place: str, due: Due) -> None:
        folders = self.settings.folders
        if place == "archive":
            store = FileStore(folders.archive)
            for address in due.parts:
                store.delete(address)
        elif place == "backups":
            removal.remove_file(self.settings.backups, due.unit.name)
        else:
            parent = folders.outbox if place == "outbox" else folders.rejected
            removal.remove_folder(parent, due.unit.name, due.unit.job)

    def _tell_failed(self, place: str, error: Exception) -> None:
        if self.listener is not None:
            self.listener.hear(Failed(where=f"retention.{place}", error=str(error)))

    def _apart(self) -> frozenset[str]:
        standing = ground.standing(self.settings)
        standing.recall()
        return frozenset(standing.missing())

    def _outbox(self, _: Bounds, __: datetime) -> Iterator[Unit]:
        yield from self._published(self.settings.folders.outbox, removal.delivered_by, State.DELIVERED)

    def _rejected(self, _: Bounds, __: datetime) -> Iterator[Unit]:
        parent = self.settings.folders.rejected
        yield from self._published(parent, removal.refused_by, State.REJECTED, State.CANCELLED)

    def _published(self, parent: Path, whose: Callable[[Path], str], *states: State) -> Iterator[Unit]:
        """Folders that this ledger knows as published by a job that rests; nobody else's."""
        for name in removal.folders(parent):
            job = self._job(whose(parent / name))
            if job is not None and job.state in states:
                yield Unit(name=name, at=job.updated_at, size=removal.measured(parent / name), job=job.id)

    def _job(self, job: str) -> Job | None:
        try:
            return self.ledger.records.job(job) if job else None
        except NotFound:
            return None

    def _archive(self, _: Bounds, __: datetime) -> Iterator[Unit]:
        """What each delivered job has in the archive, by its own manifest there; no other home's."""
        store = self.settings.folders.archive
        sizes = {address: size for address, size, _ in removal.artefacts(store)}
        for job in self.ledger.records.jobs(JobQuery(states=(State.DELIVERED,), limit=0)):
            for run in self.ledger.records.history(job.id):
                named = sorted(caretaking.archived(store, run.output)) if run.stage is Stage.ARCHIVE else []
                parts = tuple((address, sizes[address]) for address in named if address in sizes)
                if parts:
                    yield Unit(name=job.id, at=job.updated_at, job=job.id, parts=parts)

    def _work(self, allowed: Bounds, now: datetime) -> Iterator[Unit]:
        """Artefacts that no open job and no kept picture goes on from, since when nobody had a use for them."""
        lying = [
            (address, size, datetime.fromtimestamp(written, UTC))
            for address, size, written in removal.artefacts(self.settings.folders.state / "work" / "artefacts")
        ]
        old = bool(allowed.days) and any(now - at > timedelta(days=allowed.days) for _, _, at in lying)
        full = bool(allowed.size) and sum(size for _, size, _ in lying) > allowed.size
        if not (old or full):
            return  # Nothing can be due, and to read what each job names would take seconds in a large ledger.
        shelf = caretaking.shelf_of(self.settings)
        pinned = {entry.ref.sha256 for entry in shelf.entries()} | self._open(now)
        used = self._used(now - timedelta(days=allowed.days)) if allowed.days else {}
        for address, size, at in lying:
            if address not in pinned:
                yield Unit(name=address, at=max(at, used.get(address, at)), size=size)

    def _open(self, now: datetime) -> set[str]:
        """What jobs name that are not at their end, or may be tried again: refused ones as long as they are kept."""
        days = self.settings.retention.rejected_days
        found: set[str] = set()
        for job in self.ledger.records.jobs(JobQuery(states=(State.CLAIMED, *caretaking.UNDONE), limit=0)):
            refused = job.state in {State.REJECTED, State.CANCELLED}
            if not (refused and days and now - job.updated_at > timedelta(days=days)):
                found |= self._named(job)
            if job.state is State.RUNNING:
                # It may take creatives over from there, and names them only when it is done.
                found |= set(caretaking.addresses(dict(making.last_made(self.ledger.records, job))))
        return found

    def _used(self, since: datetime) -> dict[str, datetime]:
        """When artefacts were last of use, by the jobs that came to rest since then."""
        found: dict[str, datetime] = {}
        for job in self.ledger.records.jobs(JobQuery(states=_CLOSED, limit=0)):
            if job.updated_at >= since:
                for address in self._named(job):
                    found[address] = max(found.get(address, job.updated_at), job.updated_at)
        return found

    def _named(self, job: Job) -> set[str]:
        named: set[str] = set()
        if (admission := self.ledger.records.admission(job.id)) is not None:
            snapshot = admission.snapshot
            refs = (admission.reading, snapshot.brief, *snapshot.files.values())
            named |= {ref.sha256 for ref in refs}
        for run in self.ledger.records.history(job.id):
            named |= set(caretaking.addresses(run.output))
        return named | {creative.ref.sha256 for creative in self.ledger.records.creatives(job.id)}

    def _backups(self, _: Bounds, __: datetime) -> Iterator[Unit]:
        for one in rotation.found(self.settings.backups)[1:]:
            yield Unit(name=one.path.name, at=one.made_at, size=one.size)
