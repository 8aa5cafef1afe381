"""Pictures overnight: a maker that posts its wishes instead of asking, and the dispatch that sends and brings them.

The maker stands behind the cache like any other: what a batch brought is put down under the key that the ordinary maker
would use, so that the job goes on by its ordinary stage, which finds it there. The dispatch makes one round at a time
and keeps all its state in the ledger: a restart goes on where the last round ended. A batch that may have been sent is
looked for by our name for it before it is sent again.
"""

import math
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from briefmill.domain import codec
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.domain.facts import Called, Spent
from briefmill.domain.job import Job
from briefmill.domain.money import Budget
from briefmill.errors import BriefmillError, MaybeCharged, OverBudget, Permanent, PictureRefused, Temporary, Waits
from briefmill.ports import Clock, ImageMaker, Listener
from briefmill.ports.overnight import PRICE, Batch, End, Leg, Line, Overnight, Parcel, Voyage

LATER: Final = frozenset({"token_limit_exceeded", "rate_limit_exceeded", "server_error"})
"""Why a batch is not taken now, and will be when others are done."""
LATER_S: Final = 1800.0

FALLEN_ASLEEP_S: Final = 3600.0
"""The dispatch wakes the jobs; this is for the case that nobody does."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a batch says of one of its calls. `status` 0: it was not made, because the batch ended before."""

    key: str
    status: int
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A batch as its provider tells it.

    `over` says that nothing more will come; `wrong` is why it was not taken, `code` the provider's name for that.
    """

    over: bool
    files: tuple[str, ...] = ()
    wrong: str = ""
    code: str = ""


class Courier(Protocol):
    """Carries batches to a provider and back: `makers.openai.batches`. Raises Temporary, Paused, MaybeCharged."""

    def send(self, name: str, calls: Iterable[tuple[str, Mapping[str, object]]]) -> str:
        """Hand over a batch of (key, arguments); gives the provider's name for it. Raises Permanent, too."""

    def find(self, name: str) -> str:
        """The provider's name for a batch that we called so, empty where it has none."""

    def look(self, ident: str) -> Seen:
        """How far a batch is."""

    def answers(self, file: str) -> Iterator[Answer]:
        """What a file of results says, one call after the other."""

    def cancel(self, ident: str) -> None:
        """Stop a batch that nobody waits for any more."""


@dataclass(frozen=True, kw_only=True)
class Trade:
    """What the dispatch has to know of the maker whose calls it carries.

    `made` makes a picture of a good answer's body (with its full price), `meaning` the error that another one stands
    for; `keep` puts a picture down where the cache finds it, `known` says whether it is there.
    """

    account: str
    made: Callable[[PictureRequest, Mapping[str, object]], MadePicture]
    meaning: Callable[[int, Mapping[str, object]], BriefmillError]
    keep: Callable[[Parcel, MadePicture], None]
    known: Callable[[str], bool]


class OvernightMaker:
    """Implements ports.ImageMaker for a job that has time: it posts the wish, and the job sleeps.

    `parcel` is what is posted for a request, or None for one that cannot travel in a batch: `now` makes that at once.
    """

    def __init__(
        self,
        now: ImageMaker,
        *,
        job: str,
        post: Overnight,
        parcel: Callable[[PictureRequest], Parcel | None],
        meaning: Callable[[int, Mapping[str, object]], BriefmillError],
    ) -> None:
        self._now = now
        self._job = job
        self._post = post
        self._parcel = parcel
        self._meaning = meaning

    @property
    def name(self) -> str:
        """The name of the maker whose calls are posted."""
        return self._now.name

    def make(self, request: PictureRequest) -> MadePicture:
        """Post the wish. Raises Waits while it is under way, and what came instead of the picture."""
        parcel = self._parcel(request)
        if parcel is None:
            return self._now.make(request)
        line = self._post.post(parcel)
        if line.leg is Leg.HERE:
            # It was there, and is gone again: the cache was emptied, or the disk has lost it.
            self._post.forget(self._job, parcel.key)
            line = self._post.post(parcel)
        if line.leg is not Leg.FAILED:
            raise Waits("Its pictures are made overnight, at half the price.", retry_in=FALLEN_ASLEEP_S)
        self._post.forget(self._job, parcel.key)
        if "over" in line.answer:
            raise OverBudget(str(line.answer["over"]))
        if "again" in line.answer:
            raise MaybeCharged(str(line.answer["again"]))
        status, body = line.answer.get("status"), line.answer.get("body")
        raise self._meaning(status if isinstance(status, int) else 0, body if isinstance(body, Mapping) else {})


@dataclass(frozen=True, kw_only=True)
class Pace:
    """When a batch is sent: `collect_s` after its first wish, or at once when there are `most`."""

    collect_s: float = 900.0
    most: int = 500


class Dispatch:
    """Sends what was posted for one account, and brings what was made. One thread at a time."""

    def __init__(
        self,
        trade: Trade,
        courier: Courier,
        post: Overnight,
        *,
        budgets: Callable[[Job], Sequence[Budget]],
        clock: Clock,
        listener: Listener,
        pace: Pace,
    ) -> None:
        self._trade = trade
        self._courier = courier
        self._post = post
        self._budgets = budgets
        self._clock = clock
        self._listener = listener
        self._pace = pace
        self._leaving = threading.Event()

    def leave(self) -> None:
        """End the round that is under way at its next step; from any thread."""
        self._leaving.set()

    def round(self) -> Sequence[str]:
        """Look after all batches, send a new one where it is time; gives the jobs that go on. Blocks.

        Raises what keeps it from going on: Temporary and Paused of the provider, of the disk, of the ledger.
        """
        trouble: BriefmillError | None = None
        for batch in self._post.batches(account=self._trade.account):
            try:
                self._attend(batch)
            except BriefmillError as error:
                trouble = error  # one batch that cannot be read must not keep the others
        if trouble is None:
            try:
                self._collect()
            except BriefmillError as error:
                trouble = error
        woken = self._post.wake()
        if trouble is not None:
            raise trouble
        return woken

    def _attend(self, batch: Batch) -> None:
        if batch.voyage is Voyage.PACKED:
            # Sent, perhaps, by a process that did not live to hear so.
            ident = self._courier.find(batch.name)
            if not ident and not self._post.wanted(batch.name):
                self._unpack(batch.name, End(leg=Leg.COLLECTED, outcome="failed"))
                return
            if not ident:
                self._send(batch.name, self._post.lines(batch=batch.name, leg=Leg.PACKED))
                return
            self._post.sent(batch.name, ident)
        else:
            ident = batch.ident
        seen = self._courier.look(ident)
        if seen.wrong:
            self._returned(batch.name, seen.code, seen.wrong)
        elif seen.over:
            for file in seen.files:
                self._take(batch.name, file)
            self._post.close(batch.name)
        elif not self._post.wanted(batch.name):
            self._courier.cancel(ident)

    def _collect(self) -> None:
        waiting = [line for line in self._post.lines(leg=Leg.COLLECTED) if line.parcel.account == self._trade.account]
        if not waiting:
            return
        age = (self._clock.now() - min(line.since for line in waiting)).total_seconds()
        if age < self._pace.collect_s and len(waiting) < self._pace.most:
            return
        name = f"briefmill-{secrets.token_hex(8)}"
        packed = self._post.pack(name, self._trade.account, most=self._pace.most, budgets=self._budgets)
        if packed:
            self._send(name, packed)

    def _send(self, name: str, lines: Sequence[Line]) -> None:
        there = {line.parcel.key for line in lines if self._trade.known(line.parcel.key)}
        for key in there:
            # Somebody bought it meanwhile: nothing is asked for, and the jobs find it.
            self._post.settle(name, key, End(leg=Leg.HERE, outcome="failed"))
        calls = {line.parcel.key: line.parcel.order for line in lines if line.parcel.key not in there}
        if not calls:
            self._post.close(name)
            return
        try:
            ident = self._courier.send(name, ((key, _mapping(order["arguments"])) for key, order in calls.items()))
        except Permanent as error:
            self._returned(name, "", str(error))
            return
        self._post.sent(name, ident)

    def _returned(self, name: str, code: str, words: str) -> None:
        """A batch was not taken, and nothing of it was made. Raises what keeps all of them from being taken now."""
        error = self._trade.meaning(400, {"code": code, "message": words})
        if isinstance(error, Temporary) or code in LATER:
            end = End(leg=Leg.COLLECTED, outcome="failed")
        else:
            told = f"The overnight batch with this brief's pictures was not taken ({words}). Mend that and `briefmill "
            told += "jobs retry` it, or drop the brief without `delivery: overnight`."
            end = End(leg=Leg.FAILED, outcome="failed", answer={"over": told})
        self._unpack(name, end)
        if end.leg is Leg.COLLECTED:
            raise error if isinstance(error, Temporary) else Temporary(words, retry_in=LATER_S)

    def _unpack(self, name: str, end: End) -> None:
        """All lines of a batch come to the same end, and it is closed."""
        for key in {line.parcel.key for line in self._post.lines(batch=name, leg=Leg.PACKED)}:
            self._post.settle(name, key, end)
        self._post.close(name)

    def _take(self, name: str, file: str) -> None:
        """Write down what a file of results says; what was written down before is passed over."""
        parcels = {line.parcel.key: line.parcel for line in self._post.lines(batch=name, leg=Leg.PACKED)}
        for answer in self._courier.answers(file):
            if self._leaving.is_set():
                raise Temporary("the daemon stops; the rest of the batch is read at its next start")
            parcel = parcels.pop(answer.key, None)
            if parcel is not None:
                self._post.settle(name, answer.key, self._ended(parcel, answer))

    def _ended(self, parcel: Parcel, answer: Answer) -> End:
        if not answer.status:
            return End(leg=Leg.COLLECTED, outcome="failed")
        if answer.status != 200:
            error = self._trade.meaning(answer.status, answer.body)
            self._called("refused" if isinstance(error, Permanent) else "retry")
            told = {"status": answer.status, "body": dict(answer.body)}
            return End(leg=Leg.FAILED, outcome=_outcome(error), answer=told)
        try:
            request = codec.load(PictureRequest, parcel.order["request"])
        except (ValueError, KeyError):
            over = "What this brief had asked for overnight cannot be read any more: another version wrote it down."
            return End(leg=Leg.FAILED, outcome="unknown", answer={"over": f"{over} `briefmill jobs retry` it."})
        try:
            full = self._trade.made(request, answer.body)
        except Temporary as error:
            # Paid for, perhaps, and no picture: that costs the job a try, so that it does not go on for ever.
            self._called("retry")
            return End(leg=Leg.FAILED, outcome="unknown", answer={"again": str(error)})
        cost = math.ceil(full.cost_micros * PRICE)
        made = replace(full, cost_micros=cost)
        self._trade.keep(parcel, made)
        self._called("ok")
        self._listener.hear(Spent(kind="image", micros=cost))
        return End(leg=Leg.HERE, outcome="ok", cost_micros=cost, usage=made.usage)

    def _called(self, outcome: str) -> None:
        self._listener.hear(Called(provider=self._trade.account, outcome=outcome))


def _outcome(error: BriefmillError) -> str:
    """How a call that brought no picture is settled."""
    if isinstance(error, MaybeCharged) or (isinstance(error, PictureRefused) and error.maybe_charged):
        return "unknown"
    return "refused" if isinstance(error, Permanent) else "failed"


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"a parcel holds {type(value).__name__} where its arguments should be")
    return value
