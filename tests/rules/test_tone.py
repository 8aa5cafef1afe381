"""Tone: what a brand forbids and wants said, in creatives and in briefs."""

from dataclasses import replace

import pytest

from briefmill.domain.brief import Brand, Copy
from briefmill.domain.verdict import Severity
from briefmill.rules import words
from briefmill.rules.brandfile import BrandFile
from rules.lawkit import brief
from rules.subjectkit import LIMITS, only, said

BRAND = Brand(forbidden_words=("cheap",), required_words=("Hearth & Clay",))


def faults(message, brand=BRAND, **changes):
    return [fault.message for fault in words.faults(Copy(locale="en-GB", message=message, **changes), brand)]


def test_a_required_word_may_stand_in_any_part_of_the_copy():
    assert faults("Begin gently with HEARTH & CLAY") == []
    assert faults("Begin gently", disclaimer="Hearth & Clay Ltd") == []
    assert faults("Begin gently") == ["Nothing for en-GB says “Hearth & Clay”, which the brand requires."]


def test_a_required_word_inside_another_is_not_said():
    assert faults("The Hearth & Clayton house") != []


def test_a_disguised_word_is_quoted_as_it_was_written():
    (told,) = faults("So сhеар, by Hearth & Clay")
    assert told == "The message for en-GB says “cheap” (written “сhеар”), which the brand forbids."


def test_the_brands_better_word_is_told():
    (fault,) = words.faults(
        Copy(locale="de-DE", message="So billig"),
        Brand(forbidden_words=("billig",), say_instead=(("billig", "günstig"),)),
    )
    assert "“günstig” instead" in fault.fix


def test_a_creative_without_a_required_word_is_an_error():
    finding = only(words.check(replace(said("Begin gently"), brand=BRAND), LIMITS))
    assert (finding.rule, finding.severity) == ("words", Severity.ERROR)


def test_a_brief_can_only_add_to_what_its_brand_wants():
    file = BrandFile(forbidden_words={"en": ["miracle"]}, required_words={"en-GB": ["Hearth"], "de": ["Herd"]})
    asked = brief("A cheap miracle", "en-GB", brand=Brand(forbidden_words=("cheap",), required_words=("Clay",)))
    told = [finding.message for finding in words.in_brief(asked, file)]
    assert len(told) == 4
    for word in ("“cheap”", "“miracle”", "“Hearth”", "“Clay”"):
        assert any(word in message for message in told), word


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_words_are_wanted_in_their_own_locale_alone(locale):
    file = BrandFile(required_words={"en-GB": ["Hearth"]})
    assert bool(list(words.in_brief(brief("Begin", locale), file))) is (locale == "en-GB")
