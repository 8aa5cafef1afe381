from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import clusters


@given(st.text())
def test_the_clusters_of_a_text_are_the_text(text):
    assert "".join(clusters.split(text)) == text


def test_accents_vowel_signs_flags_families_and_conjuncts_stay_whole():
    family = "👨\u200d👩\u200d👧"
    assert clusters.split(f"e\u0301क्षि{family}🇩🇪🇫🇷น้ำ👍🏽") == ["e\u0301", "क्षि", family, "🇩🇪", "🇫🇷", "น้ำ", "👍🏽"]


def test_hangul_jamo_make_one_syllable():
    assert clusters.split("\u1112\u1161\u11ab\u1100") == ["\u1112\u1161\u11ab", "\u1100"]


def test_a_line_end_of_two_characters_is_one():
    assert clusters.split("a\r\n\u0301") == ["a", "\r\n", "\u0301"]


def test_joiners_selectors_and_bidi_marks_show_nothing():
    assert all(clusters.ignorable(char) for char in "\u200d\ufe0f\u2067\u200e\u00ad\U000e0100")
    assert not any(clusters.ignorable(char) for char in "a \u0301é")
