"""What the inbox lies on, and its marker."""

import pytest

from briefmill.intake import mounts

TABLE = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /srv/share rw - cifs //nas/ads rw
31 22 0:26 / /srv/share/local rw master:3 - xfs /dev/sdb rw
32 22 0:27 / /mnt/with\\040space rw - fuse.rclone remote: rw
33 22 0:28 / /mnt/nfs rw - nfs4 nas:/ads rw
34 22 0:29 / /mnt/odd rw - zfs tank rw
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "mountinfo"
    path.write_text(TABLE)
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/ana/inbox", "ext4"),
        ("/srv/share", "cifs"),
        ("/srv/share/inbox", "cifs"),
        ("/srv/share/local/inbox", "xfs"),
        ("/srv/shared", "ext4"),
        ("/mnt/with space/inbox", "fuse.rclone"),
        ("/mnt/nfs/inbox", "nfs4"),
    ],
)
def test_the_nearest_mount_above_a_path_tells_its_file_system(table, tmp_path, path, kind):
    assert mounts.file_system(type(tmp_path)(path), table) == kind


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("ext4", "native"),
        ("tmpfs", "native"),
        ("cifs", "polling"),
        ("nfs4", "polling"),
        ("fuse.bindfs", "polling"),
        ("9p", "polling"),
        ("virtiofs", "polling"),
        ("", "polling"),
    ],
)
def test_the_way_of_watching_follows_from_the_file_system_and_says_why(monkeypatch, tmp_path, kind, mode):
    monkeypatch.setattr(mounts, "file_system", lambda path: kind)
    chosen = mounts.watching(tmp_path, "auto")
    assert chosen.mode == mode
    assert (kind or "unknown") in str(chosen)


@pytest.mark.parametrize("wish", ["native", "polling", "off"])
def test_a_wish_goes_before_what_the_file_system_says(tmp_path, wish):
    assert mounts.watching(tmp_path, wish).mode == wish


def test_a_mount_table_that_cannot_be_read_means_unknown(tmp_path):
    assert mounts.file_system(tmp_path, tmp_path / "nothing") == ""
    (tmp_path / "odd").write_text("not a mount table\n1 2 3 - x\n")
    assert mounts.file_system(tmp_path, tmp_path / "odd") == ""


def test_this_machine_s_own_table_is_understood(tmp_path):
    assert mounts.file_system(tmp_path)


def test_an_inbox_is_trusted_while_it_is_a_folder_with_its_marker(tmp_path):
    inbox = tmp_path / "inbox"
    assert "not there" in mounts.missing(inbox, marked=True)
    inbox.mkdir()
    assert "marker" in mounts.missing(inbox, marked=True)
    assert mounts.missing(inbox, marked=False) == ""
    mounts.mark(inbox)
    mounts.mark(inbox)
    assert mounts.missing(inbox, marked=True) == ""


def test_blocks_are_trusted_where_our_own_marker_has_some(tmp_path, monkeypatch):
    assert mounts.counts_blocks(tmp_path)
    mounts.mark(tmp_path)
    assert mounts.counts_blocks(tmp_path) == (mounts.marker(tmp_path).stat().st_blocks > 0)


def test_blocks_mean_nothing_where_a_file_with_words_has_none(tmp_path):
    place = mounts.marker(tmp_path)
    place.parent.mkdir()
    with place.open("wb") as file:
        file.truncate(5000)
    if place.stat().st_blocks:
        pytest.skip("this file system has no holes")
    assert not mounts.counts_blocks(tmp_path)


def test_another_inbox_in_the_place_of_ours_is_not_ours_and_the_same_one_mounted_again_is(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for inbox in (ours, theirs):
        inbox.mkdir()
        mounts.mark(inbox)
    expected = mounts.identity(ours)
    assert mounts.missing(ours, marked=True, expected=expected) == ""
    assert "another inbox" in mounts.missing(theirs, marked=True, expected=expected)
    assert mounts.missing(theirs, marked=False, expected=expected) == ""
    mounts.mark(ours)
    assert mounts.identity(ours) == expected


def test_a_marker_of_old_without_identity_is_accepted(tmp_path):
    place = mounts.marker(tmp_path)
    place.parent.mkdir()
    place.write_text("This file tells Briefmill that this is the inbox.\n")
    assert mounts.identity(tmp_path) == ""
    assert mounts.missing(tmp_path, marked=True, expected="0123456789abcdef") == ""
