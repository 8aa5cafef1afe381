"""Slugs, clean words, colours: pure and everywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs import colours, text


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Summer Calm", "summer-calm"),
        ("summer_refresh_2025", "summer-refresh-2025"),
        ("  ../..//x  ", "x"),
        ("Crème Brûlée!", "crème-brûlée"),
        ("夏の静けさ", "夏の静けさ"),
        ("हिन्दी नमूना", "हिन्दी-नमूना"),
        ("CON", "con-1"),
        ("nul", "nul-1"),
        ("...", "thing"),
        ("", "thing"),
        ("🎉", "thing"),
    ],
)
def test_slugs_are_safe_folder_names_of_any_script(words, slug):
    assert text.slug(words, fallback="thing") == slug


@given(st.text(max_size=300))
def test_no_slug_can_leave_or_break_a_folder(words):
    slug = text.slug(words, fallback="thing")
    assert slug
    assert len(slug) <= 64
    assert len(slug.encode()) <= 200
    assert slug.strip("-") == slug
    assert not set(slug) & set('/\\.:*?"<>| \0\n')
    assert unicodedata.is_normalized("NFC", slug)
    assert text.slug(slug, fallback="thing") == slug


def test_composed_and_decomposed_names_are_one():
    assert text.slug("Cafe\u0301", fallback="x") == text.slug("Café", fallback="x")


@given(st.text(max_size=200), st.booleans())
def test_clean_words_hold_no_controls_and_are_clean_already(words, lines):
    kept, _ = text.clean(words, lines=lines)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in kept.replace("\n", ""))
    assert text.clean(kept, lines=lines) == (kept, False)


def test_hidden_reordering_goes_and_joiners_stay():
    assert text.clean("Sale\u202e now\u0007") == ("Sale now", True)
    assert text.clean("👩\u200d🚀 می\u200cخواهم") == ("👩\u200d🚀 می\u200cخواهم", False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("#0E3B43", "#0E3B43"),
        ("#abc", "#AABBCC"),
        ("abc123", "#ABC123"),
        ("0xFF0000", "#FF0000"),
        ("#12345678", "#123456"),
        ("rgb(1, 2,3)", "#010203"),
        ("rgba(255 255 255 / 50%)", "#FFFFFF"),
        ("Navy", "#000080"),
        ("dark olive-green", "#556B2F"),
        ("Deep Sea (#003B5C)", "#003B5C"),
        ("#12345", None),
        ("#GG0000", None),
        ("rgb(300,0,0)", None),
        ("warm", None),
        ("", None),
    ],
)
def test_colours_in_every_notation(written, read):
    assert colours.read(written) == read


@given(st.text(max_size=40))
def test_any_text_is_a_colour_or_none(written):
    read = colours.read(written)
    assert read is None or (len(read) == 7 and int(read[1:], 16) >= 0)
