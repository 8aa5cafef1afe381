"""A running fake with a clock that stands, and the official client that speaks to it."""

import contextlib

import httpx2
import openai
import pytest

from briefmill.fake_openai import FakeOpenAI, Scenario, TurnedClock


class Pair:
    """A fake, its clock, and clients that are closed with it."""

    def __init__(self, scenario="", **more):
        self.clock = more.pop("clock", None) or TurnedClock()
        self._stack = contextlib.ExitStack()
        self.fake = self._stack.enter_context(FakeOpenAI(Scenario.parse(scenario), clock=self.clock, **more))
        self.book = self.fake.book
        self.client = self.another()

    def another(self, kind=openai.OpenAI, **more):
        # No certificates: loading them takes longer than most of these tests.
        http = httpx2.Client(verify=False)
        told = {"api_key": self.fake.key, "base_url": self.fake.base_url, "max_retries": 0, "timeout": 20, **more}
        return self._stack.enter_context(kind(**told, http_client=http))

    def picture(self, prompt="a cup", **more):
        """Ask for a small picture."""
        asked = {"model": "gpt-image-2.6-flare", "quality": "low", "size": "1024x1024", **more}
        return self.client.images.generate(prompt=prompt, **asked)

    def close(self):
        self._stack.close()


@pytest.fixture
def pair():
    """Make a fake with a scenario (YAML), and a client for it."""
    made = []

    def make(scenario="", **more):
        made.append(Pair(scenario, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def shown():
    """Open the picture in an answer."""
    import base64
    import io

    from PIL import Image

    def read(answer, at=0):
        image = Image.open(io.BytesIO(base64.b64decode(answer.data[at].b64_json, validate=True)))
        image.load()
        return image

    return read


@pytest.fixture
def flat():
    """Encode a picture of one colour."""
    import io

    from PIL import Image

    def make(colour, size=(320, 200), form="PNG", mode="RGB"):
        stream = io.BytesIO()
        Image.new(mode, size, colour).save(stream, form)
        return stream.getvalue()

    return make
