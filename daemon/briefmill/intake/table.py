"""What the intake knows of the entries in the inbox, from scan to scan. Pure: looks and times are given.

The table is a memory for settling, not for work: after a restart it is empty, and every entry simply settles anew. What
must survive (jobs begun, files held in place) is in the ledger.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from briefmill import files
from briefmill.domain.facts import Fact, Ignored, Waiting
from briefmill.intake import settle
from briefmill.intake.scan import LOOKED_AT, Entry
from briefmill.intake.settle import Look, Policy, Settling, Verdict


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry on its way. `seen_at` is when it was first seen, `job` the job begun for it before it was taken.

    `unheld` says that this job was begun to be held and was not yet. `held` is the job that holds it in place;
    `dismissed` says that it is let alone until it changes: a person cancelled that job, or a brief beside it took its
    pictures from this folder. `told` is the reason for waiting that was told last.
    """

    entry: Entry
    settling: Settling
    seen_at: datetime
    job: str = ""
    unheld: bool = False
    held: str = ""
    dismissed: bool = False
    told: str = ""

    @property
    def takeable(self) -> bool:
        """True when it is, or may become by itself, something to take."""
        return not (self.held or self.dismissed or self.settling.verdict is Verdict.PLACEHOLDER)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The table in figures: entries by state, since when the oldest of those to take is known, when to look again.

    `next_look` is on the monotonic clock, None where only a change can bring anything about.
    """

    counts: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    next_look: float | None = None

    @property
    def takeable(self) -> int:
        """How many are, or may become by themselves, something to take."""
        return self.counts.get("settling", 0) + self.counts.get("ready", 0)


@dataclass(kw_only=True)
class Table:
    """All entries of the last scan. Used by one caller at a time.

    `pictures` are the looks at what a brief may name beside it, each with the moment of that look.
    """

    policy: Policy
    rows: dict[bytes, Row] = field(default_factory=dict)
    ignored: dict[bytes, str] = field(default_factory=dict)
    pictures: dict[bytes, tuple[Look, float]] = field(default_factory=dict)

    def update(self, entries: Iterable[Entry], now: float, at: datetime) -> tuple[list[Fact], set[bytes]]:
        """Take in a scan; gives what there is to tell, and the names of entries that are new."""
        told: list[Fact] = []
        rows: dict[bytes, Row] = {}
        ignored: dict[bytes, str] = {}
        pictures: dict[bytes, tuple[Look, float]] = {}
        for entry in entries:
            name, named = entry.name, entry.named
            if named.kind in LOOKED_AT:
                if entry.look is not None:
                    rows[name] = self._stepped(entry, now, at)
                continue
            ignored[name] = named.rule
            if self.ignored.get(name) != named.rule:
                told.append(Ignored(rule=named.rule, name=files.printable(name)))
            if entry.look is not None:
                pictures[name] = entry.look, now
            elif name in self.pictures:
                pictures[name] = self.pictures[name]
        new = {name for name in rows if name not in self.rows}
        self.rows, self.ignored, self.pictures = rows, ignored, pictures
        for name, row in rows.items():
            # Quiet entries get their reason from the examination that follows: see `concluded`.
            if row.settling.verdict in {Verdict.WAITING, Verdict.PLACEHOLDER}:
                told.extend(self._tell(name, row))
        return told, new

    def _stepped(self, entry: Entry, now: float, at: datetime) -> Row:
        assert entry.look is not None
        old = self.rows.get(entry.name)
        settling = settle.step(old.settling if old else None, entry.look, now, self.policy)
        if old is None:
            return Row(entry=entry, settling=settling, seen_at=at)
        if settling is old.settling:
            return old
        same = old.settling.look == entry.look
        return replace(old, entry=entry, settling=settling, dismissed=old.dismissed and same)

    def _tell(self, name: bytes, row: Row) -> Iterator[Fact]:
        if not row.held and not row.dismissed and row.told != row.settling.reason:
            self.rows[name] = replace(row, told=row.settling.reason)
            yield Waiting(name=files.printable(name), reason=row.settling.reason)

    def quiet(self) -> list[Row]:
        """Takeable entries that were quiet for long enough, oldest first."""
        found = [row for row in self.rows.values() if row.settling.verdict is Verdict.QUIET and row.takeable]
        return sorted(found, key=lambda row: (row.seen_at, row.settling.look.mtime_ns, row.entry.name))

    def concluded(self, row: Row, settling: Settling) -> list[Fact]:
        """Keep what the examination of a quiet entry came to; gives what there is to tell."""
        name = row.entry.name
        self.rows[name] = replace(self.rows[name], settling=settling)
        return [] if settling.verdict is Verdict.READY else list(self._tell(name, self.rows[name]))

    def change(self, name: bytes, **changes: str | bool) -> None:
        """Note something about a row that may be gone by now."""
        if name in self.rows:
            self.rows[name] = replace(self.rows[name], **changes)  # type: ignore[arg-type]

    def forget(self, name: bytes) -> None:
        """The entry is no longer in the inbox."""
        self.rows.pop(name, None)

    def resting(self, name: bytes, look: Look, now: float) -> bool:
        """True when this entry, which looks so now, has looked the same for the quiet time."""
        row = self.rows.get(name)
        if row is not None:
            return settle.lies_still(row.settling)
        before, since = self.pictures.get(name, (None, now))
        if before != look:
            self.pictures[name] = look, now
            return False
        return now - since >= self.policy.quiet_s

    def summary(self) -> Summary:
        """All of it in one pass."""
        counts = {"settling": 0, "ready": 0, "placeholder": 0}
        seen: list[datetime] = []
        looks: list[float] = []
        for row in list(self.rows.values()):
            if row.takeable:
                counts["ready" if row.settling.verdict is Verdict.READY else "settling"] += 1
                seen.append(row.seen_at)
                if row.settling.until is not None:
                    looks.append(row.settling.until)
            elif row.settling.verdict is Verdict.PLACEHOLDER:
                counts["placeholder"] += 1
        return Summary(counts=counts, oldest=min(seen, default=None), next_look=min(looks, default=None))
