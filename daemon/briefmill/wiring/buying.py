"""Bought pictures: the cache, then the ladder of accounts, each behind its breaker and its meter.

One cache stands before all of them, under what the first account is asked for: whoever of them made a picture, the same
request finds it, and nobody is paid for it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final

from briefmill.domain.creative import PictureRequest
from briefmill.domain.job import Job
from briefmill.makers.breaker import Breaker
from briefmill.makers.cached import CachedMaker, Flights
from briefmill.makers.ladder import Ladder, Step
from briefmill.makers.limiter import LimitedMaker
from briefmill.makers.meter import Meter, settle_found
from briefmill.makers.metered import MeteredMaker
from briefmill.makers.moderated import ModeratedMaker
from briefmill.makers.openai import edits, models
from briefmill.makers.openai.account import Account, Connection, Heard
from briefmill.makers.openai.moderation import Moderator
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.shelf import Shelf as PictureShelf
from briefmill.ports import Accounts, Buckets, ImageMaker, Intent, Listener, Purse, Store
from briefmill.ports.overnight import Overnight
from briefmill.runtime.retiring import Look
from briefmill.settings import Settings, tree
from briefmill.wiring import limits, overnight, paying, shooting
from briefmill.wiring.clock import SystemClock

PICTURE_BYTES: Final = 4 << 20
"""Room for one answer, tried out before it is asked for: a PNG of 1536 x 1024 pixels has about three megabytes."""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where made pictures are kept."""

    store: Store
    index: Path
    flights: Flights
    listener: Listener | None = None

    def before(self, inner: ImageMaker, *, variant: str, purse: Purse | None = None, tenant: str = "") -> CachedMaker:
        """The cache before a maker; with a `purse`, before one that is paid; with a `tenant`, his alone."""
        return CachedMaker(
            inner,
            variant=variant,
            shelf=PictureShelf(self.index, self.store),
            flights=self.flights,
            tenant=tenant,
            listener=self.listener,
            reserve_bytes=PICTURE_BYTES if purse is not None else 0,
            found=partial(settle_found, purse) if purse is not None else None,
        )


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A configured account, and what stands before it."""

    wishes: tree.Provider
    maker: OpenAIMaker
    breaker: Breaker


def accounts_of(settings: Settings) -> dict[str, tree.Provider]:
    """The configured accounts by name, in the order in which they are asked."""
    found: dict[str, tree.Provider] = {"openai": settings.openai, "fallback": settings.fallback}
    return {name: wishes for name, wishes in found.items() if wishes.api_key is not None}


def account(name: str, wishes: tree.Provider, *, heard: Heard | None = None) -> Account:
    """The account of a section that has a key; `heard` is told the headers of each answer about pictures."""
    assert wishes.api_key is not None, "only configured accounts are asked"
    return Account(
        name=name,
        api_key=wishes.api_key.get_secret_value(),
        base_url=wishes.base_url,
        model=wishes.model,
        quality=wishes.quality,
        rendering=wishes.rendering,
        strict=name == "openai",
        timeout_s=wishes.timeout_s,
        key_header=wishes.key_header,
        headers=wishes.headers,
        heard=heard,
    )


def safety(settings: Settings) -> Moderator | None:
    """The safety system that words and works are shown to, None where they are not."""
    first = settings.openai
    wanted = first.moderation == "on" or (first.moderation == "auto" and not first.base_url)
    return Moderator(Connection(account("openai", first))) if wanted else None


def makers(
    settings: Settings,
    shelf: Shelf,
    *,
    purse: Purse,
    accounts: Accounts,
    post: Overnight,
    buckets: Buckets,
    listener: Listener,
    prepare: edits.Prepare,
) -> Callable[[Job, bool], ImageMaker]:
    """The maker for each job; with True, for one that has a night's time. `prepare` makes references ready."""
    first = settings.openai
    cached = partial(shelf.before, variant=shooting.variant(first), purse=purse)
    # The key needs no more of what lies behind it than its name, which is the first account's.
    named = account("openai", first)
    breakers = {name: Breaker(name, SystemClock(), listener) for name in accounts_of(settings)}
    limiters = limits.limiters(settings, accounts_of(settings), buckets, SystemClock())

    @cache
    def behind(tenant: str) -> tuple[CachedMaker, list[_Source]]:
        kept = cached(OpenAIMaker(named, paying.rate(settings, first), key=lambda _: ""), tenant=tenant)
        return kept, [
            _Source(
                wishes=wishes,
                maker=OpenAIMaker(
                    account(name, wishes, heard=limiters[name].heard),
                    paying.rate(settings, wishes),
                    key=kept.key,
                    prepare=prepare,
                ),
                breaker=breakers[name],
            )
            for name, wishes in accounts_of(settings).items()
        ]

    looked_over = safety(settings)

    def for_job(job: Job, has_time: bool) -> ImageMaker:
        tenant = "" if settings.cache.share_between_tenants else job.tenant
        kept, sources = behind(tenant)
        budgets = paying.for_job(settings, job)

        def metered(source: _Source) -> ImageMaker:
            def intent(request: PictureRequest) -> Intent:
                provider = shooting.dressed(source.wishes, request.rendering)
                size = request.width, request.height, len(request.references)
                return Intent(
                    job=job.id,
                    tenant=job.tenant,
                    kind="image",
                    key=kept.key(request),
                    estimate_micros=paying.quote(settings, accounts, provider, *size).reserve,
                    grade=paying.grade(provider, *size),
                )

            meter = Meter(provider=source.maker.name, purse=purse, listener=listener, budgets=budgets)
            paid = MeteredMaker(source.maker, meter, intent=intent, keep=kept.keep)
            return LimitedMaker(paid, limiters[source.maker.name], tenant=job.tenant)

        maker: ImageMaker = Ladder([Step(maker=metered(source), breaker=source.breaker) for source in sources])
        if has_time:
            maker = overnight.maker(
                maker, job, settings=settings, account=named, accounts=accounts, post=post, key=kept.key
            )
        bought = cached(maker, tenant=tenant)
        return bought if looked_over is None else ModeratedMaker(bought, looked_over, kept=shelf.index / "moderation")

    return for_job


def looks(settings: Settings) -> dict[str, Look]:
    """How to ask each configured account when its model will be shut down; nobody is asked where nothing is bought."""
    if settings.generate.maker == "procedural":
        return {}
    return {name: _look(Connection(account(name, wishes))) for name, wishes in accounts_of(settings).items()}


def _look(connection: Connection) -> Look:
    return lambda: (connection.account.model, models.shutdown(connection))
