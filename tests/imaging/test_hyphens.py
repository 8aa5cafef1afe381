import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import hyphens


def parts(word, locale, **how):
    edges = (0, *hyphens.points(word, locale, **how), len(word))
    return [word[start:end] for start, end in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("word", "locale", "expected"),
    [
        ("Sommerschlussverkauf,", "de-AT", ["Som", "mer", "schluss", "ver", "kauf,"]),
        ("hållbarhetsredovisning", "sv-SE", ["håll", "bar", "hets", "re", "do", "vis", "ning"]),
        ("megkülönböztetés", "hu", ["meg", "kü", "lön", "böz", "te", "tés"]),
        ("асимметричный", "ru_RU", ["асим", "мет", "рич", "ный"]),
    ],
)
def test_words_are_divided_as_their_language_does(word, locale, expected):
    assert parts(word, locale) == expected


@pytest.mark.parametrize(
    ("word", "locale"),
    [
        ("SOMMERSCHLUSSVERKAUF", "de"),
        ("MacBookProfessional", "de"),
        ("Superwaschmittel2000", "de"),
        ("Northumberland", "en"),
        ("summer", "en"),
        ("เครื่องดื่มเกลือแร่", "th"),
        ("अंतरराष्ट्रीयकरण", "mr"),
        ("internationalisation", "xx"),
        ("internationalisation", ""),
    ],
)
def test_names_short_words_and_scripts_without_hyphens_stay_whole(word, locale):
    assert hyphens.points(word, locale) == ()


def test_the_first_word_of_a_text_is_no_name_for_its_capital():
    assert hyphens.points("Extraordinary", "en") == ()
    assert hyphens.points("Extraordinary", "en", begins=True) == hyphens.points("extraordinary", "en") != ()


def test_a_point_that_would_change_letters_is_left_out():
    """Hungarian writes `asz-szony`; a hyphen alone would be wrong on either side of its `ssz`."""
    assert hyphens.points("nagyasszonnyal", "hu") == (4,)


def test_headlines_are_hyphenated_where_readers_are_used_to_it():
    assert [hyphens.customary(locale, heading=True) for locale in ("de-DE", "nl", "hu", "en-GB", "fr", "th")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert [hyphens.customary(locale, heading=False) for locale in ("en", "fr", "ja", "th")] == [
        True, True, False, False,
    ]  # fmt: skip


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüßéè-.,! ", max_size=40), st.sampled_from(["de", "en", "hu", "fr", "nb"]))
def test_three_letters_stay_on_either_side(text, locale):
    for at in hyphens.points(text, locale):
        assert text[at - 3 : at].isalpha()
        assert text[at : at + 3].isalpha()
