"""A whole OpenAI on this machine: start it, point a client's `base_url` at it, read its book."""

import threading
from types import TracebackType
from typing import Self

from briefmill.fake_openai.book import Book
from briefmill.fake_openai.clock import Clock, MachineClock
from briefmill.fake_openai.scenario import Scenario
from briefmill.fake_openai.service import Service
from briefmill.fake_openai.wire import HOST, Server


class FakeOpenAI:
    """A server on 127.0.0.1. Nothing listens before `start`; `close` may be called more than once.

    `port` 0 takes a free one. `key` is the one API key that is accepted. `book` is where calls are written down, one
    of its own when it is not given; it can be read after `close`.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        port: int = 0,
        key: str = "sk-fake",
        clock: Clock | None = None,
        book: Book | None = None,
    ) -> None:
        self.key = key
        self.book = book if book is not None else Book()
        self._port = port
        self._clock = clock if clock is not None else MachineClock()
        self._service = Service(
            scenario if scenario is not None else Scenario(), key=key, clock=self._clock, book=self.book
        )
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address for a client, ending in /v1. Raises RuntimeError before `start`."""
        if self._server is None:
            raise RuntimeError("the fake OpenAI is not started")
        return f"http://{HOST}:{self._server.server_port}/v1"

    def start(self) -> Self:
        """Listen. Raises ConfigError when the port is taken."""
        if self._server is None:
            self._server = Server(self._port, self._service, self._clock)
            self._thread = threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="fake-openai", daemon=True
            )
            self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening, end every connection, close the book's file."""
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is not None and thread is not None:
            server.shutdown()
            server.hang_up()
            server.server_close()
            thread.join()
        self.book.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
