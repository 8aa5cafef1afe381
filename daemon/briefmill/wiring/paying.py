"""What paid calls cost a home: prices, what was learned of them, and the budgets that hold."""

import math
from collections.abc import Sequence
from typing import Final

from briefmill.domain.job import Job
from briefmill.domain.money import Budget, Period, Quote
from briefmill.makers import quotes
from briefmill.makers.openai.sizes import size
from briefmill.makers.prices import GUESSED_PIXELS, Prices, Rate
from briefmill.ports import Accounts
from briefmill.settings import Settings, config_file, tree

REFERENCE_TOKENS: Final = 3000
"""Input tokens of a picture that is sent along, at first guess: 85, and 170 for each tile of 512 pixels, at 2048."""


def rate(settings: Settings, provider: tree.Provider) -> Rate:
    """What a provider's model charges. Raises ConfigError."""
    return Prices.load(config_file(settings.home, "prices.yaml")).rate(provider.model)


def grade(provider: tree.Provider, width: int, height: int, references: int = 0) -> str:
    """What pictures of one price have in common."""
    wide, high = size(width, height, provider.model)
    complexity = f" complexity {provider.complexity}" if provider.complexity else ""
    by = f" by {references} pictures" if references else ""
    return f"{provider.model} {provider.quality} {wide}x{high}{complexity}{by}"


def quote(
    settings: Settings, accounts: Accounts, provider: tree.Provider, width: int, height: int, references: int = 0
) -> Quote:
    """What one missing picture of this size would cost that goes by so many others."""
    wide, high = size(width, height, provider.model)
    known = rate(settings, provider)
    guess = known.estimate(provider.quality, share=wide * high / GUESSED_PIXELS)
    guess += math.ceil(references * REFERENCE_TOKENS * known.image_in)
    return quotes.quote(accounts.learned(grade(provider, width, height, references)), guess)


def for_job(settings: Settings, job: Job) -> tuple[Budget, ...]:
    """The budgets that a job's calls have to fit into."""
    return (*_of(settings.budget, "", job.campaign), *_of_tenant(settings, job.tenant, job.campaign))


def standing(settings: Settings) -> tuple[Budget, ...]:
    """All budgets that hold now, but for those of single campaigns."""
    tenants = (budget for name in settings.budget.tenants for budget in _of_tenant(settings, name, ""))
    return (*_of(settings.budget, "", ""), *tenants)


def _of_tenant(settings: Settings, tenant: str, campaign: str) -> Sequence[Budget]:
    limits = settings.budget.tenants.get(tenant)
    return _of(limits, tenant, campaign) if limits is not None else ()


def _of(limits: tree.Limits, tenant: str, campaign: str) -> Sequence[Budget]:
    found = [
        Budget(limit_micros=round(dollars * 1e6), period=period, tenant=tenant)
        for dollars, period in ((limits.day_usd, Period.DAY), (limits.month_usd, Period.MONTH))
        if dollars
    ]
    if limits.campaign_usd and campaign:
        found.append(Budget(limit_micros=round(limits.campaign_usd * 1e6), tenant=tenant, campaign=campaign))
    return found
