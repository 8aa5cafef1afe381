"""A share that does not answer is a pause by whatever name the kernel says it, and never the brief's fault."""

import errno
import os

import pytest

from briefmill.domain.facts import PipelinePaused
from briefmill.engine import attempt
from briefmill.engine.attempt import Kind, Patience
from briefmill.intake.admit import Admissions
from faults import pocket
from faults.works import Works
from intake.intakekit import House, reading, renaming

AWAY = [errno.EHOSTDOWN, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENODEV, errno.EREMOTEIO]


@pytest.mark.parametrize("code", AWAY)
def test_an_error_of_a_lost_share_is_a_pause(code):
    outcome = attempt.judge(OSError(code, os.strerror(code)), attempt=4, patience=Patience(), chance=1.0)
    assert outcome.kind is Kind.PAUSED


@pytest.mark.parametrize("code", [errno.EHOSTDOWN, errno.ETIMEDOUT])
async def test_an_outbox_whose_server_is_down_for_a_while_rejects_no_brief(tmp_path, monkeypatch, code):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    scandir, down = os.scandir, [True]

    def listed(path="."):
        if down[0] and path == works.outbox:
            raise OSError(code, os.strerror(code), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", listed)
    await works.through(most=8)
    down[0] = False
    works.clock.push(600)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert works.heard.of(PipelinePaused)


async def test_an_inbox_whose_server_is_down_while_a_file_is_moved_holds_no_brief(tmp_path, monkeypatch):
    house, down = House(tmp_path), [True]
    house.drop("a.yaml")

    def stand_in(source, target, rename):
        if down[0]:
            raise OSError(errno.EHOSTDOWN, os.strerror(errno.EHOSTDOWN), str(source))
        return rename(source, target)

    renaming(monkeypatch, house.inbox, stand_in)
    await house.rounds(3)
    down[0] = False
    house.clock.push(600)
    await house.rounds(3)
    assert house.states() == {"a.yaml": "running"}


class Share:
    """The inbox as a share: while it is away, the empty folder is seen where it is mounted."""

    def __init__(self, path):
        self.inbox, self.away = path / "inbox", path / "away"

    def unmount(self):
        self.inbox.rename(self.away)
        self.inbox.mkdir()

    def mount(self):
        self.inbox.rename(self.inbox.with_name("mount point"))
        self.away.rename(self.inbox)


@pytest.mark.parametrize("step", ["examined", "read"])
async def test_briefs_that_are_being_taken_when_the_inbox_goes_are_not_cancelled(tmp_path, monkeypatch, step):
    house, share = House(tmp_path), Share(tmp_path)
    for number in range(12):
        house.drop(f"{number:02}.yaml", f"campaign{number} end")

    def gone():
        if not share.away.exists():
            share.unmount()

    if step == "examined":
        house.read = lambda data, name: (gone(), reading(data, name))[1]
    else:
        admit = Admissions.admit

        async def admitted(self, job):
            gone()
            return await admit(self, job)

        monkeypatch.setattr(Admissions, "admit", admitted)
    await house.rounds(4)
    left = [path for path in (tmp_path / "inbox").rglob("*") if path.is_file()]
    assert left == [], "nothing is put where the share is mounted"
    house.read = reading
    monkeypatch.undo()
    share.mount()
    await house.rounds(6)
    assert set(house.states().values()) == {"running"}, house.states()
    assert len(house.states()) == 12


async def test_the_original_of_a_brief_that_is_refused_meanwhile_is_kept(tmp_path):
    works, share = Works(tmp_path), Share(tmp_path)
    works.drop("a.yaml", "ugly end")
    await works.rounds(2)
    (job,) = works.jobs().values()
    share.unmount()
    await works.through()
    assert works.published(works.rejected) == []
    share.mount()
    works.restart()
    await works.through()
    assert works.ended() == {"a.yaml": ["rejected"]}
    works.check_refusal(f"a.yaml.{job.id}", "ugly end")


async def test_what_comes_to_rest_meanwhile_is_tidied_away_when_the_inbox_is_back(tmp_path):
    works, share = Works(tmp_path), Share(tmp_path)
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    share.unmount()
    await works.through()
    assert works.published(works.outbox) == ["summer"]
    share.mount()
    await works.rounds(2)
    assert works.claims() == []


async def on_a_drive(folder):
    """The outbox's drive is unmounted while a brief is made."""
    path = pocket.Path(folder)
    (path / "outbox").mkdir()
    pocket.mounted(path / "outbox", "size=16m")
    works = Works(path)
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    pocket.unmounted(path / "outbox")
    await works.through()
    assert works.published(works.outbox) == [], "it would never be seen again"
    assert [fact.resource for fact in works.heard.of(PipelinePaused)] == ["folder"]
    pocket.mounted(path / "outbox", "size=16m")
    works.clock.push(600)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    works.check_delivery("summer")


def test_nothing_is_delivered_into_the_empty_folder_where_a_drive_should_be(tmp_path):
    pocket.run(pocket.MOUNTS, on_a_drive, tmp_path)
