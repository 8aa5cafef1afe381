"""One writes at a time, for all who ask: many small pieces of work, one commit.

There is no writing thread: whoever comes first takes the baton and writes what lies there, his own piece and everybody
else's; who comes meanwhile waits for it and mostly finds his piece done. Each piece runs in a savepoint, so that one
that fails does not spoil its neighbours; the commit is what waits for the disk, and it is shared (bare inserts with
`synchronous=FULL`: 8,000 jobs a second against 324 with a commit each). A caller blocks until its piece is durable.
When the database itself fails, all pieces of that transaction fail with the same words, and the next transaction starts
on a fresh connection: nothing is retried on a connection that met an error. What ails the database is remembered until
something has really been written: a transaction that changes nothing goes well on a full disk.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from briefmill.errors import BriefmillError, Paused, Temporary
from briefmill.ledger import dialects

T = TypeVar("T")

_MOST: Final = 256
"""Pieces in one transaction: enough to share a commit, few enough that the first of them does not wait long."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Piece:
    work: Callable[[Connection], Any]
    lasting: bool = True
    answer: Future[Any] = field(default_factory=Future)


class Writer:
    """The one way to write into a database from this process. May be used from any thread.

    `failed` hears, on a caller's thread, of each transaction that could not be written, with the words of why.
    """

    def __init__(self, engine: Engine, *, failed: Callable[[str], None] = lambda _: None) -> None:
        self._engine = engine
        self._failed = failed
        self._trouble: BriefmillError | None = None
        self._pieces: deque[_Piece] = deque()
        self._baton = threading.Lock()
        self._connection: Connection | None = None
        self._open = True

    @property
    def trouble(self) -> str:
        """Why nothing can be written now, as far as is known; empty when the last writing went well."""
        return str(self._trouble or "")

    def run(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Run `work` in a transaction and wait until it is durable; one that need not last waits for no disk.

        Raises what the work raises (it alone is undone), Paused or Temporary when the database failed or the writer
        is closed.
        """
        piece = _Piece(work=work, lasting=lasting)
        self._pieces.append(piece)
        with self._baton:
            while not piece.answer.done():
                self._write()
        answer: T = piece.answer.result()
        return answer

    def close(self) -> None:
        """Finish what was asked so far, take nothing more, let go of the connection. May be repeated."""
        with self._baton:
            while self._open and self._pieces:
                self._write()
            self._open = False
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _write(self) -> None:
        """Write the oldest pieces, at least one, as one transaction; every one of them gets its answer."""
        batch = [self._pieces.popleft() for _ in range(min(len(self._pieces), _MOST))]
        if not self._open:
            for piece in batch:
                piece.answer.set_exception(Temporary("The ledger is closed."))
            return
        try:
            self._connection = self._connection or self._engine.connect()
            before = dialects.changes(self._connection)
            dialects.lasting(self._connection, any(piece.lasting for piece in batch))
            outcomes = _transact(self._connection, batch)
            if not isinstance(self._trouble, Paused) or dialects.changes(self._connection) != before:
                self._trouble = None
        except Exception as error:  # noqa: BLE001 - whatever it is, the callers wait for it
            self._ails(error)
            _refuse(batch, error)
            if self._connection is not None:
                _discard(self._connection)
                self._connection = None
        else:
            _answer(batch, outcomes)

    def _ails(self, error: Exception) -> None:
        meaning = _meaning(error)
        if meaning is not None:
            self._trouble = meaning
            self._failed(str(meaning))


def _transact(connection: Connection, batch: Sequence[_Piece]) -> list[tuple[Any, Exception | None]]:
    with connection.begin() as transaction:
        if len(batch) > 1:
            return [_attempt(connection, piece) for piece in batch]
        # Alone it needs no savepoint, which would cost as much as half the piece: undoing it is undoing everything.
        try:
            return [(batch[0].work(connection), None)]
        except Exception as error:
            if isinstance(error, DBAPIError) and _concerns_all(error):
                raise
            transaction.rollback()
            return [(None, error)]


def _attempt(connection: Connection, piece: _Piece) -> tuple[Any, Exception | None]:
    """The piece's value or its failure; a failure of the database is raised: it concerns the whole transaction."""
    point = connection.begin_nested()
    try:
        value = piece.work(connection)
    except DBAPIError as error:
        # A full disk has undone the transaction already: there is no savepoint left to go back to.
        if _concerns_all(error):
            raise
        point.rollback()
        return None, error
    except Exception as error:  # noqa: BLE001 - it is the caller's, and raised there
        point.rollback()
        return None, error
    point.commit()
    return value, None


def _concerns_all(error: DBAPIError) -> bool:
    return error.connection_invalidated or dialects.classify(error) is not None


def _answer(batch: Sequence[_Piece], outcomes: Sequence[tuple[Any, Exception | None]]) -> None:
    for piece, (value, error) in zip(batch, outcomes, strict=True):
        if error is None:
            piece.answer.set_result(value)
        else:
            piece.answer.set_exception(error)


def _refuse(batch: Sequence[_Piece], error: Exception) -> None:
    """Tell every caller; each gets an error of its own, because a traceback belongs to one thread."""
    for piece in batch:
        meaning = _meaning(error)
        piece.answer.set_exception(_chained(meaning, error) if meaning else error)


def _meaning(error: Exception) -> BriefmillError | None:
    """What ails the database, as a new error; None for a fault of ours."""
    if isinstance(error, Paused):
        return Paused(str(error), resource=error.resource, retry_in=error.retry_in)
    return dialects.classify(error) if isinstance(error, DBAPIError) else None


def _chained(meaning: BriefmillError, cause: Exception) -> BriefmillError:
    meaning.__cause__ = cause
    return meaning


def _discard(connection: Connection) -> None:
    connection.invalidate()
    connection.close()
