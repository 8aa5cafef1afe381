"""The process is killed at every single step between an inbox and a running job; nothing is lost and nothing doubled.

A kill is a BaseException that no code of ours catches, raised just before or just after one call to the file system,
the journal or the store; then a new intake starts over what lies there. The steps are counted first, so that a new one
is tested as soon as it exists.
"""

import functools

import pytest

from briefmill.intake import claim
from briefmill.ports import JobQuery
from intake.intakekit import DUPLICATE, REJECTED, RUNNING, House


class Killed(BaseException):
    """SIGKILL: nothing after it runs."""


class Steps:
    """Counts calls; dies before or after the call number `at`."""

    def __init__(self, at, after):
        self.at, self.after, self.count, self.dead = at, after, 0, False

    def around(self, call):
        @functools.wraps(call)
        def step(*args, **kwargs):
            if self.dead:
                raise Killed  # what else the process had under way goes no further
            self.count += 1
            if self.count == self.at:
                self.dead = True
                if self.after:
                    call(*args, **kwargs)
                raise Killed
            return call(*args, **kwargs)

        return step


def rigged(house, monkeypatch, steps):
    """Put the steps around everything that leaves a trace outside the process."""
    for owner, names in (
        (house.ledger.journal, ["begin_all", "took_all", "took", "admit", "close"]),
        (house.store, ["adopt", "put"]),
        (claim.ClaimFolder, ["take_all", "begin_try", "end_tries", "discard", "unmark"]),
        (claim.files, ["rename_noreplace", "sync"]),
        (claim.Path, ["rename"]),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, steps.around(getattr(owner, name)))


async def through(house, steps):
    """Run to the end over as many deaths as it takes; gives how many there were."""
    deaths = 0
    for _ in range(6):
        try:
            await house.rounds(3)
            house.clock.push(60)
            await house.rounds(3)
        except Killed:
            deaths += 1
            steps.dead = False
            house.restart()
    return deaths


async def lived(path, monkeypatch, drops, at=0, after=False):
    path.mkdir()
    house = House(path)
    for name, text in drops.items():
        house.drop(name, text)
    steps = Steps(at, after)
    with monkeypatch.context() as patched:
        rigged(house, patched, steps)
        deaths = await through(house, steps)
    return house, steps, deaths


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("drops", "outcome"),
    [
        ({"a.yaml": "summer end"}, {"a.yaml": {RUNNING}}),
        ({"a.yaml": "bad end"}, {"a.yaml": {REJECTED}}),
        ({"b/a.yaml": "summer end", "b/x.png": "x"}, {"b": {RUNNING}}),
        ({"a.yaml": "same end", "b.yaml": "same end"}, {"a.yaml": {RUNNING}, "b.yaml": {DUPLICATE}}),
    ],
    ids=["brief", "refused", "bundle", "twins"],
)
async def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(tmp_path, monkeypatch, drops, outcome, after):
    _, counted, deaths = await lived(tmp_path / "counted", monkeypatch, drops)
    assert deaths == 0
    assert counted.count >= 10
    for at in range(1, counted.count + 1):
        house, _, deaths = await lived(tmp_path / f"at-{at}", monkeypatch, drops, at, after)
        assert deaths == 1, at
        ended = {}
        for job in house.ledger.records.jobs(JobQuery(limit=0)):
            ended.setdefault(job.source, set()).add(str(job.state))
        assert set(ended) == set(outcome), at
        states = sorted(state for found in ended.values() for state in found)
        assert states == sorted(state for found in outcome.values() for state in found), (at, ended)
        assert house.left() == [], at
        running = [job.id for job in house.jobs().values() if str(job.state) == RUNNING]
        assert house.claims() == running, at
        assert house.ledger.trail.verify().bad_row == 0
