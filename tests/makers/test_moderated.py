"""Words and pictures are shown to a safety system, over HTTP."""

import pytest

from briefmill.domain.creative import MadePicture
from briefmill.errors import Paused, PictureRefused, Temporary
from briefmill.fake_openai import FakeOpenAI, Scenario
from briefmill.makers.moderated import ModeratedMaker
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.moderation import Moderator
from grey import png

FLAGGED = "flagged: {blood: [violence, violence/graphic]}"
BEACH = "rules: [{when: {route: moderations, nth: 2}, do: {fault: flagged, categories: [sexual]}}]"


class Painter:
    name = "painter"

    def __init__(self):
        self.calls = 0

    def make(self, request):
        self.calls += 1
        return MadePicture(data=png(64, 64), media_type="image/png", maker="p", model="m", prompt="", seed=1)


@pytest.fixture
def fake(request):
    with FakeOpenAI(Scenario.parse(getattr(request, "param", FLAGGED))) as started:
        yield started


def moderated(fake, path, painter, key="sk-fake"):
    connection = Connection(Account(api_key=key, base_url=fake.base_url))
    return ModeratedMaker(painter, Moderator(connection), kept=path / "moderation")


def asked(fake):
    return len(fake.book.calls("moderations"))


def test_words_are_shown_before_anything_is_made_and_asked_about_once(fake, tmp_path, request_for):
    painter = Painter()
    maker = moderated(fake, tmp_path, painter)
    for _ in range(2):
        with pytest.raises(PictureRefused, match=r"stage: input; categories: violence, violence/graphic") as caught:
            maker.make(request_for(prompt="blood on the floor"))
    assert (caught.value.code, painter.calls, asked(fake)) == ("maker.moderation", 0, 1)


@pytest.mark.parametrize("fake", [BEACH], indirect=True)
def test_a_flagged_picture_is_refused_and_never_comes_out_of_a_cache_either(fake, tmp_path, request_for):
    painter = Painter()
    for _ in range(2):
        with pytest.raises(PictureRefused, match=r"stage: output; categories: sexual"):
            moderated(fake, tmp_path, painter).make(request_for(prompt="a beach"))
    assert (painter.calls, asked(fake)) == (2, 2)


def test_what_is_harmless_is_made(fake, tmp_path, request_for):
    painter = Painter()
    assert moderated(fake, tmp_path, painter).make(request_for(prompt="a cup")).maker == "p"
    assert fake.book.invalid == 0


def test_nothing_is_made_while_the_safety_system_does_not_answer(tmp_path, request_for, fake):
    painter = Painter()
    nobody = Connection(Account(api_key="k", base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(Temporary, match="does not answer"):
        ModeratedMaker(painter, Moderator(nobody), kept=tmp_path).make(request_for())
    with pytest.raises(Paused):
        moderated(fake, tmp_path, painter, key="wrong").make(request_for(prompt="another"))
    assert painter.calls == 0
