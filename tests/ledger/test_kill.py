"""kill -9 in the middle of writing: what was said to be durable is there, and the chain holds."""

import subprocess
import sys
from pathlib import Path

from briefmill.domain.job import State
from briefmill.ports import JobQuery
from ledger.ledgerkit import PushedClock, sqlite

SCRIBE = Path(__file__).with_name("scribe.py")


def test_nothing_that_was_answered_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "briefmill.db"
    for enough in (1, 17, 60):
        said = killed_after(enough, path)
        with sqlite(path, PushedClock()) as ledger:
            jobs = {job.id: job.state for job in ledger.records.jobs(JobQuery(limit=0))}
            assert {jobs.get(job) for job in said} == {State.CLAIMED}
            assert ledger.trail.verify().bad_row == 0
            assert ledger.trail.verify().rows == sum(1 + (state is State.CLAIMED) for state in jobs.values())


def killed_after(lines: int, path: Path) -> list[str]:
    with subprocess.Popen([sys.executable, str(SCRIBE), str(path)], stdout=subprocess.PIPE, text=True) as scribe:
        assert scribe.stdout is not None
        said = [scribe.stdout.readline().strip() for _ in range(lines)]
        scribe.kill()
        said += scribe.stdout.read().splitlines()
    return [line for line in said if len(line) == 18]
