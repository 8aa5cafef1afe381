import pytest
from bidi.algorithm import get_display
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import bidi
from imaging.copywriting import TEXTS


@pytest.mark.parametrize("locale", ["ar", "ar-SA", "he", "fa-IR", "ur", "pa-Arab", "yi"])
def test_right_to_left_locales(locale):
    assert bidi.of_locale(locale) == "rtl"


@pytest.mark.parametrize("locale", ["en", "ja", "hi", "ku-Latn", "az", ""])
def test_left_to_right_locales(locale):
    assert bidi.of_locale(locale) == "ltr"


def test_a_brand_name_at_the_start_does_not_turn_an_arabic_headline():
    assert bidi.of_text("Aqua Pro بخصم", "ar") == "rtl"


def test_borrowed_words_run_their_own_way():
    assert bidi.of_text("Summer sale", "ar") == "ltr"
    assert bidi.of_text("مرحبا", "en") == "rtl"


def test_latin_words_digits_and_brackets_inside_hebrew_run_left_to_right():
    text = "מבצע Summer 50 (עד מחר)"
    levels = bidi.levels(text, "rtl")
    assert set(levels[5:14]) == {2}
    assert set(levels[:4]) == set(levels[15:]) == {1}


def test_brackets_around_a_foreign_word_follow_their_sentence():
    text = "abc (אבג) def"
    levels = bidi.levels(text, "ltr")
    assert levels[text.index("(")] == levels[text.index(")")] == 0
    assert levels[text.index("א")] == 1


def test_a_pair_of_brackets_is_never_split():
    # Rule N0: without it the closing bracket would go with the Hebrew word after it.
    text = "אב (cd) אב"
    levels = bidi.levels(text, "ltr")
    assert levels[text.index("(")] == levels[text.index(")")]


def test_isolates_keep_a_phrase_together():
    text = "a \u2067אב 12\u2069 b"
    levels = bidi.levels(text, "ltr")
    assert levels[text.index("1")] == 2
    assert levels[-1] == 0


@given(TEXTS, st.sampled_from(["ltr", "rtl"]))
def test_every_character_has_a_level_not_below_the_paragraphs(text, direction):
    levels = bidi.levels(text, direction)
    assert len(levels) == len(text)
    assert all(level >= (direction == "rtl") for level in levels)


@given(st.text("abאב12 ", min_size=1, max_size=20), st.sampled_from(["ltr", "rtl"]))
def test_the_visual_order_is_that_of_the_reference(text, direction):
    text = text.strip() or "a"  # trailing spaces are the line breaker's affair, not the algorithm's
    order = bidi.visual(bidi.levels(text, direction))
    expected = get_display(text, base_dir="R" if direction == "rtl" else "L")
    assert "".join(text[at] for at in order) == expected


@given(st.lists(st.integers(0, 5), max_size=12))
def test_the_visual_order_loses_nothing(levels):
    assert sorted(bidi.visual(levels)) == list(range(len(levels)))
