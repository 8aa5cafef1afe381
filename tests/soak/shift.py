"""A day's shift of an agency before a hastened daemon: who drops, who measures, and the table of the hours."""

import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storm import premises
from storm.premises import Premises
from storm.test_a_day import anonymous_mb, children

HEAD = (
    "hour", "briefs", "daemon MB", "workers MB", "open files", "threads", "p50 s", "p95 s", "p99 s", "state MB",
    "outbox", "removed",
)  # fmt: skip
LOOKS = 6
"""Looks at the processes in each hour."""

SETTINGS = {
    # Waits that hold off a verdict on something that really takes its time are not hastened along with the clock.
    "ENGINE__LEASE_S": "3600",
    "ENGINE__WORKER_TIMEOUT_S": "86400",
    "ENGINE__DRAIN_S": "3600",
    "INTAKE__QUIET_S": "2",
    "INTAKE__INTERVAL_S": "5",
    "INTAKE__GRACE_S": "600",
    # A home that is cleared all the time: what is six hours old goes.
    "RETENTION__OUTBOX_DAYS": "0.25",
    "RETENTION__REJECTED_DAYS": "0.25",
    "RETENTION__ARCHIVE_DAYS": "0.25",
    "RETENTION__WORK_DAYS": "0.125",
    "RETENTION__EVERY_S": "1800",
}


@dataclass(frozen=True)
class Look:
    """What one look at the processes found."""

    daemon_mb: float
    workers_mb: float
    files: int
    threads: int


@dataclass(frozen=True)
class Hour:
    """One hour: how many briefs came to rest, how long they took in real seconds, and what the processes had."""

    number: int
    briefs: int
    daemon_mb: float
    workers_mb: float
    files: int
    threads: int
    took_s: tuple[float, ...]
    state_mb: float
    outbox: int
    removed: int

    def share(self, part: float) -> float:
        """The time that so many of a hundred stay within."""
        return sorted(self.took_s)[min(len(self.took_s) - 1, int(part * len(self.took_s)))] if self.took_s else 0.0

    @property
    def cells(self):
        figures = (f"{self.share(part):.2f}" for part in (0.5, 0.95, 0.99))
        sizes = (f"{self.daemon_mb:.1f}", f"{self.workers_mb:.1f}")
        counts = (str(self.files), str(self.threads))
        return (str(self.number), str(self.briefs), *sizes, *counts, *figures, f"{self.state_mb:.1f}",
                str(self.outbox), str(self.removed))  # fmt: skip


class Shift(Premises):
    """The home of a soak, its hastened daemon, and whoever drops into it."""

    def __init__(self, path: Path, *, hours: int, hour_s: float) -> None:
        super().__init__(path)
        self.hours, self.hour_s = hours, hour_s
        self.speed = 3600 / hour_s
        self.environ |= {f"BRIEFMILL_{name}": value for name, value in SETTINGS.items()}
        self.rows: list[Hour] = []
        self.dropped = 0
        self._dice = random.Random(7)
        self.listen()

    def start_hastened(self) -> subprocess.Popen[str]:
        """The daemon, its time running faster from this moment on."""
        words = [sys.executable, "-m", "soak.hastened", str(self.speed), str(time.time()), "run"]
        with self.log.open("a") as log:
            return subprocess.Popen(words, env=self.environ, stdout=log, stderr=log, text=True)

    def drop(self) -> None:
        """Drop one brief of the mix: bundles with their picture, some that are drawn, copied or refused, and junk."""
        number = self.dropped
        (kind,) = self._dice.choices(["bundle", "drawn", "copy", "bad"], [60, 15, 15, 10])
        if kind == "bundle":
            self.put(f"tide {number}", premises.bundle(f"Tide {number}"), premises.PICTURE)
        elif kind == "drawn":
            self.put(f"drawn {number}.json", premises.plain(f"Drawn {number}"))
        elif kind == "copy":
            self.put(f"copy {number}.json", premises.plain("Copied"))
        else:
            self.put(f"bad {number}.json", premises.bad(f"Bad {number}"))
        (self.places.inbox / "upload.filepart").write_bytes(b"x" * number)
        self.dropped += 1

    def look(self, pid: int) -> Look:
        """What the daemon and its workers have in hand at this moment."""
        status = Path(f"/proc/{pid}/status").read_text()
        threads = re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE)
        assert threads is not None
        return Look(
            daemon_mb=anonymous_mb(pid),
            workers_mb=sum(map(anonymous_mb, children(pid))),
            files=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
            threads=int(threads[1]),
        )

    def scrape(self) -> int:
        """Fetch the metrics as Prometheus does; gives how many things were removed by rule."""
        with urllib.request.urlopen(f"http://{self._address}/metrics", timeout=60) as page:
            lines = page.read().decode().splitlines()
        return int(
            sum(float(line.split()[-1]) for line in lines if line.startswith("briefmill_retention_removed_total"))
        )

    def took_s(self, since: int) -> tuple[tuple[float, ...], int]:
        """Real seconds from the intake to the delivery of each brief that was delivered since an audit row, and the
        number of the newest row."""
        with closing(sqlite3.connect(self.places.state / "briefmill.db", timeout=30)) as ledger:
            (newest,) = ledger.execute("SELECT coalesce(max(number), 0) FROM audit").fetchone()
            found = ledger.execute(
                "SELECT updated_at - created_at FROM jobs WHERE id IN "
                "(SELECT job FROM audit WHERE number > ? AND number <= ? AND event = 'job.delivered')",
                (since, newest),
            ).fetchall()
        return tuple(micros / 1e6 / self.speed for (micros,) in found), int(newest)

    def end_hour(self, number: int, looks: list[Look], since: int, closed: int) -> int:
        """Add an hour to the table; gives the newest audit row."""
        took, newest = self.took_s(since)
        self.rows.append(
            Hour(
                number=number,
                briefs=self.closed() - closed,
                daemon_mb=statistics.median(one.daemon_mb for one in looks),
                workers_mb=statistics.median(one.workers_mb for one in looks),
                files=max(one.files for one in looks),
                threads=max(one.threads for one in looks),
                took_s=took,
                state_mb=sum(path.lstat().st_size for path in _files(self.places.state)) / 1e6,
                outbox=sum(1 for path in self.places.outbox.iterdir() if not path.name.startswith(".")),
                removed=self.scrape(),
            )
        )
        return newest

    def table(self) -> str:
        """The hours as a table in Markdown."""
        lines = [f"| {' | '.join(HEAD)} |", f"|{' ---: |' * len(HEAD)}"]
        lines += [f"| {' | '.join(row.cells)} |" for row in self.rows]
        return "\n".join(lines) + "\n"


def _files(folder: Path):
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.exists():
                yield path
