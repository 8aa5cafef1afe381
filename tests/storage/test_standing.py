"""Folders that stand on a drive of their own, and what is known of it when the drive is gone."""

import pytest

from briefmill.errors import Paused
from briefmill.storage.standing import Standing, mount_point


class Machine:
    """A table of mounts; its folders stay where they are, as mount points do."""

    def __init__(self, path):
        self.path, self.mounts = path, {path / "nas"}
        for folder in ("nas/outbox", "rejected"):
            (path / folder).mkdir(parents=True)

    def standing(self, **folders):
        found = {"outbox": self.path / "nas" / "outbox", "rejected": self.path / "rejected"} | folders
        return Standing(folders=found, notes=self.path / "mounts.json", is_mount=self.is_mount)

    def is_mount(self, path):
        return path in self.mounts or path == path.parent


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def started(standing):
    standing.renew()
    return standing


def test_the_deepest_mount_above_a_folder_is_where_it_stands(machine):
    assert mount_point(machine.path / "nas" / "outbox" / "not there yet", machine.is_mount) == machine.path / "nas"
    assert mount_point(machine.path / "rejected", machine.is_mount).parent == mount_point(machine.path).parent


def test_a_drive_that_goes_and_comes_back_is_told_while_it_is_gone(machine):
    standing = started(machine.standing())
    standing.check()
    machine.mounts.clear()
    with pytest.raises(Paused, match="outbox: its drive is not mounted") as caught:
        standing.check()
    assert caught.value.resource == "folder"
    machine.mounts.add(machine.path / "nas")
    standing.check()


def test_a_start_without_the_drive_still_knows_of_it(machine):
    started(machine.standing())
    machine.mounts.clear()
    standing = started(machine.standing())
    assert list(standing.missing()) == ["outbox"]
    standing.recall()
    assert list(started(machine.standing()).missing()) == ["outbox"], "nor does the next start forget it"


def test_what_a_person_accepts_stays_so(machine):
    started(machine.standing())
    machine.mounts.clear()
    machine.standing().accept()
    assert not started(machine.standing()).missing()


def test_a_folder_that_is_set_elsewhere_is_noted_anew(machine):
    started(machine.standing())
    machine.mounts.clear()
    assert not started(machine.standing(outbox=machine.path / "rejected")).missing()


def test_a_drive_that_is_mounted_later_counts_from_the_next_start_on(machine):
    machine.mounts.clear()
    started(machine.standing())
    machine.mounts.add(machine.path / "nas")
    started(machine.standing())
    machine.mounts.clear()
    assert list(started(machine.standing()).missing()) == ["outbox"]


@pytest.mark.parametrize("notes", [b"", b"[]", b'{"outbox": 1}', b"\xff"])
def test_notes_that_nobody_can_read_are_made_anew(machine, notes):
    (machine.path / "mounts.json").write_bytes(notes)
    standing = started(machine.standing())
    machine.mounts.clear()
    assert list(standing.missing()) == ["outbox"]
