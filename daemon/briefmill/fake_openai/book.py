"""The server's own count of what it was asked, what it answered and what it charged.

A client's ledger is judged against this book: it is written by the side that did the work, with that side's own price
list, before an answer leaves. What was done and never arrived (a cut line, a block at the output) is charged here, as
it would be on a bill. With a path the book is also a file of JSON lines, one for each call, flushed at once, so that
another process can read it while the server runs.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from briefmill.errors import ConfigError

INVALID: Final = "invalid"
"""The outcome of a request that the real API would refuse as it is written."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call. `status` is the HTTP status that was answered, 0 when the line was cut before any.

    `at` is in seconds since 1970. `key` is the Idempotency-Key. `prompt` is the first 16 hexadecimal digits of the
    SHA-256 of the prompt, empty where there is none. `outcome` is `ok`, `invalid`, or the name of what went wrong.
    `batch` is the batch that the call was a line of. Costs are in micro-dollars.
    """

    number: int
    at: float
    route: str
    method: str = "POST"
    model: str = ""
    key: str = ""
    prompt: str = ""
    status: int
    outcome: str
    detail: str = ""
    charged: bool = False
    cost_micros: int = 0
    images: int = 0
    request_id: str = ""
    batch: str = ""


class Book:
    """All calls of one server, in the order in which they were decided. Safe from any thread.

    With `path`, each call is appended to that file, too. Raises ConfigError when the file cannot be opened.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._calls: list[Call] = []
        self._lock = threading.Lock()
        try:
            self._file = path.open("a", encoding="utf-8") if path is not None else None
        except OSError as error:
            raise ConfigError(f"The book {path} cannot be written: {error.strerror}. Name another file.") from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """The book that another process writes to `path`; a line that is still being written is left out."""
        book = cls()
        text = path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        book._calls = [Call(**json.loads(line)) for line in whole.splitlines()]
        return book

    def enter(self, call: Call) -> Call:
        """Write a call down; gives it back with its number."""
        with self._lock:
            numbered = Call(**{**asdict(call), "number": len(self._calls) + 1})
            self._calls.append(numbered)
            if self._file is not None:
                self._file.write(json.dumps(asdict(numbered), ensure_ascii=False) + "\n")
                self._file.flush()
        return numbered

    def calls(self, route: str = "") -> tuple[Call, ...]:
        """All calls, or those of one route such as `images.generations`."""
        with self._lock:
            return tuple(call for call in self._calls if not route or call.route == route)

    def charged(self) -> tuple[Call, ...]:
        """The calls that are on the bill."""
        return tuple(call for call in self.calls() if call.charged)

    def by_key(self) -> dict[str, tuple[Call, ...]]:
        """The calls that carried an Idempotency-Key, by that key."""
        found: dict[str, list[Call]] = {}
        for call in self.calls():
            if call.key:
                found.setdefault(call.key, []).append(call)
        return {key: tuple(calls) for key, calls in found.items()}

    def outcomes(self) -> dict[str, int]:
        """How many calls came to which outcome."""
        found: dict[str, int] = {}
        for call in self.calls():
            found[call.outcome] = found.get(call.outcome, 0) + 1
        return found

    @property
    def invalid(self) -> int:
        """How many requests were wrong as they were written. A client's tests want this to be 0."""
        return len(self.refused())

    def refused(self) -> tuple[Call, ...]:
        """The requests that were wrong as they were written; `detail` says what was wrong."""
        return tuple(call for call in self.calls() if call.outcome == INVALID)

    @property
    def cost_micros(self) -> int:
        """The bill, in micro-dollars."""
        return _total(call.cost_micros for call in self.charged())

    @property
    def images(self) -> int:
        """How many pictures were made, whether they arrived or not."""
        return _total(call.images for call in self.calls())

    def close(self) -> None:
        """Close the file, if there is one. The book can still be read."""
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            file.close()


def _total(numbers: Iterable[int]) -> int:
    return sum(numbers)
