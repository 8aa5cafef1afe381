"""The buckets, by the clock that is turned."""

import contextlib

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.fake_openai import TurnedClock, limits, refusals
from briefmill.fake_openai.scenario import Limits


def test_pictures_beyond_the_limit_are_refused_until_the_bucket_has_filled(pair):
    one = pair("limits: {images: 6}")
    one.picture(n=4)
    with pytest.raises(openai.RateLimitError) as caught:
        one.picture(n=3)
    assert caught.value.code == "rate_limit_exceeded"
    assert caught.value.type == "images"
    assert "Limit 6, Used 4, Requested 3" in caught.value.message
    wait = float(caught.value.response.headers["retry-after-ms"]) / 1000
    assert wait == 10
    one.clock.advance(wait)
    assert len(one.picture(n=3).data) == 3
    assert [call.outcome for call in one.book.calls()] == ["ok", "rate_limited", "ok"]


def test_the_headers_tell_what_is_left_and_when_it_is_full(pair):
    one = pair("limits: {requests: 60, images: 10, tokens: 100000}")
    raw = one.client.images.with_raw_response.generate(prompt="a", model="gpt-image-2", quality="low", n=2)
    told = raw.headers
    assert (told["x-ratelimit-limit-images"], told["x-ratelimit-remaining-images"]) == ("10", "8")
    assert told["x-ratelimit-reset-images"] == "12s"
    assert (told["x-ratelimit-remaining-requests"], told["x-ratelimit-reset-requests"]) == ("59", "1s")
    assert 0 < 100_000 - int(told["x-ratelimit-remaining-tokens"]) - raw.parse().usage.total_tokens + 1 <= 2


def test_a_refused_call_takes_nothing(pair):
    one = pair("limits: {requests: 2, images: 1}")
    one.picture()
    for _ in range(3):
        with pytest.raises(openai.RateLimitError) as caught:
            one.picture()
        assert caught.value.type == "images"
    assert one.client.moderations.create(input="a").results


def test_a_limit_below_the_least_wait_is_waited_for_in_whole_buckets(pair):
    one = pair("limits: {tokens: 100}")
    with pytest.raises(openai.RateLimitError) as caught:
        one.picture()
    assert caught.value.type == "tokens"
    assert caught.value.response.headers["retry-after"] == "1"


@given(
    most=st.integers(1, 50),
    asks=st.lists(st.tuples(st.integers(1, 20), st.floats(0, 30, allow_nan=False)), max_size=40),
)
def test_no_minute_gives_more_than_a_full_bucket_and_what_flowed_in(most, asks):
    clock = TurnedClock(0.0)
    buckets = limits.Buckets(Limits(images=most), clock)
    given_out = 0
    for amount, pause in asks:
        clock.advance(pause)
        with contextlib.suppress(refusals.Refusal):
            buckets.take("m", tokens=0, images=amount)
            given_out += amount
        assert given_out <= most + most * clock.now() / 60 + 1e-6


@given(st.floats(0, 100_000, allow_nan=False))
def test_a_duration_reads_back_as_what_it_says(seconds):
    told = limits.duration(seconds)
    if told.endswith("ms"):
        back = int(told[:-2]) / 1000
    else:
        minutes, _, rest = told.rpartition("m")
        back = 60 * int(minutes or 0) + float(rest[:-1])
    assert back == pytest.approx(seconds, abs=0.0011)
