"""A share that tells nothing: another machine writes, and no event comes.

bindfs stands for SMB or NFS here: what is written on the other side of it rings no bell on this one.
"""

import sqlite3
import time
from contextlib import closing

from storm import premises as sites
from storm.books import Drop
from storm.premises import Premises

INTERVAL_S = 1.0
SLACK_S = 1.5
"""For a busy machine: a scan waits for its turn on the processor like everybody."""


def test_what_another_machine_writes_is_found_by_looking(needs, row, length, mounted, tmp_path):
    needs("bindfs", root=True)
    remote = tmp_path / "remote"
    remote.mkdir()
    share = mounted(["bindfs", remote], tmp_path / "share")
    home = Premises(tmp_path / "home", share)
    home.environ |= {"BRIEFMILL_INTAKE__INTERVAL_S": str(INTERVAL_S), "BRIEFMILL_LOGGING__LEVEL": "info"}
    home.command("init")
    line = row("share without events (bindfs)")
    drops, moments = [], {}
    daemon = home.serve()
    try:
        home.await_word("daemon.started", daemon)
        assert "polling: fuse" in home.log.read_text()
        for number in range(length(40, 8)):
            brief = sites.bad(f"Bad {number}")
            drops.append(Drop.of(f"bad {number}.json", brief))
            (remote / drops[-1].name).write_bytes(brief)
            moments[drops[-1].name] = time.time()
            # Not in step with the scans: at another moment of the interval each time.
            time.sleep(INTERVAL_S * 0.37)
        home.await_closed(len(drops), daemon, 60)
    finally:
        home.stop(daemon)
    balance = home.balance(drops)
    line.add(balance)
    with closing(sqlite3.connect(home.places.state / "briefmill.db")) as ledger:
        seen = dict(ledger.execute("SELECT source, created_at FROM jobs"))
    waits = [seen[name] / 1e6 - moment for name, moment in moments.items()]
    line.tries = f"{len(waits)}"
    line.remarks = f"taken after {max(waits):.1f} s at most, scanning every {INTERVAL_S:.0f} s"
    assert not balance.faults
    assert balance.states["rejected"] == len(drops)
    # Two looks that agree make a file settled: two intervals.
    assert max(waits) < 2 * INTERVAL_S + SLACK_S, waits
