"""A day of a busy agency, as fast as the machine can: memory must not grow with what was done.

24 hours are 2,400 briefs, one every 36 seconds, in the mix of a shared folder: new campaigns with their pictures,
changed ones, drawn ones, copies, refusals, junk. They come without the waiting between them, a dozen at a time. What
grows with time alone is not seen by this; what grows with every brief, scan, stage or scrape is. `RssAnon` of the
daemon and of its worker processes is read after every twentieth brief, and a line is laid through all but the first
third.
"""

import random
import statistics
import time
from pathlib import Path

from storm import premises as sites

DAY, TASTE = 2_400, 300
AT_ONCE = 12
EVERY = 20
DAEMON_MB, WORKERS_MB = 5.0, 30.0
"""Bounds of the slope, in megabytes for each thousand briefs: a leak of one small picture would be 225.

In its first day a daemon fills what is bounded: SQLite's page caches (2 MB for each of five connections), and once the
interpreter's table of interned strings is made anew at twice its size (2 MB). What is in use then stays level.
Two workers breathe by 40 MB with what they have just decoded, so that their line leans by up to 20 either way.
"""


class Agency:
    """Somebody who drops, and remembers what."""

    def __init__(self, home):
        self.home, self.drops = home, []
        self._dice = random.Random(24)
        self._kinds = {
            self._new: 50,
            self._changed: 12,
            self._copy: 15,
            self._refused: 15,
            self._drawn: 5,
            self._junk: 3,
        }

    def drop(self):
        """Drop one thing of the mix."""
        (kind,) = self._dice.choices(list(self._kinds), list(self._kinds.values()))
        number = len(self.drops)
        drop = kind(number)
        if drop is not None:
            self.drops.append(drop)

    def _new(self, number):
        return self.home.put(f"tide {number}", sites.bundle(f"Tide {number}"), sites.PICTURE)

    def _changed(self, number):
        # Another text for the campaign that everybody works on: one revision after the other.
        brief = sites.bundle("Forever").replace(b"gently", f"gently, for the {number}th time".encode())
        return self.home.put(f"forever {number}", brief, sites.PICTURE)

    def _copy(self, number):
        return self.home.put(f"copy {number}.json", sites.plain("Copied"))

    def _refused(self, number):
        return self.home.put(f"bad {number}.json", sites.bad(f"Bad {number}"))

    def _drawn(self, number):
        return self.home.put(f"drawn {number}.json", sites.plain(f"Drawn {number}"))

    def _junk(self, number):
        (self.home.places.inbox / "upload.filepart").write_bytes(b"x" * number)
        (self.home.places.inbox / ".DS_Store").write_bytes(b"x")


def anonymous_mb(pid):
    """What a process has for itself, in megabytes; 0.0 for one that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon:")), 0.0)


def children(pid):
    """All processes below this one."""
    try:
        told = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return []
    below = [int(child) for line in told for child in line]
    return below + [grandchild for child in below for grandchild in children(child)]


def slope_mb(samples):
    """Megabytes for each thousand briefs, of the least-squares line through all but the first third."""
    settled = samples[len(samples) // 3 :]
    return statistics.linear_regression(*zip(*settled, strict=True)).slope * 1000


def test_memory_stays_flat_over_a_day(row, length, premises):
    premises.listen()
    briefs = length(DAY, TASTE)
    # A taste is too short for a line: the pools and caches are still filling.
    line = row(f"{24 * briefs / DAY:.0f} hours of mixed traffic" + (", memory watched" if briefs == DAY else ""))
    agency, own, workers = Agency(premises), [], []
    began = time.monotonic()
    daemon = premises.serve()
    try:
        while len(agency.drops) < briefs:
            agency.drop()
            premises.await_closed(len(agency.drops) - AT_ONCE, daemon, 120)
            if len(agency.drops) % EVERY == 0 and (not own or own[-1][0] != len(agency.drops)):
                premises.metric("briefmill_briefs_total")
                own.append((len(agency.drops), anonymous_mb(daemon.pid)))
                workers.append((len(agency.drops), sum(map(anonymous_mb, children(daemon.pid)))))
        premises.await_closed(len(agency.drops), daemon, 120)
    finally:
        premises.stop(daemon)
    balance = premises.balance(agency.drops)
    line.add(balance)
    line.tries = f"{briefs:,} briefs in {time.monotonic() - began:.0f} s"
    line.remarks = f"in the end {own[-1][1]:.0f} MB in the daemon, {workers[-1][1]:.0f} MB in its workers"
    assert not balance.faults, balance.faults[:10]
    assert not balance.open
    if briefs == DAY:
        grown = slope_mb(own), slope_mb(workers)
        line.remarks += f"; for each thousand briefs {grown[0]:+.2f} MB and {grown[1]:+.2f} MB"
        assert grown[0] < DAEMON_MB, own
        assert grown[1] < WORKERS_MB, workers
