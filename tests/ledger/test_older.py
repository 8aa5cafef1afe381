"""Databases of every older revision are brought up to date with all that they hold, and kept as they were."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from briefmill import files
from briefmill.domain.job import State
from briefmill.errors import FolderError
from briefmill.ledger import dialects, freezing, inspection, migrate, tables
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import JobQuery
from ledger import revisionkit
from ledger.ledgerkit import PushedClock

KNOWN = list(migrate.stories())
OLDER = KNOWN[:-1]
COMMITTED = sorted(path.stem for path in revisionkit.FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    path = tmp_path_factory.mktemp("today") / "briefmill.db"
    revisionkit.filled(path)
    return path


def rows(path: Path, table: str, columns: list[str]):
    with closing(sqlite3.connect(path)) as database:
        return sorted(database.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)


def kept_columns(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as database:
        return {table: revisionkit.names(database, table) for table in revisionkit.tables(database)}


def check_upgraded(path: Path, revision: str) -> None:
    before = kept_columns(path)
    told = {table: rows(path, table, columns) for table, columns in before.items()}
    assert told["jobs"]
    assert told["audit"]

    ledger = SqlLedger(path, PushedClock())
    assert ledger.trail.verify().bad_row == 0
    jobs = {job.state: job for job in ledger.records.jobs(JobQuery(limit=0))}
    assert set(jobs) == {State.DELIVERED, State.RUNNING, State.HELD, State.CLAIMED}
    assert [one.placement for one in ledger.records.creatives(jobs[State.DELIVERED].id)] == ["1x1"]
    assert [one.settled_micros for one in ledger.accounts.sums("campaign")] == [4]
    ledger.close()

    assert {table: rows(path, table, columns) for table, columns in before.items()} == told
    engines = dialects.connect(path)
    with engines.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
    engines.close()
    assert inspection.look(path).faults == ()
    kept = migrate.kept_as(path, revision)
    assert freezing.revision(kept) == revision
    assert {table: rows(kept, table, columns) for table, columns in before.items()} == told


@pytest.mark.parametrize("revision", OLDER)
def test_a_database_made_by_the_older_migrations_is_upgraded_with_its_rows(tmp_path, today, revision):
    path = tmp_path / "briefmill.db"
    revisionkit.at_revision(path, revision, today)
    check_upgraded(path, revision)


@pytest.mark.parametrize("revision", [revision for revision in COMMITTED if revision != migrate.HEAD])
def test_a_database_as_it_was_written_then_is_upgraded_with_its_rows(tmp_path, revision):
    path = tmp_path / "briefmill.db"
    revisionkit.loaded(path, revision)
    check_upgraded(path, revision)


def test_every_older_revision_has_a_database_as_it_was_written_then():
    assert set(OLDER) <= set(COMMITTED)


def test_what_was_written_then_and_what_the_migrations_make_are_the_same_tables(tmp_path, today):
    for revision in COMMITTED:
        revisionkit.loaded(tmp_path / f"{revision}.db", revision)
        revisionkit.at_revision(tmp_path / f"{revision}.made.db", revision, today)
        assert kept_columns(tmp_path / f"{revision}.db") == kept_columns(tmp_path / f"{revision}.made.db")


def test_an_upgrade_that_cannot_be_preceded_by_a_copy_does_not_happen(tmp_path, today, monkeypatch):
    path = tmp_path / "briefmill.db"
    revisionkit.at_revision(path, KNOWN[0], today)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(FolderError, match="cannot be copied before its upgrade"):
        SqlLedger(path, PushedClock())
    monkeypatch.undo()
    assert freezing.revision(path) == KNOWN[0]
    assert {one.name for one in tmp_path.iterdir()} <= {path.name, f"{path.name}-wal", f"{path.name}-shm"}


def test_a_database_of_today_and_a_fresh_one_leave_no_copy(tmp_path, today):
    shutil.copy(today, tmp_path / "briefmill.db")
    SqlLedger(tmp_path / "briefmill.db", PushedClock()).close()
    SqlLedger(tmp_path / "fresh.db", PushedClock()).close()
    assert {path.name for path in tmp_path.iterdir()} == {"briefmill.db", "fresh.db"}
