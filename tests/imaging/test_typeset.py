import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.imaging import typeset
from briefmill.imaging.typeset import Style
from imaging.copywriting import MESSAGES, TEXTS

BOXES = st.tuples(st.integers(1, 400), st.integers(1, 200))


def fit(library, text, width=400, height=200, **style):
    given_style = {"locale": "en", "weight": 700, "max_px": 64, "min_px": 10} | style
    return typeset.fit(text, width=width, height=height, style=Style(**given_style), library=library)


def lines(block):
    return [line.text for line in block.lines]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    box=BOXES,
    locale=st.sampled_from(["en", "ar", "th", "hi"]),
    align=st.sampled_from(["left", "center", "right"]),
    max_lines=st.integers(0, 2),
)
def test_ink_lies_inside_its_box_whatever_the_text(library, text, box, locale, align, max_lines):
    width, height = box
    block = fit(library, text, width, height, locale=locale, align=align, max_lines=max_lines)
    assert block.x >= 0
    assert block.y >= 0
    assert block.x + block.width <= width
    assert block.y + block.height <= height
    assert max_lines == 0 or len(block.lines) <= max_lines
    if block.width:
        mask = block.mask()
        assert mask.dtype == np.uint8
        assert mask[0].any()
        assert mask[-1].any()
        assert mask[:, 0].any()
        assert mask[:, -1].any()


@pytest.mark.parametrize("locale", MESSAGES)
def test_every_language_is_set_whole_in_an_ordinary_box(library, locale):
    block = fit(library, MESSAGES[locale], locale=locale)
    assert not block.clipped
    assert block.missing == ()
    assert block.size >= 24
    assert "".join("".join(lines(block)).split()) == "".join(MESSAGES[locale].split())


def test_type_is_as_large_as_the_box_allows(library):
    small, large = fit(library, "Summer sale", 200, 60), fit(library, "Summer sale", 400, 120)
    assert large.size > 1.7 * small.size
    assert fit(library, "Hi", 4000, 2000).size == 64


def test_lines_are_balanced_and_no_short_word_is_left_alone(library):
    block = fit(library, "Everything for a summer on the sea", 420, 200, max_px=44)
    widths = [sum(len(run.text) for run in line.runs) for line in block.lines]
    assert len(widths) == 2
    assert min(widths) > 0.7 * max(widths)


def test_a_long_word_makes_type_smaller_before_it_is_torn(library):
    word = "Hochgeschwindigkeitskühlung"
    assert lines(fit(library, word, 200, 100)) == [word]
    torn = fit(library, word, 60, 200)
    assert torn.size == 10
    assert len(torn.lines) > 1
    assert "".join(lines(torn)) == word
    assert not torn.clipped


def test_what_cannot_fit_is_said_to_be_clipped(library):
    block = fit(library, "one two three four five six seven", 60, 12)
    assert block.clipped
    assert lines(block) == ["one two"]


def test_nothing_fits_a_box_of_one_pixel(library):
    block = fit(library, "Summer", 1, 1)
    assert block.clipped
    assert block.width == block.height == 0


def test_an_emoji_is_missing_and_leaves_no_gap(library):
    block = fit(library, "Sun 🎉 sea", max_lines=1)
    assert block.missing == ("🎉",)
    assert lines(block) == ["Sun sea"]
    assert np.array_equal(block.mask(), fit(library, "Sun sea", max_lines=1).mask())


def test_words_that_are_nothing_but_missing_draw_nothing(library):
    block = fit(library, "🎉")
    assert block.missing == ("🎉",)
    assert block.width == 0
    assert not block.clipped


def test_a_soft_hyphen_shows_only_where_a_line_ends_on_it(library):
    whole = fit(library, "Donau\u00addampf", 600, 100)
    assert [run.text for line in whole.lines for run in line.runs] == ["Donaudampf"]
    cut = fit(library, "Donau\u00addampf", 170, 200, min_px=40, max_px=40)
    assert [line.runs[-1].text for line in cut.lines] == ["Donau-", "dampf"]


def test_a_line_feed_begins_a_line(library):
    assert lines(fit(library, "Sun\nSea", 600, 200)) == ["Sun", "Sea"]


def test_arabic_with_a_latin_name_is_set_from_the_right_in_visual_order(library):
    block = fit(library, "مع Aqua الآن", 600, 100, locale="ar", align="right")
    assert block.direction == "rtl"
    assert [run.text.strip() for run in block.lines[0].runs if run.text.strip()] == ["الآن", "Aqua", "مع"]
    assert 598 <= block.x + block.width <= 600


def test_a_literal_name_keeps_its_characters_where_the_font_has_finer_ones(library):
    fine, plain, sign = (
        fit(library, text, 600, 80, literal=literal).mask()
        for text, literal in (("300x250", False), ("300x250", True), ("300×250", True))
    )
    assert not np.array_equal(fine, plain)
    assert not np.array_equal(plain, sign)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\u00ad", "a\n\nb", "\u2067\u2069"])
def test_blank_text_and_blank_lines_are_no_fault(library, text):
    block = fit(library, text)
    assert block.clipped is False
    assert (block.width > 0) == ("a" in text)


def test_alignment_moves_the_ink(library):
    left, middle, right = (fit(library, "Hi", 600, 80, align=align).x for align in ("left", "center", "right"))
    assert left <= 1
    assert left < middle < right


def test_tall_signs_of_two_thai_lines_do_not_touch(library):
    block = fit(library, "กี่ปี่ผี้น้ำ กู่ญู่ฎู่ ผี้น้ำ", 200, 200, locale="th", max_px=50)
    assert len(block.lines) > 1
    assert (block.mask().max(axis=1) == 0).sum() >= len(block.lines) - 1


def test_setting_the_same_words_again_gives_the_same_ink(library):
    assert np.array_equal(
        fit(library, MESSAGES["hi"], locale="hi").mask(), fit(library, MESSAGES["hi"], locale="hi").mask()
    )
