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
    torn = breaks.emergency(text, breaks.Piece(start=0, end=len(text), forced=True))
    assert "".join(text[part.start : part.end] for part in torn) == text
    assert [part.forced for part in torn[:-1]] == [False] * (len(torn) - 1)
    assert torn[-1].forced


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


def test_japanese_may_break_after_a_stop_that_digits_follow():
    assert pieces("夏だ。20％オフ", "ja")[-1] == "20％オフ"
    assert pieces("1.5。2", "en") == ["1.5。2"]


def test_a_number_keeps_its_counter_and_a_bracket_may_begin_a_line():
    found = pieces("滿$1,000現折$100《會員獨享》送2件", "zh-TW")
    assert "".join(found) == "滿$1,000現折$100《會員獨享》送2件"
    assert any(piece.startswith("《") for piece in found)
    assert any(piece.endswith(("2件", "送2件")) for piece in found)


def test_an_emoji_between_does_not_make_the_phrases_beside_it_worse():
    assert pieces("夏日狂欢🔥全场5折起", "zh-CN")[0] in {"夏日", "夏日狂欢", "夏日狂欢🔥"}


def test_the_long_dash_of_chinese_is_neither_split_nor_left_to_begin_a_line():
    found = pieces("感受清凉——全场八折", "zh-CN")
    assert any(piece.endswith("——") for piece in found)
    assert not any(piece.startswith("—") for piece in found)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("お得なパーティーセットで", "ja", ["お", "得な", "パーティーセットで"]),
        ("ひんやりシルクで", "ja", ["ひんやり", "シルクで"]),
        ("全场八折", "zh-CN", ["全", "场", "八", "折"]),
    ],
)
def test_a_phrase_may_be_divided_but_not_inside_a_japanese_word(text, locale, expected):
    parts = breaks.parts(text, breaks.Piece(start=0, end=len(text)), locale)
    assert [text[part.start : part.end] for part in parts] == expected
    assert not any(part.hyphen for part in parts)


def test_thai_breaks_only_where_a_word_surely_ends():
    assert pieces("สดชื่นได้ทุกวัน", "th") == ["สดชื่น", "ได้", "ทุกวัน"]


def test_what_is_less_sure_in_thai_is_offered_apart_and_never_with_a_hyphen():
    text = "ห้าสิบเปอร์เซ็นต์"
    whole = breaks.Piece(start=0, end=len(text))
    parts = breaks.parts(text, whole, "th")
    assert "".join(text[part.start : part.end] for part in parts) == text
    assert not any(part.hyphen for part in parts)
    sure = {piece.end for piece in breaks.pieces(text, "th")[:-1]}
    assert not sure & {part.end for part in parts[:-1]}


def test_a_long_german_word_has_parts_with_hyphens_but_for_the_last():
    (piece,) = breaks.pieces("Sommerschlussverkauf", "de")
    parts = breaks.parts("Sommerschlussverkauf", piece, "de")
    assert [part.hyphen for part in parts] == [True] * (len(parts) - 1) + [False]


@pytest.mark.parametrize(("text", "locale"), [("лето в Сочи", "ru"), ("w lecie", "pl"), ("léto a moře", "cs-CZ")])
def test_slavic_words_of_one_letter_do_not_end_a_line(text, locale):
    assert not any(piece.strip() in {"в", "w", "a"} or piece.endswith((" в ", " a ")) for piece in pieces(text, locale))


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
