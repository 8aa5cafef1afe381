"""Money that is set aside and spent. All of it is whole millionths of a US dollar (micros).

A paid call is reserved before it leaves the house, at what it will hardly cost more than, and settled after it at what
it did cost. A budget holds against both: what is settled and what is still reserved. A call that was sent and never
answered stays reserved: it may have been charged.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Period(StrEnum):
    """Over what a budget holds; days and months are those of UTC."""

    DAY = "day"
    MONTH = "month"
    ALWAYS = "always"

    def since(self, now: datetime) -> datetime | None:
        """When the period that `now` is in began, None for always."""
        if self is Period.ALWAYS:
            return None
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.replace(day=1) if self is Period.MONTH else midnight


@dataclass(frozen=True, kw_only=True)
class Budget:
    """So much may be spent in each period: by one tenant (empty: by all), on one campaign (empty: on all)."""

    limit_micros: int
    period: Period = Period.ALWAYS
    tenant: str = ""
    campaign: str = ""

    def __str__(self) -> str:
        span = {Period.DAY: "today", Period.MONTH: "this month", Period.ALWAYS: "in all"}[self.period]
        whose = f" by {self.tenant}" if self.tenant else ""
        what = f" on {self.campaign}" if self.campaign else ""
        return f"${self.limit_micros / 1e6:.2f}{whose}{what} {span}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What of a budget is gone: settled, reserved for calls under way, or unsure (never answered, perhaps charged).

    `overnight_micros` of what is reserved is for calls that take a day.
    """

    budget: Budget
    settled_micros: int = 0
    reserved_micros: int = 0
    unsure_micros: int = 0
    overnight_micros: int = 0

    @property
    def unspent_micros(self) -> int:
        """What is left if the calls under way cost nothing."""
        return self.budget.limit_micros - self.settled_micros - self.unsure_micros

    @property
    def left_micros(self) -> int:
        """What may still be reserved; negative when calls cost more than was reserved for them."""
        return self.unspent_micros - self.reserved_micros


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What was spent under one heading: a day, a campaign, a tenant, a job or a model.

    `calls` are those that were sent; `unsure_micros` is reserved for those that were never answered.
    """

    heading: str
    calls: int
    settled_micros: int
    unsure_micros: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a call will cost, in micros: the middle (`p50`), what nineteen of twenty stay under (`p95`), the reserve.

    `learned` is from how many calls like it that is known; below a handful it is mostly guessed.
    """

    p50: int = 0
    p95: int = 0
    reserve: int = 0
    learned: int = 0


def part(quote: Quote, share: float) -> Quote:
    """A share of a price, rounded up."""
    figures = (quote.p50, quote.p95, quote.reserve)
    p50, p95, reserve = (math.ceil(figure * share) for figure in figures)
    return Quote(p50=p50, p95=p95, reserve=reserve, learned=quote.learned)


def together(quotes: Sequence[Quote]) -> Quote:
    """The price of several calls. Their p95 are added up, which is more than the p95 of the sum: it errs upwards."""
    return Quote(
        p50=sum(each.p50 for each in quotes),
        p95=sum(each.p95 for each in quotes),
        reserve=sum(each.reserve for each in quotes),
        learned=min((each.learned for each in quotes), default=0),
    )
