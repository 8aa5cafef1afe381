"""A server that says what it is told to, and a request."""

import sys
from pathlib import Path

import pytest

from briefmill.domain.creative import PictureRequest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def fake():
    from bareserver import BareServer

    server = BareServer()
    yield server
    server.close()


@pytest.fixture
def request_for():
    def make(product="cup", prompt="a cup", **more):
        return PictureRequest(product=product, name="Cup", prompt=prompt, width=1536, height=1024, **more)

    return make
