"""A simulated day before a real daemon: nothing grows with time.

The clocks run 120 times as fast (30 real seconds are an hour), so that all that happens by the clock happens as often
as in a day: 17,280 scans, a pulse every ten seconds, clearing every half hour, a scrape every ten minutes. Twenty
briefs come in each hour, spread over it; every sixth hour a backup is taken under load, with rotation. What is six
hours old goes from outbox, rejected, archive and state.

Flat means, over all hours but the first third, in which pools and caches fill:

- memory: a line laid through the hours rises by less than 10 MB over a whole day in the daemon, 60 MB in its workers,
  which breathe with what they have just decoded;
- open files and threads: none of the last hours has more than 4 and 2 beyond the most of the hours before;
- latency: the median of the last hours' 95th percentiles is less than twice that of the hours before, plus half a
  second for whoever else uses this machine;
- what is kept: the outbox never holds more than what nine hours bring (six, clearing's half hour, and the hour itself).

A taste of fewer than six hours is too short for lines; only the accounts are checked then.
"""

import statistics
import time

from soak.shift import LOOKS

BRIEFS = 20
AT_ONCE = 8
DAEMON_MB, WORKERS_MB = 10.0, 60.0
FILES, THREADS = 4, 2
BACKUP_EVERY = 6


def test_nothing_grows_over_a_day(shift, capsys):
    daemon = shift.start_hastened()
    try:
        _work(shift, daemon)
        shift.await_closed(shift.dropped, daemon, 120)
    finally:
        shift.stop(daemon)
        with capsys.disabled():
            print(f"\n{shift.table()}")
    assert shift.json("audit", "verify")["bad_row"] == 0
    assert shift.json("db", "check")["sound"]
    states = {job["state"] for job in shift.jobs()}
    assert states <= {"delivered", "rejected", "duplicate"}
    assert len(shift.jobs()) == shift.dropped
    assert [
        path.name for path in shift.places.inbox.iterdir() if path.name not in {".briefmill", "upload.filepart"}
    ] == []
    if shift.hours >= 6:
        _check_flat(shift.rows)
    if shift.hours > 8:
        assert shift.rows[-1].removed > 0


def _work(shift, daemon):
    # The first one waits for the start; hours are counted from then on.
    shift.drop()
    shift.await_closed(1, daemon, 120)
    newest, began = shift.took_s(0)[1], time.monotonic()
    for hour in range(1, shift.hours + 1):
        looks, closed, due = [], shift.closed(), began + hour * shift.hour_s
        for number in range(BRIEFS):
            moment = due - shift.hour_s + number * shift.hour_s / BRIEFS
            time.sleep(max(0.0, moment - time.monotonic()))
            assert daemon.poll() is None, shift.log.read_text()[-4000:]
            shift.drop()
            # As many under way as a folder of people brings, however slow this machine is today.
            shift.await_closed(shift.dropped - AT_ONCE, daemon, 120)
            if number % (BRIEFS // LOOKS) == 0:
                looks.append(shift.look(daemon.pid))
                shift.scrape()
        if hour % BACKUP_EVERY == 0:
            shift.command("backup", str(shift.path.parent), "--keep", "2")
        time.sleep(max(0.0, due - time.monotonic()))
        newest = shift.end_hour(hour, looks, newest, closed)


def _check_flat(rows):
    settled = rows[len(rows) // 3 :]
    middle, late = settled[: len(settled) // 2], settled[len(settled) // 2 :]
    for name, most in (("daemon_mb", DAEMON_MB), ("workers_mb", WORKERS_MB)):
        figures = [(row.number, getattr(row, name)) for row in settled]
        slope = statistics.linear_regression(*zip(*figures, strict=True)).slope
        assert slope * 24 < most, (name, figures)
    for name, more in (("files", FILES), ("threads", THREADS)):
        before = max(getattr(row, name) for row in rows[: len(rows) - len(late)])
        assert max(getattr(row, name) for row in late) <= before + more, name
    slow, usual = (statistics.median(row.share(0.95) for row in part) for part in (late, middle))
    assert slow < 2 * usual + 0.5
    brought = max(row.briefs for row in rows)
    assert max(row.outbox for row in rows) <= 9 * brought
