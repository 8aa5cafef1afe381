"""The writer of words, through the official client against a server that speaks the protocol."""

import bareserver
import pytest

from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.errors import MaybeCharged, Paused, RateLimited, Temporary
from briefmill.fake_openai import FakeOpenAI, Scenario
from briefmill.makers.openai import words
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.words import OpenAIWriter
from briefmill.makers.prices import Rate
from briefmill.makers.wording import ATTEMPTS, PatientWriter

RATE = Rate(text_in=0.75, image_in=0.0, image_out=4.5, output_tokens={})
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


@pytest.fixture
def bare():
    server = bareserver.BareServer()
    yield server
    server.close()


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


class Made:
    """A writer whose answers are told beforehand."""

    name = "made"

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def write(self, request):
        self.asked.append(request)
        texts, unfit = self.answers.pop(0)
        return WrittenCopy(texts=texts, unfit=unfit, maker="made", model="m", cost_micros=10)


def test_what_is_unfit_is_asked_for_again_with_what_was_wrong_and_all_of_it_is_paid():
    writer = Made(({}, ("too long.",)), ({}, ("a number is lost.",)), ({"message": "Ruhe"}, ()))
    made = PatientWriter(writer).write(WANTED)
    assert (made.texts, made.cost_micros) == ({"message": "Ruhe"}, 30)
    assert [one.wrong for one in writer.asked] == [(), ("too long.",), ("a number is lost.",)]


def test_patience_ends():
    writer = Made(*[({}, (f"{number} is wrong.",)) for number in range(9)])
    assert PatientWriter(writer).write(WANTED).unfit == ("2 is wrong.",)
    assert len(writer.asked) == ATTEMPTS


def test_who_says_the_same_thing_wrong_twice_is_not_asked_a_third_time():
    writer = Made(*[({}, ("too long.",)) for _ in range(9)])
    PatientWriter(writer).write(WANTED)
    assert len(writer.asked) == 2


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("text", ["", "no object", '{"message": 3, "cta": "Los"}', '{"message": "Ruhe"}', "[]"])
def test_an_answer_that_is_not_what_was_asked_for_is_unfit_and_has_its_price(bare, api, text):
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 10,
        "input_tokens": 100,
        "output_tokens": 10,
        "total_tokens": 110,
    }
    content = {"type": "output_text", "text": text, "annotations": []}
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [content]}
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text, "refusal": None}}
    body = {"id": "r", "object": "response", "created_at": 1, "created": 1, "model": MODEL, "usage": usage}
    bare.answers = [(200, {**body, "output": [message], "choices": [choice]}, {})]
    asked = OpenAIWriter(Connection(Account(api_key="sk-x", base_url=bare.url)), RATE, model=MODEL, api=api)
    made = asked.write(WANTED)
    assert (made.texts, made.unfit) == ({}, (words.UNREADABLE,))
    assert made.cost_micros == 120
