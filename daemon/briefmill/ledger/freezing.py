"""A copy of a ledger as it was at one moment, taken while others write into it.

Writers are kept out only for the instant in which the moment is chosen; what must belong to that very moment and lies
outside of the database (the claims of the inbox) is fetched by the caller meanwhile. The copy itself reads one snapshot
of SQLite's log and holds up nobody. It is one file without a log of its own, synced. `addresses` tells which artefacts
a ledger names, `pending` which jobs have not come to rest in it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.domain.job import TERMINAL, Stage
from briefmill.errors import FolderError, NotFound
from briefmill.ledger import dialects

_BUSY_S: Final = 60.0
"""Who waits for SQLite's lock has no place in a queue: beside a daemon that writes all the time that may last."""

_PAGES: Final = 2048
"""Pages copied between two looks at how far it is: eight megabytes."""

_NAMING: Final = (
    "SELECT admission FROM jobs WHERE admission <> ''",
    "SELECT output FROM stage_runs",
)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A job that had not come to rest: its name as dropped, whether its file was taken, and whether it was admitted."""

    job: str
    state: str
    name: bytes
    taken: bool
    admitted: bool


def copy(
    source: Path,
    target: Path,
    *,
    meanwhile: Callable[[Sequence[Pending]], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _whole: None,
) -> None:
    """Copy the ledger as it is at one moment into the new file `target`.

    `meanwhile` is called at that moment, while nobody can write; it must be quick: a writer gives up after ten seconds.
    `progress` hears of pages done, and of how many there are. Raises NotFound where there is no ledger, Temporary,
    Paused, FolderError.
    """
    with closing(opened(source)) as reader:
        with _translated(source), closing(opened(source)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            reader.execute("BEGIN")
            # The first look is what fixes a reader's moment.
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            meanwhile(pending(reader))
            writer.execute("ROLLBACK")
        with _translated(target), closing(sqlite3.connect(target, isolation_level=None)) as copied:
            reader.backup(
                copied, pages=_PAGES, progress=lambda _, left, whole: progress(whole - left, whole), sleep=0.01
            )
            copied.execute("PRAGMA journal_mode=DELETE")
    files.sync(target)


def opened(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection of one's own to a ledger's file that is there. Raises NotFound, Temporary, Paused, FolderError."""
    if not path.is_file():
        raise NotFound(f"There is no ledger at {path}.")
    with _translated(path):
        mode = "ro" if read_only else "rw"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_BUSY_S, isolation_level=None
        )
        # What a file brings along (views, triggers) may call nothing that reaches outside of it.
        connection.execute("PRAGMA trusted_schema=OFF")
        return connection


def pending(connection: sqlite3.Connection) -> list[Pending]:
    """The jobs that have not come to rest, oldest first; none where there are no tables yet."""
    if not has_tables(connection):
        return []
    rest = sorted(TERMINAL)
    marks = ", ".join("?" * len(rest))
    wanted = f"SELECT id, state, source_raw, taken, admission <> '' FROM jobs WHERE state NOT IN ({marks}) ORDER BY id"  # noqa: S608
    return [
        Pending(job=str(job), state=str(state), name=bytes(name), taken=bool(taken), admitted=bool(admitted))
        for job, state, name, taken, admitted in connection.execute(wanted, rest)
    ]


def addresses(path: Path) -> frozenset[str]:
    """The SHA-256 of every artefact that a ledger's file names, in whatever row."""
    found: set[str] = set()
    with closing(opened(path)) as connection, _translated(path):
        if not has_tables(connection):
            return frozenset()
        for wanted in _NAMING:
            for (told,) in connection.execute(wanted):
                found.update(_within(json.loads(told)))
        found.update(str(address) for (address,) in connection.execute("SELECT sha256 FROM creatives"))
    return frozenset(found)


def archived(path: Path) -> Iterator[object]:
    """What the archive stages in a ledger's file recorded."""
    with closing(opened(path)) as connection, _translated(path):
        if has_tables(connection):
            wanted = "SELECT output FROM stage_runs WHERE stage = ?"
            for (told,) in connection.execute(wanted, (str(Stage.ARCHIVE),)):
                yield json.loads(told)


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether there is a ledger in this database."""
    found = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'jobs'").fetchone()
    return bool(found[0])


def revision(path: Path) -> str | None:
    """At which revision of the tables a ledger's file stands, None for one without our tables."""
    with closing(opened(path)) as connection, _translated(path):
        return standing(connection)


def standing(connection: sqlite3.Connection) -> str | None:
    """The same for a connection."""
    there = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0]
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    return None if row is None else str(row[0])


def _within(told: object) -> Iterator[str]:
    """Every `sha256` in a recorded structure, however deep."""
    left = [told]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            address = one.get("sha256")
            if isinstance(address, str):
                yield address
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise (dialects.meaning(error) or FolderError(f"{path}: {error}.")) from error
