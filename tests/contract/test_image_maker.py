"""One suite for every picture maker."""

import pickle

import pytest

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.fake_openai import FakeOpenAI
from briefmill.imaging import decode
from briefmill.makers.cached import CachedMaker, Flights
from briefmill.makers.openai.account import Account
from briefmill.makers.openai.pictures import OpenAIMaker
from briefmill.makers.prices import Rate
from briefmill.makers.procedural import ProceduralMaker
from briefmill.makers.shelf import Shelf
from briefmill.storage.memory import MemoryStore

RATE = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 1756})


def in_this_process(target, *args, timeout_s):
    """Stands in for a worker process: what travels is pickled on the way."""
    import pkgutil

    return pkgutil.resolve_name(target)(*pickle.loads(pickle.dumps(args)))


@pytest.fixture(params=["procedural", "cached", "openai"])
def maker(request, tmp_path):
    if request.param == "openai":
        with FakeOpenAI() as fake:
            yield OpenAIMaker(Account(api_key=fake.key, base_url=fake.base_url), RATE, key=lambda _: "key")
        assert fake.book.invalid == 0
        return
    drawing = ProceduralMaker(in_this_process)
    if request.param == "procedural":
        yield drawing
        return
    yield CachedMaker(drawing, variant="v", shelf=Shelf(tmp_path / "cache", MemoryStore()), flights=Flights())


@pytest.fixture
def wanted():
    return PictureRequest(product="cup", name="Stoneware cup", prompt="a cup", width=1536, height=1024, seed=7)


def test_what_is_made_is_a_picture_of_about_the_wanted_ratio(maker, wanted):
    made = maker.make(wanted)
    assert isinstance(made, MadePicture)
    width, height = decode.size(made.data)
    assert width / height == pytest.approx(1.5, rel=0.02)
    assert decode.picture(made.data).shape == (height, width, 3)


def test_it_is_signed_by_its_maker(maker, wanted):
    made = maker.make(wanted)
    assert made.maker == maker.name
    assert made.model
    assert made.prompt == wanted.prompt
    assert made.seed == wanted.seed
    assert made.media_type.startswith("image/")
    assert made.cost_micros >= 0
