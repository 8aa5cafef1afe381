"""How a brief wants its terms said, and whether a person looks at machine-made words."""

import pytest

from briefmill.briefs.glossary import MOST_TERMS


def told(reading):
    return [(term.locale, term.source, term.said) for term in reading.brief.brand.glossary]


@pytest.mark.parametrize(
    "more",
    [
        {"glossary": ["Tide Club", "Lumen"]},
        {"do_not_translate": "Tide Club, Lumen"},
        {"brand": {"name": "Petal", "glossary": ["Tide Club", "Lumen"]}},
        {"glossary": {"Tide Club": "keep", "Lumen": None}},
        {"glossary": {"all": ["Tide Club", "Lumen"]}},
    ],
)
def test_terms_that_are_kept_are_understood_in_every_shape(fields, more):
    assert told(fields(**more)) == [("all", "Tide Club", "Tide Club"), ("all", "Lumen", "Lumen")]


@pytest.mark.parametrize(
    "glossary",
    [
        {"free shipping": {"de": "kostenloser Versand", "fr": "livraison offerte"}},
        {"de": {"free shipping": "kostenloser Versand"}, "French": {"free shipping": "livraison offerte"}},
    ],
)
def test_terms_by_locale_and_locales_by_term_say_the_same(fields, glossary):
    assert told(fields(glossary=glossary)) == [
        ("de", "free shipping", "kostenloser Versand"),
        ("fr", "free shipping", "livraison offerte"),
    ]


def test_a_term_for_everywhere_needs_no_locale(fields):
    assert told(fields(glossary={"calm": "Ruhe", "tide": {"all": "Tide", "de": "Flut"}})) == [
        ("all", "calm", "Ruhe"),
        ("all", "tide", "Tide"),
        ("de", "tide", "Flut"),
    ]


def test_the_first_of_two_counts(fields):
    assert told(fields(glossary={"Calm": "Ruhe", "calm": "Stille"})) == [("all", "Calm", "Ruhe")]


def test_a_term_that_is_a_page_of_text_is_told_and_left_out(fields):
    reading = fields(glossary=["x" * 1000, "Lumen"])
    assert told(reading) == [("all", "Lumen", "Lumen")]
    assert "brief.glossary.term" in {notice.code for notice in reading.notices}


def test_a_dictionary_is_cut_off_and_that_is_told(fields):
    reading = fields(glossary=[f"term {number}" for number in range(MOST_TERMS + 5)])
    assert len(told(reading)) == MOST_TERMS
    assert "brief.glossary.too_long" in {notice.code for notice in reading.notices}


@pytest.mark.parametrize(
    ("more", "approval"),
    [
        ({}, None),
        ({"copy_approval": True}, True),
        ({"copy_approval": "required"}, True),
        ({"copy_review": "no"}, False),
        ({"copy_approval": False}, False),
        ({"approve_translations": "yes"}, True),
    ],
)
def test_a_brief_says_whether_a_person_looks(fields, more, approval):
    reading = fields(**more)
    assert reading.brief.copy_approval is approval
    assert not [notice for notice in reading.notices if notice.code.startswith("brief.copy_approval")]


def test_a_wish_that_nobody_understands_costs_a_look(fields):
    reading = fields(copy_approval="by legal")
    assert reading.brief.copy_approval is True
    assert "brief.copy_approval.unknown" in {notice.code for notice in reading.notices}


def test_words_that_are_another_locale_s_are_told_part_by_part(fields):
    copies = fields(
        campaign_message=None,
        message={"en": "Begin gently", "de": "Beginne sanft"},
        cta={"en": "Shop now"},
        locales=["en", "de", "fr"],
    ).brief.copies
    assert {locale: copy.lent for locale, copy in copies.items()} == {"en": (), "de": ("cta",), "fr": ("cta",)}
    assert copies["fr"].borrowed
    assert not copies["de"].borrowed
