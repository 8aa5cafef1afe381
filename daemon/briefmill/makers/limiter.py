"""How often one account is asked: whose turn it is, how many calls at once, and when nobody may.

One limiter stands before each account. Tenants that wait take turns, the one that was served longest ago first, so that
a thousand briefs of one do not keep another from its first. How often all workers of a ledger may call is kept by a
bucket there: each call takes a token of it, and what the provider asks for (Retry-After, limits that are used up) holds
it for everybody. A wait that is longer than a moment is not sat out here, where it would cost a thread: it is raised as
RateLimited, which costs the job no try.
"""

import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import RateLimited, Temporary
from briefmill.makers import waits
from briefmill.ports import Buckets, Clock, ImageMaker

RESOURCES: Final = ("requests", "images")
"""What one call takes one of. Tokens are only told to be used up: nobody knows before how many a call takes."""

SLOT_LOOK_S: Final = 1.0
"""How often a caller that waits for its turn looks by itself whether something has changed."""


class Queue:
    """Who waits, by tenant: the tenant served longest ago is first, and within one whoever came first."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[object]] = {}
        self._served: dict[str, int] = {}
        self._turns = 0

    def join(self, tenant: str) -> object:
        """Wait from now on; gives the ticket."""
        ticket = object()
        self._waiting.setdefault(tenant, deque()).append(ticket)
        return ticket

    def first(self) -> object | None:
        """The ticket whose turn it is, None when nobody waits."""
        tenant = min(self._waiting, key=lambda name: self._served.get(name, -1), default=None)
        return None if tenant is None else self._waiting[tenant][0]

    def leave(self, tenant: str, ticket: object, *, served: bool) -> None:
        """Wait no more; `served` says that it was this tenant's turn."""
        waiting = self._waiting[tenant]
        waiting.remove(ticket)
        if not waiting:
            del self._waiting[tenant]
        if served:
            self._turns += 1
            self._served[tenant] = self._turns
            if len(self._served) > 10_000:
                # Those served longest ago are first either way.
                del self._served[min(self._served, key=lambda name: self._served[name])]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many calls at once; how long one waits for a token here; the backoff where a provider only says no.

    The backoff is full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """

    most: int = 8
    patience_s: float = 5.0
    base_s: float = 1.0
    cap_s: float = 120.0

    def backoff(self, refusals: int, chance: float) -> float:
        """Seconds to leave it alone after so many refusals in a row; `chance` is a uniform number from 0 to 1."""
        return chance * min(self.cap_s, self.base_s * 2.0 ** min(refusals, 30))


@dataclass(kw_only=True)
class _Room:
    """How many more calls a resource has room for, as the last answer told, until its time is over."""

    left: int
    until: float


@dataclass(frozen=True, kw_only=True)
class Tap:
    """The bucket of an account in the ledger, by its name there."""

    name: str
    buckets: Buckets

    def take(self) -> float:
        """Take a token: 0, or the seconds until there may be one."""
        return self.buckets.take(self.name)

    def hold(self, seconds: float) -> None:
        """Let nobody take one for so long."""
        self.buckets.hold(self.name, seconds)


@dataclass(kw_only=True)
class Limiter:
    """The limiter of one account, for all threads. `chance` and `sit` (wait on a condition) are passed in for tests."""

    tap: Tap
    clock: Clock
    pace: Pace = field(default_factory=Pace)
    chance: Callable[[], float] = random.random
    sit: Callable[[threading.Condition, float], object] = threading.Condition.wait

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._queue = Queue()
        self._busy = 0
        self._refused = 0
        self._rooms: dict[str, _Room] = {}

    @contextmanager
    def turn(self, tenant: str) -> Iterator[None]:
        """Wait for this tenant's turn, then hold one of the places. Raises RateLimited for a wait that is too long.

        What is raised inside is taken note of: a RateLimited holds the bucket, and says for how long.
        """
        self._enter(tenant)
        try:
            yield
        except RateLimited as error:
            error.retry_in = self._refusal(error.retry_in)
            raise
        except Temporary:
            raise
        else:
            self._refused = 0
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def heard(self, headers: Mapping[str, str]) -> None:
        """An answer came, with these headers: how much room is left, and until when."""
        now, used_up = self.clock.monotonic(), 0.0
        with self._changed:
            for resource in (*RESOURCES, "tokens"):
                left, resets = waits.room(headers, resource)
                if left is None or resets is None:
                    continue
                if left == 0:
                    used_up = max(used_up, resets)
                if resource in RESOURCES:
                    # Those under way were not counted yet when this was written.
                    self._rooms[resource] = _Room(left=max(0, left - max(0, self._busy - 1)), until=now + resets)
            self._changed.notify_all()
        if used_up:
            self.tap.hold(used_up)

    def _enter(self, tenant: str) -> None:
        with self._changed:
            ticket = self._queue.join(tenant)
            entered = False
            try:
                ends = self.clock.monotonic() + self.pace.patience_s
                while not entered:
                    wait = self._wait(ticket, ends)
                    if wait:
                        self.sit(self._changed, wait)
                    else:
                        entered = True
                        self._busy += 1
            finally:
                self._queue.leave(tenant, ticket, served=entered)
                self._changed.notify_all()

    def _wait(self, ticket: object, ends: float) -> float:
        """Seconds to sit before looking again, 0 to go. Raises RateLimited for a wait beyond `ends`."""
        if self._busy >= self.pace.most or self._queue.first() is not ticket:
            return SLOT_LOOK_S
        now = self.clock.monotonic()
        wait = self._full(now) or self.tap.take()
        if not wait:
            for room in self._rooms.values():
                room.left -= 1
            return 0.0
        if now + wait > ends:
            raise RateLimited(f"The account is asked as often as it may be; next in {wait:.0f} s.", retry_in=wait)
        return wait

    def _full(self, now: float) -> float:
        self._rooms = {name: room for name, room in self._rooms.items() if room.until > now}
        return max((room.until - now for room in self._rooms.values() if room.left <= 0), default=0.0)

    def _refusal(self, asked: float | None) -> float:
        """A call was refused for its rate: hold the bucket, and give for how long."""
        with self._changed:
            self._refused += 1
            wait = self.pace.backoff(self._refused, self.chance()) if asked is None else asked
        self.tap.hold(wait)
        return wait


class LimitedMaker:
    """Implements ports.ImageMaker: each call of another maker in its turn."""

    def __init__(self, inner: ImageMaker, limiter: Limiter, *, tenant: str) -> None:
        self._inner = inner
        self._limiter = limiter
        self._tenant = tenant

    @property
    def name(self) -> str:
        """The name of the maker behind."""
        return self._inner.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Make the picture when it is its turn. Raises RateLimited before anything is asked or reserved."""
        with self._limiter.turn(self._tenant):
            return self._inner.make(request)
