"""Who writes what a brief leaves open: the shelf of words, then the ladder of accounts, each metered and in its turn.

It is put together as the pictures' makers are, of the same parts. Limits and circuits are the words' own: a provider
counts each model apart, and a text model that is gone says nothing about pictures. What is reserved is the most a call
may cost. A text model that `prices.yaml` does not list is counted at those of its `unknown` row.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from briefmill.domain.copywriting import CopyRequest, Task
from briefmill.domain.job import Job
from briefmill.engine.scribe import Scribe
from briefmill.errors import ConfigError
from briefmill.ledger.offices import Offices
from briefmill.makers.breaker import Breaker
from briefmill.makers.cached import Flights
from briefmill.makers.ladder import Step, WriterLadder
from briefmill.makers.limiter import Limiter
from briefmill.makers.meter import Meter, settle_found
from briefmill.makers.moderated import ModeratedWriter
from briefmill.makers.openai import models, wordasks, words
from briefmill.makers.openai.account import Account, Connection, Heard
from briefmill.makers.prices import Prices, Rate
from briefmill.makers.wording import CachedWriter, LimitedWriter, MeteredWriter, PatientWriter
from briefmill.ports import AuditTrail, CopyWriter, Intent, Listener
from briefmill.runtime.retiring import Look
from briefmill.settings import Settings, config_file
from briefmill.stages import layoutbook
from briefmill.stages.openings import Guide
from briefmill.wiring import buying, limits, making, paying
from briefmill.wiring.clock import SystemClock


@dataclass(frozen=True, kw_only=True)
class _Source:
    """An account that words are asked of, and what stands before it."""

    account: Account
    connection: Connection
    rate: Rate
    limiter: Limiter
    breaker: Breaker


def wanted(settings: Settings) -> bool:
    """True when words are bought. Raises ConfigError when they should be and there is no key."""
    if settings.words.maker == "openai" and settings.openai.api_key is None:
        raise ConfigError(
            'words.maker is "openai", but there is no key. Set OPENAI_API_KEY in the environment or in .env, '
            'or set words.maker to "none".'
        )
    return settings.words.maker == "openai" or (settings.words.maker == "auto" and making.is_paid(settings))


def accounts(settings: Settings, heard: Callable[[str], Heard | None] = lambda _: None) -> dict[str, Account]:
    """The accounts that words are asked of, by name and in their order, each with its model for words."""
    chosen = {"openai": settings.words.model, "fallback": settings.words.fallback_model or settings.words.model}
    return {
        name: replace(buying.account(name, wishes, heard=heard(name)), model=chosen[name])
        for name, wishes in buying.accounts_of(settings).items()
    }


def rate(settings: Settings, model: str) -> Rate:
    """What a model for words charges. Raises ConfigError."""
    return Prices.load(config_file(settings.home, "prices.yaml")).rate(model)


def grade(model: str) -> str:
    """What calls for words of one price have in common."""
    return f"{model} words"


def guide(settings: Settings) -> Guide:
    """What is written for a home, and by what rules. Raises ConfigError."""
    return Guide(
        write=frozenset(Task(name) for name in settings.words.write),
        brands=config_file(settings.home, "brands"),
        layouts=layoutbook.read(config_file(settings.home, "layouts")),
    )


def scribe(settings: Settings, ledger: Offices, listener: Listener) -> Scribe:
    """Who writes, by what rules, and whether a person looks. Raises ConfigError."""
    if not wanted(settings):
        return Scribe()
    writers = _writers(settings, ledger, listener)
    return Scribe(
        writer_for=lambda job: None if job.rehearsal else writers(job),
        guide=guide(settings),
        released=partial(released, ledger.trail),
        approval=settings.words.approval,
        unfit=settings.words.unfit,
    )


def looks(settings: Settings) -> dict[str, Look]:
    """How to ask each account when its model for words will be shut down; nobody is asked where nothing is bought."""
    if not wanted(settings):
        return {}
    return {f"{name} words": _look(Connection(account)) for name, account in accounts(settings).items()}


def _look(connection: Connection) -> Look:
    return lambda: (connection.account.model, models.shutdown(connection))


def _sources(settings: Settings, ledger: Offices, listener: Listener) -> list[_Source]:
    clock = SystemClock()
    limiters = limits.of_words(settings, buying.accounts_of(settings), ledger.buckets, clock)
    return [
        _Source(
            account=account,
            connection=Connection(account),
            rate=rate(settings, account.model),
            limiter=limiters[name],
            breaker=Breaker(f"{name} words", clock, listener),
        )
        for name, account in accounts(settings, lambda name: limiters[name].heard).items()
    ]


def _writers(settings: Settings, ledger: Offices, listener: Listener) -> Callable[[Job], CopyWriter]:
    sources, flights, safety = _sources(settings, ledger, listener), Flights(), buying.safety(settings)
    first, index = sources[0], settings.folders.state / "cache"

    def for_job(job: Job) -> CopyWriter:
        cached = partial(
            CachedWriter,
            variant=f"{settings.openai.base_url} {first.account.model} {settings.words.api} {wordasks.EDITION}",
            folder=index / "words",
            flights=flights,
            tenant="" if settings.cache.share_between_tenants else job.tenant,
            found=partial(settle_found, ledger.purse),
        )
        # The key needs no more of what lies behind it than its name, which is the first account's.
        kept = cached(words.OpenAIWriter(first.connection, first.rate, model=first.account.model))

        def metered(source: _Source) -> CopyWriter:
            asked = source.account
            writer = words.OpenAIWriter(
                source.connection, source.rate, model=asked.model, api=settings.words.api, key=kept.key
            )

            def intent(request: CopyRequest) -> Intent:
                return Intent(
                    job=job.id,
                    tenant=job.tenant,
                    kind="text",
                    key=kept.key(request),
                    estimate_micros=words.estimate(request, source.rate),
                    grade=grade(asked.model),
                )

            budgets = paying.for_job(settings, job)
            meter = Meter(provider=asked.name, purse=ledger.purse, listener=listener, budgets=budgets)
            paid = MeteredWriter(writer, meter, intent=intent, keep=kept.keep)
            return LimitedWriter(paid, source.limiter, tenant=job.tenant)

        ladder = WriterLadder([Step(maker=metered(source), breaker=source.breaker) for source in sources])
        bought = PatientWriter(cached(ladder))
        return bought if safety is None else ModeratedWriter(bought, safety, kept=index / "moderation")

    return for_job


def released(trail: AuditTrail, job: Job, mark: str) -> bool:
    """Whether a person sent the job on while this mark stood in its reason. Blocks."""
    return any(
        row.event == "job.retried" and f"({mark})" in str(row.detail.get("reason", ""))
        for row in trail.rows(job=job.id)
    )
