"""A ledger's file is looked at from outside: what is wrong with it is said in words, and nothing is changed."""

import sqlite3
from contextlib import closing

import pytest

from briefmill.domain.job import State
from briefmill.errors import NotFound, Temporary
from briefmill.ledger import dialects, freezing, inspection, migrate
from briefmill.ledger.sql import SqlLedger
from ledger.ledgerkit import PushedClock, claimed, delivered, ref, running


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "briefmill.db"
    ledger = SqlLedger(path, PushedClock())
    delivered(ledger)
    running(ledger, "b", campaign="autumn")
    ledger.journal.close(claimed(ledger, "held.json").id, State.HELD, reason="a copy")
    ledger.journal.begin(source="new", source_raw=b"new \xff")
    ledger.close()
    return path


def change(path, *statements):
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_a_sound_ledger_has_no_faults_and_its_figures_are_told(path):
    ledger = SqlLedger(path, PushedClock())
    found = inspection.look(path)
    assert found.faults == ()
    assert found.current
    assert (found.chain.head, found.chain.rows) == (ledger.trail.head(), found.rows["audit"])
    assert found.rows["jobs"] == 4
    ledger.close()


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["CREATE VIEW evil AS SELECT * FROM jobs"], "a view 'evil' in it that is none of ours"),
        (["DROP TRIGGER audit_delete"], "the guard 'audit_delete' of the audit trail is gone"),
        (["DROP TRIGGER audit_update", "UPDATE audit SET job = 'x' WHERE number = 3"], "does not hold from row 3"),
        (["DROP TRIGGER audit_update", "UPDATE audit SET detail = '[' WHERE number = 2"], "does not hold from row 2"),
        (["DROP TRIGGER audit_delete", "DELETE FROM audit WHERE number = 2"], "row 2 is missing"),
        (["DELETE FROM jobs WHERE state = 'delivered'"], "points to a row of jobs that is not there"),
    ],
)
def test_what_was_tampered_with_is_told(path, statements, words):
    change(path, *statements)
    assert any(words in fault for fault in inspection.look(path).faults)


def test_damaged_pages_are_told_and_nothing_else_is_asked(path):
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 5 + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    found = inspection.look(path)
    assert found.faults
    assert found.rows == {}


def test_what_is_no_database_is_told(tmp_path):
    (tmp_path / "x.db").write_bytes(b"hello " * 1000)
    assert "cannot be read" in inspection.look(tmp_path / "x.db").faults[0]


def test_an_empty_database_stands_nowhere_and_an_old_one_where_it_does(tmp_path, path):
    sqlite3.connect(tmp_path / "empty.db").close()
    assert inspection.look(tmp_path / "empty.db").revision is None
    change(path, "UPDATE alembic_version SET version_num = '0001'")
    found = inspection.look(path)
    assert (found.revision, found.current, found.faults) == ("0001", False, ())
    assert migrate.HEAD != "0001"


def test_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(NotFound, match="no ledger"):
        inspection.look(tmp_path / "x.db")
    assert list(tmp_path.iterdir()) == []


def test_the_jobs_that_do_not_rest_are_told_with_what_they_are_called(path):
    with closing(freezing.opened(path)) as connection:
        found = {(one.state, one.name, one.taken, one.admitted) for one in freezing.pending(connection)}
    assert found == {
        ("running", b"brief.json", True, True),
        ("held", b"held.json", True, False),
        ("settling", b"new \xff", False, False),
    }


def test_all_addresses_are_found_wherever_they_stand(path):
    found = freezing.addresses(path)
    assert {ref("a").sha256, ref("b").sha256, ref("logo").sha256, ref("read a").sha256} <= found


def test_a_copy_is_of_the_moment_at_which_nobody_could_write(path, tmp_path):
    ledger = SqlLedger(path, PushedClock())
    met = []

    def meanwhile(pending):
        met.append(len(pending))
        other = sqlite3.connect(path, timeout=0)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    heard = []

    def progress(done, whole):
        # The moment is fixed by now: what is written while pages are copied is not in the copy.
        ledger.journal.begin(source="late", source_raw=b"late")
        heard.append((done, whole))

    freezing.copy(path, tmp_path / "copy.db", meanwhile=meanwhile, progress=progress)
    ledger.close()
    assert met == [3]
    assert heard[-1][0] == heard[-1][1] > 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("SELECT count(*) FROM jobs WHERE source = 'late'").fetchone() == (0,)
        assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert inspection.look(tmp_path / "copy.db").faults == ()


def test_a_ledger_that_somebody_holds_is_busy_and_not_broken(path, tmp_path, monkeypatch):
    monkeypatch.setattr(freezing, "_BUSY_S", 0.0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Temporary, match="in use"):
            freezing.copy(path, tmp_path / "copy.db")
    assert dialects.meaning(sqlite3.Error("nothing known")) is None
