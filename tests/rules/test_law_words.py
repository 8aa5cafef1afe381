"""Words are found through what hides them, and quoted as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.rules import tracing, wordmatch
from briefmill.rules.wordmatch import Spoken

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(alphabet=LETTERS, min_size=4, max_size=10)
CYRILLIC = {"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у", "i": "і"}
UNSEEN = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d", "\u034f", "\u0336"])


def quote(text, word):
    term = wordmatch.inflected(word)
    hit = Spoken(text).first(term)
    return hit.quote if hit else None


@pytest.mark.parametrize(
    ("text", "word", "as_written"),
    [
        ("An Eco-Friendly cup", "eco friendly", "Eco-Friendly"),
        ("An ecofriendly cup", "eco friendly", "ecofriendly"),
        ("eine umweltfreundliche Tasse", "umweltfreundlich*", "umweltfreundliche"),
        ("So f\u200br\u200be\u200be!", "free", "f\u200br\u200be\u200be"),
        ("So ＦＲＥＥ!", "free", "ＦＲＥＥ"),
        ("So сhеар", "cheap", "сhеар"),
        ("СНЕАР today", "cheap", "СНЕАР"),
        ("so ch3ap", "cheap", "ch3ap"),
        ("so f.r.e.e", "free", "f.r.e.e"),
        ("s\u0336h\u0336i\u0336t\u0336", "shit", "s\u0336h\u0336i\u0336t\u0336"),
        ("والشاي مجّانًا", "مجانا", "مجّانًا"),
        ("بأفضلِ سعر", "افضل", "أفضلِ"),
        ("והחינם כאן", "חינם", "חינם"),
        ("שָׁלוֹם לכם", "שלום", "שָׁלוֹם"),
        ("这是最佳产品", "最佳", "最佳"),
        ("送料無料です", "無料", "無料"),
        ("エコな水筒", "エコ", "エコ"),
        ("सबसे सस्ता कप", "सस्ता", "सस्ता"),
        ("முற்றிலும் இலவசம்", "இலவசம்", "இலவசம்"),
        ("จัดส่งฟรีวันนี้", "ฟรี", "ฟรี"),
        ("完全무료배송", "무료", "무료"),
        ("Бесплатно для всех", "бесплатно", "Бесплатно"),
        ("Бeсплaтно", "бесплатно", "Бeсплaтно"),
    ],
)
def test_a_term_is_found_and_quoted_as_it_was_written(text, word, as_written):
    assert quote(text, word) == as_written


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Scunthorpe", "cunt"),
        ("Sussex and Essex", "sex"),
        ("a classic assistant", "ass"),
        ("shiitake", "shit"),
        ("economy class", "eco"),
        ("エコーが響く", "エコ"),
        ("レコーダー", "エコ"),
        ("सस्ता", "सस्त"),
        ("ที่", "ที"),
        ("เฟรี", "ฟรี"),
        ("شاي", "اي"),
        ("сор и пыль", "cop"),
        ("Сумма: сор", "cop"),
    ],
)
def test_a_word_that_only_contains_a_term_is_left_alone(text, word):
    assert quote(text, word) is None


@given(WORDS, st.lists(UNSEEN, min_size=1, max_size=4), st.data())
def test_a_word_with_unseen_characters_is_found(word, unseen, data):
    hidden = word
    for character in unseen:
        at = data.draw(st.integers(1, len(hidden)))
        hidden = hidden[:at] + character + hidden[at:]
    assert quote(f"Now {hidden} here", word) is not None


@given(WORDS)
def test_a_word_with_letters_borrowed_from_cyrillic_is_found(word):
    borrowed = "".join(CYRILLIC.get(letter, letter) for letter in word)
    text = f"Now at last {borrowed} is here"
    assert quote(text, word) == borrowed


@given(WORDS, st.sampled_from(LETTERS), st.sampled_from(LETTERS))
def test_a_longer_word_is_not_found_however_it_is_written(word, before, after):
    longer = f"{before}{word}{after}"
    for text in (longer, "\u200b".join(longer), " ".join(longer), longer.upper()):
        assert quote(text, word) is None


@given(st.text(max_size=60), WORDS)
def test_what_is_quoted_stands_in_the_text_and_says_the_term(text, word):
    spoken = Spoken(f"{text} {word} {text}")
    for hit in spoken.hits(wordmatch.inflected(word)):
        assert spoken.text[hit.start : hit.end] == hit.quote
        assert wordmatch.literal(hit.quote) is not None


@given(st.text(max_size=80))
def test_every_character_of_a_folded_text_knows_its_place(text):
    traced = tracing.folded(text)
    assert len(traced.spans) == len(traced.text)
    assert all(0 <= start < end <= len(text) for start, end in traced.spans)
    assert list(traced.spans) == sorted(traced.spans)


def test_a_term_with_nothing_to_see_is_none():
    assert wordmatch.inflected("\u200b -") is None
    assert wordmatch.literal("\u200b") is None
