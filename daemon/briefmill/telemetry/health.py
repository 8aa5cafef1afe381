"""A small HTTP server for whoever watches the daemon: /metrics, /healthz, /readyz.

It runs in threads of its own, so that it answers while the event loop is busy: /healthz says that the process lives,
/readyz that it works. Reading only, no password, no access log; by default it listens on 127.0.0.1 alone.
"""

import errno
import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

from briefmill.domain.facts import Failed
from briefmill.errors import ConfigError
from briefmill.ports import Listener

PATIENCE_S: Final = 10.0
"""Seconds that a client may take to say what it wants: longer than any scrape, short enough against idlers."""

TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Check:
    """Whether one thing that the daemon needs is well, and what was found."""

    ok: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the answers come from. Called on the server's threads.

    `exposition` turns an Accept header into a body and its content type; `readiness` gives checks by name.
    """

    exposition: Callable[[str], tuple[bytes, str]]
    readiness: Callable[[], Mapping[str, Check]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, a body, and what kind of text it is."""

    status: int
    body: bytes
    content_type: str = TEXT


class Health:
    """The running server. Listens from the constructor on; `close` ends it and frees the port.

    `port` 0 takes any free one; the property says which. Raises ConfigError when the address cannot be had.
    """

    def __init__(self, host: str, port: int, sources: Sources, listener: Listener) -> None:
        try:
            self._server = _Server(host, port, sources, listener)
        except OSError as error:
            raise ConfigError(_cannot_listen(host, port, error)) from error
        # A short poll makes close() quick; the selector sleeps in between.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop answering. Idempotent."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def answer(path: str, accept: str, sources: Sources) -> Answer:
    """What is said to a GET of `path` (with or without a query)."""
    match path.partition("?")[0]:
        case "/metrics":
            body, content_type = sources.exposition(accept)
            return Answer(status=200, body=body, content_type=content_type)
        case "/healthz":
            return Answer(status=200, body=b"ok\n")
        case "/readyz":
            return _readiness(sources.readiness)
        case _:
            return Answer(status=404, body=b"Here are /metrics, /healthz and /readyz.\n")


def _readiness(checks: Callable[[], Mapping[str, Check]]) -> Answer:
    try:
        found = checks()
    except Exception as error:  # noqa: BLE001 - a check that cannot be made is an answer: not ready, and why
        found = {"checks": Check(ok=False, detail=f"{type(error).__name__}: {error}")}
    ready = all(check.ok for check in found.values())
    shown = {"ready": ready, "checks": {name: {"ok": c.ok, "detail": c.detail} for name, c in found.items()}}
    body = json.dumps(shown, indent=2).encode("ascii") + b"\n"
    return Answer(status=200 if ready else 503, body=body, content_type="application/json")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, sources: Sources, listener: Listener) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sources = sources
        self.listener = listener
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer asks the name server who we are, which can take long and is not used.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        # Whoever hangs up early has lost interest; that is no fault of ours.
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.listener.hear(Failed(where="telemetry.health", error=f"{type(error).__name__}: {error}"))


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_S
    server: _Server

    def do_GET(self) -> None:
        try:
            said = answer(self.path, self.headers.get("Accept", ""), self.server.sources)
        except Exception:
            self._send(Answer(status=500, body=b"Cannot say; see the log.\n"))
            raise
        self._send(said)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _refuse(self) -> None:
        self._send(Answer(status=405, body=b"Only GET and HEAD.\n"))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse  # noqa: N815 - http.server looks for these names

    def _send(self, said: Answer) -> None:
        self.send_response(said.status)
        self.send_header("Content-Type", said.content_type)
        self.send_header("Content-Length", str(len(said.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if said.status == 405:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said.body)

    def version_string(self) -> str:
        return "briefmill"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Keep quiet: a scrape every few seconds is not worth a line."""


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"telemetry.listen: {shown} is taken, perhaps by another Briefmill. Stop that one, or set "
            'telemetry.listen (BRIEFMILL_TELEMETRY__LISTEN) to another port, or to "" for none.'
        )
    return (
        f"telemetry.listen: cannot listen on {shown}: {error.strerror or error}. Give an address of this machine, "
        'or "" for none.'
    )
