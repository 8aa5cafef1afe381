"""The ledger in a database: one writer, readers beside it, tables brought up to date at opening."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from briefmill.ledger import dialects, migrate, sqlshelves
from briefmill.ledger.offices import Offices
from briefmill.ledger.shelves import Page
from briefmill.ledger.writer import Writer
from briefmill.ports import Clock

T = TypeVar("T")


class SqlBooks:
    """Books in a database. Readers never wait for the writer, nor it for them."""

    def __init__(
        self, engines: dialects.Engines, clock: Clock, *, failed: Callable[[str], None] = lambda _: None
    ) -> None:
        self._engines = engines
        self._clock = clock
        self._writer = Writer(engines.writer, failed=failed)

    @property
    def trouble(self) -> str:
        """Why nothing can be written now, empty when nothing is known to be wrong."""
        return self._writer.trouble

    def write(self, work: Callable[[Page], T], *, lasting: bool = True) -> T:
        """One transaction, durable on return if `lasting`. Raises Temporary, Paused, and what the work raises."""
        return self._writer.run(
            lambda connection: work(sqlshelves.page(connection, self._clock.now())), lasting=lasting
        )

    def read(self, work: Callable[[Page], T]) -> T:
        """One consistent view. Raises Temporary, Paused, and what the work raises."""
        with dialects.translated(), self._engines.reader.begin() as connection:
            return work(sqlshelves.page(connection, self._clock.now()))

    def close(self) -> None:
        """Write what was asked for, then let go of the database."""
        self._writer.close()
        self._engines.close()


class SqlLedger(Offices):
    """The six ports over a database file or URL; opening makes or updates its tables.

    `failed` hears of each transaction that could not be written, with the words of why; on a thread of the ledger's,
    so it must neither block nor call back. Raises FolderError or ConfigError when it cannot be opened at all, Temporary
    or Paused when not now.
    """

    def __init__(
        self,
        where: Path | str,
        clock: Clock,
        *,
        newid: Callable[[], str] | None = None,
        failed: Callable[[str], None] = lambda _: None,
    ) -> None:
        with ExitStack() as on_failure:
            engines = dialects.connect(where)
            on_failure.callback(engines.close)
            with dialects.translated():
                # A reader looks first: an up-to-date ledger opens even where nothing can be written now.
                if migrate.current(engines.reader) != migrate.HEAD:
                    migrate.upgrade(engines.writer)
            self._books = SqlBooks(engines, clock, failed=failed)
            on_failure.pop_all()
        super().__init__(self._books, newid=newid)

    @property
    def trouble(self) -> str:
        """Why the ledger cannot be written now, empty when nothing is known to be wrong. Never blocks."""
        return self._books.trouble

    def close(self) -> None:
        """Write what was asked for, then let go of the database. May be repeated."""
        self._books.close()
