"""Free bytes by folder."""

from briefmill.domain.facts import DiskMeasured
from briefmill.telemetry import disk


def test_each_folder_is_told_by_its_name(tmp_path, ear):
    disk.measure({"inbox": tmp_path, "outbox": tmp_path}, ear)

    assert [fact.folder for fact in ear.heard] == ["inbox", "outbox"]
    assert all(isinstance(fact, DiskMeasured) and fact.free > 0 for fact in ear.heard)


def test_a_folder_that_is_gone_has_no_room_whatever_its_parent_has(tmp_path, ear):
    disk.measure({"inbox": tmp_path / "gone", "outbox": tmp_path}, ear)

    assert ear.heard[0] == DiskMeasured(folder="inbox", free=0)
    assert ear.heard[1].free > 0
