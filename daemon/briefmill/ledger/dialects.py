"""What differs between databases: how one is opened, how writers take turns, and what its errors mean.

Everything else in this room is the same SQL for all of them. SQLite runs in WAL with `synchronous=FULL`: measured, the
usual NORMAL lost 50 of 50 committed rows in a power cut, FULL none. It is opened on a local disk only (the caller sees
to that). On PostgreSQL one advisory lock per transaction gives the chain its order, as BEGIN IMMEDIATE does here.
Errors are told apart by their codes, never by their words.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from briefmill.errors import BriefmillError, ConfigError, FolderError, Paused, Temporary
from briefmill.ledger.anchor import Anchor

_BUSY_S: Final = 10.0
_AGAIN_S: Final = 2.0
"""How soon to try again what the disk or the file refused: a transaction that fails costs next to nothing."""

_CHAIN_LOCK: Final = 0x62_72_69_65_66  # "brief", as a number that no other user of the server is likely to take

_SQLITE_LATER: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL}
)
_SQLITE_PAUSED: Final = {
    sqlite3.SQLITE_FULL: ("disk", "The disk under the ledger is full. Free some space"),
    sqlite3.SQLITE_READONLY: ("ledger", "The ledger is read-only. Give its folder back its write permission"),
    sqlite3.SQLITE_IOERR: (
        "ledger",
        "The ledger's files cannot be read or written. Look for them, and into the kernel's log",
    ),
    sqlite3.SQLITE_CANTOPEN: ("ledger", "The ledger's file cannot be opened. Look at its folder and permissions"),
    sqlite3.SQLITE_PERM: ("ledger", "The ledger may not be written. Give its folder back its write permission"),
    sqlite3.SQLITE_CORRUPT: ("ledger", "The ledger's file is damaged. Stop, keep it, and restore a backup"),
    sqlite3.SQLITE_NOTADB: ("ledger", "The ledger's file is no database. Stop, keep it, and restore a backup"),
}

_SERVER_LATER: Final = ("08", "40", "55P03", "57", "53300", "53400")
_SERVER_PAUSED: Final = {
    "53100": ("disk", "The disk of the ledger's server is full. Free some space"),
    "25006": ("ledger", "The ledger's server is read-only. Point to its primary"),
}


@dataclass(frozen=True, kw_only=True)
class Engines:
    """Two ways into one database: the writer has one connection, readers have a few and cannot write."""

    writer: Engine
    reader: Engine

    def close(self) -> None:
        """Close all connections; the last one folds SQLite's log back into its file."""
        self.reader.dispose()
        self.writer.dispose()


def connect(where: Path | str) -> Engines:
    """Engines for a database file, or for a URL.

    Raises FolderError where the file's folder is missing, ConfigError for a URL that cannot serve.
    """
    url = where if isinstance(where, Path) else _url(where)
    if isinstance(url, Path):
        return _sqlite(url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(Path(url.database or ":memory:"))
    return _server(url)


def _url(where: str) -> URL | Path:
    if "://" not in where:
        return Path(where)
    try:
        return make_url(where)
    except SQLAlchemyError as error:
        raise ConfigError(
            "The database URL cannot be read. It looks like postgresql+psycopg://user@host/name."
        ) from error


def _sqlite(path: Path) -> Engines:
    if str(path) == ":memory:":
        raise ConfigError("A ledger in memory forgets everything: name a database file.")
    if not path.parent.is_dir():
        raise FolderError(f"The ledger's folder {path.parent} is not there. Make it, or choose another home.")
    url = URL.create("sqlite", database=os.fspath(path))
    known = {"timeout": _BUSY_S}
    writer = create_engine(url, connect_args=known, pool_size=1, max_overflow=0)
    reader = create_engine(url, connect_args=known, pool_size=4, max_overflow=28)
    anchor = Anchor(path)
    for engine in (writer, reader):
        event.listen(engine, "do_connect", anchor.before_connecting)
        event.listen(engine, "connect", anchor.connected)
    event.listen(writer, "connect", _open_for_writing)
    event.listen(writer, "begin", _begin_immediate)
    event.listen(writer, "begin", anchor.writing)
    event.listen(reader, "connect", _open_for_reading)
    event.listen(reader, "begin", anchor.reading)
    event.listen(reader, "begin", _begin)
    return Engines(writer=writer, reader=reader)


def _server(url: URL) -> Engines:
    try:
        writer = create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
        reader = create_engine(url, pool_size=4, max_overflow=28, pool_pre_ping=True)
    except (ImportError, SQLAlchemyError) as error:
        raise ConfigError(f"No driver for {url.drivername}. Install briefmill[scale].") from error
    event.listen(writer, "begin", _take_turns)
    event.listen(reader, "begin", _only_read)
    return Engines(writer=writer, reader=reader)


def _open_for_writing(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own idea of when to begin would break BEGIN IMMEDIATE
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _open_for_reading(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _take_turns(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})")


def _only_read(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def lasting(connection: Connection, wanted: bool) -> None:
    """Say, before a transaction, whether its end must outlive a power cut: then the commit waits for the disk.

    One that need not is as safe from a crash of this process, lasts from the next lasting one on, and is never there
    without those before it. A database other than SQLite makes all of them last.
    """
    if connection.dialect.name == "sqlite" and connection.info.get("lasting", True) != wanted:
        driver = connection.connection.driver_connection
        assert driver is not None, "a checked-out connection has one"
        driver.execute(f"PRAGMA synchronous={'FULL' if wanted else 'NORMAL'}")
        connection.info["lasting"] = wanted


def changes(connection: Connection) -> int | None:
    """How many rows this connection has changed so far; None where the database does not count them."""
    count: int | None = getattr(connection.connection.driver_connection, "total_changes", None)
    return count


@contextmanager
def translated() -> Iterator[None]:
    """Raise database errors as what they mean; one that is a fault of ours stays what it is."""
    try:
        yield
    except DBAPIError as error:
        meaning = classify(error)
        if meaning is None:
            raise
        raise meaning from error


def classify(error: DBAPIError) -> BriefmillError | None:
    """What a database error means for the caller: Temporary, Paused, or None for a fault of ours."""
    origin: Any = error.orig
    if getattr(origin, "sqlite_errorcode", None) is not None:
        return meaning(origin)
    state = getattr(origin, "sqlstate", None)
    if state in _SERVER_PAUSED:
        return _paused(*_SERVER_PAUSED[state], origin)
    unreachable = state is None and isinstance(error, OperationalError)
    if error.connection_invalidated or unreachable or (state or "").startswith(_SERVER_LATER):
        return Temporary(f"The ledger's database does not answer: {origin}")
    return None


def meaning(origin: sqlite3.Error) -> BriefmillError | None:
    """What an error of SQLite's own driver means, as `classify`."""
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_LATER:
        return Temporary(f"The ledger is in use by another process: {origin}")
    if code in _SQLITE_PAUSED:
        return _paused(*_SQLITE_PAUSED[code], origin)
    return None


def _paused(resource: str, words: str, origin: object) -> Paused:
    return Paused(f"{words} ({origin}).", resource=resource, retry_in=_AGAIN_S)
