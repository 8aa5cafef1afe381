"""How often taking a brief in waits for the disk, and what a power cut may undo of what did not wait."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from briefmill.errors import Temporary
from briefmill.intake import owners
from briefmill.intake.admit import Admissions
from briefmill.intake.claim import ClaimFolder
from briefmill.ledger.sql import SqlBooks, SqlLedger
from briefmill.ports import Source
from briefmill.storage.fs import FileStore
from intake.intakekit import House

MOST = 3
"""Waits for one brief: the inbox after the rename, our copy of it, the ledger when it is admitted."""


class OnDisk(House):
    """The house over a real ledger and a real store."""

    def __init__(self, path, **manners):
        super().__init__(path, **manners)
        self.store = FileStore(path / "store")
        self.store.prepare()
        self.open()

    def open(self):
        self.ledger = SqlLedger(self.path / "briefmill.db", self.clock)
        self.restart()


@pytest.fixture
def house(tmp_path):
    made = OnDisk(tmp_path, owner="us")
    yield made
    made.ledger.close()


@pytest.fixture
def waits(monkeypatch):
    """What was waited for: the names of files and folders, and the ledger."""
    found = []
    sync, write = os.fsync, SqlBooks.write

    def fsync(descriptor):
        found.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        return sync(descriptor)

    def written(self, work, *, lasting=True):
        if lasting:
            found.append("the ledger")
        return write(self, work, lasting=lasting)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(SqlBooks, "write", written)
    return found


async def test_a_brief_waits_for_the_disk_three_times_at_most(house, waits):
    await house.rounds(2)
    waits.clear()
    house.drop("a.yaml")
    await house.rounds(3)
    assert house.states() == {"a.yaml": "running"}
    assert (waits[0], waits[-1]) == ("inbox", "the ledger")
    assert len(waits) <= MOST, waits


async def test_with_another_briefmill_at_the_inbox_a_claim_is_written_down_for_good_before_it_is_made(house, waits):
    owners.announce(ClaimFolder(inbox=house.inbox, owner="them"), house.path)
    await house.rounds(2)
    waits.clear()
    house.drop("a.yaml")
    await house.rounds(3)
    assert waits[:2] == ["the ledger", "inbox"], "a claim that no ledger knows would be taken for theirs"


async def test_what_a_power_cut_takes_from_the_ledger_of_a_claim_is_taken_again(house, tmp_path, monkeypatch):
    await house.rounds(2)
    house.ledger.close()
    shutil.copy(tmp_path / "briefmill.db", tmp_path / "on the disk")
    house.open()

    async def late(self, job):
        raise Temporary("the power goes before this has happened")

    house.drop("a.yaml")
    monkeypatch.setattr(Admissions, "admit", late)
    await house.rounds(3)
    assert (len(house.claims()), house.left()) == (1, [])
    monkeypatch.undo()
    house.ledger.close()
    shutil.copy(tmp_path / "on the disk", tmp_path / "briefmill.db")
    house.open()
    await house.rounds(4)
    assert (house.states(), house.left()) == ({"a.yaml": "running"}, [])


def test_only_what_must_last_waits_in_the_database(house):
    house.ledger.journal.begin(source="a", source_raw=b"a")
    driver = house.ledger._books._writer._connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    said = []
    driver.set_trace_callback(said.append)
    (job,) = house.ledger.journal.begin_all([Source(name="b", raw=b"b")], lasting=False)
    house.ledger.journal.took_all([job.id], lasting=False)
    house.ledger.journal.begin(source="c", source_raw=b"c")
    told = [words for words in said if words.startswith(("PRAGMA synchronous", "COMMIT"))]
    assert told == ["PRAGMA synchronous=NORMAL", "COMMIT", "COMMIT", "PRAGMA synchronous=FULL", "COMMIT"]
