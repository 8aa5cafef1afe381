"""A fake OpenAI and a request."""

import sys
from pathlib import Path

import pytest

from briefmill.domain.creative import PictureRequest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def fake():
    from fake_openai import FakeOpenAI

    server = FakeOpenAI()
    yield server
    server.close()


@pytest.fixture
def request_for():
    def make(product="cup", prompt="a cup", **more):
        return PictureRequest(product=product, name="Cup", prompt=prompt, width=1536, height=1024, **more)

    return make
