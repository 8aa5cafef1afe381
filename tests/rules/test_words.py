from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.brief import Brand
from briefmill.domain.verdict import Severity
from briefmill.rules import terms, words
from rules.subjectkit import LIMITS, only, said


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The CHEAPEST cup", "cheapest"),
        ("cheapest!", "Cheapest"),
        ("risk-free", "free"),
        ("the world’s best’s", "best"),
        ("ｃｈｅａｐ", "cheap"),
        ("che\u200bap", "cheap"),
        ("che\u00adap", "cheap"),
        ("100 % \n free", "100 % free"),
        ("WEISSE WARE", "weiße"),
        ("BÜYÜK İNDİRİM", "indirim"),
        ("SINIRSIZ", "sınırsız"),
        ("ﬁnest", "finest"),
        ("业内最佳产品", "最佳"),
        ("最安値に挑戦", "最安値"),
        ("夏のSALEです", "sale"),
        ("ราคาถูกที่สุด", "ถูกที่สุด"),
        ("최저가를 보장", "최저가"),
        ("أفضل سعر", "أفضل"),
        ("सबसे सस्ता", "सस्ता"),
        ("a+ quality", "a+"),
    ],
)
def test_a_forbidden_word_is_found(text, word):
    assert terms.says(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Sussex", "sex"),
        ("classic", "ass"),
        ("cheaper", "cheap"),
        ("sale2027", "sale"),
        ("सस्ता", "सस्त"),
        ("café", "cafe"),
        ("anything", ""),
        ("anything", "\u200b"),
        ("", "cheap"),
    ],
)
def test_a_part_of_another_word_is_not(text, word):
    assert not terms.says(text, word)


@given(st.text(max_size=40), st.text(min_size=1, max_size=8))
def test_a_word_that_stands_alone_is_found_in_any_text(text, word):
    assert terms.says(f"{text} {word} {text}", word) == bool(terms.folded(word))


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert terms.folded(terms.folded(text)) == terms.folded(text)


@pytest.mark.parametrize("role", ["message", "cta", "disclaimer"])
def test_every_part_of_the_copy_is_searched(role):
    spoken = said(
        **{"copy_text": "Begin gently", **({role: "So cheap"} if role != "message" else {"copy_text": "So cheap"})}
    )
    found = only(words.check(replace(spoken, brand=Brand(forbidden_words=("cheap", "best"))), LIMITS))
    assert found.severity is Severity.ERROR
    told = "call to action" if role == "cta" else role
    assert found.message == f"The {told} for en says “cheap”, which the brand forbids."
