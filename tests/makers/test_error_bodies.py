"""Every way in which the API says no, over HTTP: what it is to us, what becomes of the job, the money, and the words.

The server is the fake of `briefmill.fake_openai`, whose bodies were recorded; a body that it never sends to a correct
request comes from the bare server beside it. Behind the maker stands the whole house: meter, cache, runner, ledger and
the folder of refusals. Time is pushed.
"""

import json
from dataclasses import dataclass

import pytest
from bareserver import BareServer, error

from briefmill.domain.facts import PipelinePaused
from briefmill.errors import MaybeCharged, Paused, Permanent, PictureRefused, RateLimited, Temporary
from briefmill.fake_openai import FakeOpenAI, Scenario, TurnedClock
from briefmill.makers.openai.account import Account
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.prices import Rate
from faults.works import Works

RATE = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 6146})
RESERVED = 600_000

FREE, PAID, UNSURE = "free", "paid once", "possibly charged"


@dataclass(frozen=True)
class Case:
    """A scenario's fault; the class of what is raised first; where the job rests; the money; words that are told."""

    fault: str
    kind: type
    state: str
    money: str
    words: tuple[str, ...] = ()
    always: bool = False


ONCE = {
    "blocked before the work": Case(
        "{fault: moderation, stage: input, categories: [violence]}",
        PictureRefused,
        "rejected",
        FREE,
        ("safety system blocked", "stage: input", "violence", "Describe the product"),
    ),
    "blocked after the work": Case(
        "{fault: moderation, stage: output, categories: [sexual]}",
        PictureRefused,
        "rejected",
        UNSURE,
        ("safety system blocked", "stage: output", "sexual", "supply a picture"),
    ),
    "no quota": Case("{fault: insufficient_quota}", Paused, "running", FREE, ("no quota left", "Add credit"), True),
    "billing limit": Case("{fault: billing_hard_limit}", Paused, "running", FREE, ("billing limit", "Raise it"), True),
    "bad key": Case("{fault: invalid_key}", Paused, "running", FREE, ("does not accept the key", "OPENAI_API"), True),
    "papers wanted": Case("{fault: unverified}", Paused, "running", FREE, ("refuses this account", "verified"), True),
    "model gone": Case("{fault: model_retired}", Paused, "running", FREE, ("does not know the model",), True),
    "asked too often": Case("{fault: rate_limited, retry_after_s: 7}", RateLimited, "delivered", PAID),
    "asked too often, for ever": Case(
        "{fault: rate_limited, retry_after_s: 7}", RateLimited, "running", FREE, (), True
    ),
    "a 500": Case("{fault: server_error, status: 500}", Temporary, "delivered", PAID),
    "a 503": Case("{fault: server_error, status: 503}", Temporary, "delivered", PAID),
    "nothing but 500": Case(
        "{fault: server_error, status: 500}", Temporary, "held", FREE, ("gave up after 4 tries", "500"), True
    ),
    "cut before the request was read": Case("{fault: cut, where: before}", MaybeCharged, "delivered", UNSURE),
    "cut after the work": Case("{fault: cut, where: after}", MaybeCharged, "delivered", UNSURE),
    "cut in the answer": Case("{fault: cut, where: middle}", MaybeCharged, "delivered", UNSURE),
    "garbage for a picture": Case("{fault: garbage_base64}", MaybeCharged, "delivered", UNSURE),
    "no picture in the answer": Case("{fault: no_data}", MaybeCharged, "delivered", UNSURE),
    "a proxy's page": Case("{fault: not_json, status: 502, says: text/html}", Temporary, "delivered", PAID),
    "a hotel's page": Case("{fault: not_json, status: 200, says: text/html}", MaybeCharged, "delivered", UNSURE),
    "a very long no": Case(
        "{fault: long_error, status: 400, characters: 20000}",
        Permanent,
        "rejected",
        FREE,
        ("does not take the request",),
    ),
}


class Witness:
    """The maker under test, with a note of what it raised."""

    price = RESERVED

    def __init__(self, base_url, key="sk-fake"):
        account = Account(api_key=key, base_url=base_url, timeout_s=5.0)
        self.inner = OpenAIMaker(account, RATE, key=lambda request: request.product)
        self.name, self.raised = self.inner.name, []

    def make(self, request):
        try:
            return self.inner.make(request)
        except Exception as failure:
            self.raised.append(failure)
            raise


async def through(path, base_url):
    """One brief with one product through the whole house."""
    works = Works(path)
    works.provider = Witness(base_url)
    works.restart()
    works.drop("brief.json")
    await works.through()
    return works


def money(works):
    """Settled and unsure micro-dollars, and what that comes to."""
    (total,) = works.ledger.accounts.sums("tenant") or [None]
    return (total.settled_micros, total.unsure_micros) if total else (0, 0)


def words_of(works, job):
    """All that a person is told of a job: its reason, the page in the folder of refusals, and why everything waits."""
    told = [job.reason, *(fact.reason for fact in works.heard.facts if isinstance(fact, PipelinePaused))]
    for folder in works.rejected.iterdir():
        told += [(folder / "REASONS.md").read_text(), (folder / "reasons.json").read_text()]
    return " ".join(told)


@pytest.mark.parametrize("case", ONCE.values(), ids=ONCE.keys())
async def test_an_error_body_has_its_class_its_end_its_price_and_its_words(case, tmp_path):
    nth = "" if case.always else "nth: 1"
    scenario = Scenario.parse(f"rules: [{{when: {{route: images.generations, {nth}}}, do: {case.fault}}}]")
    with FakeOpenAI(scenario, clock=TurnedClock()) as fake:
        works = await through(tmp_path, fake.base_url)
        calls, book = fake.book.calls("images.generations"), fake.book
    job = works.jobs()["brief.json"]
    assert type(works.provider.raised[0]) is case.kind, works.provider.raised
    assert job.state == case.state, (job.reason, works.provider.raised)
    settled, unsure = money(works)
    paid = case.state == "delivered"
    assert unsure == (RESERVED if case.money == UNSURE else 0)
    assert bool(settled) is paid
    # What the server charged is either settled or told as unsure; nothing is charged behind our back.
    assert len(book.charged()) <= paid + bool(unsure)
    assert settled <= book.cost_micros
    assert book.cost_micros <= settled + unsure
    assert book.invalid == 0
    assert len(calls) >= 1
    told = words_of(works, job)
    assert all(words in told for words in case.words), told
    assert len(told) < 8000


BODIES = {
    "a size that it does not make": (
        error("invalid_value", "Invalid size '123x456'. Supported sizes are 1024x1024.") | {},
        "Invalid size",
    ),
    "a parameter that it does not know": (error("unknown_parameter", "Unknown parameter: 'style'."), "Unknown param"),
}


@pytest.mark.parametrize(("body", "words"), BODIES.values(), ids=BODIES.keys())
async def test_a_request_that_the_api_does_not_take_rejects_the_brief_at_no_cost(body, words, tmp_path):
    server = BareServer()
    server.answers = [(400, json.loads(json.dumps(body)), {})]
    try:
        works = await through(tmp_path, server.url)
    finally:
        server.close()
    job = works.jobs()["brief.json"]
    assert [type(one) for one in works.provider.raised] == [Permanent]
    assert job.state == "rejected"
    assert words in words_of(works, job)
    assert money(works) == (0, 0)
