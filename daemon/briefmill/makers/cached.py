"""A maker that asks its cache first: the same request is never made, and never paid, twice.

The key is everything that decides the picture, and whose it is: what one tenant paid for is not another's, unless the
settings say so. Requests for the same key that are under way in this process wait for the first one.

What was paid for and cannot be put down (a full disk, a quota, a folder that was closed) stays in memory until it can:
trying again costs nothing. That there is room is tried out before anything is paid.
"""

import hashlib
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from briefmill.domain import codec
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.domain.facts import CacheAsked
from briefmill.makers.shelf import Shelf
from briefmill.ports import ImageMaker, Listener


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

    With a `tenant` its pictures are found by that tenant alone. With `reserve_bytes`, so much room is tried out on the
    shelf before the other maker is asked. `found` is told of each picture that was there already: its key,
    cost in millionths of a dollar, and usage.
    """

    def __init__(
        self,
        inner: ImageMaker,
        *,
        variant: str,
        shelf: Shelf,
        flights: Flights,
        tenant: str = "",
        reserve_bytes: int = 0,
        found: Found | None = None,
        listener: Listener | None = None,
    ) -> None:
        self._found = found
        self._inner = inner
        self._reserve_bytes = reserve_bytes
        self._variant = variant
        self._shelf = shelf
        self._flights = flights
        self._tenant = tenant
        self._listener = listener

    @property
    def name(self) -> str:
        """The name of the maker behind the cache."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """The picture, from the cache (at no cost) or made now. Raises Paused where it cannot be kept."""
        key = self.key(request)
        with self._flights.alone(key):
            known = self._shelf.get(key)
            if self._listener is not None:
                self._listener.hear(CacheAsked(found=known is not None))
            if known is not None:
                if self._found is not None:
                    self._found(key, known.cost_micros, known.usage)
                return known.made
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
        self.put(self.key(request), made)

    def put(self, key: str, made: MadePicture) -> None:
        """The same under a key that was told before."""
        if key not in self._flights.unsaved and self._shelf.has(key):
            return
        self._flights.unsaved[key] = made
        self._shelf.put(key, made, tenant=self._tenant)
        del self._flights.unsaved[key]

    def known(self, key: str) -> bool:
        """Whether a picture for this key is there, whole."""
        return self._shelf.get(key) is not None

    def key(self, request: PictureRequest) -> str:
        """SHA-256 over everything that decides the picture, and whose it is."""
        told = f"{self._tenant}\n{self._inner.name}\n{self._variant}\n{codec.dumps(request)}"
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

    def _reserve(self) -> None:
        if not self._reserve_bytes:
            return
        index = self._shelf.index
        with self._shelf.pausing():
            index.mkdir(parents=True, exist_ok=True)
            place = index / f".reserve-{secrets.token_hex(8)}"
            descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self._reserve_bytes)
            finally:
                os.close(descriptor)
                place.unlink()
