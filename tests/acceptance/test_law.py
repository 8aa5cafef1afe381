"""The law, from outside: a claim costs nothing, a made picture bears its label, and the receipt tells of it."""

import json

import pytest

from briefmill.fake_openai import FakeOpenAI, Scenario

pytestmark = pytest.mark.acceptance

BRIEF = """\
campaign: Law
message: {message}
regions: [{region}]
products: [{{id: cup, name: Cup}}]
placements: ["1x1"]
"""


@pytest.fixture
def openai(home):
    with FakeOpenAI(Scenario.parse("rules: []")) as fake:
        home.environ["OPENAI_API_KEY"] = fake.key
        home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.base_url
        home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "6000"
        yield fake
    assert fake.book.invalid == 0, fake.book.refused()


def test_a_forbidden_claim_is_refused_before_a_cent_is_spent_and_the_mended_brief_is_made(home, openai):
    home.drop("green.yaml", BRIEF.format(message="{de-DE: Die klimaneutrale Tasse}", region="DE"))
    home.run_until_idle()
    assert not openai.book.calls("images.generations")
    (job,) = home.jobs()
    assert (job["state"], job["cost_usd"]) == ("rejected", 0.0)
    (folder,) = (home.path / "rejected").iterdir()
    reasons = json.loads((folder / "reasons.json").read_text())["reasons"]
    assert [reason["code"] for reason in reasons] == ["rule.law.eu-climate-offsets"]
    told = (folder / "REASONS.md").read_text()
    assert "klimaneutrale" in told
    assert "contact-sheet" not in told

    home.drop("mended.yaml", BRIEF.format(message="{de-DE: Eine Tasse Ruhe}", region="DE"))
    home.run_until_idle()
    assert len(openai.book.calls("images.generations")) == 1
    assert {job["state"] for job in home.jobs()} == {"rejected", "delivered"}


def test_a_made_picture_bears_the_label_of_its_market_and_the_receipt_says_so(home, openai):
    home.drop("label.yaml", BRIEF.format(message="{zh-CN: 慢慢来}", region="CN"))
    home.run_until_idle()
    receipt = json.loads((home.path / "outbox" / "law" / "receipt.json").read_text())
    (duty,) = receipt["law"]["duties"]
    assert (duty["rule"], duty["how"], duty["text"]) == ("cn-ai-labels", "label", "AI生成图片")
    assert duty["placements"] == ["1x1"]
