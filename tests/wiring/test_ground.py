"""What a home stands on is looked at before anything is written."""

import os

import pytest

from briefmill.errors import ConfigError, Exit, Paused
from briefmill.settings import Settings
from briefmill.wiring import ground


@pytest.fixture
def settings(tmp_path):
    def load(**environ):
        return Settings.load(tmp_path, {f"BRIEFMILL_{name}": value for name, value in environ.items()})

    return load


def test_a_state_on_a_network_share_is_refused_with_the_place_and_the_fix(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(ground.mounts, "file_system", lambda path: "nfs4" if path == tmp_path / "state" else "ext4")
    with pytest.raises(ConfigError, match=r"folders\.state .*nfs4, a network file system.*local disk") as refused:
        ground.check(settings())
    assert refused.value.exit_code is Exit.BAD_CONFIG


def test_a_state_on_the_disk_of_this_test_is_fit(settings):
    ground.check(settings())


def test_the_floor_watches_every_folder_that_is_written_to(settings, tmp_path):
    for name in ("inbox", "outbox", "rejected", "state", "archive", "assets"):
        (tmp_path / name).mkdir()
    rooms = ground.keep_free(settings(DISK__FLOOR="1 MB")).rooms()
    assert [room.name for room in rooms] == ["inbox", "outbox", "rejected", "state", "archive"]
    ground.keep_free(settings(DISK__FLOOR="off")).check()
    with pytest.raises(Paused, match="free under inbox"):
        ground.keep_free(settings(DISK__FLOOR="900000 TB")).check()


def test_delivered_files_get_the_modes_and_the_group_that_were_asked_for(settings):
    number = str(os.getegid())
    rights = ground.rights(settings(OUTPUT__GROUP=number, OUTPUT__FILE_MODE="0640", OUTPUT__DIR_MODE="0750"))
    assert (rights.group, rights.file_mode, rights.dir_mode) == (int(number), 0o640, 0o750)


def test_a_group_that_is_not_there_is_a_wrong_configuration(settings):
    with pytest.raises(ConfigError, match="no-such-group"):
        ground.rights(settings(OUTPUT__GROUP="no-such-group"))
