"""Taking files out of an inbox."""

import errno
import os
import stat

import pytest

from briefmill.errors import Paused
from briefmill.intake import claim
from briefmill.intake.claim import ClaimFolder, Stuck, Vanished
from intake.intakekit import renaming


@pytest.fixture
def claims(tmp_path):
    return ClaimFolder(inbox=tmp_path)


def broken(monkeypatch, inbox, code):
    def refuse(source, target, rename):
        raise OSError(code, os.strerror(code))

    renaming(monkeypatch, inbox, refuse)


def test_a_claim_frees_the_name_at_once_and_keeps_the_bytes(claims, tmp_path):
    for number in range(3):
        (tmp_path / "a.yaml").write_text(f"{number}")
        path = claims.take(b"a.yaml", f"j_{number}")
        assert path == tmp_path / ".briefmill" / "claimed" / f"j_{number}" / "a.yaml"
        assert path.read_text() == f"{number}"
        assert not (tmp_path / "a.yaml").exists()
    assert claims.jobs() == ["j_0", "j_1", "j_2"]


def test_a_link_is_claimed_as_a_link(claims, tmp_path):
    (tmp_path / "a.yaml").symlink_to("/etc/passwd")
    assert claims.take(b"a.yaml", "j_1").is_symlink()


def test_a_file_that_left_is_said_so(claims):
    with pytest.raises(Vanished):
        claims.take(b"a.yaml", "j_1")


@pytest.mark.parametrize("code", [errno.EPERM, errno.EACCES, errno.EBUSY])
def test_a_file_that_cannot_be_moved_is_stuck(claims, tmp_path, monkeypatch, code):
    (tmp_path / "a.yaml").write_text("x")
    broken(monkeypatch, tmp_path, code)
    with pytest.raises(Stuck, match=r"a\.yaml cannot be moved"):
        claims.take(b"a.yaml", "j_1")
    assert (tmp_path / "a.yaml").read_text() == "x"


def test_an_inbox_in_which_nothing_can_be_moved_pauses(claims, tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text("x")
    broken(monkeypatch, tmp_path, errno.EACCES)
    monkeypatch.setattr(claim.os, "access", lambda path, mode: False)
    with pytest.raises(Paused) as caught:
        claims.take(b"a.yaml", "j_1")
    assert caught.value.resource == "inbox"


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE])
def test_what_concerns_every_file_pauses(claims, tmp_path, monkeypatch, code):
    (tmp_path / "a.yaml").write_text("x")
    broken(monkeypatch, tmp_path, code)
    with pytest.raises(Paused):
        claims.take(b"a.yaml", "j_1")
    assert (tmp_path / "a.yaml").read_text() == "x"


def test_a_discarded_claim_is_gone_also_when_its_folders_are_read_only_and_may_be_discarded_again(claims, tmp_path):
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "b" / "deep" / "a.png").write_text("x")
    (tmp_path / "b" / "deep").chmod(0o500)
    (tmp_path / "b").chmod(0o700)
    claims.take(b"b", "j_1")
    claims.begin_try("j_1")
    claims.discard("j_1")
    claims.discard("j_1")
    assert claims.jobs() == []
    assert claims.original("j_1") is None
    assert claims.begin_try("j_1") == 1


def test_tries_are_counted_until_they_end(claims):
    assert [claims.begin_try("j_1") for _ in range(3)] == [1, 2, 3]
    assert ClaimFolder(inbox=claims.inbox).begin_try("j_1") == 4
    claims.end_tries("j_1")
    assert claims.begin_try("j_1") == 1


def test_a_claim_nobody_knows_goes_back_beside_what_has_its_name_now(claims, tmp_path):
    (tmp_path / "a.yaml").write_text("old")
    claims.take(b"a.yaml", "j_1")
    (tmp_path / "a.yaml").write_text("new")
    assert claims.put_back("j_1") == "a~2.yaml"
    assert (tmp_path / "a~2.yaml").read_text() == "old"
    assert (tmp_path / "a.yaml").read_text() == "new"
    assert claims.jobs() == []


def test_a_restored_original_is_a_copy(claims, tmp_path):
    published = tmp_path / "published"
    published.mkdir()
    (published / "a.yaml").write_text("x")
    path = claims.restore("j_1", published, b"bundle")
    assert (path / "a.yaml").read_text() == "x"
    assert claims.original("j_1") == path
    assert (published / "a.yaml").exists()


def test_a_link_that_is_swapped_in_while_a_claim_is_removed_opens_nothing(tmp_path, monkeypatch):
    outside, folder = tmp_path / "outside", tmp_path / "claim"
    outside.mkdir(mode=0o700)
    outside.chmod(0o500)
    (folder / "in it").mkdir(parents=True)
    walk = os.walk

    def swapped(path):
        found = list(walk(path))
        (folder / "in it").rmdir()
        (folder / "in it").symlink_to(outside)
        return found

    monkeypatch.setattr(claim.os, "walk", swapped)
    claim._remove(folder)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o500
    assert not folder.exists()
