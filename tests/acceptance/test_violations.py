"""Creatives that break a rule, from outside: left out, held, refused, and made again once they are mended."""

import json

import pytest

pytestmark = pytest.mark.acceptance

LONG = "Beginne sanft und gehe ebenso sanft weiter, so lange wie es eben dauert, denn der Morgen wartet gern auf dich. "
PARTLY = """\
campaign: Partly
message: {{en: Begin gently, de: Beginne sanft, fr: Doucement}}
brand: {{forbidden_words: [cheap]}}
products:
  - {{id: cup, name: Cup}}
  - {{id: pot, name: Pot, message: {{en: Pour gently, de: "{german}", fr: {french}}}}}
placements: ["320x50", "1:1"]
on_violation: deliver_passing
"""
BORROWED = """\
campaign: Borrowed
message: {en: Begin gently}
locales: [en, fr]
products: [{id: cup, name: Cup}]
placements: ["300x250"]
"""


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def creatives(folder):
    return {path for path in files(folder) if path.startswith(("cup/", "pot/"))}


def test_what_passes_is_delivered_the_rest_is_explained_and_the_mended_brief_makes_only_that_again(home):
    home.drop("partly.yaml", PARTLY.format(german=LONG * 3, french="A cheap pot"))
    home.run_until_idle()
    first = home.path / "outbox" / "partly"
    cups = {f"cup/{locale}/{placement}.jpg" for locale in ("en", "de", "fr") for placement in ("320x50", "1x1")}
    assert creatives(first) == {*cups, "pot/en/320x50.jpg", "pot/en/1x1.jpg", "pot/de/1x1.jpg"}
    assert {"marked/pot/de/320x50.jpg", "marked/pot/fr/1x1.jpg", "REASONS.md", "reasons.json"} <= files(first)
    told = json.loads((first / "reasons.json").read_text())
    assert set(told["left_out"]) == {"pot/de/320x50.jpg", "pot/fr/320x50.jpg", "pot/fr/1x1.jpg"}
    assert {one["code"] for one in told["reasons"] if one["refuses"]} == {"rule.legible", "rule.words"}
    assert "REASONS.md" in (first / "index.html").read_text()
    assert list((home.path / "rejected").iterdir()) == []
    (report,) = home.json("receipts", "verify", str(first))
    assert report["holds"]
    (job,) = home.jobs()
    assert (job["state"], job["reason"]) == ("delivered", "3 creatives left out: see REASONS.md.")
    assert {one["path"] for one in home.json("rebuild", job["id"])["creatives"]} == creatives(first)

    home.drop("mended.yaml", PARTLY.format(german="Sanft gegossen", french="Versez doucement"))
    home.run_until_idle()
    second = home.path / "outbox" / "partly.r2"
    assert len(creatives(second)) == 12
    assert "REASONS.md" not in files(second)
    assert all((first / path).read_bytes() == (second / path).read_bytes() for path in cups)
    newest = next(one for one in home.jobs() if one["revision"] == 2)
    stages = {run["stage"]: run["output"] for run in home.json("jobs", "show", newest["id"])["stages"]}
    assert stages["overlay"]["reused"] >= len(cups)


def test_a_warning_waits_where_the_brief_wants_it_and_a_person_lets_it_go(home):
    home.drop("held.yaml", BORROWED + "on_violation: {warning: hold}\n")
    home.run_until_idle()
    (job,) = home.jobs()
    assert job["state"] == "held"
    assert "jobs release" in job["reason"]
    home.command("jobs", "release", job["id"])
    home.run_until_idle()
    assert home.jobs()[0]["state"] == "delivered"
    assert len(creatives(home.path / "outbox" / "borrowed")) == 2


def test_a_refusal_is_answered_when_its_job_is_delivered_after_all(home):
    home.environ["BRIEFMILL_COMPLIANCE__ON_WARNING"] = "reject"
    home.drop("strict.yaml", BORROWED)
    home.run_until_idle()
    (folder,) = (home.path / "rejected").iterdir()
    before = (folder / "REASONS.md").read_text()
    assert before.startswith("# This brief was refused")

    del home.environ["BRIEFMILL_COMPLIANCE__ON_WARNING"]
    (job,) = home.jobs()
    home.command("jobs", "retry", job["id"])
    home.run_until_idle()
    assert home.jobs()[0]["state"] == "delivered"
    answered = (folder / "REASONS.md").read_text()
    assert answered.startswith("# Delivered after all")
    assert "`borrowed`" in answered.partition("---")[0]
    assert answered.endswith(before)
    assert (folder / "strict.yaml").read_text() == BORROWED
