"""What a face may ask about money: what was spent on what, what the month will come to, what budgets have left.

Answers are plain dicts, ready for JSON, in US dollars. `unsure` is money that may be gone: reserved for calls that are
under way or were never answered.
"""

import calendar
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from briefmill.domain.money import Budget, Period, Standing, Sum
from briefmill.errors import UsageError
from briefmill.ports import Accounts, Clock

LOOK_BACK: Final = 28
"""Days whose spending a forecast goes by: four of each weekday."""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """The money of one home. Blocks; may be used from any thread. `budgets` are those that hold for all campaigns."""

    accounts: Accounts
    clock: Clock
    budgets: Sequence[Budget] = ()

    def report(self, *, by: str = "day", days: int = 0) -> dict[str, Any]:
        """What was spent in the last `days` (0: ever).

        Sums are by day, campaign, tenant, job, kind (image, text) or model (with quality and size). Raises UsageError
        for another `by`.
        """
        kinds = {name: name for name in ("day", "campaign", "tenant", "job", "kind")} | {"model": "grade"}
        if by not in kinds:
            raise UsageError(f"There is no report by {by!r}. Take one of {', '.join(kinds)}.")
        since = Period.DAY.since(self.clock.now()) if days else None
        if since is not None:
            since -= timedelta(days=days - 1)
        sums = self.accounts.sums(kinds[by], since=since)
        return {
            "by": by,
            "since": since.date().isoformat() if since else None,
            "rows": [_row(each) for each in sums],
            "total": _row(_total(sums)),
        }

    def forecast(self) -> dict[str, Any]:
        """What this month will come to if the rest of it goes as the last four weeks did.

        `expected` takes each day left at their mean, `high` at their dearest day in twenty.
        """
        now = self.clock.now()
        month = Period.MONTH.since(now)
        today = Period.DAY.since(now)
        assert month is not None, "a month has a beginning"
        assert today is not None, "a day has a beginning"
        spent = sum(each.settled_micros for each in self.accounts.sums("day", since=month))
        past = self._past_days(today)
        left = calendar.monthrange(now.year, now.month)[1] - now.day + _rest_of(now)
        mean, high = (statistics.fmean(past), _high(past)) if past else (0.0, 0.0)
        return {
            "month": f"{now:%Y-%m}",
            "spent_usd": spent / 1e6,
            "days_left": round(left, 2),
            "days_seen": len(past),
            "mean_day_usd": mean / 1e6,
            "expected_usd": (spent + mean * left) / 1e6,
            "high_usd": (spent + high * left) / 1e6,
        }

    def standing(self) -> list[dict[str, Any]]:
        """What is left of each budget."""
        return [_left(each) for each in self.accounts.standing(self.budgets)]

    def _past_days(self, today: datetime) -> list[int]:
        """What each whole day since the first call cost, of the last four weeks; days without a call count."""
        since = today - timedelta(days=LOOK_BACK)
        by_day = {each.heading: each.settled_micros for each in self.accounts.sums("day", since=since)}
        days = [(since + timedelta(days=number)).date().isoformat() for number in range(LOOK_BACK)]
        first = next((number for number, day in enumerate(days) if day in by_day), LOOK_BACK)
        return [by_day.get(day, 0) for day in days[first:]]


def _rest_of(now: datetime) -> float:
    return 1 - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) / timedelta(days=1)


def _high(past: Sequence[int]) -> float:
    return statistics.quantiles(past, n=20, method="inclusive")[-1] if len(past) > 1 else float(past[0])


def _total(sums: Sequence[Sum]) -> Sum:
    return Sum(
        heading="total",
        calls=sum(each.calls for each in sums),
        settled_micros=sum(each.settled_micros for each in sums),
        unsure_micros=sum(each.unsure_micros for each in sums),
        failed=sum(each.failed for each in sums),
    )


def _row(each: Sum) -> dict[str, Any]:
    return {
        "heading": each.heading,
        "calls": each.calls,
        "failed": each.failed,
        "spent_usd": each.settled_micros / 1e6,
        "unsure_usd": each.unsure_micros / 1e6,
    }


def _left(each: Standing) -> dict[str, Any]:
    budget = each.budget
    return {
        "budget": str(budget),
        "period": str(budget.period),
        "tenant": budget.tenant,
        "limit_usd": budget.limit_micros / 1e6,
        "spent_usd": each.settled_micros / 1e6,
        "reserved_usd": each.reserved_micros / 1e6,
        "unsure_usd": each.unsure_micros / 1e6,
        "left_usd": each.left_micros / 1e6,
    }
