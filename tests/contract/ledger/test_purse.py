"""What the money side promises."""

import pytest

from briefmill.errors import NotAllowed, NotFound
from briefmill.ledger.offices import Offices
from ledger.ledgerkit import PushedClock, events, running


def intend(ledger: Offices, job: str) -> int:
    return ledger.purse.intend(job=job, tenant="default", kind="image", key="k1", estimate_micros=40_000)


def test_an_intent_comes_before_and_a_settlement_after(ledger: Offices) -> None:
    job = running(ledger).id
    first, second = intend(ledger, job), intend(ledger, job)
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
    first, second = intend(ledger, job), intend(ledger, job)
    assert ledger.purse.unsettled("k1") == second
    ledger.purse.settle(second, cost_micros=7, outcome="ok", usage={})
    assert ledger.purse.unsettled("k1") == first
    ledger.purse.settle(first, cost_micros=0, outcome="unknown", usage={})
    assert ledger.purse.unsettled("k1") is None
    assert ledger.purse.unsettled("k2") is None
