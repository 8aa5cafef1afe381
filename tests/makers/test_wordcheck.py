"""Whether words that a machine wrote may be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.copywriting import CopyRequest, Task, Term
from briefmill.makers import wordcheck


def about(source, **more):
    return CopyRequest(locale="de", source_locale="en", texts={"message": source}, **more)


@pytest.mark.parametrize(
    ("source", "text", "more", "told"),
    [
        ("Calm", "", {}, "is empty"),
        ("Calm", "Ru\x00he", {}, "control characters"),
        ("Calm", "Ruhe\nüberall", {}, "line breaks"),
        ("Calm", "R" * 60, {}, "60 characters; at most 50"),
        ("Calm", "Ruhe und noch mehr", {"limits": {"message": 10}}, "at most 10"),
        ("Save 20 % today", "Spar heute", {}, "numbers of its source (20)"),
        ("Calm", "Ruhe seit 1999", {}, "numbers of its source (none)"),
        ("See https://a.example/b", "Siehe https://a.beispiel/b", {}, "address https://a.example/b"),
        ("Hello {name}", "Hallo {Name}", {}, "placeholder {name}"),
        ("Lumen lamp", "Licht-Lampe", {"keep": ("Lumen",)}, "keep “Lumen”"),
        ("Calm", "Billige Ruhe", {"forbidden": ("billige",)}, "must not say “billige”"),
        ("Calm", "世界最高の静けさ", {"forbidden": ("最高",)}, "must not say “最高”"),
        ("Calm", "Cafe\u0301 der Ruhe", {"forbidden": ("caf\u00e9",)}, "must not say"),
        ("Calm", "Ruhe \u202e", {}, "control characters"),
        ("Calm", "\u200b\u200b", {}, "is empty"),
        ("Hello", "Hallo www.evil.example", {}, "must not bring the address www.evil.example"),
        ("Join Tide Club", "Komm in den Gezeitenclub", {"glossary": (Term(source="Tide Club"),)}, "keep “Tide Club”"),
        ("Join Tide Club", "Komm in den tide club", {"glossary": (Term(source="Tide Club"),)}, "keep “Tide Club”"),
        (
            "Free shipping!",
            "Versand umsonst!",
            {"glossary": (Term(source="free shipping", target="kostenloser Versand"),)},
            "must say “kostenloser Versand” for “free shipping”",
        ),
        ("Calm", "Ruhe", {"required": ("inkl. MwSt.",)}, "must say “inkl. MwSt.”"),
    ],
)
def test_what_a_reviewer_would_be_ashamed_to_have_missed_is_named(source, text, more, told):
    first, *_ = wordcheck.complaints(about(source, **more), {"message": text})
    assert first.startswith("message ")
    assert told in first


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Only $1,299.50", "Nur 1.299,50 $"),
        ("20 % off", "خصم ٢٠٪"),
        ("12,000 lights", "12000 Lichter"),
        ("See https://a.example/b.", "Siehe https://a.example/b!"),
        ("Hello {name}", "Hallo {name}"),
        ("A class of its own", "Klasse"),
        ("Free shipping!", "KOSTENLOSER Versand!"),
    ],
)
def test_what_says_the_same_in_another_way_is_fine(source, text):
    glossary = (Term(source="free shipping", target="kostenloser Versand"), Term(source="unsaid"))
    assert wordcheck.complaints(about(source, forbidden=("lass",), glossary=glossary), {"message": text}) == ()


def from_nothing(**more):
    return CopyRequest(task=Task.ALT, locale="de", source_locale="de", product="Flasche 2", **more)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Eine Flasche für 9,99 €", "numbers that nobody told (9, 99)"),
        ("Eine Flasche von www.shop.example", "must not bring the address www.shop.example"),
        ("Eine Flasche {size}", "must not bring the placeholder {size}"),
        ("Eine billige Flasche", "must not say “billige”"),
        ("F" * 41, "41 characters; at most 40"),
    ],
)
def test_what_is_written_from_nothing_brings_no_facts_of_its_own(text, told):
    request = from_nothing(given={"message": "20 % weniger"}, limits={"alt": 40}, forbidden=("billige",))
    (complaint,) = wordcheck.complaints(request, {"alt": text})
    assert told in complaint


def test_what_is_known_may_be_said():
    request = from_nothing(given={"message": "20 % weniger"})
    assert wordcheck.complaints(request, {"alt": "Flasche 2, darauf: 20 % weniger"}) == ()


def test_a_word_may_be_required_of_any_of_the_texts():
    texts = {"message": "Calm", "disclaimer": "While stocks last."}
    request = CopyRequest(locale="de", source_locale="en", texts=texts, required=("Tide®",))
    assert wordcheck.complaints(request, {"message": "Ruhe", "disclaimer": "Tide® ist eine Marke."}) == ()


@pytest.mark.parametrize(
    ("term", "locale", "holds"), [("de", "de-AT", True), ("de-DE", "de-AT", False), ("d", "de", False)]
)
def test_a_term_of_a_language_holds_in_its_countries(term, locale, holds):
    assert Term(source="calm", locale=term).holds_in(locale) is holds


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(str.strip))
def test_a_text_is_always_a_fit_answer_to_itself(text):
    assert wordcheck.complaints(about(text), {"message": text}) == ()
