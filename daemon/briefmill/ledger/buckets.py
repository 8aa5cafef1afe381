"""Token buckets: how often all workers of a ledger together may start something, and when nobody may.

A token is taken in the transaction that claims the job, and only when there is a job: an idle worker spends nothing,
and a fleet keeps to one rate without knowing of each other. A bucket that nobody shaped does not limit, but can be
held. Time that runs backwards refills nothing and is taken as the new beginning.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from briefmill.errors import ConfigError
from briefmill.ledger.shelves import HORIZON, Books, Bucket, Page


class Buckets:
    """The port `Buckets` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def shape(self, name: str, *, rate: float, burst: float) -> None:
        """Set refill per second and capacity; tokens are kept, up to the new capacity; a new bucket is full.

        Raises ConfigError for a rate that never refills and a capacity that never holds a whole token.
        """
        if not rate > 0 or not burst >= 1:
            raise ConfigError(
                f"The rate limit {name!r} has rate {rate} and burst {burst}. Set a rate above 0, a burst of 1 or more."
            )
        self._books.write(lambda page: _shape(page, name, rate, burst))

    def take(self, name: str) -> float:
        """Take one token and give 0.0, or take none and give the seconds until there may be one."""
        # Not lasting: a power cut gives a token back, which costs one call too many at the most.
        return self._books.write(lambda page: take(page, name), lasting=False)

    def hold(self, name: str, seconds: float) -> None:
        """Let nobody take a token for so long; a longer hold that is there already stays."""
        self._books.write(lambda page: _hold(page, name, seconds))


def take(page: Page, name: str) -> float:
    """Take one token and give 0.0, or take none and give the seconds until one may be there."""
    found = page.buckets.bucket(name)
    if found is None:
        return 0.0
    if found.held_until is not None and found.held_until > page.now and found.at <= page.now + HORIZON:
        return (found.held_until - page.now).total_seconds()
    if not found.burst:
        return 0.0
    bucket = _refilled(found, page.now)
    if bucket.tokens < 1:
        return (1 - bucket.tokens) / bucket.rate
    page.buckets.put(replace(bucket, tokens=bucket.tokens - 1, held_until=None))
    return 0.0


def _refilled(bucket: Bucket, now: datetime) -> Bucket:
    elapsed = max(0.0, (now - bucket.at).total_seconds())
    return replace(bucket, tokens=min(bucket.burst, bucket.tokens + bucket.rate * elapsed), at=now)


def _shape(page: Page, name: str, rate: float, burst: float) -> None:
    old = page.buckets.bucket(name)
    if old is None or not old.burst:
        held = old.held_until if old else None
        page.buckets.put(Bucket(name=name, rate=rate, burst=burst, tokens=burst, at=page.now, held_until=held))
        return
    kept = _refilled(old, page.now)
    page.buckets.put(replace(kept, rate=rate, burst=burst, tokens=min(kept.tokens, burst)))


def _hold(page: Page, name: str, seconds: float) -> None:
    until = page.now + timedelta(seconds=max(0.0, seconds))
    bucket = page.buckets.bucket(name) or Bucket(name=name, at=page.now)
    if bucket.held_until is None or bucket.held_until < until or bucket.at > page.now + HORIZON:
        # What it would have refilled until now is kept, so that `at` can say when the hold was written.
        page.buckets.put(replace(_refilled(bucket, page.now), held_until=until))
