"""How often each account of a home is asked: one limiter for each, over one bucket in the ledger."""

from collections.abc import Mapping

from briefmill.makers.limiter import Limiter, Pace, Tap
from briefmill.ports import Buckets, Clock
from briefmill.settings import Settings, tree


def limiters(
    settings: Settings, accounts: Mapping[str, tree.Provider], buckets: Buckets, clock: Clock
) -> dict[str, Limiter]:
    """The limiter of each account, by its name; shapes the buckets. Blocks."""
    a_second = settings.openai.requests_per_minute / 60
    if "openai" in accounts:
        buckets.shape(bucket("openai"), rate=a_second, burst=max(1.0, a_second * 10))
    return {
        name: Limiter(tap=Tap(name=bucket(name), buckets=buckets), clock=clock, pace=Pace(most=wishes.concurrency))
        for name, wishes in accounts.items()
    }


def of_words(
    settings: Settings, accounts: Mapping[str, tree.Provider], buckets: Buckets, clock: Clock
) -> dict[str, Limiter]:
    """The limiters for words, by account: a provider counts each model apart. Shapes their buckets. Blocks."""
    a_second = settings.words.requests_per_minute / 60
    for name in accounts:
        buckets.shape(bucket(f"{name} for words"), rate=a_second, burst=max(1.0, a_second * 10))
    return {
        name: Limiter(
            tap=Tap(name=bucket(f"{name} for words"), buckets=buckets), clock=clock, pace=Pace(most=wishes.concurrency)
        )
        for name, wishes in accounts.items()
    }


def bucket(account: str) -> str:
    """The bucket of an account's calls."""
    return f"calls of {account}"
