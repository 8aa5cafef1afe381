"""Pictures that are paid for, from a server that speaks OpenAI's protocol."""

import json
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

sys.path.insert(0, str(Path(__file__).parents[1] / "makers"))
from fake_openai import MODERATION, FakeOpenAI, error  # noqa: E402

BRIEF = """\
campaign: Paid
message: {message}
products: [{{id: cup, name: Cup}}, {{id: pot, name: Pot}}]
placements: ["300x250", "160x600"]
"""


@pytest.fixture
def openai(home):
    fake = FakeOpenAI()
    home.environ["OPENAI_API_KEY"] = "sk-test"
    home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.url
    home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "6000"
    yield fake
    fake.close()


def test_each_product_is_paid_once_and_a_changed_message_costs_nothing(home, openai):
    home.drop("first.yaml", BRIEF.format(message="Begin gently"))
    home.run_until_idle()
    assert len(openai.calls) == 2
    cost = 2 * (100 * 5 + 20 * 8 + 1756 * 30) / 1e6
    (job,) = home.jobs()
    assert job["cost_usd"] == pytest.approx(cost)
    receipt = json.loads((home.path / "outbox" / "paid" / "receipt.json").read_text())
    assert receipt["cost_usd"] == pytest.approx(cost)
    assert {picture["maker"] for picture in receipt["pictures"]} == {"openai"}

    home.drop("second.yaml", BRIEF.format(message="Begin slowly"))
    home.run_until_idle()
    assert len(openai.calls) == 2
    assert [job["cost_usd"] for job in home.jobs()] == [0.0, pytest.approx(cost)]
    assert (home.path / "outbox" / "paid.r2").is_dir()
    events = [row["event"] for row in home.json("audit", "show", job["id"])]
    assert events.count("spend.intended") == events.count("spend.settled") == 2


def test_a_blocked_picture_rejects_the_brief_with_stage_and_categories(home, openai):
    openai.answers = [(400, MODERATION, {})]
    home.drop("blocked.yaml", BRIEF.format(message="Begin"))
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "rejected"
    assert "stage: input" in job["reason"]
    assert len(openai.calls) == 1


def test_a_busy_provider_is_asked_again_and_nothing_is_lost(home, openai):
    openai.answers = [
        (429, error("rate_limit_exceeded"), {"retry-after-ms": "50"}),
        (503, error("server_error"), {"retry-after-ms": "20"}),
    ]
    home.drop("busy.yaml", BRIEF.format(message="Begin"))
    home.run_until_idle()
    assert [job["state"] for job in home.jobs()] == ["delivered"]
    assert len(openai.calls) == 4


def test_a_budget_is_never_overdrawn_by_sixteen_briefs_at_once_and_the_rest_is_held_with_the_figures(home, openai):
    home.environ["BRIEFMILL_BUDGET__DAY_USD"] = "0.5"
    home.environ["BRIEFMILL_ENGINE__GENERATE_CONCURRENCY"] = "16"
    for number in range(16):
        home.drop(f"{number}.yaml", BRIEF.replace("Paid", f"Paid {number}").format(message="Begin"))
    home.run_until_idle()
    jobs = home.jobs()
    states = [job["state"] for job in jobs]
    assert set(states) == {"delivered", "held"}, {job["reason"] for job in jobs}
    price = (100 * 5 + 20 * 8 + 1756 * 30) / 1e6
    (budget,) = home.json("cost", "budget")
    assert budget["spent_usd"] == pytest.approx(len(openai.calls) * price)
    assert 0.5 - 6 * price < budget["spent_usd"] <= 0.5
    held = next(job for job in jobs if job["state"] == "held")
    assert "$0.50 today does not cover this" in held["reason"]
    report = home.json("cost", "report", "--by", "model")
    assert report["total"]["spent_usd"] == pytest.approx(budget["spent_usd"])
    home.environ["BRIEFMILL_BUDGET__DAY_USD"] = "5"
    home.command("jobs", "retry", held["id"])
    home.run_until_idle()
    after = home.json("jobs", "show", held["id"])
    assert after["state"] == "delivered", after["reason"]
