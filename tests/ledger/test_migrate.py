"""Tables are made and updated at opening; a database from the future is left alone."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from briefmill.domain.job import Stage, State
from briefmill.errors import ConfigError, FolderError
from briefmill.ledger import dialects, migrate, tables
from briefmill.ledger.audit import GENESIS
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Intent
from ledger.ledgerkit import PushedClock, creative, done, running, taken


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "briefmill.db"
    SqlLedger(path, PushedClock()).close()
    return path


def test_migrations_and_tables_agree(path: Path) -> None:
    engines = dialects.connect(path)
    with engines.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
    engines.close()


def test_an_open_database_stands_at_the_head_of_the_migrations(path: Path) -> None:
    assert ScriptDirectory.from_config(migrate.script()).get_current_head() == migrate.HEAD
    engines = dialects.connect(path)
    assert migrate.current(engines.reader) == migrate.HEAD
    engines.close()


def test_a_fresh_file_stands_nowhere(tmp_path: Path) -> None:
    engines = dialects.connect(tmp_path / "fresh.db")
    assert migrate.current(engines.reader) is None
    engines.close()


def test_every_row_has_a_tenant() -> None:
    assert {name for name, table in tables.metadata.tables.items() if "tenant" not in table.c} == set()


def test_a_newer_database_is_refused_in_clear_words(path: Path) -> None:
    engines = dialects.connect(path)
    with engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    engines.close()
    with pytest.raises(ConfigError, match=r"newer Briefmill \(tables 0999; this one knows them up to 0006\)"):
        SqlLedger(path, PushedClock())


def test_two_that_open_a_fresh_database_at_once_make_its_tables_once(tmp_path: Path) -> None:
    start = threading.Barrier(4)

    def open_it(_: int) -> str | None:
        start.wait()
        ledger = SqlLedger(tmp_path / "briefmill.db", PushedClock())
        try:
            return ledger.trail.head()
        finally:
            ledger.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(open_it, range(4))) == {GENESIS}


def test_an_up_to_date_database_opens_without_alembic(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from briefmill.ledger.sql import SqlLedger\n"
        "from datetime import UTC, datetime\n"
        "class Clock:\n    now = staticmethod(lambda: datetime.now(UTC))\n"
        "ledger = SqlLedger(Path(sys.argv[1]), Clock()); ledger.records.counts(); ledger.close()\n"
        "print('alembic' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


@pytest.mark.parametrize(
    "where", ["sqlite://", ":memory:", "sqlite:///:memory:", "postgresql+nosuchdriver://x/y", "nonsense://"]
)
def test_a_database_that_cannot_serve_is_a_matter_of_configuration(where: str) -> None:
    with pytest.raises(ConfigError):
        SqlLedger(where, PushedClock())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="state"):
        SqlLedger(tmp_path / "state" / "briefmill.db", PushedClock())


def test_a_path_may_hold_what_urls_do_not(tmp_path: Path) -> None:
    folder = tmp_path / "odd ? % # name"
    folder.mkdir()
    for where in (folder / "a.db", str(folder / "b.db")):
        SqlLedger(where, PushedClock()).close()
    assert {path.name for path in folder.iterdir()} == {"a.db", "b.db"}


def test_a_database_of_the_first_tables_is_brought_up_with_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    ledger = SqlLedger(path, PushedClock())
    running(ledger)
    for stage in (Stage.GENERATE, Stage.RESIZE):
        claim = taken(ledger, stage)
        ledger.claims.finish(claim, done(claim))
    claim = taken(ledger, Stage.ARCHIVE)
    job = ledger.claims.finish(claim, done(claim, state=State.DELIVERED, creatives=(creative("1x1"),))).id
    call = Intent(job=job, tenant="default", kind="image", key="k", estimate_micros=5)
    ledger.purse.settle(ledger.purse.intend(call), cost_micros=4, outcome="ok", usage={})
    ledger.close()
    engines = dialects.connect(path)
    with engines.writer.begin() as connection:
        connection.execute(text("DROP INDEX creatives_sha256"))
        for column in ("layout", "logo", "prints", "exactness", "provenance"):
            connection.execute(text(f"ALTER TABLE creatives DROP COLUMN {column}"))
        for table in ("overnight", "batches"):
            connection.execute(text(f"DROP TABLE {table}"))
        for index in ("spend_intended", "spend_grade"):
            connection.execute(text(f"DROP INDEX {index}"))
        for column in ("campaign", "grade"):
            connection.execute(text(f"ALTER TABLE spend DROP COLUMN {column}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engines.close()
    opened = SqlLedger(path, PushedClock())
    assert list(opened.records.creatives(job)) == [
        replace(creative("1x1"), layout="", logo="", exactness=None, provenance=None)
    ]
    assert [(each.heading, each.settled_micros) for each in opened.accounts.sums("campaign")] == [("summer", 4)]
    assert opened.trail.verify().bad_row == 0
    opened.close()
