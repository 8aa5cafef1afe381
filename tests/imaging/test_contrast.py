import numpy as np
import pytest

from briefmill.imaging import colour, contrast
from briefmill.imaging.contrast import INK, WHITE, Words


def pixels(*levels):
    return np.array([[level] * 3 for level in levels], dtype=np.uint8)


@pytest.mark.parametrize(
    ("size", "weight", "ratio"), [(24, 400, 3.0), (23.9, 600, 4.5), (18.66, 700, 3.0), (18.6, 700, 4.5), (12, 900, 4.5)]
)
def test_the_needed_ratio_is_that_of_wcag(size, weight, ratio):
    assert contrast.required(size, weight) == ratio


def test_the_worst_twentieth_counts_and_not_the_mean():
    ground = pixels(*[0] * 90, *[250] * 10)
    assert contrast.worst(ground, WHITE) == pytest.approx(
        colour.contrast(1.0, colour.luminance_of("#FAFAFA")), rel=0.01
    )


def test_black_on_white_is_twenty_one_to_one():
    assert contrast.worst(pixels(255), "#000000") == pytest.approx(21.0)


def test_where_nothing_is_written_nothing_is_unreadable():
    assert contrast.worst(pixels()[:0].reshape(0, 3), WHITE) == 21.0


def test_only_pixels_under_glyphs_are_looked_at():
    region = np.zeros((2, 2, 3), dtype=np.uint8)
    region[0, 0] = 200
    mask = np.array([[255, 20], [0, 0]], dtype=np.uint8)
    assert contrast.under(region, mask).tolist() == [[200, 200, 200]]
    assert contrast.under(region, mask // 10).shape == (2, 3)


@pytest.mark.parametrize(("level", "text"), [(10, WHITE), (245, INK)])
def test_a_calm_ground_needs_no_remedy(level, text):
    found = contrast.remedy([Words(under=pixels(*[level] * 50), needs=4.5)], panel="#0E6B5C")
    assert (found.ground, found.text) == ("none", text)


def test_large_type_may_stand_on_a_middle_grey_only_if_it_is_calm():
    level = 148  # 3.0 to 1 for white, 6.0 for ink
    calm = Words(under=pixels(*[level] * 60), needs=3.0)
    assert contrast.remedy([calm], panel=INK).ground == "none"
    restless = Words(under=pixels(*range(60, 236, 2)), needs=3.0)
    assert contrast.remedy([restless], panel=INK).ground != "none"


def test_a_scrim_is_just_dark_enough():
    ground = pixels(*range(90, 150))
    found = contrast.remedy([Words(under=ground, needs=4.5)], panel=INK)
    assert found.ground == "scrim"
    toned = np.rint(ground * (1 - found.alpha) + np.array(colour.bgr(found.tone)) * found.alpha).astype(np.uint8)
    assert contrast.worst(toned, found.text) >= 4.5
    assert contrast.worst(ground, found.text) < 4.5


@pytest.mark.parametrize("panel", ["#0E6B5C", "#F2A541", "#777777", "#FFFFFF", "#FF0000"])
def test_the_words_on_a_panel_are_readable_whatever_its_colour(panel):
    checks = pixels(*[0, 255] * 100)
    found = contrast.remedy([Words(under=checks, needs=3.0)], panel=panel)
    assert (found.ground, found.tone) == ("panel", panel)
    assert colour.contrast(colour.luminance_of(found.text), colour.luminance_of(panel)) >= 4.5


def test_all_words_of_a_group_are_secured_by_the_same_remedy():
    dark, light = Words(under=pixels(*[5] * 40), needs=4.5), Words(under=pixels(*[170] * 40), needs=4.5)
    assert contrast.remedy([dark], panel=INK).ground == "none"
    assert contrast.remedy([dark, light], panel=INK).ground == "scrim"


@pytest.mark.parametrize(
    ("palette", "expected"),
    [
        ((), (contrast.WHITE, contrast.INK)),
        (("#0E3B43", "#F2A65A", "#F7F1E3"), ("#F7F1E3", contrast.INK)),
        (("#101828", "#C8102E"), (contrast.WHITE, "#101828")),
        (("#7A7A7A",), (contrast.WHITE, contrast.INK)),
    ],
)
def test_words_wear_the_brand_s_own_light_and_dark(palette, expected):
    assert contrast.inks(palette) == expected


def test_a_brand_s_tone_is_taken_only_where_it_can_be_read():
    dark = contrast.Words(under=np.full((50, 3), 20, np.uint8), needs=4.5)
    assert contrast.remedy([dark], panel="#0E3B43", tones=("#F7F1E3", contrast.INK)).text == "#F7F1E3"
    grey = contrast.Words(under=np.full((50, 3), 118, np.uint8), needs=4.5)
    found = contrast.remedy([grey], panel="#777777", tones=("#F7F1E3", contrast.INK))
    assert found.ground != "none" or contrast.worst(grey.under, found.text) >= 4.5
