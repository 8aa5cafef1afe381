"""The writer thread: many pieces, one commit; and what it makes of a database that fails."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from briefmill.errors import Paused, Temporary
from briefmill.ledger import dialects
from briefmill.ledger.writer import Writer


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[dialects.Engines]:
    engines = dialects.connect(tmp_path / "writer.db")
    with engines.writer.begin() as connection:
        connection.execute(text("CREATE TABLE notes (word TEXT UNIQUE)"))
    yield engines
    engines.close()


@pytest.fixture
def writer(engines: dialects.Engines) -> Iterator[Writer]:
    writer = Writer(engines.writer)
    yield writer
    writer.close()


def note(writer: Writer, word: str) -> int:
    return writer.run(
        lambda connection: connection.execute(text("INSERT INTO notes VALUES (:w)"), {"w": word}).rowcount
    )


def notes(engines: dialects.Engines) -> set[str]:
    with engines.reader.begin() as connection:
        return set(connection.execute(text("SELECT word FROM notes")).scalars())


class Jam:
    """Keeps the writer busy until let go, so that a queue forms behind it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._busy, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: writer.run(self._wait))

    def _wait(self, _connection: object) -> None:
        self._busy.set()
        assert self._go.wait(30)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._busy.wait(30)
        return self

    def let_go_behind(self, count: int) -> None:
        look = threading.Event()
        while len(self._writer._pieces) < count:
            look.wait(0.001)
        self._go.set()

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._thread.join()


def test_what_waits_together_is_committed_together(engines: dialects.Engines, writer: Writer) -> None:
    commits = []
    event.listen(engines.writer, "commit", commits.append)
    words = {f"word {number}" for number in range(50)}
    with ThreadPoolExecutor(50) as pool, Jam(writer) as jam:
        answers = [pool.submit(note, writer, word) for word in words]
        jam.let_go_behind(50)
        assert [answer.result() for answer in answers] == [1] * 50
    assert notes(engines) == words
    assert len(commits) == 2


def test_one_that_fails_does_not_spoil_its_neighbours(engines: dialects.Engines, writer: Writer) -> None:
    def half_done(connection):
        connection.execute(text("INSERT INTO notes VALUES ('half')"))
        raise RuntimeError("changed my mind")

    with ThreadPoolExecutor(4) as pool, Jam(writer) as jam:
        good = pool.submit(note, writer, "good")
        bad = pool.submit(writer.run, half_done)
        twin = [pool.submit(note, writer, "same") for _ in range(2)]
        jam.let_go_behind(4)
        assert good.result() == 1
        with pytest.raises(RuntimeError, match="changed my mind"):
            bad.result()
        assert sorted(type(answer.exception()).__name__ for answer in twin) == ["IntegrityError", "NoneType"]
    assert notes(engines) == {"good", "same"}


def test_an_answer_comes_only_after_the_commit(engines: dialects.Engines, writer: Writer) -> None:
    for number in range(20):
        note(writer, str(number))
        assert str(number) in notes(engines)


def test_a_full_disk_pauses_everybody_and_mends_by_itself(engines: dialects.Engines, writer: Writer) -> None:
    pages = writer.run(lambda connection: connection.execute(text("PRAGMA page_count")).scalar())
    writer.run(lambda connection: connection.execute(text(f"PRAGMA max_page_count={pages + 2}")).scalar())
    with ThreadPoolExecutor(2) as pool, Jam(writer) as jam:
        small, large = pool.submit(note, writer, "small"), pool.submit(note, writer, "large" * 100_000)
        jam.let_go_behind(2)
        for answer in (small, large):
            with pytest.raises(Paused, match="full") as caught:
                answer.result()
            assert caught.value.resource == "disk"
            assert isinstance(caught.value.__cause__, OperationalError)
    assert notes(engines) == set()
    assert note(writer, "small") == 1
    assert note(writer, "large" * 100_000) == 1


def test_a_read_only_database_pauses(engines: dialects.Engines, writer: Writer) -> None:
    writer.run(lambda connection: connection.execute(text("PRAGMA query_only=ON")))
    with pytest.raises(Paused, match="read-only") as caught:
        note(writer, "no")
    assert caught.value.resource == "ledger"


def test_a_file_that_is_no_database_pauses(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"This is no database. " * 1000)
    engines = dialects.connect(tmp_path / "bad.db")
    writer = Writer(engines.writer)
    try:
        with pytest.raises(Paused, match="restore a backup"):
            note(writer, "no")
    finally:
        writer.close()
        engines.close()


def test_a_database_that_another_process_holds_is_tried_later(tmp_path: Path, engines: dialects.Engines) -> None:
    second = dialects.connect(tmp_path / "writer.db")
    event.listen(second.writer, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=1"))
    writer = Writer(second.writer)
    try:
        with engines.writer.begin():
            with pytest.raises(Temporary, match="another process") as caught:
                note(writer, "not now")
            assert not isinstance(caught.value, Paused)
        assert note(writer, "now") == 1
    finally:
        writer.close()
        second.close()


def test_what_was_asked_before_the_end_is_done_and_nothing_after_it(engines: dialects.Engines) -> None:
    writer = Writer(engines.writer)
    with ThreadPoolExecutor(3) as pool, Jam(writer) as jam:
        answers = [pool.submit(note, writer, word) for word in "ab"]
        closing = threading.Thread(target=writer.close)
        jam_full = threading.Thread(target=jam.let_go_behind, args=(2,))
        look = threading.Event()
        while len(writer._pieces) < 2:
            look.wait(0.001)
        closing.start()
        jam_full.start()
        assert [answer.result() for answer in answers] == [1, 1]
        closing.join()
        jam_full.join()
    assert notes(engines) == {"a", "b"}
    with pytest.raises(Temporary, match="closed"):
        note(writer, "c")
    writer.close()


def test_a_reader_cannot_write(engines: dialects.Engines) -> None:
    with pytest.raises(DBAPIError), engines.reader.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('sneaky')"))
    assert notes(engines) == set()


def test_the_database_is_as_durable_as_it_gets(engines: dialects.Engines) -> None:
    with engines.writer.connect() as connection:
        asked = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS]
    assert dict(zip(PRAGMAS, asked, strict=True)) == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
