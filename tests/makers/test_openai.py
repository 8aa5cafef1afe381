"""The OpenAI maker against a server that speaks its protocol, over HTTP."""

import base64

import pytest
from bareserver import MODERATION, error
from hypothesis import given
from hypothesis import strategies as st
from openai.types.image_generate_params import ImageGenerateParamsNonStreaming
from pydantic import TypeAdapter

from briefmill.errors import MaybeCharged, Paused, Permanent, PictureRefused, RateLimited, Temporary
from briefmill.makers import waits
from briefmill.makers.openai import pictures, refusals, sizes
from briefmill.makers.openai.account import Account
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.prices import Rate
from grey import png

RATE = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 1756})


@pytest.fixture
def maker(fake):
    return OpenAIMaker(Account(api_key="sk-test", base_url=fake.url, timeout_s=5.0), RATE, key=lambda _: "the-key")


def test_a_picture_comes_with_its_cost_from_the_reported_usage(maker, fake, request_for):
    made = maker.make(request_for())
    assert made.data == png(1536, 1024)
    assert made.cost_micros == 100 * 5 + 20 * 8 + 1756 * 30
    assert (made.maker, made.model) == ("openai", "gpt-image-2.6-flare")
    (call,) = fake.calls
    assert call["path"] == "/v1/images/generations"
    assert call["headers"]["idempotency-key"] == "the-key"
    assert call["body"]["model"] == "gpt-image-2.6-flare"


def test_the_request_is_one_that_the_sdk_s_own_types_allow(request_for):
    arguments = pictures.arguments(request_for(), Account(api_key="sk-test"))
    TypeAdapter(ImageGenerateParamsNonStreaming).validate_python(arguments, strict=True, extra="forbid")


@pytest.mark.parametrize(
    ("status", "body", "headers", "kind", "carries"),
    [
        (400, MODERATION, {}, PictureRefused, {"code": "maker.moderation"}),
        (400, error("content_policy_violation"), {}, PictureRefused, {"code": "maker.moderation"}),
        (400, error("invalid_value", "no such model") | {}, {}, Permanent, {}),
        (400, error("billing_hard_limit_reached"), {}, Paused, {"resource": "quota"}),
        (429, error("insufficient_quota"), {}, Paused, {"resource": "quota"}),
        (401, error("invalid_api_key"), {}, Paused, {"resource": "key"}),
        (401, {}, {}, Paused, {"resource": "key"}),
        (403, error("unsupported_country"), {}, Paused, {"resource": "key"}),
        (404, error("model_not_found"), {}, Paused, {"resource": "model"}),
        (429, error("rate_limit_exceeded"), {"retry-after": "7"}, RateLimited, {"retry_in": 7.0}),
        (429, error("rate_limit_exceeded"), {"retry-after-ms": "250"}, RateLimited, {"retry_in": 0.25}),
        (429, error("rate_limit_exceeded"), {"x-ratelimit-reset-requests": "1m30s"}, RateLimited, {"retry_in": 90.0}),
        (500, error("server_error"), {}, Temporary, {"retry_in": None}),
        (503, b"<html>busy</html>", {}, Temporary, {"retry_in": None}),
        (422, error("unknown_parameter"), {}, Permanent, {}),
    ],
)
def test_every_error_body_has_its_meaning_and_costs_one_call(
    maker, fake, request_for, status, body, headers, kind, carries
):
    fake.answers = [(status, body, headers)]
    with pytest.raises(kind) as caught:
        maker.make(request_for())
    assert type(caught.value) is kind
    assert {name: getattr(caught.value, name) for name in carries} == carries
    assert len(fake.calls) == 1


def test_a_retired_model_is_told_by_its_parameter(maker, fake, request_for):
    body = error("invalid_value", "The model 'dall-e-3' does not exist.")
    body["error"]["param"] = "model"
    fake.answers = [(400, body, {})]
    with pytest.raises(Paused) as caught:
        maker.make(request_for())
    assert caught.value.resource == "model"


def test_a_moderation_block_names_stage_and_categories(maker, fake, request_for):
    fake.answers = [(400, MODERATION, {})]
    with pytest.raises(PictureRefused, match=r"stage: input; categories: other"):
        maker.make(request_for())


def test_a_connection_cut_after_the_request_may_have_been_charged(maker, fake, request_for):
    fake.answers = [(None, None, None)]
    with pytest.raises(MaybeCharged):
        maker.make(request_for())
    assert len(fake.calls) == 1


CUT_OFF = base64.b64encode(png(64, 64)[:-20]).decode()


@pytest.mark.parametrize("text", ["", "!!!", "aGVsbG8=", CUT_OFF])
def test_an_answer_without_a_whole_picture_may_have_been_charged(maker, fake, request_for, text):
    fake.answers = [(200, {"created": 1, "data": [{"b64_json": text}]}, {})]
    with pytest.raises(MaybeCharged):
        maker.make(request_for())


@pytest.mark.parametrize("asked", ["inf", "99999999", "nan", "-3"])
def test_no_answer_parks_a_job_for_ever(asked):
    wait = refusals.wait({"retry-after": asked})
    assert wait is None or 0.0 <= wait <= waits.LONGEST_S


@given(st.integers(16, 6000), st.integers(16, 6000))
def test_every_size_is_within_the_api_s_rules(width, height):
    wide, high = sizes.size(width, height)
    assert wide % 16 == high % 16 == 0
    assert 1 / 3 <= wide / high <= 3
    assert sizes.LEAST_PIXELS <= wide * high <= sizes.MOST_PIXELS
    assert max(wide, high) <= sizes.LONGEST_SIDE


@pytest.mark.parametrize(
    ("text", "expected"), [("1m30s", 90.0), ("250ms", 0.25), ("2h", 7200.0), ("", None), ("soon", None), ("1m x", None)]
)
def test_durations_of_headers(text, expected):
    assert waits.seconds(text) == expected


def answered(usage):
    return {"created": 1, "data": [{"b64_json": base64.b64encode(png(64, 64)).decode()}], "usage": usage}


@pytest.mark.parametrize(
    "usage",
    [
        None,
        "n/a",
        [1],
        {"output_tokens": "many"},
        {"output_tokens": [1]},
        {"input_tokens_details": [1]},
        {"output_tokens": -(10**6)},
        {"output_tokens": 10**30},
        {"output_tokens": True, "input_tokens": 1.5},
    ],
)
def test_whatever_is_told_of_usage_the_picture_that_was_paid_for_is_kept(maker, fake, request_for, usage):
    fake.answers = [(200, answered(usage), {})]
    made = maker.make(request_for())
    assert made.data == png(64, 64)
    assert 0 <= made.cost_micros < 10**9


@pytest.mark.parametrize("data", [[None], ["x"], {"0": 1}, "x", [{"b64_json": 7}]])
def test_an_answer_of_another_shape_may_have_been_charged(maker, fake, request_for, data):
    fake.answers = [(200, {"created": 1, "data": data}, {})]
    with pytest.raises(MaybeCharged):
        maker.make(request_for())


def test_a_proxy_s_page_instead_of_an_answer_is_told_as_such(maker, fake, request_for):
    fake.answers = [(200, b"<html>welcome to the hotel's network</html>", {})]
    with pytest.raises(MaybeCharged):
        maker.make(request_for())


@given(st.text(max_size=3000))
def test_words_of_the_other_side_are_short_and_in_one_line(words):
    shown = refusals.shown(words)
    assert len(shown) <= refusals.MOST_WORDS + 3
    assert shown.isprintable()


def test_a_key_that_the_other_side_repeats_is_not_passed_on():
    body = {"code": "invalid_api_key", "message": f"Bad key sk-{'A1b2C3d4' * 3}, Bearer abc.def"}
    words = str(refusals.meaning(401, body, {}))
    assert "A1b2C3d4" not in words
    assert "abc.def" not in words
    assert len(str(refusals.meaning(400, {"message": "x" * 5_000_000}, {}))) < 1000


def test_a_provider_that_cannot_be_reached_was_not_paid(request_for):
    nobody = Account(api_key="sk-test", base_url="http://127.0.0.1:9/v1", timeout_s=5.0)
    with pytest.raises(Temporary, match="cannot be reached") as caught:
        OpenAIMaker(nobody, RATE, key=lambda _: "k").make(request_for())
    assert not isinstance(caught.value, MaybeCharged)


def test_what_is_not_told_of_the_cost_is_settled_at_the_guess(maker, fake, request_for):
    fake.answers = [(200, answered(None), {})]
    assert maker.make(request_for()).cost_micros == RATE.estimate("medium", share=1.5)


def test_a_gateway_gets_the_key_in_its_own_header_and_more_headers(fake, request_for):
    account = Account(
        api_key="secret", name="fallback", base_url=fake.url, key_header="api-key", headers={"x-project": "summer"}
    )
    assert OpenAIMaker(account, RATE, key=lambda _: "k").make(request_for()).maker == "fallback"
    (call,) = fake.calls
    assert (call["headers"]["api-key"], call["headers"]["x-project"]) == ("secret", "summer")
    assert "authorization" not in call["headers"]
    assert "secret" not in repr(account)
