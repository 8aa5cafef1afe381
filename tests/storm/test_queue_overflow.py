"""100,000 files at once, while the daemon stands still: the kernel's queue of events runs over, nothing is missed.

A hundred thousand real jobs would take half an hour, so the mix is mostly names that are only looked at: files of
upload tools on their way (counted, left alone), copies of one brief (recorded duplicates), and briefs that are refused.
"""

import signal
import subprocess
import time
from pathlib import Path

from storm import premises as sites
from storm.books import Drop

ON_THEIR_WAY, COPIES, REFUSED = 85_000, 14_000, 1_000
SHORTER = 20


def test_nothing_is_missed_when_the_queue_of_events_runs_over(row, length, premises):
    part = length(1, SHORTER)
    names = {
        **{f"way {number}.filepart": b"x" for number in range(ON_THEIR_WAY // part)},
        **{f"copy {number}.json": sites.plain("Same") for number in range(COPIES // part)},
        **{f"bad {number}.json": sites.bad(f"Bad {number}") for number in range(REFUSED // part)},
    }
    queue = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    line = row(f"{len(names):,} files renamed in while the daemon stands still")
    outside = premises.path / "outside"
    outside.mkdir()
    for name, data in names.items():
        (outside / name).write_bytes(data)
    premises.listen()
    daemon = premises.serve()
    began = time.monotonic()
    try:
        first = premises.put("first.json", sites.bad("First"))
        premises.await_closed(1, daemon, 60)
        daemon.send_signal(signal.SIGSTOP)
        moving = time.monotonic()
        for name in names:
            (outside / name).rename(premises.places.inbox / name)
        moved_s = time.monotonic() - moving
        daemon.send_signal(signal.SIGCONT)
        drops = [first] + [Drop.of(name, data) for name, data in names.items() if name.endswith(".json")]
        premises.await_closed(len(drops), daemon, 1400)
        lost_events = premises.metric("briefmill_watcher_overflows_total")
    finally:
        daemon.send_signal(signal.SIGCONT)
        premises.stop(daemon)
    balance = premises.balance(drops)
    line.add(balance)
    line.tries = f"{len(names):,} files"
    line.remarks = (
        f"{len(names) / moved_s:,.0f} renames a second, {lost_events:.0f} overflows of a queue of {queue:,}, all "
        f"closed after {time.monotonic() - began:.0f} s; {ON_THEIR_WAY // part:,} were names of uploads on their way"
    )
    assert not balance.faults, balance.faults[:10]
    assert balance.states["delivered"] == 1
    assert balance.states["duplicate"] == COPIES // part - 1
    assert balance.states["rejected"] == REFUSED // part + 1
    left = {path.name for path in premises.places.inbox.iterdir()} - {".briefmill"}
    assert left == {name for name in names if name.endswith(".filepart")}
    assert bool(lost_events) == (len(names) > queue), (lost_events, queue)
    subprocess.run(["rm", "-r", premises.path], check=True)
