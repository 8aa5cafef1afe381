"""Two homes serve one inbox, and their daemons are killed in turn: each brief is run once, by one of them."""

import collections
import time

from storm import premises as sites
from storm.premises import Premises

REFUSED, BUNDLES = 2_400, 200
SHORTER = 20
EACH = 40


def test_two_daemons_on_one_inbox_with_kills(row, length, premises, tmp_path):
    line = row("two daemons on one inbox, killed in turn")
    other = Premises(tmp_path / "other", premises.places.inbox)
    other.command("init")
    homes = (premises, other)
    for home in homes:
        # Both leave their card before there is anything to take.
        home.recover()
        # A whole batch belongs to whoever scans first: small ones, so that there is something to share.
        home.environ |= {"BRIEFMILL_INTAKE__MAX_CLAIMS_PER_SCAN": "20", "BRIEFMILL_LOGGING__LEVEL": "info"}
    part, kills = length(1, SHORTER), 0
    daemons = [home.serve() for home in homes]
    try:
        for daemon, home in zip(daemons, homes, strict=True):
            home.await_word("daemon.started", daemon)
        drops = [premises.put(f"bad {number}.json", sites.bad(f"Bad {number}")) for number in range(REFUSED // part)]
        drops += [
            premises.put(f"tide {number}", sites.bundle(f"Tide {number}"), sites.PICTURE)
            for number in range(BUNDLES // part)
        ]
        goal = EACH
        while (done := sum(home.closed() for home in homes)) < len(drops):
            for daemon, home in zip(daemons, homes, strict=True):
                assert daemon.poll() is None, home.log.read_text()[-4000:]
            if done >= goal:
                victim = kills % 2
                daemons[victim].kill()
                daemons[victim].wait()
                daemons[victim] = homes[victim].serve()
                kills, goal = kills + 1, done + max(EACH, len(drops) // 20)
            time.sleep(sites.LOOK_S)
    finally:
        for daemon in daemons:
            daemon.kill()
            daemon.wait()
    for home in homes:
        home.recover(300)
    balance = premises.balance(drops, other)
    line.add(balance)
    shares = collections.Counter(job["state"] for job in other.jobs())
    line.tries = f"{kills} kills"
    line.remarks = f"the second daemon closed {shares['rejected'] + shares['delivered']:,} of them"
    assert not balance.faults, balance.faults[:10]
    assert balance.states == collections.Counter(rejected=REFUSED // part, delivered=BUNDLES // part)
    assert kills
    assert 0 < shares["rejected"] + shares["delivered"] < len(drops)
