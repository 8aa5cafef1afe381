"""A backup comes back: whole, where nothing is in the way, and never over what is there."""

import json
import os
import sqlite3
import zipfile
from contextlib import closing

import pytest

from briefmill.errors import AlreadyRunning, FolderError
from briefmill.keeping import parcel
from briefmill.keeping.manifest import Root
from briefmill.wiring import home as homes
from briefmill.wiring import keeping
from keeping.keepkit import files_below, silent


@pytest.fixture
def backup(household):
    """A backup of a home with one job in each kind of state."""
    ledger = household.ledger()
    household.delivered(ledger, "tide")
    household.generated_job = household.running(ledger, "open")
    household.odd = household.claimed(ledger, "odd", raw=b"odd \xff.json")
    household.rejected(ledger)
    ledger.close()
    return keeping.make(household.settings, None, without=frozenset({Root.OUTBOX}), with_keys=False, tell=silent)


def back(backup, where, **manners):
    environ = manners.pop("environ", {})
    return keeping.bring_back(getattr(backup, "path", backup), where, environ, tell=silent, **manners)


def rows(home):
    with closing(sqlite3.connect(home / "state" / "briefmill.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


def test_a_home_comes_back_row_by_row_and_byte_by_byte(household, backup, tmp_path):
    done = back(backup, tmp_path / "new")
    assert rows(tmp_path / "new") == rows(household.path)
    for part in ("state/work", "archive", "config", "rejected", "inbox/.briefmill/claimed"):
        assert files_below(tmp_path / "new" / part) == files_below(household.path / part), part
    assert done.aside == ()
    assert (tmp_path / "new/state/owner").read_bytes() == (household.path / "state/owner").read_bytes()
    assert files_below(tmp_path / "new" / "outbox") == {}


def test_a_job_under_way_is_taken_up_again(household, backup, tmp_path):
    back(backup, tmp_path / "new")
    household.path = tmp_path / "new"
    ledger = household.ledger()
    assert household.generated(ledger).id == household.generated_job.id
    assert household.store.get(ledger.records.admission(household.generated_job.id).snapshot.brief) == b"open"
    ledger.close()


def test_a_home_that_is_in_use_is_left_alone(household, backup):
    before = files_below(household.path)
    with pytest.raises(FolderError, match=r"in use: .*briefmill\.db"):
        back(backup, household.path)
    assert {**files_below(household.path), "state/lock": b""} == {**before, "state/lock": b""}


def test_with_force_what_is_in_the_way_is_set_aside_and_nothing_is_lost(household, backup):
    ledger = household.ledger()
    later = household.claimed(ledger, "later.json")
    (household.path / "config" / "briefmill.toml").write_text("# mine\n")
    before = files_below(household.path)
    ledger.close()
    done = back(backup, household.path, force=True)
    after = files_below(household.path)
    renewed = {"state/mounts.json", "state/briefmill.db", "state/briefmill.db-wal", "state/briefmill.db-shm"}
    assert {name for name, data in before.items() if data not in after.values()} <= renewed
    assert {path.name.partition(".before-restore")[0] for path in done.aside} >= {"briefmill.db", "briefmill.toml"}
    household_ledger = household.ledger()
    assert later.id not in {job.id for job in household_ledger.records.jobs(query())}
    household_ledger.close()
    aside = next(path for path in done.aside if path.name.startswith("briefmill.db.before"))
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT count(*) FROM jobs WHERE id = ?", (later.id,)).fetchone() == (1,)


def query():
    from briefmill.ports import JobQuery

    return JobQuery(limit=0)


def test_a_running_daemon_is_not_disturbed(household, backup, tmp_path):
    back(backup, tmp_path / "new")
    with homes.locked(tmp_path / "new" / "state"):
        with pytest.raises(AlreadyRunning):
            back(backup, tmp_path / "new", force=True)
        with pytest.raises(AlreadyRunning):
            back(backup, tmp_path / "new", force=True, dry_run=True)


def test_a_dry_run_writes_nothing(backup, tmp_path):
    done = back(backup, tmp_path / "new", dry_run=True)
    assert done.written > 10
    assert not (tmp_path / "new").exists()


def test_one_that_was_cut_off_is_done_again(household, backup, tmp_path, monkeypatch):
    real, left = os.fchmod, [12]

    def failing(*args):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(os, "fchmod", failing)
    with pytest.raises(KeyboardInterrupt):
        back(backup, tmp_path / "new")
    assert not (tmp_path / "new" / "state" / "briefmill.db").exists(), "the ledger comes last"
    monkeypatch.undo()
    back(backup, tmp_path / "new")
    assert rows(tmp_path / "new") == rows(household.path)


def test_another_seal_is_another_backup(backup, tmp_path):
    with pytest.raises(FolderError, match="another backup"):
        back(backup, tmp_path / "new", expected="0" * 64)
    assert back(backup, tmp_path / "new", expected=backup.seal.upper()).seal == backup.seal


def spoilt(backup, tmp_path, change):
    """The same backup with its members changed, and a manifest that knows nothing of it."""
    goal = tmp_path / "spoilt.zip"
    with zipfile.ZipFile(backup.path) as old, zipfile.ZipFile(goal, "w") as new:
        members = {name: old.read(name) for name in old.namelist()}
        change(members)
        for name, data in members.items():
            new.writestr(name, data)
    return goal


def test_a_flipped_bit_is_found_before_anything_is_written(backup, tmp_path):
    def flip(members):
        name = next(name for name in members if name.startswith(("archive/", "artefacts/")))
        members[name] = bytes([members[name][0] ^ 1]) + members[name][1:]

    with pytest.raises(FolderError, match="other bytes"):
        back(spoilt(backup, tmp_path, flip), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_ledger_with_a_strangers_trigger_is_refused(backup, tmp_path):
    def plant(members):
        import hashlib

        place = tmp_path / "planted.db"
        place.write_bytes(members["state/briefmill.db"])
        with closing(sqlite3.connect(place)) as connection:
            connection.execute("CREATE TRIGGER evil AFTER INSERT ON jobs BEGIN DELETE FROM jobs; END")
            connection.commit()
        members["state/briefmill.db"] = place.read_bytes()
        manifest = json.loads(members["manifest.json"])
        for one in manifest["files"]:
            if one["path"] == "briefmill.db":
                one["size"] = place.stat().st_size
                one["sha256"] = hashlib.sha256(place.read_bytes()).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()

    with pytest.raises(FolderError, match="none of ours"):
        back(spoilt(backup, tmp_path, plant), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_link_in_the_way_is_not_written_through(backup, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    claimed = tmp_path / "new" / "inbox" / ".briefmill"
    claimed.mkdir(parents=True)
    (claimed / "claimed").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderError, match="is a link"):
        back(backup, tmp_path / "new")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_inbox_elsewhere_must_be_the_one_of_the_backup(household, backup, tmp_path):
    environ = {"BRIEFMILL_FOLDERS__INBOX": str(tmp_path / "share")}
    (tmp_path / "share").mkdir()
    with pytest.raises(FolderError, match="no marker"):
        back(backup, tmp_path / "new", environ=environ)
    assert not (tmp_path / "new").exists()
    back(backup, tmp_path / "new", environ=environ, force=True)
    assert (tmp_path / "share" / ".briefmill" / "claimed" / household.odd.id).is_dir()


def test_with_its_keys_a_home_signs_as_before_and_without_them_as_a_new_one(household, backup, tmp_path):
    along = keeping.make(household.settings, None, without=frozenset({Root.OUTBOX}), with_keys=True, tell=silent)
    back(along, tmp_path / "same")
    back(backup, tmp_path / "other")
    own = files_below(household.path / "state" / "authority")
    assert files_below(tmp_path / "same" / "state" / "authority") == own
    assert (tmp_path / "same" / "state" / "authority" / "leaf.key").stat().st_mode & 0o777 == 0o600
    assert files_below(tmp_path / "other" / "state" / "authority")["root.pem"] != own["root.pem"]
    assert files_below(tmp_path / "other" / "state" / "authority.before")["root.pem"] == own["root.pem"]


def test_without_the_configuration_the_one_that_is_there_stays(household, backup, tmp_path):
    (tmp_path / "new" / "config").mkdir(parents=True)
    (tmp_path / "new" / "config" / "briefmill.toml").write_text("[intake]\nquiet_s = 7.0\n")
    back(backup, tmp_path / "new", with_config=False)
    assert "quiet_s = 7.0" in (tmp_path / "new" / "config" / "briefmill.toml").read_text()
    assert rows(tmp_path / "new") == rows(household.path)


def test_verifying_touches_no_home(backup):
    manifest, seal = keeping.verify(backup.path, silent)
    assert seal == backup.seal
    assert manifest.rows["jobs"] == 4


def test_what_is_no_backup_is_said_to_be_none(tmp_path):
    (tmp_path / "x.zip").write_text("hello")
    with pytest.raises(FolderError, match="cannot be read"), parcel.opened(tmp_path / "x.zip"):
        pass
    with pytest.raises(FolderError, match="cannot be opened"):
        back(tmp_path / "nowhere.zip", tmp_path / "new")
