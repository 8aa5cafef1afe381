"""What a rate limit promises."""

import pytest

from briefmill.domain.job import Stage
from briefmill.errors import ConfigError
from briefmill.ledger.offices import Offices
from briefmill.ports import Claim, Wait
from ledger.ledgerkit import PushedClock, running


def test_a_rate_is_kept_over_all_callers(ledger: Offices, clock: PushedClock) -> None:
    ledger.buckets.shape("images", rate=2.5, burst=2)
    for number in range(4):
        running(ledger, str(number))
    starts, owners = [], iter("abcdefgh")
    while len(starts) < 4:
        answer = ledger.claims.claim(Stage.GENERATE, next(owners), 600, bucket="images")
        if isinstance(answer, Wait):
            assert answer.seconds is not None
            clock.push(answer.seconds)
        else:
            starts.append(round(clock.pushed_s, 6))
    assert starts == [0, 0, 0.4, 0.8]


def test_an_idle_worker_takes_no_token(ledger: Offices) -> None:
    ledger.buckets.shape("images", rate=0.001, burst=1)
    for _ in range(5):
        assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=None)
    running(ledger)
    assert isinstance(ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images"), Claim)


def test_a_refused_token_leaves_the_job_alone(ledger: Offices) -> None:
    ledger.buckets.shape("images", rate=1, burst=1)
    ledger.buckets.hold("images", 10)
    job = running(ledger)
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=10)
    assert ledger.records.job(job.id) == job


def test_a_hold_stops_everybody_until_it_ends_and_a_shorter_one_does_not_shorten_it(
    ledger: Offices, clock: PushedClock
) -> None:
    running(ledger)
    ledger.buckets.hold("images", 10)
    ledger.buckets.hold("images", 5)
    clock.push(4)
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=6)
    clock.push(6)
    assert isinstance(ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images"), Claim)


def test_a_new_shape_keeps_tokens_and_holds(ledger: Offices) -> None:
    ledger.buckets.hold("images", 3)
    ledger.buckets.shape("images", rate=1, burst=1)
    running(ledger, "a")
    running(ledger, "b")
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=3)


def test_a_wider_shape_does_not_fill_the_bucket(ledger: Offices) -> None:
    ledger.buckets.shape("images", rate=1, burst=1)
    running(ledger, "a")
    running(ledger, "b")
    assert isinstance(ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images"), Claim)
    ledger.buckets.shape("images", rate=2, burst=100)
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=0.5)


def test_time_that_runs_backwards_neither_fills_nor_blocks(ledger: Offices, clock: PushedClock) -> None:
    ledger.buckets.shape("images", rate=1, burst=1)
    running(ledger, "a")
    assert isinstance(ledger.claims.claim(Stage.GENERATE, "anna", 9e9, bucket="images"), Claim)
    clock.push(-3600)
    running(ledger, "b")
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60, bucket="images") == Wait(seconds=1)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0), (1, 0.5), (float("nan"), 1)])
def test_a_shape_that_can_never_give_a_token_is_refused(ledger: Offices, rate: float, burst: float) -> None:
    with pytest.raises(ConfigError, match="images"):
        ledger.buckets.shape("images", rate=rate, burst=burst)


def test_a_token_is_taken_for_a_call_without_any_job(ledger: Offices, clock: PushedClock) -> None:
    assert ledger.buckets.take("calls") == 0.0
    ledger.buckets.shape("calls", rate=0.5, burst=2)
    assert [ledger.buckets.take("calls") for _ in range(3)] == [0.0, 0.0, 2.0]
    clock.push(2)
    assert ledger.buckets.take("calls") == 0.0
    ledger.buckets.hold("calls", 90)
    clock.push(60)
    assert ledger.buckets.take("calls") == 30.0
    clock.push(30)
    assert ledger.buckets.take("calls") == 0.0
