"""`briefmill rules`: what is in force, what it finds in a brief, and what should be read again."""

import json

import pytest
from typer.testing import CliRunner

from briefmill.faces.cli.main import app

BRIEF = """\
campaign: Calm
message: {en-GB: The healthy choice, fr-FR: Le goût du sud}
regions: [GB, FR]
vertical: alcohol
products: [{name: Rosé}]
"""
OLD = """\
rules:
  - id: planted
    kind: claim
    title: An old rule of our own
    why: somebody could be misled.
    fix: Take it out.
    severity: warning
    law: House rule 7
    source: https://example.org/rules
    read: law
    reviewed: 2020-01-01
    review_by: 2021-01-01
    status: reviewed
    words: {all: [wonderful]}
"""


@pytest.fixture
def home(tmp_path):
    assert told(tmp_path, "init").exit_code == 0
    return tmp_path


def told(home, *words):
    return CliRunner().invoke(app, [*words, "--home", str(home)])


def answered(home, *words):
    return json.loads(told(home, *words, "--json").stdout)


def dropped(home, text):
    path = home / "brief.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_rules_are_listed_by_place_and_trade_and_say_that_they_are_no_advice(home):
    ids = {row["id"] for row in answered(home, "rules", "list", "--region", "France", "--vertical", "alcohol")}
    assert {"fr-alcohol-notice", "eu-green-claims", "profanity"} <= ids
    assert not ids & {"gb-capital-at-risk", "us-green-claims", "de-medicines-notice"}
    shown = told(home, "rules", "list").stdout
    assert "eu-green-claims" in shown
    assert "no legal advice" in shown


def test_a_place_or_trade_that_nobody_knows_is_a_mistake_of_the_caller(home):
    for words in (("--region", "Atlantis"), ("--vertical", "juggling")):
        assert told(home, "rules", "list", *words).exit_code != 0


def test_a_rule_is_shown_with_its_law_source_and_dates(home):
    shown = told(home, "rules", "show", "eu-green-claims").stdout
    for part in ("Directive (EU) 2024/825", "https://eur-lex.europa.eu/", "2026-09-27", "counsel", "no legal advice"):
        assert part in shown
    assert answered(home, "rules", "show", "eu-green-claims")["from"] == "2026-09-27"
    assert told(home, "rules", "show", "nobody").exit_code != 0


def test_a_brief_is_checked_before_it_is_dropped_with_what_would_be_set(home):
    path = dropped(home, BRIEF)
    result = told(home, "rules", "check", path)
    assert result.exit_code == 65
    assert "“healthy”" in result.stdout
    assert "L'abus d'alcool" in result.stdout
    report = answered(home, "rules", "check", path)
    assert [finding["rule"] for finding in report["findings"]] == ["law.eu-alcohol-health"]
    assert [(row["rule"], row["locale"]) for row in report["small_print"]] == [("fr-alcohol-notice", "fr-FR")]


def test_the_day_decides_which_law_is_asked(home):
    path = dropped(home, "campaign: Calm\nmessage: {de-DE: Die klimaneutrale Tasse}\nproducts: [{name: Tasse}]\n")
    assert told(home, "rules", "check", path, "--on", "2026-09-26").exit_code == 0
    assert told(home, "rules", "check", path, "--on", "2026-09-27").exit_code == 65


def test_check_and_plan_tell_of_it_too(home):
    path = dropped(home, BRIEF)
    checked = told(home, "check", path)
    assert checked.exit_code == 65
    assert "would be refused; nothing would be paid" in checked.stdout
    assert [finding["severity"] for finding in answered(home, "plan", path)["findings"]] == ["error"]


def test_a_planted_old_rule_is_found_outdated(home):
    assert told(home, "rules", "outdated", "--on", "2026-12-01").exit_code == 0
    own = home / "config" / "rules" / "own.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(OLD, encoding="utf-8")
    result = told(home, "rules", "outdated", "--on", "2026-12-01")
    assert result.exit_code == 1
    assert "planted" in result.stdout
    (row,) = answered(home, "rules", "outdated", "--on", "2026-12-01")
    assert (row["id"], row["file"], row["why"]) == ("planted", str(own), "a review was due by 2021-01-01")
    # Whoever lets a year pass without looking is told of the shipped ones as well.
    assert len(answered(home, "rules", "outdated", "--on", "2028-01-01")) > 30


def test_a_wrong_file_of_rules_is_told_with_its_line(home):
    own = home / "config" / "rules" / "own.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(OLD.replace("severity: warning", "severity: loud"), encoding="utf-8")
    result = told(home, "rules", "list")
    assert result.exit_code != 0
    assert f"{own}, line 7" in str(result.exception)
