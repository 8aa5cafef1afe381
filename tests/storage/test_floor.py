"""The floor of free disk: pauses below it, goes on well above it, and says which folder lacks what."""

import errno
import os
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.errors import Paused
from briefmill.storage.floor import Floor

MB = 10**6


class Disk:
    """A disk of 100 GB with blocks of 1000 bytes, as statvfs sees it."""

    def __init__(self, free=50_000 * MB, inodes=1_000_000, all_inodes=6_000_000):
        self.free, self.inodes, self.all_inodes, self.error = free, inodes, all_inodes, None

    def __call__(self, path):
        if self.error:
            raise OSError(self.error, os.strerror(self.error), str(path))
        return SimpleNamespace(
            f_frsize=1000,
            f_blocks=100_000 * MB // 1000,
            f_bavail=self.free // 1000,
            f_files=self.all_inodes,
            f_favail=self.inodes,
        )


def floor_on(disk, tmp_path, **options):
    return Floor({"state": tmp_path}, **{"least_bytes": 500 * MB, "look": disk, **options})


def test_above_the_floor_nothing_is_said_and_below_it_everything(tmp_path):
    disk = Disk()
    floor = floor_on(disk, tmp_path)
    floor.check()
    disk.free = 499 * MB
    with pytest.raises(Paused) as short:
        floor.check()
    assert short.value.resource == "disk"
    assert str(short.value) == f"499.0 MB free under state ({tmp_path}), the floor is 500.0 MB"


def test_a_disk_that_hovers_around_the_floor_does_not_flap(tmp_path):
    disk = Disk(free=499 * MB)
    floor = floor_on(disk, tmp_path)
    for free, paused in ((499, True), (501, True), (624, True), (625, False), (501, False), (499, True)):
        disk.free = free * MB
        try:
            floor.check()
        except Paused:
            assert paused, free
        else:
            assert not paused, free


def test_the_smaller_of_bytes_and_share_is_the_floor(tmp_path):
    disk = Disk(free=900 * MB)
    floor_on(disk, tmp_path, least_bytes=2000 * MB, share=0.005).check()
    with pytest.raises(Paused, match=r"the floor is 1\.0 GB"):
        floor_on(disk, tmp_path, least_bytes=2000 * MB, share=0.01).check()


def test_a_full_table_of_inodes_is_a_full_disk(tmp_path):
    with pytest.raises(Paused, match="12 inodes free under state"):
        floor_on(Disk(inodes=12), tmp_path).check()


@pytest.mark.parametrize(("free", "all_of_them"), [(0, 0), (0, 10**9), (5, 8)])
def test_a_file_system_that_counts_no_inodes_or_has_few_is_not_punished(tmp_path, free, all_of_them):
    floor_on(Disk(inodes=free, all_inodes=all_of_them), tmp_path).check()


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ENOTCONN])
def test_a_disk_that_does_not_answer_pauses(tmp_path, code):
    disk = Disk()
    disk.error = code
    with pytest.raises(Paused, match="state") as short:
        floor_on(disk, tmp_path).check()
    assert short.value.resource == "disk"


def test_a_folder_that_is_gone_is_left_to_those_who_need_it(tmp_path):
    Floor({"outbox": tmp_path / "gone"}, least_bytes=2**60).check()


@given(st.integers(0, 200_000 * MB), st.integers(0, 10**7))
def test_no_floor_no_pause(free, inodes):
    Floor({"state": "anywhere"}, least_bytes=0, look=Disk(free=free, inodes=inodes)).check()


def test_a_real_disk_is_asked(tmp_path):
    (room,) = Floor({"state": tmp_path}, least_bytes=1).rooms()
    assert 0 < room.free <= os.statvfs(tmp_path).f_blocks * os.statvfs(tmp_path).f_frsize
    with pytest.raises(Paused):
        Floor({"state": tmp_path}, least_bytes=2**62).check()
