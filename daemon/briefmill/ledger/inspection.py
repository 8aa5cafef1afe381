"""Looks whether a ledger's file is whole: its pages, its references, its audit chain, and at which tables it stands.

Reads only, and makes no tables: for a file that may be old, damaged, or a stranger's. A running daemon is no hindrance.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from briefmill.ledger import audit, freezing, migrate, wire
from briefmill.ports import AuditRow, ChainReport

_TABLES: Final = ("jobs", "stage_runs", "creatives", "spend", "overnight", "batches", "buckets", "audit")
_GUARDS: Final = frozenset({"audit_update", "audit_delete"})
"""The triggers that our migrations make: audit rows are never changed or removed."""

_MOST: Final = 10
"""So many faults of one kind are told."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found. `revision` is None for a database without our tables; `faults` are sentences, none when well."""

    revision: str | None
    chain: ChainReport
    rows: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether its tables are those that this program works with."""
        return self.revision == migrate.HEAD


def look(path: Path) -> Health:
    """Examine the ledger in this file. Raises NotFound, Temporary, Paused."""
    with closing(freezing.opened(path)) as connection:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        try:
            return _examined(connection)
        except sqlite3.DatabaseError as error:
            return Health(revision=None, chain=ChainReport(rows=0), faults=(f"it cannot be read: {error}",))


def _examined(connection: sqlite3.Connection) -> Health:
    # Pages first: what a damaged file answers to the other questions means nothing.
    told = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    if told != ["ok"]:
        return Health(revision=None, chain=ChainReport(rows=0), faults=tuple(f"damaged: {line}" for line in told))
    if not freezing.has_tables(connection):
        return Health(revision=None, chain=ChainReport(rows=0))
    faults = [*_strangers(connection), *_dangling(connection)]
    chain = audit.check(_links(connection))
    if chain.bad_row:
        faults.append(f"the audit trail does not hold from row {chain.bad_row} on: {chain.reason}")
    return Health(revision=freezing.standing(connection), chain=chain, rows=_counts(connection), faults=tuple(faults))


def _strangers(connection: sqlite3.Connection) -> Iterator[str]:
    """What no Briefmill ever put into a ledger, and what it must not lack."""
    made = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchall()
    triggers = {str(name) for kind, name in made if kind == "trigger"}
    for kind, name in sorted(made):
        if name not in _GUARDS:
            yield f"there is a {kind} {name!r} in it that is none of ours"
    for name in sorted(_GUARDS - triggers):
        yield f"the guard {name!r} of the audit trail is gone: its rows can be changed"


def _dangling(connection: sqlite3.Connection) -> Iterator[str]:
    found = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    for table, row, other, _ in found:
        yield f"row {row} of {table} points to a row of {other} that is not there"


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = {str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    wanted = [name for name in _TABLES if name in tables]
    # Names of our own, so that nothing is quoted.
    return {name: int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in wanted}  # noqa: S608


def _links(connection: sqlite3.Connection) -> Iterator[AuditRow]:
    wanted = "SELECT number, at, tenant, job, event, detail, previous, hash FROM audit ORDER BY number"
    for number, at, tenant, job, event, detail, previous, sealed in connection.execute(wanted):
        try:
            told = wire.mapping(detail)
        except ValueError:
            told = {"unreadable": str(detail)}  # no row of ours was ever that, so that its hash does not hold
        yield AuditRow(
            number=number,
            at=wire.moment(at),
            tenant=tenant,
            job=job,
            event=event,
            detail=told,
            previous=previous,
            hash=sealed,
        )
