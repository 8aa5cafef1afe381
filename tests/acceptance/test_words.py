"""Words that a brief leaves open, bought of a server that speaks OpenAI's protocol."""

import json

import pytest

from briefmill.fake_openai import FakeOpenAI, Scenario

pytestmark = pytest.mark.acceptance

BRIEF = """\
campaign: Calm
message: {{en-US: {message}}}
cta: {{en-US: Shop now}}
locales: {locales}
products: [{{id: cup, name: Cup}}]
placements: ["300x250"]
"""


@pytest.fixture
def openai(request, home):
    with FakeOpenAI(Scenario.parse(getattr(request, "param", "rules: []"))) as fake:
        home.environ["OPENAI_API_KEY"] = fake.key
        home.environ["BRIEFMILL_OPENAI__BASE_URL"] = fake.base_url
        home.environ["BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE"] = "6000"
        yield fake
    assert fake.book.invalid == 0, fake.book.refused()


def brief(locales="[en-US, de-DE, ja-JP]", message="Begin gently"):
    return BRIEF.format(locales=locales, message=message)


def asked(fake):
    return len(fake.book.calls("responses"))


def receipt(home, folder="calm"):
    return json.loads((home.path / "outbox" / folder / "receipt.json").read_text())


def test_locales_without_words_get_their_own_and_each_is_paid_for_once(home, openai):
    home.drop("calm.yaml", brief())
    home.run_until_idle()
    told = receipt(home)
    assert told["understood"]["messages"] == {
        "en-US": "Begin gently",
        "de-DE": "[de-DE] Begin gently",
        "ja-JP": "[ja-JP] Begin gently",
    }
    assert [(one["locale"], one["source_locale"], one["texts"]["cta"]) for one in told["words"]] == [
        ("de-DE", "en-US", "[de-DE] Shop now"),
        ("ja-JP", "en-US", "[ja-JP] Shop now"),
    ]
    by = {one["locale"]: one["copy_written_by"] for one in told["creatives"]}
    assert by == {"en-US": None, "de-DE": "openai gpt-5.4-mini", "ja-JP": "openai gpt-5.4-mini"}
    assert not [notice for notice in told["understood"]["notices"] if "borrowed" in notice["code"]]
    assert not [finding for finding in told["findings"] if finding["rule"] == "borrowed"]
    assert asked(openai) == 2
    by_kind = {row["heading"]: row["spent_usd"] for row in home.json("cost", "report", "--by", "kind")["rows"]}
    assert set(by_kind) == {"image", "text"}

    home.drop("again.yaml", brief(locales="[en-US, de-DE, ja-JP, fr-FR]"))
    home.run_until_idle()
    assert asked(openai) == 3
    assert len(openai.book.calls("images.generations")) == 1
    assert receipt(home, "calm.r2")["understood"]["messages"]["fr-FR"] == "[fr-FR] Begin gently"


def test_words_that_a_machine_wrote_wait_for_a_person_where_that_is_wished(home, openai):
    home.environ["BRIEFMILL_WORDS__APPROVAL"] = "hold"
    home.drop("calm.yaml", brief(locales="[en-US, de-DE]"))
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "held"
    assert "de-DE: [de-DE] Begin gently | [de-DE] Shop now" in job["reason"]
    assert not openai.book.calls("images.generations")
    home.command("jobs", "release", job["id"])
    home.run_until_idle()
    assert home.json("jobs", "show", job["id"])["state"] == "delivered"
    assert asked(openai) == 1


def test_words_that_cannot_be_used_leave_the_source_s_words_and_say_why(home, openai):
    home.environ["BRIEFMILL_WORDS__UNFIT"] = "source"
    home.drop("calm.yaml", brief(locales="[en-US, de-DE]") + "brand: {name: Tide, forbidden_words: [de-DE]}\n")
    home.run_until_idle()
    told = receipt(home)
    (one,) = told["words"]
    assert (one["texts"], one["unfit"]) == ({}, ["message must not say “de-DE”.", "cta must not say “de-DE”."])
    assert told["understood"]["messages"]["de-DE"] == "Begin gently"
    assert [finding["rule"] for finding in told["findings"] if finding["locale"] == "de-DE"] == ["borrowed"]
    # Once more, told what was wrong; and then never again.
    assert asked(openai) == 2
    assert told["cost_usd"] == pytest.approx(openai.book.cost_micros / 1e6, rel=0.1)


@pytest.mark.parametrize("maker", ["none", "auto"])
def test_without_a_writer_the_source_s_words_are_used_and_the_set_says_so(home, maker):
    home.environ["BRIEFMILL_WORDS__MAKER"] = maker
    home.drop("calm.yaml", brief(locales="[en-US, de-DE]"))
    home.run_until_idle()
    told = receipt(home)
    assert told["understood"]["messages"]["de-DE"] == "Begin gently"
    assert told["words"] == []
    assert [finding["rule"] for finding in told["findings"] if finding["locale"] == "de-DE"] == ["borrowed"]
