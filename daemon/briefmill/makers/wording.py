"""Writers around a writer: one asks its shelf first, one waits its turn, one is metered, one tries again.

The same words for the same request are never paid for twice; the key is everything that decides them, and whose they
are. The shelf is a folder with one small file for each request, durably written.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.domain import codec
from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.makers.cached import Flights
from briefmill.makers.limiter import Limiter
from briefmill.makers.meter import Meter
from briefmill.ports import CopyWriter, Intent

ATTEMPTS: Final = 3
"""How often words are asked for until they are fit. Who says the same thing wrong twice is not asked a third time."""

Found = Callable[[str, int, Mapping[str, object]], None]
"""Is told of words that were there already: their key, what they had cost in micros, and their usage."""


class CachedWriter:
    """Implements ports.CopyWriter before another one. `variant` is what decides its words beside the request."""

    def __init__(
        self,
        inner: CopyWriter,
        *,
        variant: str,
        folder: Path,
        flights: Flights,
        tenant: str = "",
        found: Found | None = None,
    ) -> None:
        self._inner = inner
        self._variant = variant
        self._folder = folder
        self._flights = flights
        self._tenant = tenant
        self._found = found

    @property
    def name(self) -> str:
        """The name of the writer behind the shelf."""
        return self._inner.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """The words, from the shelf (at no cost) or written now."""
        key = self.key(request)
        with self._flights.alone(key):
            known = self._known(key)
            if known is None:
                return self._inner.write(request)
            if self._found is not None:
                self._found(key, known.cost_micros, known.usage)
            return replace(known, cost_micros=0, cached=True)

    def keep(self, request: CopyRequest, written: WrittenCopy) -> None:
        """Put words down under their request. Raises Paused where there is no room."""
        with files.disk_errors("the shelf of words"):
            self._folder.mkdir(parents=True, exist_ok=True)
            files.write_durably(self._place(self.key(request)), codec.document(codec.plain(written)))

    def key(self, request: CopyRequest) -> str:
        """SHA-256 over everything that decides the words, and whose they are."""
        told = f"{self._tenant}\n{self._inner.name}\n{self._variant}\n{codec.dumps(request)}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def _known(self, key: str) -> WrittenCopy | None:
        """What is on the shelf; a file that cannot be read only means that the words are written again."""
        try:
            return codec.load(WrittenCopy, json.loads(self._place(key).read_bytes()))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _place(self, key: str) -> Path:
        return self._folder / f"{key}.json"


class MeteredWriter:
    """Implements ports.CopyWriter around a paid writer.

    `intent` says what a request is, and what is reserved for it; `keep` puts words down durably.
    """

    def __init__(
        self,
        inner: CopyWriter,
        meter: Meter,
        *,
        intent: Callable[[CopyRequest], Intent],
        keep: Callable[[CopyRequest, WrittenCopy], None],
    ) -> None:
        self._inner = inner
        self._meter = meter
        self._intent = intent
        self._keep = keep

    @property
    def name(self) -> str:
        """The name of the writer that is metered."""
        return self._inner.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the words, with their row in the ledger. Raises OverBudget before anything is asked for."""
        return self._meter.call(
            self._intent(request), lambda: self._inner.write(request), lambda made: self._keep(request, made)
        )


class LimitedWriter:
    """Implements ports.CopyWriter: each call of another writer in its turn (`makers.limiter`)."""

    def __init__(self, inner: CopyWriter, limiter: Limiter, *, tenant: str) -> None:
        self._inner = inner
        self._limiter = limiter
        self._tenant = tenant

    @property
    def name(self) -> str:
        """The name of the writer behind."""
        return self._inner.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the words when it is their turn. Raises RateLimited before anything is asked or reserved."""
        with self._limiter.turn(self._tenant):
            return self._inner.write(request)


class PatientWriter:
    """Implements ports.CopyWriter around another one: what came out unfit is asked for again, with what was wrong.

    Each request is another one than those before, with a row and a place on the shelf of its own, so that a restart
    finds all of them.
    """

    def __init__(self, inner: CopyWriter, *, attempts: int = ATTEMPTS) -> None:
        self._inner = inner
        self._attempts = attempts

    @property
    def name(self) -> str:
        """The name of the writer behind."""
        return self._inner.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the words, in so many attempts at most; their cost is that of all attempts."""
        written, cost = self._inner.write(request), 0
        for _ in range(self._attempts - 1):
            if not written.unfit or tuple(written.unfit) == request.wrong:
                break
            cost += written.cost_micros
            request = replace(request, wrong=written.unfit)
            written = self._inner.write(request)
        return replace(written, cost_micros=written.cost_micros + cost)
