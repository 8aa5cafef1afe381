"""One suite for every writer of words."""

import pytest

from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.fake_openai import FakeOpenAI
from briefmill.makers.cached import Flights
from briefmill.makers.ladder import Step, WriterLadder
from briefmill.makers.limiter import Limiter, Tap
from briefmill.makers.moderated import ModeratedWriter
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.words import OpenAIWriter
from briefmill.makers.prices import Rate
from briefmill.makers.wording import CachedWriter, LimitedWriter, PatientWriter

RATE = Rate(text_in=1.0, image_in=0.0, image_out=8.0, output_tokens={"": 300})
WANTED = CopyRequest(locale="de", source_locale="en", texts={"message": "Calm", "cta": "Go"}, keep=("Tide",))


class Calm:
    """A safety system that finds nothing."""

    def of_text(self, words):
        return ()

    def of_picture(self, data, media_type):
        return ()


class Open:
    """Buckets that are never empty."""

    def take(self, name):
        return 0.0


class Still:
    """A clock that stands."""

    def monotonic(self):
        return 0.0


@pytest.fixture(params=["openai", "cached", "patient", "moderated", "ladder", "limited"])
def writer(request, tmp_path):
    with FakeOpenAI() as fake:
        bare = OpenAIWriter(Connection(Account(api_key=fake.key, base_url=fake.base_url)), RATE, model="gpt-5.4-mini")
        yield {
            "openai": bare,
            "cached": CachedWriter(bare, variant="v", folder=tmp_path / "words", flights=Flights()),
            "patient": PatientWriter(bare),
            "ladder": WriterLadder([Step(maker=bare)]),
            "limited": LimitedWriter(bare, Limiter(tap=Tap(name="b", buckets=Open()), clock=Still()), tenant="t"),
            "moderated": ModeratedWriter(bare, Calm(), kept=tmp_path / "moderation"),
        }[request.param]
    assert fake.book.invalid == 0


def test_every_part_that_was_asked_for_comes_back_signed(writer):
    made = writer.write(WANTED)
    assert isinstance(made, WrittenCopy)
    assert set(made.texts) == {"message", "cta"}
    assert made.maker == writer.name
    assert made.model
    assert made.cost_micros >= 0


def test_what_cannot_be_used_is_told_and_not_given(writer):
    made = writer.write(CopyRequest(locale="de", source_locale="en", texts={"message": "Calm"}, forbidden=("calm",)))
    assert made.texts == {}
    assert all(sentence.endswith(".") for sentence in made.unfit)
