"""Pictures that are paid for, from a server that speaks OpenAI's protocol and keeps its own book."""

import json

import pytest

from briefmill.fake_openai import FakeOpenAI, Scenario

pytestmark = pytest.mark.acceptance

BRIEF = """\
campaign: Paid
message: {message}
products: [{{id: cup, name: Cup}}, {{id: pot, name: Pot}}]
placements: ["300x250", "160x600"]
"""
BLOCKED = "rules: [{do: {fault: moderation, stage: input, categories: [violence]}}]"
BUSY = """
rules:
  - {when: {route: images.generations, nth: 1}, do: {fault: rate_limited, retry_after_s: 0.05}}
  - {when: {route: images.generations, nth: 2}, do: {fault: server_error, status: 503}}
"""


@pytest.fixture
def openai(request, home):
    scenario = Scenario.parse(getattr(request, "param", "rules: []"))
    with FakeOpenAI(scenario) as fake:
        home.environ["OPENAI_API_KEY"] = fake.key
        home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.base_url
        home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "6000"
        yield fake
    assert fake.book.invalid == 0, fake.book.refused()


def asked(fake):
    return len(fake.book.calls("images.generations"))


def dollars(fake):
    return pytest.approx(fake.book.cost_micros / 1e6)


def test_each_product_is_paid_once_and_a_changed_message_costs_nothing(home, openai):
    home.drop("first.yaml", BRIEF.format(message="Begin gently"))
    home.run_until_idle()
    assert asked(openai) == len(openai.book.charged()) == 2
    (job,) = home.jobs()
    assert job["cost_usd"] == dollars(openai)
    receipt = json.loads((home.path / "outbox" / "paid" / "receipt.json").read_text())
    assert receipt["cost_usd"] == dollars(openai)
    assert {picture["maker"] for picture in receipt["pictures"]} == {"openai"}

    home.drop("second.yaml", BRIEF.format(message="Begin slowly"))
    home.run_until_idle()
    assert asked(openai) == 2
    assert [job["cost_usd"] for job in home.jobs()] == [0.0, dollars(openai)]
    assert (home.path / "outbox" / "paid.r2").is_dir()
    events = [row["event"] for row in home.json("audit", "show", job["id"])]
    assert events.count("spend.intended") == events.count("spend.settled") == 2


@pytest.mark.parametrize("openai", [BLOCKED], indirect=True)
def test_a_blocked_picture_rejects_the_brief_with_stage_and_categories(home, openai):
    home.drop("blocked.yaml", BRIEF.format(message="Begin"))
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "rejected"
    assert "stage: input" in job["reason"]
    assert "violence" in job["reason"]
    assert asked(openai) == 1


@pytest.mark.parametrize("openai", [BUSY], indirect=True)
def test_a_busy_provider_is_asked_again_and_nothing_is_lost(home, openai):
    home.drop("busy.yaml", BRIEF.format(message="Begin"))
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]
    assert asked(openai) == 4
    assert len(openai.book.charged()) == 2


def test_a_budget_is_never_overdrawn_by_sixteen_briefs_at_once_and_the_rest_is_held_with_the_figures(home, openai):
    home.environ["BRIEFMILL_BUDGET__DAY_USD"] = "3"
    home.environ["BRIEFMILL_ENGINE__GENERATE_CONCURRENCY"] = "16"
    for number in range(16):
        home.drop(f"{number}.yaml", BRIEF.replace("Paid", f"Paid {number}").format(message="Begin"))
    home.run_until_idle()
    jobs = home.jobs()
    states = [job["state"] for job in jobs]
    assert set(states) == {"delivered", "held"}, {job["reason"] for job in jobs}
    (budget,) = home.json("cost", "budget")
    assert budget["spent_usd"] == dollars(openai)
    dearest = max(call.cost_micros for call in openai.book.charged()) / 1e6
    assert 3 - 6 * dearest < budget["spent_usd"] <= 3
    held = next(job for job in jobs if job["state"] == "held")
    assert "$3.00 today does not cover this" in held["reason"]
    report = home.json("cost", "report", "--by", "model")
    assert report["total"]["spent_usd"] == pytest.approx(budget["spent_usd"])
    home.environ["BRIEFMILL_BUDGET__DAY_USD"] = "30"
    home.command("jobs", "retry", held["id"])
    home.run_until_idle()
    after = home.json("jobs", "show", held["id"])
    assert after["state"] == "delivered", after["reason"]
