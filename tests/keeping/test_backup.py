"""A backup of a home: what is in it, what is not, and that it is of one moment."""

import errno
import os
import sqlite3
import threading
import zipfile
from contextlib import closing

import pytest

from briefmill.errors import AuditBroken, FolderError, NotFound, Paused, UsageError
from briefmill.keeping import parcel
from briefmill.keeping.manifest import Root
from briefmill.wiring import inward, keeping
from keeping.keepkit import silent


def made(household, to=None, *, without=frozenset({Root.OUTBOX}), with_keys=False):
    return keeping.make(household.settings, to, without=frozenset(without), with_keys=with_keys, tell=silent)


def held(backup, root):
    return {kept.where: kept for kept in backup.manifest.of(root)}


def test_a_backup_holds_what_the_ledger_names_and_what_the_home_is_made_of(household):
    ledger = household.ledger()
    job = household.delivered(ledger, "tide")
    household.running(ledger, "open")
    household.rejected(ledger)
    ledger.close()
    (household.path / "assets" / "logo.svg").write_text("<svg/>")
    backup = made(household)
    assert backup.path.parent == household.path / "backups"
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert backup.manifest.rows["jobs"] == 3
    stored = {path.name for path in household.store.root.rglob("*") if path.is_file()}
    assert {path.rpartition("/")[2] for path in held(backup, Root.ARTEFACTS)} == stored
    archived = {path.name for path in household.archive.root.rglob("*") if path.is_file()}
    assert {path.rpartition("/")[2] for path in held(backup, Root.ARCHIVE)} == archived, "the receipt, too"
    assert {"briefmill.toml", "placements.yaml"} <= set(held(backup, Root.CONFIG))
    assert set(held(backup, Root.ASSETS)) == {"logo.svg"}
    assert set(held(backup, Root.STATE)) == {"briefmill.db", "owner", "inbox"}
    assert len(held(backup, Root.REJECTED)) == 3
    assert not held(backup, Root.OUTBOX)
    assert backup.manifest.absent == ()
    assert job.campaign == "tide"


def test_the_claims_of_open_jobs_go_along_and_those_of_closed_ones_do_not(household):
    ledger = household.ledger()
    waiting = household.claimed(ledger, "waiting.json")
    odd = household.claimed(ledger, "odd", raw=b"odd \xff\x80.json")
    running = household.running(ledger, "open")
    settling = ledger.journal.begin(source="new.json", source_raw=b"new.json")
    (household.path / "inbox" / "new.json").write_text("not taken yet")
    (household.path / "inbox" / "unseen.json").write_text("nobody knows it yet")
    household.rejected(ledger)
    ledger.close()
    found = set(held(made(household), Root.INBOX))
    odd_name = b"odd \xff\x80.json".decode("utf-8", "surrogateescape")
    assert found == {
        f".briefmill/claimed/{waiting.id}/waiting.json",
        f".briefmill/claimed/{odd.id}/{odd_name}",
        f".briefmill/claimed/{running.id}/open.json",
        "new.json",
    }
    assert settling.state == "settling"


def test_keys_stay_at_home_unless_they_are_asked_for(household):
    household.ledger().close()
    (household.path / ".env").write_text("OPENAI_API_KEY=secret-of-the-house\n")
    (household.path / "config" / "mine.pem").write_text("-----BEGIN EC PRIVATE KEY-----\nx\n")
    without, along = made(household), made(household, with_keys=True)
    assert not without.manifest.keys
    assert set(held(without, Root.AUTHORITY)) == {"chain.pem", "root.pem"}
    assert "mine.pem" not in held(without, Root.CONFIG)
    assert not held(without, Root.HOME)
    for backup, there in ((without, False), (along, True)):
        with zipfile.ZipFile(backup.path) as opened:
            assert any(b"secret-of-the-house" in opened.read(name) for name in opened.namelist()) is there
            assert any(b"PRIVATE KEY" in opened.read(name) for name in opened.namelist()) is there
    assert along.manifest.keys
    assert {"leaf.key", "root.key"} <= set(held(along, Root.AUTHORITY))


def test_it_is_of_one_moment_while_others_write(household):
    ledger = household.ledger()
    household.delivered(ledger, "first")
    stop = threading.Event()
    written = []

    def write():
        while not stop.wait(0.002):
            job = ledger.journal.begin(source="x", source_raw=b"x")
            written.append(ledger.journal.took(job.id).id)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 20:
            pass
        before = list(written)
        backup = made(household)
        assert len(written) > len(before), "the writer went on"
    finally:
        stop.set()
        writer.join()
    with parcel.opened(backup.path) as opened:
        (kept,) = [one for one in opened.manifest.files if one.path == "briefmill.db"]
        copied = household.path / "copied.db"
        copied.write_bytes(b"".join(opened.pieces(kept)))
    with closing(sqlite3.connect(copied)) as connection:
        jobs = {job for (job,) in connection.execute("SELECT id FROM jobs")}
        begun = connection.execute("SELECT count(*) FROM audit WHERE event = 'job.settling'").fetchone()[0]
    assert set(before) <= jobs, "what had been committed is in it"
    assert begun in {0, len(jobs)}
    ledger.close()


def test_a_ledger_that_does_not_hold_is_not_packed(household):
    ledger = household.ledger()
    household.delivered(ledger, "tide")
    ledger.close()
    with closing(sqlite3.connect(household.path / "state" / "briefmill.db")) as connection:
        connection.execute("DROP TRIGGER audit_update")
        connection.execute("UPDATE audit SET detail = '[1]' WHERE number = 2")
        connection.commit()
    with pytest.raises(AuditBroken, match="row 2"):
        made(household)
    assert list((household.path / "backups").iterdir()) == []


def test_what_is_gone_or_rotten_is_told_and_does_not_stop_it(household):
    ledger = household.ledger()
    household.running(ledger, "tide", text="the brief")
    ledger.close()
    gone, rotten = household.put("the brief"), household.put("logo")
    place = household.store.root / rotten.sha256[:2] / rotten.sha256
    place.write_bytes(b"l0go")
    household.store.delete(gone.sha256)
    backup = made(household)
    assert set(backup.manifest.absent) == {gone.sha256, rotten.sha256}
    assert any("rotted" in remark for remark in backup.manifest.remarks)


def test_a_full_disk_leaves_nothing_behind(household, monkeypatch):
    household.ledger().close()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parcel.Packer, "close", full)
    with pytest.raises(Paused, match="disk is full"):
        made(household)
    assert list((household.path / "backups").iterdir()) == []


def test_parts_may_be_left_out_and_the_outbox_taken_in(household):
    ledger = household.ledger()
    household.delivered(ledger, "tide")
    household.rejected(ledger)
    ledger.close()
    backup = made(household, without={Root.ARCHIVE, Root.REJECTED})
    assert not held(backup, Root.ARCHIVE)
    assert not held(backup, Root.REJECTED)
    assert set(held(backup, Root.OUTBOX)) == {"tide/a.jpg", "tide/receipt.json"}


@pytest.mark.parametrize("name", ["outbox", "archive/deeper"])
def test_a_backup_does_not_go_into_what_it_is_made_of(household, name):
    household.ledger().close()
    (household.path / name).mkdir(parents=True, exist_ok=True)
    with pytest.raises(FolderError, match="lies inside"):
        made(household, household.path / name)


def test_a_file_that_is_there_is_not_overwritten(household, tmp_path):
    household.ledger().close()
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(FolderError, match="never overwritten"):
        made(household, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"


def test_a_name_that_cannot_be_a_backup_is_refused(household, tmp_path):
    household.ledger().close()
    with pytest.raises(UsageError, match=r"\.zip"):
        made(household, tmp_path / "backup.tar")
    with pytest.raises(FolderError, match="not there"):
        made(household, tmp_path / "nowhere" / "b.zip")


def test_a_home_without_a_ledger_has_nothing_to_pack(household):
    with pytest.raises(NotFound, match="no ledger"):
        made(household)


def test_a_link_among_the_assets_is_not_followed(household, tmp_path):
    household.ledger().close()
    (tmp_path / "passwd").write_text("root:x")
    (tmp_path / "others").mkdir()
    (tmp_path / "others" / "a.png").write_text("x")
    (household.path / "assets" / "link.png").symlink_to(tmp_path / "passwd")
    (household.path / "assets" / "folder").symlink_to(tmp_path / "others")
    backup = made(household)
    assert not held(backup, Root.ASSETS)
    assert len([remark for remark in backup.manifest.remarks if "assets/" in remark]) == 2


def test_progress_is_told_to_its_end(household):
    ledger = household.ledger()
    household.delivered(ledger, "tide")
    ledger.close()
    heard = {}

    def tell(what, done, whole):
        heard[what] = (done, whole)

    keeping.make(household.settings, None, without=frozenset({Root.OUTBOX}), with_keys=False, tell=tell)
    assert set(heard) == {"ledger", "packing", "verifying"}
    assert all(done == whole > 0 for done, whole in heard.values())


def test_claims_that_cannot_be_linked_are_copied(household, monkeypatch):
    ledger = household.ledger()
    job = household.claimed(ledger)
    ledger.close()

    def refused(*args, **options):
        raise OSError(errno.EXDEV, "another device")

    monkeypatch.setattr(os, "link", refused)
    assert set(held(made(household), Root.INBOX)) == {f".briefmill/claimed/{job.id}/brief.json"}
    assert inward.claims(household.settings).original(job.id).read_bytes() == b"dropped as brief.json"
