"""What a provider says of a model, over HTTP."""

from datetime import date

import pytest

from briefmill.errors import Paused, Temporary
from briefmill.fake_openai.server import FakeOpenAI
from briefmill.makers.openai import models
from briefmill.makers.openai.account import Account, Connection


@pytest.fixture(scope="module")
def server():
    with FakeOpenAI() as started:
        yield started


def asked(server, model, key="sk-fake"):
    return models.shutdown(Connection(Account(api_key=key, base_url=server.base_url, model=model)))


def test_a_model_that_has_a_last_day_tells_it(server):
    assert asked(server, "gpt-image-1.5") == date(2026, 12, 1)
    assert asked(server, "gpt-image-2.6-flare") is None


def test_a_model_that_is_gone_and_an_account_that_is_refused_are_told(server):
    with pytest.raises(Paused) as caught:
        asked(server, "dall-e-3")
    assert caught.value.resource == "model"
    with pytest.raises(Paused) as caught:
        asked(server, "gpt-image-2.6-flare", key="sk-wrong")
    assert caught.value.resource == "key"


def test_a_provider_that_cannot_be_reached_is_no_answer():
    nobody = Account(api_key="k", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(Temporary, match="cannot be reached"):
        models.shutdown(Connection(nobody))
