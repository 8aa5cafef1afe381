"""The chain against somebody with write access to the database file."""

import sqlite3
from pathlib import Path

import pytest

from briefmill.ledger.sql import SqlLedger
from briefmill.ports import ChainReport
from ledger.ledgerkit import PushedClock, running, sqlite

FORGED = "UPDATE audit SET {} WHERE number = 3"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with sqlite(tmp_path / "briefmill.db", PushedClock()) as ledger:
        running(ledger, "a")
        running(ledger, "b")
    return tmp_path / "briefmill.db"


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for trigger in ("audit_update", "audit_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def verified(path: Path, head: str = "") -> ChainReport:
    ledger = SqlLedger(path, PushedClock())
    try:
        return ledger.trail.verify(head=head)
    finally:
        ledger.close()


@pytest.mark.parametrize("statement", ["UPDATE audit SET event = 'x'", "DELETE FROM audit WHERE number = 6"])
def test_the_database_itself_refuses_to_change_or_remove_rows(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="never changed or removed"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        "at = at + 1",
        "tenant = 'acme'",
        "job = 'j_other'",
        "event = 'job.delivered'",
        "detail = '{}'",
        "hash = 'beef'",
        "detail = 'not json'",
        "detail = '[1]'",
        "at = 'yesterday'",
        "at = 9000000000000000000",
    ],
)
def test_a_changed_row_is_named(path: Path, change: str) -> None:
    tamper(path, FORGED.format(change))
    report = verified(path)
    assert (report.bad_row, report.rows) == (3, 2)
    assert "row 3 was changed" in report.reason


def test_a_broken_link_is_named(path: Path) -> None:
    tamper(path, FORGED.format("previous = 'beef'"))
    assert verified(path).reason == "row 3 does not link to the row before it"


def test_a_missing_row_is_named(path: Path) -> None:
    tamper(path, "DELETE FROM audit WHERE number = 3")
    report = verified(path)
    assert (report.bad_row, report.reason) == (3, "row 3 is missing; the next is row 4")


def test_renumbering_does_not_hide_a_missing_row(path: Path) -> None:
    tamper(path, "DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = number - 1 WHERE number > 3")
    assert verified(path).bad_row == 3


def test_a_cut_tail_shows_only_against_a_head_that_was_noted(path: Path) -> None:
    noted = verified(path).head
    tamper(path, "DELETE FROM audit WHERE number > 4")
    assert verified(path).bad_row == 0
    report = verified(path, head=noted)
    assert report.bad_row == 5
    assert noted in report.reason
