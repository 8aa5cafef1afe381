import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.rules import terms

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=10)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("So ch3ap", "cheap"),
        ("b3$t price", "best"),
        ("SA1E", "sale"),
        ("the pr1ce", "price"),
        ("it is F R E E now", "free"),
        ("F-R-E-E", "free"),
        ("f.r.e.e!", "free"),
    ],
)
def test_a_disguised_word_is_found(text, word):
    assert terms.says(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Scunth0rpe", "cunt"),
        ("cl4ssic", "ass"),
        ("sale2027", "sale"),
        ("who1esale", "sale"),
        ("vitamin B12 and C", "bi"),
        ("r i s k f r e e", "free"),
    ],
)
def test_a_disguised_word_that_only_contains_it_is_not(text, word):
    assert not terms.says(text, word)


@given(LETTERS, st.sampled_from(" .-*"))
def test_any_word_is_found_with_its_letters_set_apart(word, separator):
    assert terms.says(separator.join(word), word)


@given(LETTERS)
def test_a_word_inside_a_longer_one_with_its_letters_set_apart_is_not_found(word):
    assert not terms.says(" ".join(f"x{word}x"), word)


@pytest.mark.parametrize("unseen", "\u115f\u1160\u17b4\u180b\u180f\u2065\u2800\u3164\uffa0\U000e0100\U000e01ef")
def test_a_letter_that_nobody_sees_hides_nothing_and_ends_no_word(unseen):
    assert terms.says(f"f{unseen}ree", "free")
    assert not terms.says(f"free{unseen}dom", "free")
