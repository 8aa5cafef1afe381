"""Which file systems a ledger may lie on."""

import pytest

from briefmill.storage import grounds


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "ceph"])
def test_another_machine_s_disk_is_refused(kind):
    assert kind in grounds.refused(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", ""])
def test_a_local_disk_is_fit(kind):
    assert not grounds.refused(kind)
    assert not grounds.doubted(kind)


@pytest.mark.parametrize("kind", ["9p", "virtiofs", "fuse.bindfs"])
def test_what_may_be_either_is_let_through_with_a_word(kind):
    assert not grounds.refused(kind)
    assert kind in grounds.doubted(kind)
