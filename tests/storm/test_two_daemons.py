"""Two homes serve one inbox, and their daemons are killed in turn: each brief is run once, by one of them."""

import collections

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
        # A whole batch belongs to whoever scans first: small ones, so that there is something to share.
        home.environ["BRIEFMILL_INTAKE__MAX_CLAIMS_PER_SCAN"] = "20"
    # Both leave their card before there is anything to take.
    for home in homes:
        home.recover()
    part = length(1, SHORTER)
    drops = [premises.put(f"bad {number}.json", sites.bad(f"Bad {number}")) for number in range(REFUSED // part)]
    drops += [
        premises.put(f"tide {number}", sites.bundle(f"Tide {number}"), sites.PICTURE)
        for number in range(BUNDLES // part)
    ]
    daemons = [home.serve() for home in homes]
    kills = 0
    try:
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
