"""Files of rules: what is taken, what is refused and where, and whose rule wins."""

import time
from datetime import date

import pytest

from briefmill.errors import ConfigError
from briefmill.rules import lawfile, patterns
from briefmill.rules.lawbook import Claim, Disclaimer, Disclosure, Read, Status
from briefmill.settings import shipped_config
from rules.lawkit import shipped

RULE = """\
  - id: own-rule
    kind: claim
    title: A rule of our own
    why: somebody could be misled.
    fix: Take it out.
    severity: error
    law: House rule 7
    source: https://example.org/rules
    read: law
    reviewed: 2026-11-01
    review_by: 2027-11-01
    status: reviewed
    words: {en: [wonderful]}
"""


def written(folder, text, name="own.yaml"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_rule_has_a_source_dates_a_fix_and_an_honest_status():
    rules = shipped().rules
    assert len(rules) >= 30
    for rule in rules:
        assert rule.source.startswith("https://")
        assert date(2026, 11, 1) <= rule.reviewed < rule.review_by
        assert rule.law
        assert rule.fix
        # No lawyer has looked at what was shipped, and nobody may think so.
        assert rule.status is Status.COUNSEL
    assert {rule.id for rule in rules if rule.read is Read.COMMENTARY} >= {
        "eu-green-claims",
        "us-ny-synthetic-performers",
    }


def test_the_shipped_rules_are_of_all_three_kinds():
    assert {type(rule) for rule in shipped().rules} == {Claim, Disclaimer, Disclosure}


def test_every_label_has_english_words_to_fall_back_on():
    assert all("en" in label.texts for label in shipped().labels.values())


def test_a_home_adds_rules_replaces_them_by_id_and_turns_them_off(tmp_path):
    replaced = RULE.replace("own-rule", "eu-green-claims")
    written(tmp_path, f"rules:\n{RULE}{replaced}off: [profanity]\n")
    law = lawfile.book([shipped_config() / "rules", tmp_path])
    by_id = {rule.id: rule for rule in law.rules}
    assert by_id["own-rule"].words == {"en": ("wonderful",)}
    assert by_id["eu-green-claims"].law == "House rule 7"
    assert law.files["eu-green-claims"].endswith("own.yaml")
    assert "profanity" not in by_id
    assert len(law.rules) == len(shipped().rules)


def test_a_folder_that_is_not_there_holds_no_rules(tmp_path):
    assert lawfile.book([tmp_path / "none"]).rules == ()


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("severity: error", "severity: fatal"), 7, "severity"),
        (("    law: House rule 7\n", ""), 2, "`law` is missing"),
        (("source: https://example.org/rules", "source: somewhere"), 9, "source"),
        (("words: {en: [wonderful]}", "words: {english: [wonderful]}"), 14, "words"),
        (("words: {en: [wonderful]}", "wordz: {en: [wonderful]}"), 14, "no such key"),
        (("review_by: 2027-11-01", "review_by: 2026-10-01"), 2, "review_by must be later"),
        (("reviewed: 2026-11-01", "reviewed: yesterday"), 11, "reviewed"),
        (("words: {en: [wonderful]}", "regions: [EUROPIA]"), 14, "'EUROPIA' is no region"),
        (("words: {en: [wonderful]}", "patterns: {en: ['(a+)+b']}"), 14, "have no end"),
        (("words: {en: [wonderful]}", "words: {en: ['*']}"), 14, "nothing to see"),
        (("    words: {en: [wonderful]}\n", ""), 2, "needs `words` or `patterns`"),
        (("kind: claim", "kind: hint"), 2, "hint"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, change, line, told):
    path = written(tmp_path, f"rules:\n{RULE}".replace(*change))
    with pytest.raises(ConfigError) as caught:
        lawfile.book([tmp_path])
    assert f"{path}, line {line}" in str(caught.value)
    assert told in str(caught.value)


def test_the_same_id_twice_an_unknown_one_turned_off_and_an_unknown_trade_are_refused(tmp_path):
    for text, told in (
        (f"rules:\n{RULE}{RULE}", "same id"),
        ("off: [nobody]\n", "no rule nobody"),
        (f"rules:\n{RULE}    verticals: [juggling]\n", "nothing says what juggling is"),
    ):
        written(tmp_path, text)
        with pytest.raises(ConfigError, match=told):
            lawfile.book([tmp_path])


def test_a_label_that_nobody_wrote_is_refused(tmp_path):
    rule = RULE.replace("kind: claim", "kind: disclosure").replace(
        "    words: {en: [wonderful]}\n", "    label: ghost\n"
    )
    written(tmp_path, f"rules:\n{rule}")
    with pytest.raises(ConfigError, match="no label ghost"):
        lawfile.book([tmp_path])


def test_a_planted_old_rule_is_outdated_and_one_that_ended_too(tmp_path):
    old = RULE.replace("2026-11-01", "2020-01-01").replace("2027-11-01", "2021-01-01")
    ended = RULE.replace("own-rule", "ended-rule") + "    until: 2026-06-01\n"
    written(tmp_path, f"rules:\n{old}{ended}")
    told = {rule.id: why for rule, why in lawfile.book([tmp_path]).outdated(date(2026, 11, 23))}
    assert told == {
        "own-rule": "a review was due by 2021-01-01",
        "ended-rule": "it holds no longer since 2026-06-01",
    }


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "a+b",
        "(?:ab){2}",
        "(ab)?",
        "(?=a)b",
        "(a)\\1",
        "a{2,}",
        r"\w{0,40}\w{0,40}\w{0,40}",
        "a" * 121,
        "(",
        "a?",
        "a{0,3}",
    ],
)
def test_a_pattern_that_could_take_long_or_meets_nothing_is_refused(pattern):
    with pytest.raises(ValueError, match=r"write|most|only plain|no regular|by nothing"):
        patterns.checked(pattern)


@pytest.mark.parametrize("pattern", [r"[*+]{1,2}x", r"\d{1,3}\s?%", r"(?:up to|bis zu) \d{1,2} %", r"\(free\)", r"a\+"])
def test_a_plain_pattern_is_taken(pattern):
    assert patterns.checked(pattern) == pattern


def test_the_worst_pattern_that_is_taken_is_quick():
    import re

    worst = patterns.checked(r"\w{0,40}\w{0,40}x")
    began = time.process_time()
    assert re.search(worst, "a" * 1000) is None
    assert time.process_time() - began < 2.0
