"""The ledger while it cannot be written: full, locked, read-only, moved away. Nothing is lost, and it comes back."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event

from briefmill.domain.job import State
from briefmill.errors import Paused, Temporary
from briefmill.ledger import dialects
from briefmill.ledger.sql import SqlLedger
from ledger.ledgerkit import PushedClock, claimed, running, sqlite


class Ears(list):
    def __call__(self, words: str) -> None:
        self.append(words)


def many(ledger: SqlLedger) -> None:
    for number in range(2000):
        running(ledger, str(number), campaign=str(number))


class Narrow:
    """Lets SQLite behave as on a full disk: with max_page_count at what is there already, growing is SQLITE_FULL."""

    def __init__(self, ledger: SqlLedger) -> None:
        self.pages = 1_000_000
        event.listen(ledger._books._engines.writer, "begin", self.begin)

    def begin(self, connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={self.pages}")


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(dialects, "_BUSY_S", 0.05)


def test_a_full_disk_pauses_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    ears = Ears()
    ledger = SqlLedger(tmp_path / "briefmill.db", PushedClock(), failed=ears)
    try:
        narrow = Narrow(ledger)
        kept = claimed(ledger, "kept.json")
        narrow.pages = 1
        with pytest.raises(Paused) as full:
            many(ledger)
        assert full.value.resource == "disk"
        assert "full" in ledger.trouble
        assert ears == [str(full.value)]
        assert ledger.records.job(kept.id).state is State.CLAIMED
        ledger.claims.release("nobody")
        assert "full" in ledger.trouble, "a transaction that changed nothing proves nothing"
        narrow.pages = 1_000_000
        running(ledger, "later", campaign="later")
        assert ledger.trouble == ""
        assert ledger.trail.verify().bad_row == 0
    finally:
        ledger.close()


def test_a_ledger_that_somebody_else_has_locked_is_to_be_asked_again(tmp_path: Path, patient) -> None:
    path = tmp_path / "briefmill.db"
    with sqlite(path, PushedClock()) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Temporary, match="in use by another process") as locked:
            claimed(ledger)
        assert not isinstance(locked.value, Paused)
        assert "in use" in ledger.trouble
        other.execute("ROLLBACK")
        other.close()
        claimed(ledger)
        assert ledger.trouble == ""


def test_a_ledger_whose_file_was_removed_pauses_and_makes_no_empty_one_in_its_place(tmp_path: Path) -> None:
    path, away = tmp_path / "briefmill.db", tmp_path / "away.db"
    with sqlite(path, PushedClock()) as ledger:
        job = claimed(ledger)
        path.rename(away)
        for _ in range(2):  # the second try would be on a fresh connection
            with pytest.raises(Paused, match=r"briefmill\.db was removed") as gone:
                claimed(ledger, "b.json")
            assert gone.value.resource == "ledger"
        with pytest.raises(Paused, match="was removed"):
            ledger.records.job(job.id)
        assert not path.exists()
        away.rename(path)
        assert claimed(ledger, "b.json").source == "b.json"
        assert ledger.records.job(job.id).state is State.CLAIMED
        assert ledger.trail.verify().bad_row == 0


def test_a_ledger_whose_file_was_replaced_is_not_written(tmp_path: Path) -> None:
    path, away = tmp_path / "briefmill.db", tmp_path / "away.db"
    with sqlite(path, PushedClock()) as ledger:
        claimed(ledger)
        path.rename(away)
        shutil.copy(away, path)
        before = path.read_bytes()
        with pytest.raises(Paused, match="was replaced"):
            claimed(ledger, "b.json")
        assert path.read_bytes() == before
        away.replace(path)
        claimed(ledger, "b.json")


def test_a_ledger_whose_log_was_removed_is_not_written_and_what_it_held_is_saved_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "briefmill.db"
    with sqlite(path, PushedClock()) as ledger:
        job = claimed(ledger)
        assert ledger.records.job(job.id).state is State.CLAIMED  # a reader holds the log, as in every daemon
        (tmp_path / "briefmill.db-wal").unlink()
        with pytest.raises(Paused, match=r"briefmill\.db-wal was removed"):
            claimed(ledger, "b.json")
        with pytest.raises(Paused) as again:  # on a fresh connection, where SQLite itself finds out
            claimed(ledger, "b.json")
        assert again.value.resource == "ledger"
    with sqlite(path, PushedClock()) as ledger:
        assert ledger.records.job(job.id).state is State.CLAIMED
        assert ledger.trail.verify().bad_row == 0


def test_a_ledger_that_became_read_only_pauses_and_comes_back(tmp_path: Path) -> None:
    with sqlite(tmp_path / "briefmill.db", PushedClock()) as ledger:
        only = ["ON"]
        event.listen(
            ledger._books._engines.writer,
            "begin",
            lambda connection: connection.exec_driver_sql(f"PRAGMA query_only={only[0]}"),
        )
        with pytest.raises(Paused, match="read-only") as refused:
            claimed(ledger)
        assert refused.value.resource == "ledger"
        only[0] = "OFF"
        claimed(ledger)
        assert ledger.trouble == ""
