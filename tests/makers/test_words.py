"""The writer of words, through the official client against a server that speaks the protocol."""

import pytest

from briefmill.domain.copywriting import CopyRequest
from briefmill.errors import MaybeCharged, Paused, RateLimited, Temporary
from briefmill.fake_openai import FakeOpenAI, Scenario
from briefmill.makers.openai import words
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.words import OpenAIWriter
from briefmill.makers.prices import Rate

RATE = Rate(text_in=1.0, image_in=0.0, image_out=8.0, output_tokens={"": 300})
MODEL = "gpt-5.4-mini"
WANTED = CopyRequest(
    locale="de-DE",
    source_locale="en-US",
    texts={"message": "Carry the calm of summer", "cta": "Shop now"},
    product="Bottle",
)


@pytest.fixture
def fake(request):
    with FakeOpenAI(Scenario.parse(getattr(request, "param", "rules: []"))) as started:
        yield started
    assert started.book.invalid == 0, started.book.refused()


def writer(fake, **more):
    return OpenAIWriter(Connection(Account(api_key=fake.key, base_url=fake.base_url)), RATE, model=MODEL, **more)


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_each_part_comes_back_in_the_other_language_and_costs_what_the_server_says(fake, api):
    made = writer(fake, api=api).write(WANTED)
    assert made.texts == {"message": "[de-DE] Carry the calm of summer", "cta": "[de-DE] Shop now"}
    assert (made.maker, made.model, made.unfit) == ("openai", MODEL, ())
    assert made.cost_micros == fake.book.cost_micros > 0


def test_what_cannot_be_used_is_told_with_what_was_wrong_and_has_its_price(fake):
    made = writer(fake).write(
        CopyRequest(locale="de", source_locale="en", texts={"message": "Fresh"}, forbidden=("Fresh",))
    )
    assert made.texts == {}
    assert made.unfit == ("message must not say “Fresh”.",)
    assert made.cost_micros == fake.book.cost_micros > 0


def test_no_call_costs_more_than_is_estimated(fake):
    made = writer(fake).write(WANTED)
    assert made.cost_micros < words.estimate(WANTED, RATE)


def test_a_server_that_is_not_there_charges_nothing():
    with FakeOpenAI() as gone:
        address = gone.base_url
    lost = OpenAIWriter(Connection(Account(api_key="sk-fake", base_url=address)), RATE, model=MODEL)
    with pytest.raises(Temporary) as told:
        lost.write(WANTED)
    assert not isinstance(told.value, MaybeCharged)


@pytest.mark.parametrize(
    ("fake", "kind"),
    [
        ("rules: [{do: {fault: rate_limited, retry_after_s: 3}}]", RateLimited),
        ("rules: [{do: {fault: server_error, status: 503}}]", Temporary),
        ("rules: [{do: {fault: insufficient_quota}}]", Paused),
        ("rules: [{do: {fault: cut, where: after}}]", MaybeCharged),
        ("rules: [{do: {fault: not_json}}]", Temporary),
    ],
    indirect=["fake"],
)
def test_a_fault_is_told_by_its_kind(fake, kind):
    with pytest.raises(kind):
        writer(fake).write(WANTED)


def test_the_request_s_own_name_goes_along(fake):
    writer(fake, key=lambda request: f"key-of-{request.locale}").write(WANTED)
    assert list(fake.book.by_key()) == ["key-of-de-DE"]
