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


LONG = """\
campaign: {name}
message: {{en-US: {message}}}
locales: [en-US, de-DE]
products: [{{id: cup, name: Cup}}]
placements: [google.landscape]
"""


def test_words_that_are_too_long_are_asked_for_again_and_then_a_person_decides(home, openai):
    home.drop("soon.yaml", LONG.format(name="Soon", message="Begin each day very gently"))
    home.drop("never.yaml", LONG.format(name="Never", message="Begin gently from day 1.0"))
    home.run_until_idle()
    # The second answer kept within what Google takes as a headline.
    (mended,) = receipt(home, "soon")["words"]
    assert len(mended["texts"]["message"]) <= 30
    (job,) = [one for one in home.jobs() if one["campaign"] == "never"]
    assert job["state"] == "held"
    assert "de-DE: message must keep the numbers of its source (1, 0)." in job["reason"]
    calls = asked(openai)
    home.command("jobs", "release", job["id"])
    home.run_until_idle()
    assert receipt(home, "never")["understood"]["messages"]["de-DE"] == "Begin gently from day 1.0"
    assert asked(openai) == calls


OPEN = """\
campaign: Open
message: {en-US: Begin with free shipping}
locales: [en-US, de-DE]
brand: {name: Tide, glossary: {begin: {de: Beginne}}}
products: [{id: cup, name: Cup, description: A stoneware cup}]
placements: ["300x250"]
"""


def test_everything_that_a_brief_leaves_open_can_be_written(home, openai):
    home.environ["BRIEFMILL_WORDS__WRITE"] = "message, cta, alt, prompt"
    (home.path / "config" / "brands" / "tide.yaml").write_text("glossary: {de: {free shipping: Versand gratis}}\n")
    brief = home.path / "open.yaml"
    brief.write_text(OPEN)
    words = home.json("plan", str(brief))["words"]
    assert words["by_task"] == {"message": 1, "cta": 2, "alt": 2, "prompt": 1}
    assert words["model"] == "gpt-5.4-mini"
    assert 0 < words["estimate_usd"] < words["p95_usd"] < 0.05
    home.drop("open.yaml", OPEN)
    home.run_until_idle()
    told = receipt(home, "open")
    german = next(one for one in told["creatives"] if one["locale"] == "de-DE")
    assert told["understood"]["messages"]["de-DE"] == "[de-DE] Beginne with Versand gratis"
    assert german["alt_text"].startswith("[de-DE] ")
    assert german["alt_text_written_by"] == "openai gpt-5.4-mini"
    assert german["copy_written_parts"] == ["message", "cta"]
    assert german["copy_approved"] is False
    (picture,) = told["pictures"]
    assert picture["prompt"].startswith("[en] A stoneware cup.")
    assert picture["prompt_written_by"] == "openai gpt-5.4-mini"
    # The two buttons were too long at first.
    assert asked(openai) == words["texts"] + 2
    page = (home.path / "outbox" / "open" / "index.html").read_text()
    assert "Machine-made message and call to action (openai gpt-5.4-mini), not approved by anybody." in page
    assert f'alt="{german["alt_text"]}"' in page


def test_a_brief_can_ask_that_a_person_looks_at_its_words(home, openai):
    home.drop("calm.yaml", brief(locales="[en-US, de-DE]") + "copy_approval: true\n")
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "held"
    home.command("jobs", "release", job["id"])
    home.run_until_idle()
    (german,) = [one for one in receipt(home)["creatives"] if one["locale"] == "de-DE"]
    assert german["copy_approved"] is True
    assert "(openai gpt-5.4-mini), approved." in (home.path / "outbox" / "calm" / "index.html").read_text()


@pytest.mark.parametrize(
    "openai", ["{retired: [gpt-5.4-mini], shutdown: {gpt-image-2.6-flare: 2026-12-01}, rules: []}"], indirect=True
)
def test_a_text_model_that_is_gone_leaves_the_words_to_the_next_account(home, openai):
    with FakeOpenAI() as second:
        home.environ["BRIEFMILL_FALLBACK__API_KEY"] = second.key
        home.environ["BRIEFMILL_FALLBACK__BASE_URL"] = second.base_url
        home.drop("calm.yaml", brief(locales="[en-US, de-DE]"))
        home.run_until_idle()
        (german,) = [one for one in receipt(home)["creatives"] if one["locale"] == "de-DE"]
        assert german["copy_written_by"] == "fallback gpt-5.4-mini"
        # Its own circuit: the account's pictures are still bought.
        assert len(openai.book.calls("images.generations")) == 1
        assert not second.book.calls("images.generations")
        asked = [one for one in home.json("doctor", "--online", code=1) if one["check"] == "model"]
        checks = {one["found"].partition(" = ")[0]: one for one in asked}
        assert "words.model" in checks["words.model"]["fix"]
        assert not checks["words.model"]["ok"]
        assert "2026-12-01" in checks["openai.model"]["found"]
        assert checks["words.fallback_model"]["ok"]


@pytest.mark.parametrize("maker", ["none", "auto"])
def test_without_a_writer_the_source_s_words_are_used_and_the_set_says_so(home, maker):
    home.environ["BRIEFMILL_WORDS__MAKER"] = maker
    home.drop("calm.yaml", brief(locales="[en-US, de-DE]"))
    home.run_until_idle()
    told = receipt(home)
    assert told["understood"]["messages"]["de-DE"] == "Begin gently"
    assert told["words"] == []
    assert [finding["rule"] for finding in told["findings"] if finding["locale"] == "de-DE"] == ["borrowed"]
