"""What the intake knows of the entries in the inbox, from scan to scan. Pure: looks and times are given.

The table is a memory for settling, not for work: after a restart it is empty, and every entry simply settles anew. What
must survive (jobs begun, files held in place) is in the ledger.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from briefmill import files
from briefmill.domain.facts import Fact, Ignored, Waiting
from briefmill.intake import settle
from briefmill.intake.catalogue import Kind
from briefmill.intake.scan import Entry
from briefmill.intake.settle import Policy, Settling, Verdict

TAKEABLE: Final = frozenset({Kind.BRIEF, Kind.BUNDLE, Kind.CONFLICT})


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry on its way. `seen_at` is when it was first seen, `job` the job begun for it before it was taken.

    `held` is the job that holds it in place; `dismissed` says that a person cancelled that job and the file is let
    alone until it changes. `told` is the reason for waiting that was told last.
    """

    entry: Entry
    settling: Settling
    seen_at: datetime
    job: str = ""
    held: str = ""
    dismissed: bool = False
    told: str = ""

    @property
    def takeable(self) -> bool:
        """True when it is, or may become by itself, something to take."""
        idle = self.held or self.dismissed or self.settling.verdict is Verdict.PLACEHOLDER
        return self.entry.named.kind in TAKEABLE and not idle


@dataclass(kw_only=True)
class Table:
    """All entries of the last scan. Used on the loop only."""

    policy: Policy
    rows: dict[bytes, Row] = field(default_factory=dict)
    ignored: dict[bytes, str] = field(default_factory=dict)

    def update(self, entries: Iterable[Entry], now: float, at: datetime) -> tuple[list[Fact], set[bytes]]:
        """Take in a scan; gives what there is to tell, and the names of entries that are new."""
        told: list[Fact] = []
        rows: dict[bytes, Row] = {}
        ignored: dict[bytes, str] = {}
        for entry in entries:
            if entry.look is None or entry.named.kind is Kind.ASSET:
                ignored[entry.name] = entry.named.rule
                if self.ignored.get(entry.name) != entry.named.rule:
                    told.append(Ignored(rule=entry.named.rule, name=files.printable(entry.name)))
            if entry.look is not None:
                rows[entry.name] = self._stepped(entry, now, at)
        new = {name for name in rows if name not in self.rows and rows[name].entry.named.kind in TAKEABLE}
        self.rows, self.ignored = rows, ignored
        for name, row in rows.items():
            # Quiet entries get their reason from the examination that follows: see `concluded`.
            if row.settling.verdict in {Verdict.WAITING, Verdict.PLACEHOLDER} and row.entry.named.kind in TAKEABLE:
                told.extend(self._tell(name, row))
        return told, new

    def _stepped(self, entry: Entry, now: float, at: datetime) -> Row:
        assert entry.look is not None
        old = self.rows.get(entry.name)
        settling = settle.step(old.settling if old else None, entry.look, now, self.policy)
        if old is None:
            return Row(entry=entry, settling=settling, seen_at=at)
        same = old.settling.look == entry.look
        return replace(old, entry=entry, settling=settling, dismissed=old.dismissed and same)

    def _tell(self, name: bytes, row: Row) -> Iterator[Fact]:
        if not row.held and not row.dismissed and row.told != row.settling.reason:
            self.rows[name] = replace(row, told=row.settling.reason)
            yield Waiting(name=files.printable(name), reason=row.settling.reason)

    def quiet(self) -> list[Row]:
        """Takeable entries that were quiet for long enough, oldest first."""
        found = [row for row in self.rows.values() if row.takeable and row.settling.verdict is Verdict.QUIET]
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

    def resting(self, name: bytes) -> bool:
        """True when this entry has been seen and has stopped changing."""
        row = self.rows.get(name)
        return row is not None and row.settling.verdict in {Verdict.QUIET, Verdict.READY}

    def takeable(self) -> list[Row]:
        """Everything that is, or may become, something to take."""
        return [row for row in self.rows.values() if row.takeable]

    def next_look(self) -> float | None:
        """When the next entry wants to be looked at, on the monotonic clock."""
        return min((row.settling.until for row in self.takeable() if row.settling.until is not None), default=None)

    def counts(self) -> dict[str, int]:
        """How many entries are settling, ready and placeholders."""
        found = {"settling": 0, "ready": 0, "placeholder": 0}
        for row in self.rows.values():
            if row.takeable:
                found["ready" if row.settling.verdict is Verdict.READY else "settling"] += 1
            elif row.settling.verdict is Verdict.PLACEHOLDER and row.entry.named.kind in TAKEABLE:
                found["placeholder"] += 1
        return found
