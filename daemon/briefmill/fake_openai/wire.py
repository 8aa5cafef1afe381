"""The wires: reads requests from sockets, and sends answers as well, or as badly, as it is told.

HTTP/1.1 with connections that are kept. A line that is to go dead is shut down for good in the middle of whatever it
was doing; what the client had sent and nobody read makes the system answer with a reset, as a crashed server would.
"""

import contextlib
import math
import socket
import socketserver
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from briefmill.errors import ConfigError
from briefmill.fake_openai.clock import Clock
from briefmill.fake_openai.message import Answer, Request
from briefmill.fake_openai.service import Service

HOST: Final = "127.0.0.1"
LARGEST_BODY: Final = 1_000_000_000
"""Bytes of a request that are read; sixteen pictures of 50 MB fit."""


class Server(ThreadingHTTPServer):
    """Listens on this machine only. Raises ConfigError when the port is taken."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, service: Service, clock: Clock) -> None:
        self.service = service
        self.clock = clock
        self.stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        try:
            super().__init__((HOST, port), Handler)
        except (OSError, OverflowError) as error:
            raise ConfigError(f"The fake OpenAI cannot listen on port {port}: {error}. Name another port.") from error

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, so that `hang_up` can end it."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """Wake everything that waits and end every connection."""
        self.stopped.set()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            _shut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is none of our concern; anything else is shown with its traceback."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "fake-openai"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 300
    server: Server

    def setup(self) -> None:
        """Make the connection known."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.closed(self.connection)
        with contextlib.suppress(ConnectionError):  # flushing to a client that left
            super().finish()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle()

    do_POST = do_DELETE = do_GET  # noqa: N815 - likewise

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - likewise
        """Say nothing: the book has it all."""

    def _handle(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(parts.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.server.service.cut_at_the_door(self.command, path, headers):
            self._cut()
            return
        body = self._body(headers)
        if body is None:
            self.close_connection = True
            self._send(Answer(status=413, body=b'{"error":{"message":"Request too large or of no known length."}}'))
            return
        request = Request(
            method=self.command,
            path=path,
            query=dict(urllib.parse.parse_qsl(parts.query)),
            headers=headers,
            body=body,
        )
        answer = self.server.service.answer(request)
        self._pause(answer.latency_s)
        if answer.cut == "after":
            self._cut()
            return
        self._send(answer)

    def _body(self, headers: dict[str, str]) -> bytes | None:
        """The whole body; None when it is too large or its length is nonsense."""
        if headers.get("transfer-encoding", "").casefold() == "chunked":
            return self._chunks()
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > LARGEST_BODY:
            return None
        return self.rfile.read(int(told))

    def _chunks(self) -> bytes | None:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(20).split(b";")[0], 16)
            except ValueError:
                return None
            if size < 0 or len(body) + size > LARGEST_BODY:
                return None
            body += self.rfile.read(size)
            self.rfile.readline(3)
            if size == 0:
                return bytes(body)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("content-type", answer.content_type)
        self.send_header("content-length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        body = answer.body[: len(answer.body) // 2] if answer.cut == "middle" else answer.body
        step = max(1, math.ceil(len(body) / answer.pieces))
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            if answer.pieces > 1:
                self._pause(answer.pause_s)
        if answer.cut == "middle":
            self._cut()

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self.server.clock.wait(seconds, self.server.stopped)

    def _cut(self) -> None:
        self.close_connection = True
        _shut(self.connection)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be dead already
        connection.shutdown(socket.SHUT_RDWR)
