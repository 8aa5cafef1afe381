"""`briefmill demo` with a pretended OpenAI: nothing is paid, and what it would have cost is told."""

import pytest

pytestmark = pytest.mark.acceptance


def test_the_demonstration_buys_of_a_pretended_openai_and_tells_what_it_would_have_cost(home):
    home.environ["OPENAI_API_KEY"] = "a-real-key-that-must-not-be-used"
    told = home.command("demo", "--fake-openai")
    assert "creatives are in" in told
    assert "nothing went wrong" in told
    (job,) = home.jobs()
    assert job["state"] == "delivered"
    assert f"would have charged about ${job['cost_usd']:.2f}" in told
    assert job["cost_usd"] > 0


def test_a_scenario_that_is_not_there_is_refused_with_those_that_are(home):
    home.command("demo", "--fake-openai", "--scenario", "nigth", code=78)
    assert not (home.path / "inbox" / "summer-calm").exists()
