"""Databases as they stood at older revisions of the tables, with rows in them.

`revisions/<number>.sql` is what such a file held, written when that revision was the newest and never changed since:
so that the upgrade is tried on what users have, and not on what today's migrations make of an empty file. With
`python -m ledger.revisionkit` (from `tests/`) a file is written for each revision that lacks one.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command

from briefmill.domain.job import Stage, State
from briefmill.ledger import dialects, migrate
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Intent
from ledger.ledgerkit import Counted, PushedClock, claimed, creative, done, running, taken

FOLDER = Path(__file__).with_name("revisions")


def filled(path: Path) -> None:
    """A ledger of today with a delivered, a running, a held and a claimed job, spending, and odd names."""
    ledger = SqlLedger(path, PushedClock(), newid=Counted())
    running(ledger)
    for stage in (Stage.GENERATE, Stage.RESIZE):
        claim = taken(ledger, stage)
        ledger.claims.finish(claim, done(claim, note="stage"))
    claim = taken(ledger, Stage.ARCHIVE)
    job = ledger.claims.finish(claim, done(claim, state=State.DELIVERED, creatives=(creative("1x1"),))).id
    call = Intent(job=job, tenant="default", kind="image", key="k", estimate_micros=5)
    ledger.purse.settle(ledger.purse.intend(call), cost_micros=4, outcome="ok", usage={})
    running(ledger, "b", campaign="autumn", tenant="acme")
    ledger.journal.close(claimed(ledger, "odd \n'name'.json").id, State.HELD, reason="it's a “copy”")
    claimed(ledger)
    ledger.close()


def at_revision(path: Path, revision: str, rows_of: Path) -> None:
    """An empty database brought to a revision, with the rows of another, as far as it has columns for them."""
    engines = dialects.connect(path)
    config = migrate.script()
    with engines.writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engines.close()
    with closing(sqlite3.connect(path)) as database, closing(sqlite3.connect(rows_of)) as source:
        for table in tables(database):
            columns = [name for name in names(database, table) if name in names(source, table)]
            listed = ", ".join(columns)
            marks = ", ".join("?" * len(columns))
            kept = source.execute(f"SELECT {listed} FROM {table}").fetchall()
            database.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", kept)
        database.commit()


def tables(database: sqlite3.Connection) -> list[str]:
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version' ORDER BY rowid"
    return [name for (name,) in database.execute(wanted)]


def names(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def loaded(path: Path, revision: str) -> None:
    """The database that a committed file tells of."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript((FOLDER / f"{revision}.sql").read_text(encoding="utf-8"))
        database.execute("PRAGMA journal_mode=WAL")


def dumped(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump()) + "\n"


def write_missing() -> list[Path]:
    written = []
    for revision in migrate.stories():
        goal = FOLDER / f"{revision}.sql"
        if not goal.exists():
            with tempfile.TemporaryDirectory() as folder:
                filled(Path(folder, "today.db"))
                at_revision(Path(folder, "then.db"), revision, Path(folder, "today.db"))
                goal.write_text(dumped(Path(folder, "then.db")), encoding="utf-8")
            written.append(goal)
    return written


if __name__ == "__main__":
    for written in write_missing():
        print(written)
