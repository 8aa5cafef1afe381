"""backup, restore, db and retention, as a person types them."""

import json
import os
import sqlite3
import sys
from contextlib import closing

import pytest

from briefmill.faces.cli import main
from briefmill.wiring import home as homes
from keeping.keepkit import Household, files_below
from ledger import revisionkit


@pytest.fixture
def household(tmp_path):
    homes.init(tmp_path / "home", {}, dry_run=False)
    made = Household(tmp_path / "home")
    ledger = made.ledger()
    made.delivered(ledger, "tide")
    made.rejected(ledger)
    ledger.close()
    return made


@pytest.fixture
def ask(household, monkeypatch, capsys):
    """Type a command; in this process, by the very door that the installed command is."""
    for name in [name for name in os.environ if name.startswith(("BRIEFMILL_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BRIEFMILL_TELEMETRY__LISTEN", "")

    def run(*words, code=0, home=None, **settings):
        with monkeypatch.context() as patched:
            for key, value in settings.items():
                patched.setenv(f"BRIEFMILL_{key.upper()}", str(value))
            patched.setattr(sys, "argv", ["briefmill", *map(str, words), "--home", str(home or household.path)])
            with pytest.raises(SystemExit) as left:
                main.main()
        said = capsys.readouterr()
        assert left.value.code == code, said
        return json.loads(said.out) if "--json" in words and not code else said.out + said.err

    return run


def test_a_home_goes_into_a_file_and_comes_back(ask, household, tmp_path):
    told = ask("backup", tmp_path, "--json")
    assert told["rows"]["jobs"] == 2
    assert told["holds"]["archive"]["files"] == 4
    assert told["removed"] == []
    shown = ask("restore", told["path"], "--check")
    assert shown.startswith("Sound.")
    assert told["seal"] in shown
    dry = ask("restore", told["path"], "--dry-run", home=tmp_path / "new")
    assert "would be restored" in dry
    assert not (tmp_path / "new").exists()
    done = ask("restore", told["path"], "--seal", told["seal"], home=tmp_path / "new")
    assert "It brought no keys" in done
    assert files_below(tmp_path / "new" / "archive") == files_below(household.path / "archive")
    again = ask("restore", told["path"], home=tmp_path / "new", code=74)
    assert "in use" in again
    assert "--force" in again
    assert "set aside" in ask("restore", told["path"], "--force", home=tmp_path / "new")


def test_keys_are_said_plainly(ask, tmp_path):
    assert "No private key and no .env in it" in ask("backup", tmp_path)
    assert "It holds private keys" in ask("backup", tmp_path, "--with-keys")


def test_parts_are_left_out_by_name(ask, tmp_path):
    told = ask("backup", tmp_path, "--without", "archive", "--without", "rejected", "--with-outbox", "--json")
    assert {"outbox", "artefacts", "config"} <= set(told["holds"])
    assert not {"archive", "rejected"} & set(told["holds"])
    assert "archive" in ask("backup", tmp_path, "--without", "nonsense", code=2)


def test_old_backups_go_and_a_dry_run_says_which(ask, household):
    for _ in range(3):
        ask("backup")
    backups = household.path / "backups"
    assert len(list(backups.iterdir())) == 3
    assert len(ask("backup", "--keep", "2", "--dry-run", "--json")["removed"]) == 2
    assert len(list(backups.iterdir())) == 3
    ask("backup", "--keep", "2")
    assert len(list(backups.iterdir())) == 2
    ask("backup", backup__keep=1)
    assert len(list(backups.iterdir())) == 1


def test_a_home_without_a_ledger_says_so(ask, tmp_path):
    homes.init(tmp_path / "empty", {}, dry_run=False)
    assert "no ledger" in ask("backup", home=tmp_path / "empty", code=1)
    assert "not there yet" in ask("db", "check", home=tmp_path / "empty", code=1)
    assert "made at the first run" in ask("db", "migrate", home=tmp_path / "empty", code=1)
    assert "Nothing is due" in ask("retention", "run", home=tmp_path / "empty")


def test_a_sound_database_is_said_to_be_sound(ask):
    told = ask("db", "check", "--json")
    assert told["sound"]
    assert told["tables"] == told["tables_wanted"]
    assert "Sound, and up to date." in ask("db", "check")
    assert "nothing to do" in ask("db", "migrate")


def test_a_database_that_is_not_sound_is_a_no(ask, household):
    with closing(sqlite3.connect(household.path / "state" / "briefmill.db")) as database:
        database.execute("DROP TRIGGER audit_delete")
        database.commit()
    assert "FAULT  the guard 'audit_delete'" in ask("db", "check", code=1)


def test_an_old_database_is_migrated_after_a_backup(ask, household):
    path = household.path / "state" / "briefmill.db"
    path.unlink()
    revisionkit.loaded(path, "0002")
    assert "`briefmill db migrate` brings it there" in ask("db", "check")
    dry = ask("db", "migrate", "--dry-run", "--json")
    assert dry["before"] == "0002"
    assert dry["steps"][0].startswith("0003: ")
    assert dry["backup"] is None
    done = ask("db", "migrate", "--json")
    assert "Sound, and up to date." in ask("db", "check")
    assert ask("restore", done["backup"], "--check", "--json")["tables"] == "0002"


def test_a_database_from_the_future_is_left_alone(ask, household):
    with closing(sqlite3.connect(household.path / "state" / "briefmill.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
        database.commit()
    assert "newer Briefmill" in ask("db", "migrate", code=78)


def test_what_is_due_is_shown_and_goes_when_it_is_told_to(ask, household):
    shown = ask("retention", "show")
    assert "outbox     for ever" in shown
    assert "work       30 days" in shown
    rules = {"retention__outbox_days": 30, "retention__work_days": 0}
    # The household's clock stands in March; this command's is today's.
    dry = ask("retention", "run", "--dry-run", "--json", **rules)
    assert [row["name"] for row in dry["removed"]] == ["tide"]
    assert (household.path / "outbox" / "tide").is_dir()
    assert "1 gone" in ask("retention", "run", **rules)
    assert not (household.path / "outbox" / "tide").exists()
    assert "Nothing is due" in ask("retention", "run", **rules)
    job = next(job["id"] for job in ask("jobs", "list", "--json") if job["campaign"] == "tide")
    assert "outbox tide: older than 30 days" in ask("jobs", "show", job)
    assert ask("audit", "verify", "--json")["bad_row"] == 0


def test_a_bound_that_makes_no_sense_is_refused_with_its_place(ask):
    refused = ask("retention", "show", code=78, retention__outbox_days=-1)
    assert "retention.outbox_days" in refused


def test_the_doctor_tells_faults_around_the_home(ask, household):
    (household.path / ".env").write_text("OPENAI_API_KEY=sk-something-secret\n")
    (household.path / ".env").chmod(0o644)
    told = ask("doctor", code=1, openai__model="gpt-image-1")
    assert "sk-something" not in told
    assert "can be read by others" in told
    assert "openai.model = gpt-image-1: was shut down on 2026-10-23" in told
    (household.path / ".env").chmod(0o600)
    assert "shut down" not in ask("doctor")
