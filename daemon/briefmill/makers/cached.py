"""A maker that asks its cache first: the same request is never made, and never paid, twice.

The key is everything that decides the picture. The index is a folder of small JSON files, written durably beside the
store that holds the bytes; a lost or broken entry only means that the picture is made again. Requests for the same key
that are under way in this process wait for the first one.

What was paid for and cannot be put down (a full disk, a quota, a folder that was closed) stays in memory until it can:
trying again costs nothing. That there is room is tried out before anything is paid.
"""

import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from briefmill import files
from briefmill.domain import codec
from briefmill.domain.artefact import Ref
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import BriefmillError, Paused
from briefmill.ports import ImageMaker, Store


class Flights:
    """One lock a key, for as long as somebody holds or wants it. Shared by all makers over one cache.

    `unsaved` are the pictures that were made and could not be put down so far.
    """

    def __init__(self) -> None:
        self.unsaved: dict[str, MadePicture] = {}
        self._guard = threading.Lock()
        self._waiting: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Hold `key` alone among the threads of this process."""
        with self._guard:
            lock, count = self._waiting.get(key, (threading.Lock(), 0))
            self._waiting[key] = (lock, count + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, count = self._waiting[key]
                if count == 1:
                    del self._waiting[key]
                else:
                    self._waiting[key] = (lock, count - 1)


Found = Callable[[str, int, Mapping[str, object]], None]


class CachedMaker:
    """Implements ports.ImageMaker before another maker. `variant` is what decides its pictures beside the request.

    With `reserve_bytes`, so much room is tried out in the index's folder before the other maker is asked. `found` is
    told of each picture that was there already: its key, cost in millionths of a dollar, and usage.
    """

    def __init__(
        self,
        inner: ImageMaker,
        *,
        variant: str,
        store: Store,
        index: Path,
        flights: Flights,
        reserve_bytes: int = 0,
        found: Found | None = None,
    ) -> None:
        self._found = found
        self._inner = inner
        self._reserve_bytes = reserve_bytes
        self._variant = variant
        self._store = store
        self._index = index
        self._flights = flights

    @property
    def name(self) -> str:
        """The name of the maker behind the cache."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """The picture, from the cache (at no cost) or made now. Raises Paused where it cannot be kept."""
        key = self.key(request)
        with self._flights.alone(key):
            known = self._known(key)
            if known is not None:
                return known
            made = self._flights.unsaved.get(key)
            if made is None:
                self._reserve()
                made = self._inner.make(request)
            waited = key in self._flights.unsaved
            self.keep(request, made)
            if waited and self._found is not None:
                # Where the answer could not be put down, its settlement may not have been written either.
                self._found(key, made.cost_micros, made.usage)
            return made

    def keep(self, request: PictureRequest, made: MadePicture) -> None:
        """Put a made picture down under its request; harmless when it is there. Raises Paused."""
        key = self.key(request)
        if key not in self._flights.unsaved and self._entry(key).exists():
            return
        self._flights.unsaved[key] = made
        self._remember(key, made)
        del self._flights.unsaved[key]

    def _reserve(self) -> None:
        if not self._reserve_bytes:
            return
        with self._pausing():
            self._index.mkdir(parents=True, exist_ok=True)
            place = self._index / f".reserve-{secrets.token_hex(8)}"
            descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self._reserve_bytes)
            finally:
                os.close(descriptor)
                place.unlink()

    @contextmanager
    def _pausing(self) -> Iterator[None]:
        try:
            with files.disk_errors("the picture cache"):
                yield
        except PermissionError as error:
            raise Paused(f"{error.filename or self._index}: {error.strerror}", resource="folder") from error

    def _entry(self, key: str) -> Path:
        return self._index / f"{key}.json"

    def key(self, request: PictureRequest) -> str:
        """SHA-256 over everything that decides the picture."""
        told = f"{self._inner.name}\n{self._variant}\n{codec.dumps(request)}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def _known(self, key: str) -> MadePicture | None:
        try:
            entry = json.loads(self._entry(key).read_bytes())
            ref = codec.load(Ref, entry["ref"])
            facts = entry["facts"]
            box = facts.get("subject")
            made = MadePicture(
                data=self._store.get(ref),
                media_type=ref.media_type,
                maker=str(facts["maker"]),
                model=str(facts["model"]),
                prompt=str(facts["prompt"]),
                seed=int(facts["seed"]),
                subject=codec.load(tuple[float, float, float, float], box) if box else None,
            )
        except (OSError, ValueError, KeyError, TypeError, BriefmillError):
            return None
        if self._found is not None:
            self._found(key, int(facts.get("cost_micros", 0)), facts.get("usage", {}))
        return replace(made, cached=True)

    def _remember(self, key: str, made: MadePicture) -> None:
        ref = self._store.put(made.data, made.media_type)
        facts = {
            "maker": made.maker,
            "model": made.model,
            "prompt": made.prompt,
            "seed": made.seed,
            "cost_micros": made.cost_micros,
            "usage": dict(made.usage),
            "subject": made.subject,
        }
        with self._pausing():
            self._index.mkdir(parents=True, exist_ok=True)
            document = codec.document({"ref": codec.plain(ref), "facts": facts})
            files.write_durably(self._entry(key), document)
