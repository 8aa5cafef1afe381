"""Prices that are learned from what calls have cost."""

import math

from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.money import Quote, together
from briefmill.makers import quotes

COSTS = st.lists(st.integers(1, 10**6), max_size=60)


def test_before_any_call_the_price_file_s_guess_counts_and_more_is_reserved():
    quote = quotes.quote([], 40_000)
    assert (quote.p50, quote.p95, quote.reserve, quote.learned) == (40_000, 50_000, 120_000, 0)


def test_a_few_calls_only_correct_the_guess_upwards():
    assert quotes.quote([90_000, 10_000], 40_000).reserve == 99_000
    assert quotes.quote([9_000], 40_000).reserve == 50_000


def test_from_a_handful_on_the_calls_themselves_count():
    quote = quotes.quote([10, 20, 30, 40, 1000], 40_000)
    assert (quote.p50, quote.reserve, quote.learned) == (30, 1100, 5)


@given(COSTS, st.integers(0, 10**6))
def test_no_call_that_was_seen_costs_more_than_is_reserved(seen, guess):
    quote = quotes.quote(seen, guess)
    assert 0 <= quote.p50 <= quote.p95 <= quote.reserve
    assert quote.reserve >= max(seen, default=0)
    if len(seen) >= 20:
        assert sum(cost <= quote.p95 for cost in seen) >= math.floor(0.95 * len(seen))


def test_several_calls_cost_what_each_of_them_does():
    assert together([Quote(p50=1, p95=2, reserve=3, learned=9), Quote(p50=10, p95=20, reserve=30)]) == Quote(
        p50=11, p95=22, reserve=33
    )
    assert together([]) == Quote()
