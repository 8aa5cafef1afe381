"""The inbox cannot rename into its claim folder: another device, a bind mount, an overlay's lower layer (EXDEV)."""

import errno
import os
import tempfile
from pathlib import Path

import pytest

from briefmill.intake import claim
from briefmill.ports import JobQuery
from faults.crashkit import Killed
from intake.intakekit import RUNNING, renaming


def across(monkeypatch, inbox):
    """Let renames out of the inbox fail as between two devices."""

    def refuse(source, target, rename):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    renaming(monkeypatch, inbox, refuse)


@pytest.fixture(params=["told so", "a real one"])
def other_device(request, house, monkeypatch):
    if request.param == "told so":
        across(monkeypatch, house.inbox)
        yield
        return
    shm = Path("/dev/shm")
    if not shm.is_dir() or shm.stat().st_dev == house.inbox.stat().st_dev:
        pytest.skip("no second device here")
    with tempfile.TemporaryDirectory(dir=shm) as folder:
        (house.inbox / ".briefmill" / "claimed").symlink_to(folder)
        yield


async def test_files_folders_and_links_are_copied_whole_and_then_removed(house, other_device):
    house.drop("a.yaml", "summer end")
    house.drop("b/brief.yaml", "autumn end")
    house.drop("b/deep/cup.png", "cup")
    (house.inbox / "link.yaml").symlink_to("/nowhere")
    await house.rounds(3)
    assert house.left() == []
    assert house.states() == {"a.yaml": RUNNING, "b": RUNNING, "link.yaml": "rejected"}
    assert set(house.snapshot("b").files) == {"deep/cup.png"}
    original = house.intake.original(house.jobs()["b"].id)
    assert (original / "deep" / "cup.png").read_text() == "cup"


async def test_a_half_made_copy_is_made_anew(house, monkeypatch):
    across(monkeypatch, house.inbox)
    house.drop("a.yaml", "summer end")
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    half = house.inbox / ".briefmill" / "claimed" / job.id / ".copying"
    half.parent.mkdir(parents=True)
    half.write_text("summ")
    await house.rounds(3)
    assert {name: found.id for name, found in house.jobs().items()} == {"a.yaml": job.id}
    assert house.states() == {"a.yaml": RUNNING}
    assert house.intake.original(job.id).read_text() == "summer end"
    assert not half.exists()


async def test_a_full_disk_in_the_copy_keeps_the_file_in_the_inbox(house, monkeypatch):
    across(monkeypatch, house.inbox)
    house.drop("a.yaml", "summer end")

    def full(source, target, *, follow_symlinks):
        target.write_text("summ")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(claim.shutil, "copy2", full)
        await house.rounds(3)
    assert house.left() == ["a.yaml"]
    assert house.states() == {"a.yaml": "settling"}
    house.clock.push(60)
    await house.rounds(3)
    assert house.states() == {"a.yaml": RUNNING}
    assert len(house.ledger.records.jobs(JobQuery(limit=0))) == 1


@pytest.mark.parametrize("newer", ["", "winter end"], ids=["the same", "a newer one"])
async def test_a_kill_between_the_copy_and_the_removal_leaves_one_of_each(house, monkeypatch, newer):
    across(monkeypatch, house.inbox)
    house.drop("a.yaml", "summer end")
    remove, deaths = claim._remove, [True]

    def removed(path):
        if path.parent == house.inbox and deaths and deaths.pop():
            raise Killed
        remove(path)

    monkeypatch.setattr(claim, "_remove", removed)
    with pytest.raises(Killed):
        await house.rounds(3)
    if newer:
        house.drop("a.yaml", newer)
    house.restart()
    await house.rounds(6)
    assert house.left() == []
    made = [job.campaign for job in house.ledger.records.jobs(JobQuery(limit=0, oldest=True))]
    assert made == ["summer", "winter"] if newer else made == ["summer"]
