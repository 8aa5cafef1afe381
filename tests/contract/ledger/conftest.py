"""Every implementation of the ledger, one after the other.

A server's database joins in when `BRIEFMILL_TEST_DATABASE` names one that may be emptied.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from briefmill.ledger.memory import MemoryLedger
from briefmill.ledger.offices import Offices
from briefmill.ledger.sql import SqlLedger
from ledger.ledgerkit import Counted, PushedClock, sqlite

SERVER = os.environ.get("BRIEFMILL_TEST_DATABASE", "")
KINDS = ["memory", "sqlite", *(["server"] if SERVER else [])]


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "briefmill.db"
    SqlLedger(path, PushedClock()).close()
    return path


@pytest.fixture(params=KINDS)
def ledger(
    request: pytest.FixtureRequest, clock: PushedClock, tmp_path: Path, empty_database: Path
) -> Iterator[Offices]:
    if request.param == "memory":
        yield MemoryLedger(clock, newid=Counted())
    elif request.param == "sqlite":
        shutil.copy(empty_database, tmp_path / "briefmill.db")
        with sqlite(tmp_path / "briefmill.db", clock, Counted()) as opened:
            yield opened
    else:
        empty_server()
        opened = SqlLedger(SERVER, clock, newid=Counted())
        yield opened
        opened.close()


def empty_server() -> None:
    engine = create_engine(SERVER)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
