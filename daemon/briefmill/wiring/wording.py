"""Who writes the words that a brief leaves open: the shelf of words, then a metered writer at the first account.

There is no price of a text model in the shipped `prices.yaml`, because none could be read at its source: until a home
lists its own, words are counted at the dearest rates that are known. What is reserved is the most a call may cost.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from briefmill.domain.copywriting import CopyRequest
from briefmill.domain.job import Job
from briefmill.engine.pipeline import Scribe
from briefmill.errors import ConfigError
from briefmill.ledger.offices import Offices
from briefmill.makers.cached import Flights
from briefmill.makers.meter import Meter, settle_found
from briefmill.makers.moderated import ModeratedWriter
from briefmill.makers.openai import words
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.prices import Prices, Rate
from briefmill.makers.wording import CachedWriter, MeteredWriter, PatientWriter
from briefmill.ports import AuditTrail, CopyWriter, Intent, Listener
from briefmill.settings import Settings, config_file
from briefmill.wiring import buying, making, paying


def wanted(settings: Settings) -> bool:
    """True when words are bought. Raises ConfigError when they should be and there is no key."""
    if settings.words.maker == "openai" and settings.openai.api_key is None:
        raise ConfigError(
            'words.maker is "openai", but there is no key. Set OPENAI_API_KEY in the environment or in .env, '
            'or set words.maker to "none".'
        )
    return settings.words.maker == "openai" or (settings.words.maker == "auto" and making.is_paid(settings))


def account(settings: Settings) -> Account:
    """The account that words are asked of: the first one, with the model for words."""
    return replace(buying.account("openai", settings.openai), model=settings.words.model)


def rate(settings: Settings) -> Rate:
    """What the model for words charges. Raises ConfigError."""
    return Prices.load(config_file(settings.home, "prices.yaml")).rate(settings.words.model)


def scribe(settings: Settings, ledger: Offices, listener: Listener) -> Scribe:
    """Who writes, and whether a person looks. Raises ConfigError."""
    if not wanted(settings):
        return Scribe()
    released = partial(_released, ledger.trail) if settings.words.approval == "hold" else None
    writers = _writers(settings, ledger, listener)
    return Scribe(writer_for=lambda job: None if job.rehearsal else writers(job), released=released)


def _writers(settings: Settings, ledger: Offices, listener: Listener) -> Callable[[Job], CopyWriter]:
    asked, priced = account(settings), rate(settings)
    connection, flights = Connection(asked), Flights()
    index = settings.folders.state / "cache"
    safety = buying.safety(settings)
    grade = f"{asked.model} words"

    def for_job(job: Job) -> CopyWriter:
        cached = partial(
            CachedWriter,
            variant=f"{settings.openai.base_url} {asked.model} {settings.words.api} {words.EDITION}",
            folder=index / "words",
            flights=flights,
            tenant="" if settings.cache.share_between_tenants else job.tenant,
            found=partial(settle_found, ledger.purse),
        )
        # The key needs no more of what lies behind it than its name.
        kept = cached(words.OpenAIWriter(connection, priced, model=asked.model))
        writer = words.OpenAIWriter(connection, priced, model=asked.model, api=settings.words.api, key=kept.key)

        def intent(request: CopyRequest) -> Intent:
            return Intent(
                job=job.id,
                tenant=job.tenant,
                kind="text",
                key=kept.key(request),
                estimate_micros=words.estimate(request, priced),
                grade=grade,
            )

        meter = Meter(provider=asked.name, purse=ledger.purse, listener=listener, budgets=paying.for_job(settings, job))
        bought = PatientWriter(cached(MeteredWriter(writer, meter, intent=intent, keep=kept.keep)))
        return bought if safety is None else ModeratedWriter(bought, safety, kept=index / "moderation")

    return for_job


def _released(trail: AuditTrail, job: Job, mark: str) -> bool:
    """Whether a person sent the job on after its words with this mark stood in its reason. Blocks."""
    return any(
        row.event == "job.retried" and f"({mark})" in str(row.detail.get("reason", ""))
        for row in trail.rows(job=job.id)
    )
