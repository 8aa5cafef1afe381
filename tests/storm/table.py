"""The table of a storm: one row for each disaster, printed at the end and written as Markdown.

The last four figures of a row must be zero. `publish` puts the table between the markers of a page; nothing else of
the page is touched.
"""

import collections
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storm.books import Balance

BEGIN, END = "<!-- storm: begin -->", "<!-- storm: end -->"
HEAD = ("disaster", "tries", "briefs in", "where they ended", "lost", "doubled", "torn", "paid twice", "remarks")


@dataclass(kw_only=True)
class Row:
    """One disaster: the sums over its tries. `tries` may say "60 of 214"; it counts by itself when it says nothing.

    `failed` is set when its test failed, be it for what the four figures do not tell.
    """

    fault: str
    tries: str = ""
    remarks: str = ""
    count: int = 0
    briefs: int = 0
    states: collections.Counter[str] = field(default_factory=collections.Counter)
    wrong: collections.Counter[str] = field(default_factory=collections.Counter)
    faults: list[str] = field(default_factory=list)
    failed: bool = False

    def add(self, balance: Balance, where: str = "") -> None:
        """Add one try; `where` says which, for the sentences about what went wrong."""
        self.count += 1
        self.briefs += balance.drops
        self.states += balance.states
        for name in ("lost", "doubled", "torn", "paid_twice"):
            self.wrong[name] += len(getattr(balance, name))
        self.faults += [f"{self.fault} {where}: {fault}" for fault in balance.faults]

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words, in the order of `HEAD`."""
        ended = ", ".join(f"{count:,} {state}" for state, count in sorted(self.states.items(), key=_most_first))
        remarks = f"**failed** {self.remarks}".rstrip() if self.failed else self.remarks
        figures = (str(self.wrong[name]) for name in ("lost", "doubled", "torn", "paid_twice"))
        return (self.fault, self.tries or f"{self.count:,}", f"{self.briefs:,}", ended, *figures, remarks)


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def markdown(rows: Sequence[Row], skipped: Sequence[str], told: str) -> str:
    """The whole table, with what was skipped and a line about when and where it was made."""
    lines = [
        f"| {' | '.join(HEAD)} |",
        f"|{' --- |' * len(HEAD)}",
        *(f"| {' | '.join(row.cells)} |" for row in rows),
        "",
        told,
        *(f"Not tried: {reason}." for reason in skipped),
    ]
    return "\n".join(lines) + "\n"


def about(version: str, length: str, took_s: float) -> str:
    """The line below the table."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return f"Version {version}, {today}, `{length}`, {took_s / 60:.1f} minutes."


def publish(page: Path, table: str) -> None:
    """Put the table between the markers of a page. Raises ValueError when they are not there."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the table: it needs {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")
