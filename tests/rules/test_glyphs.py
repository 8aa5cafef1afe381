from briefmill.domain.verdict import Severity
from briefmill.rules import glyphs
from rules.subjectkit import LIMITS, composition, only, subject, text


def checked(*missing):
    return list(glyphs.check(subject(composition=composition(texts=(text(missing=missing),))), LIMITS))


def test_nothing_missing_is_fine():
    assert checked() == []


def test_a_missing_character_is_an_error_that_names_it():
    found = only(checked("฿"))
    assert found.severity is Severity.ERROR
    assert "“฿” (U+0E3F THAI CURRENCY SYMBOL BAHT)" in found.message
    assert (found.value, found.threshold) == (1, 0)


def test_a_character_of_several_code_points_shows_them_all():
    assert "U+1F469 U+200D U+1F4BB" in only(checked("\U0001f469\u200d\U0001f4bb")).message


def test_a_character_that_shows_nothing_is_not_quoted():
    assert "“" not in only(checked("\u0e31")).message
    assert "U+E000 no name" in only(checked("\ue000")).message


def test_many_missing_characters_are_counted():
    found = only(checked(*"ꀀꀁꀂꀃꀄꀅꀆꀇꀈꀉ"))
    assert "and 2 more" in found.message
    assert found.value == 10
