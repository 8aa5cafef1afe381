"""A real disk fills up to the last byte, or to the last inode, at every point of the work; then there is room again.

The disk is a tmpfs of the test's own. However little is left on it, what was begun pauses and says so, nothing half
made is seen, no brief is punished, and the first look after there is room again brings everything to its end. (That
the ledger itself lies on a full disk is for a whole daemon to live through: tests/acceptance/test_pause.py.)
"""

import os
import shutil

import pytest

from briefmill.domain.facts import Failed, PipelinePaused, PipelineResumed
from faults import pocket
from faults.works import Works

PAGE = 4096


def free_pages(folder):
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize // PAGE


class Bytes:
    """Takes room away by one long file."""

    def __init__(self, folder, keep):
        self.ballast = folder / "ballast"
        with self.ballast.open("wb", buffering=0) as file:
            while (left := free_pages(folder) - keep) > 0:
                file.write(bytes(min(left, 256) * PAGE))

    def release(self):
        self.ballast.unlink()


class Inodes:
    """Takes room away by many empty files."""

    def __init__(self, folder, keep):
        self.ballast = []
        while os.statvfs(folder).f_favail > keep:
            path = folder / f"ballast-{len(self.ballast)}"
            path.touch()
            self.ballast.append(path)

    def release(self):
        for path in self.ballast:
            path.unlink()


FILLERS = {"bytes": Bytes, "inodes": Inodes}


async def squeezed(disk, text, keep, filler):
    """A life on a disk with so much room left; True when that was too little for it."""
    path = disk / f"{keep}"
    path.mkdir()
    works = Works(path)
    works.drop("a.yaml", text)
    ballast = filler(disk, keep)
    await works.through(4)
    paused = [fact.resource for fact in works.heard.of(PipelinePaused)]
    assert set(paused) <= {"disk"}, paused
    assert works.heard.of(Failed) == [], works.heard.of(Failed)
    shown = {name for folder in (works.outbox, works.rejected) for name in works.published(folder)}
    assert not any(name.startswith(".") for name in shown), shown
    assert set(works.states().values()) <= {"settling", "claimed", "running", "delivered", "rejected"}
    ballast.release()
    works.clock.push(600)
    await works.through()
    wanted = "rejected" if text == "bad end" else "delivered"
    assert works.ended() == {"a.yaml": [wanted]}, (keep, works.ended())
    assert works.left() == works.claims() == []
    (job,) = works.jobs().values()
    if wanted == "delivered":
        works.check_delivery("summer")
        assert works.published(works.outbox) == ["summer"]
    else:
        works.check_refusal(f"a.yaml.{job.id}", text)
        assert works.published(works.rejected) == [f"a.yaml.{job.id}"]
    assert job.attempt <= 1, "a full disk costs no attempt"
    assert len(works.provider.paid) <= 1, (keep, works.provider.paid)
    works.check_books()
    resumed = [fact.resource for fact in works.heard.of(PipelineResumed)]
    assert sorted(resumed) == sorted(paused), (paused, resumed)
    shutil.rmtree(path)
    return bool(paused)


async def filled_up(folder, what, text):
    """Ever more room, until a life needs no more."""
    disk = pocket.Path(folder)
    pocket.mounted(disk, "size=16m", "nr_inodes=500")
    keep = 0
    while await squeezed(disk, text, keep, FILLERS[what]):
        keep += 1
        assert keep < 400, "the work never fits"
    assert keep >= 5, "the disk was never full"


@pytest.mark.parametrize("text", ["summer end", "bad end"], ids=["delivered", "refused"])
@pytest.mark.parametrize("what", ["bytes", "inodes"])
def test_a_disk_that_is_full_at_any_point_delays_and_costs_nothing(tmp_path, what, text):
    pocket.run(pocket.MOUNTS, filled_up, tmp_path, what, text)
