"""A sample of the labelled set: every rule finds what was made wrong, and nothing where nothing is.

`make bench-compliance` runs all of it and prints precision and recall.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks" / "compliance"
PIXELS = {"contrast", "palette", "noise", "exposure", "logo_ground", "sharpness"}
EACH = 6


@pytest.fixture
def labelled(script, monkeypatch):
    """The modules of the labelled set."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return {name: script(name) for name in ("photos", "labels", "exact_cases", "law_cases", "vision_cases")}


def some(cases, rules):
    """Some wrong and some right creatives of each rule, evenly spread over the set."""
    chosen = {}
    for case in cases:
        if case.rule in rules:
            chosen.setdefault((case.rule, case.wrong), []).append(case)
    return [case for listed in chosen.values() for case in listed[:: max(1, len(listed) // (EACH // 2))]]


def test_rules_that_go_by_what_was_drawn_make_no_mistake(labelled):
    drawn = {rule for rule in labelled["labels"].EXACT if not rule.startswith("law")}
    cases = some(labelled["exact_cases"].cases(), drawn)
    assert {case.rule for case in cases} == drawn
    assert [case.what for case in cases if case.found() != case.wrong] == []


def test_rules_of_law_make_no_mistake_but_the_two_that_the_docs_tell_of(labelled):
    cases = list(labelled["law_cases"].cases())
    assert {case.rule for case in cases} == {rule for rule in labelled["labels"].EXACT if rule.startswith("law")}
    mistaken = {case.what for case in cases if case.found() != case.wrong}
    assert mistaken == {
        "eu-green-words, nl-NL: Een groene jas voor de herfst",
        "eu-green-words, de-DE: Der grüne Pullover ist zurück",
    }


def test_rules_that_look_at_pixels_are_right_on_a_sample(labelled):
    vision = labelled["vision_cases"]
    makers = (
        vision._contrast,
        vision._palette,
        vision._noise,
        vision._exposure,
        vision._logo_ground,
        vision._sharpness,
    )
    cases = some((case for make in makers for case in make()), PIXELS)
    assert {case.rule for case in cases} == PIXELS
    assert [case.what for case in cases if case.found() != case.wrong] == []


def test_the_set_is_made_of_ten_real_photos_and_more(labelled):
    photos = labelled["photos"].without_people()
    assert len(photos) >= 10
    assert len({pixels.tobytes() for pixels in photos.values()}) == len(photos)
