import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import breaks, clusters
from imaging.copywriting import TEXTS


def pieces(text, locale="en"):
    return [text[piece.start : piece.end] for piece in breaks.pieces(text, locale)]


@given(TEXTS, st.sampled_from(["en", "ja", "zh-Hans", "zh-Hant", "th", "ko", "ar"]))
def test_pieces_cover_the_text_and_never_tear_a_cluster(text, locale):
    found = pieces(text, locale)
    assert "".join(found) == text
    ends, at = set(), 0
    for cluster in clusters.split(text):
        at += len(cluster)
        ends.add(at)
    assert {piece.end for piece in breaks.pieces(text, locale)} <= ends


@given(TEXTS)
def test_a_torn_word_is_still_the_word(text):
    assert "".join(breaks.emergency(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "20 kg",
        "1 000 €",
        "50 %",
        "€ 20",
        "Bonjour !",
        "« joie »",
        "(so klein)"[:3],
        "24/7",
        "e-mail",
        "−5 °C",
        "a\u00a0b",
    ],
)
def test_what_belongs_together_stays_together(text):
    assert pieces(text) == [text]


def test_ordinary_words_break_at_spaces_and_compound_words_at_hyphens():
    assert pieces("10 years of well-known and/or new") == [
        "10 ",
        "years ",
        "of ",
        "well-",
        "known ",
        "and/",
        "or ",
        "new",
    ]


def test_a_spaced_dash_does_not_begin_a_line():
    assert pieces("cool — 50% off") == ["cool — ", "50% ", "off"]


def test_japanese_breaks_between_phrases():
    assert pieces("今年の夏は、快適に過ごそう。", "ja") == ["今年の", "夏は、", "快適に", "過ごそう。"]


def test_chinese_and_thai_break_where_no_space_is():
    assert len(pieces("这个夏天，感受清凉。", "zh-Hans")) > 1
    assert len(pieces("這個夏天，感受清涼。", "zh-TW")) > 1
    assert len(pieces("สดชื่นได้ทุกวัน", "th")) > 1


def test_korean_keeps_its_words():
    assert pieces("더 시원하게 즐기세요!", "ko") == ["더 ", "시원하게 ", "즐기세요!"]


@given(st.text("今夏日ア。、！「」（）ー", min_size=1, max_size=20), st.sampled_from(["ja", "en", "zh-Hans"]))
def test_no_line_begins_with_closing_or_ends_with_opening_punctuation(text, locale):
    found = pieces(text, locale)
    assert not any(piece[0] in "。、！」）ー" for piece in found[1:])
    assert not any(piece[-1] in "「（" for piece in found[:-1])


def test_a_line_feed_forces_a_line_and_a_soft_hyphen_allows_one():
    first, second, third = breaks.pieces("a\nDonau\u00addampf", "de")
    assert (first.forced, second.forced, third.forced) == (True, False, False)
