"""What may be asked about money, over a ledger in memory."""

from datetime import UTC, datetime, timedelta

import pytest

from briefmill.costs import Costs
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.money import Budget, Period
from briefmill.errors import UsageError
from briefmill.ledger.memory import MemoryLedger
from briefmill.ports import Admission, Intent

REF = Ref(sha256="0" * 64, size=1, media_type="application/json")


class Clock:
    def __init__(self):
        self.at = datetime(2027, 2, 1, 12, tzinfo=UTC)

    def now(self):
        return self.at

    def monotonic(self):
        return self.at.timestamp()


class House:
    def __init__(self):
        self.clock = Clock()
        self.ledger = MemoryLedger(self.clock)
        job = self.ledger.journal.begin(source="a", source_raw=b"a")
        self.ledger.journal.took(job.id)
        snapshot = Snapshot(name="a", brief=REF)
        self.job = self.ledger.journal.admit(job.id, Admission(snapshot=snapshot, reading=REF, campaign="summer")).id
        self.calls = 0

    def pay(self, dollars, outcome="ok"):
        self.calls += 1
        intent = Intent(
            job=self.job,
            tenant="default",
            kind="image",
            key=f"k{self.calls}",
            estimate_micros=50_000,
            grade="m low 8x8",
        )
        entry = self.ledger.purse.intend(intent)
        self.ledger.purse.settle(entry, cost_micros=round(dollars * 1e6), outcome=outcome, usage={})

    def costs(self, *budgets):
        return Costs(accounts=self.ledger.accounts, clock=self.clock, budgets=budgets)


@pytest.fixture
def house():
    return House()


def test_a_report_adds_up_by_what_is_asked_for_and_in_all(house):
    house.pay(0.25)
    house.pay(0, "unknown")
    house.clock.at += timedelta(days=1)
    house.pay(0.5)
    found = house.costs().report()
    assert [(row["heading"], row["spent_usd"], row["unsure_usd"]) for row in found["rows"]] == [
        ("2027-02-01", 0.25, 0.05),
        ("2027-02-02", 0.5, 0.0),
    ]
    assert (found["total"]["calls"], found["total"]["spent_usd"]) == (3, 0.75)
    assert [row["heading"] for row in house.costs().report(by="model")["rows"]] == ["m low 8x8"]
    assert [row["heading"] for row in house.costs().report(days=1)["rows"]] == ["2027-02-02"]
    with pytest.raises(UsageError, match="day, campaign, tenant, job, kind, model"):
        house.costs().report(by="weather")


def test_a_forecast_goes_by_the_whole_days_behind(house):
    for dollars in (1.0, 0.0, 2.0):
        if dollars:
            house.pay(dollars)
        house.clock.at += timedelta(days=1)
    found = house.costs().forecast()
    assert (found["days_seen"], found["spent_usd"], found["mean_day_usd"]) == (3, 3.0, 1.0)
    assert found["days_left"] == 24.5
    assert found["expected_usd"] == pytest.approx(27.5)
    assert found["expected_usd"] < found["high_usd"] <= 3 + 2 * 24.5


def test_without_a_whole_day_behind_there_is_nothing_to_go_by(house):
    house.pay(1.0)
    found = house.costs().forecast()
    assert (found["days_seen"], found["expected_usd"]) == (0, 1.0)


def test_budgets_tell_what_is_left(house):
    house.pay(0.25)
    (row,) = house.costs(Budget(limit_micros=1_000_000, period=Period.DAY)).standing()
    assert (row["budget"], row["left_usd"]) == ("$1.00 today", 0.75)
