"""What the money side promises."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from briefmill.domain.money import Budget, Period
from briefmill.errors import NotAllowed, NotFound, OverBudget
from briefmill.ledger.offices import Offices
from briefmill.ports import Intent
from ledger.ledgerkit import PushedClock, events, running


def intend(
    ledger: Offices,
    job: str,
    *,
    key: str = "k1",
    micros: int = 40_000,
    grade: str = "",
    budgets: Sequence[Budget] = (),
) -> int:
    intent = Intent(job=job, tenant="default", kind="image", key=key, estimate_micros=micros, grade=grade)
    return ledger.purse.intend(intent, budgets)


def test_an_intent_comes_before_and_a_settlement_after(ledger: Offices) -> None:
    job = running(ledger).id
    first, second = intend(ledger, job), intend(ledger, job, key="k2")
    assert ledger.records.job(job).cost_micros == 0
    ledger.purse.settle(first, cost_micros=42_000, outcome="ok", usage={"tokens": 10})
    ledger.purse.settle(second, cost_micros=1_000, outcome="failed", usage={})
    assert ledger.records.job(job).cost_micros == 43_000
    intended, settled = list(ledger.trail.rows(job=job))[-4::2]
    assert (intended.event, intended.detail["key"]) == ("spend.intended", "k1")
    assert settled.event == "spend.settled"
    assert settled.detail["usage"] == {"tokens": 10}


def test_the_same_settlement_again_changes_nothing(ledger: Offices, clock: PushedClock) -> None:
    job = running(ledger).id
    entry = intend(ledger, job)
    ledger.purse.settle(entry, cost_micros=5, outcome="ok", usage={"n": 1})
    rows = len(events(ledger))
    clock.push(1)
    ledger.purse.settle(entry, cost_micros=5, outcome="ok", usage={"n": 1})
    assert len(events(ledger)) == rows
    with pytest.raises(NotAllowed, match="settled"):
        ledger.purse.settle(entry, cost_micros=6, outcome="ok", usage={"n": 1})


def test_what_was_unknown_may_be_corrected(ledger: Offices) -> None:
    job = running(ledger).id
    entry = intend(ledger, job)
    ledger.purse.settle(entry, cost_micros=40_000, outcome="unknown", usage={})
    ledger.purse.settle(entry, cost_micros=0, outcome="failed", usage={})
    assert ledger.records.job(job).cost_micros == 0


def test_unknown_jobs_and_entries_are_not_found(ledger: Offices) -> None:
    with pytest.raises(NotFound, match="j_none"):
        intend(ledger, "j_none")
    with pytest.raises(NotFound, match="77"):
        ledger.purse.settle(77, cost_micros=0, outcome="ok", usage={})


def test_an_intent_that_a_crash_left_is_found_by_its_request(ledger: Offices) -> None:
    job = running(ledger).id
    assert ledger.purse.unsettled("k1") is None
    entry = intend(ledger, job)
    assert ledger.purse.unsettled("k1") == entry
    ledger.purse.settle(entry, cost_micros=7, outcome="ok", usage={})
    assert ledger.purse.unsettled("k1") is None
    assert ledger.purse.unsettled("k2") is None


def test_what_a_crash_cut_off_is_unsure_once_the_same_call_is_made_again(ledger: Offices) -> None:
    job, other = running(ledger).id, running(ledger, "b.yaml").id
    first, theirs = intend(ledger, job), intend(ledger, other)
    again = intend(ledger, job)
    events_of = [row.detail for row in ledger.trail.rows(job=job) if row.event == "spend.settled"]
    assert [(detail["entry"], detail["outcome"]) for detail in events_of] == [(first, "unknown")]
    ledger.purse.settle(again, cost_micros=30_000, outcome="ok", usage={})
    ledger.purse.settle(theirs, cost_micros=30_000, outcome="ok", usage={})
    (total,) = ledger.accounts.sums("kind")
    assert (total.calls, total.settled_micros, total.unsure_micros) == (3, 60_000, 40_000)


# ------------------------------------------------------------------------------------------------------------ budgets


def test_a_budget_holds_against_what_is_spent_reserved_and_unsure(ledger: Offices) -> None:
    job = running(ledger).id
    budgets = [Budget(limit_micros=100_000)]
    spent, unsure = intend(ledger, job, key="a", budgets=budgets), intend(ledger, job, key="b", budgets=budgets)
    ledger.purse.settle(spent, cost_micros=25_000, outcome="ok", usage={})
    ledger.purse.settle(unsure, cost_micros=0, outcome="unknown", usage={})
    (standing,) = ledger.accounts.standing(budgets)
    assert (standing.settled_micros, standing.unsure_micros, standing.left_micros) == (25_000, 40_000, 35_000)
    rows = len(events(ledger))
    with pytest.raises(OverBudget, match=r"\$0\.10 in all .* \$0\.03 spent, \$0\.04 perhaps .* \$0\.040") as caught:
        intend(ledger, job, key="c", budgets=budgets)
    assert not caught.value.waits, "only a person mends it"
    assert len(events(ledger)) == rows, "nothing was written"
    intend(ledger, job, key="c", micros=35_000, budgets=budgets)


def test_what_calls_under_way_have_reserved_is_waited_for(ledger: Offices, clock: PushedClock) -> None:
    job = running(ledger).id
    budgets = [Budget(limit_micros=100_000)]
    for key in "ab":
        intend(ledger, job, key=key, budgets=budgets)
    with pytest.raises(OverBudget, match="under way") as caught:
        intend(ledger, job, key="c", budgets=budgets)
    assert caught.value.waits
    clock.push(2 * 3600)
    with pytest.raises(OverBudget) as caught:
        intend(ledger, job, key="c", budgets=budgets)
    assert not caught.value.waits, "a crash has cut them off: they may have been charged"


@pytest.mark.parametrize("outcome", ["failed", "refused"])
def test_what_did_not_cost_what_was_reserved_gives_it_back(ledger: Offices, outcome: str) -> None:
    job = running(ledger).id
    budgets = [Budget(limit_micros=40_000)]
    for _ in range(3):
        ledger.purse.settle(intend(ledger, job, budgets=budgets), cost_micros=0, outcome=outcome, usage={})


@pytest.mark.parametrize(("period", "span"), [(Period.DAY, timedelta(days=1)), (Period.MONTH, timedelta(days=31))])
def test_a_budget_of_a_period_is_whole_again_in_the_next(
    ledger: Offices, clock: PushedClock, period: Period, span: timedelta
) -> None:
    job = running(ledger).id
    budgets = [Budget(limit_micros=40_000, period=period)]
    ledger.purse.settle(intend(ledger, job, budgets=budgets), cost_micros=40_000, outcome="ok", usage={})
    with pytest.raises(OverBudget):
        intend(ledger, job, key="k2", budgets=budgets)
    clock.push(span.total_seconds())
    intend(ledger, job, key="k2", budgets=budgets)


def test_budgets_are_a_tenant_s_or_a_campaign_s_alone(ledger: Offices) -> None:
    ours, theirs = running(ledger, "a.yaml").id, running(ledger, "b.yaml", campaign="winter").id
    campaign = ledger.records.job(ours).campaign
    for job in (ours, theirs):
        ledger.purse.settle(intend(ledger, job, key=job), cost_micros=40_000, outcome="ok", usage={})
    whose = [
        Budget(limit_micros=1, campaign=campaign),
        Budget(limit_micros=1, tenant="default"),
        Budget(limit_micros=1),
    ]
    spent = [
        standing.settled_micros for standing in ledger.accounts.standing([*whose, Budget(limit_micros=1, tenant="x")])
    ]
    assert spent == [40_000, 80_000, 80_000, 0]


def test_of_many_who_ask_at_once_only_those_get_it_whom_the_budget_covers(ledger: Offices) -> None:
    jobs = [running(ledger, f"{number}.yaml", campaign=f"c{number}").id for number in range(16)]
    budgets, start = [Budget(limit_micros=1_000_000)], threading.Barrier(16)

    def call(job: str) -> int:
        start.wait()
        paid = 0
        for number in range(4):
            try:
                entry = intend(ledger, job, key=f"{job} {number}", micros=60_000, budgets=budgets)
            except OverBudget:
                continue
            ledger.purse.settle(entry, cost_micros=55_000, outcome="ok", usage={})
            paid += 55_000
        return paid

    with ThreadPoolExecutor(16) as threads:
        paid = sum(threads.map(call, jobs))
    (standing,) = ledger.accounts.standing(budgets)
    assert paid == standing.settled_micros <= 1_000_000
    assert standing.left_micros < 60_000, "nor is any of it withheld"


# ----------------------------------------------------------------------------------------------------------- accounts


def test_prices_are_learned_from_calls_of_the_same_grade_that_went_well(ledger: Offices) -> None:
    job = running(ledger).id
    told = [("g", 5, "ok"), ("g", 0, "failed"), ("h", 9, "ok"), ("g", 7, "ok"), ("g", 1, "unknown")]
    for number, (grade, cost, outcome) in enumerate(told):
        entry = intend(ledger, job, key=f"k{number}", grade=grade)
        ledger.purse.settle(entry, cost_micros=cost, outcome=outcome, usage={})
    assert list(ledger.accounts.learned("g")) == [7, 5]
    assert list(ledger.accounts.learned("g", limit=1)) == [7]
    assert list(ledger.accounts.learned("none")) == []


def test_sums_are_made_by_day_and_by_everything_else_the_dearest_first(ledger: Offices, clock: PushedClock) -> None:
    cheap, dear = running(ledger, "a.yaml", campaign="autumn"), running(ledger, "b.yaml", campaign="winter")
    today = clock.now().date()
    ledger.purse.settle(intend(ledger, cheap.id, key="a", grade="g"), cost_micros=10, outcome="ok", usage={})
    clock.push(86_400)
    ledger.purse.settle(intend(ledger, dear.id, key="b", grade="h"), cost_micros=90, outcome="ok", usage={})
    ledger.purse.settle(intend(ledger, dear.id, key="c", grade="h"), cost_micros=0, outcome="failed", usage={})
    days = [(each.heading, each.settled_micros) for each in ledger.accounts.sums("day")]
    assert days == [(str(today), 10), (str(today + timedelta(days=1)), 90)]
    campaigns = [(each.heading, each.calls, each.failed) for each in ledger.accounts.sums("campaign")]
    assert campaigns == [("winter", 2, 1), ("autumn", 1, 0)]
    assert [each.heading for each in ledger.accounts.sums("grade")] == ["h", "g"]
    assert [each.heading for each in ledger.accounts.sums("job", since=clock.now())] == [dear.id]
    with pytest.raises(ValueError, match="sums are made by"):
        ledger.accounts.sums("weather")
