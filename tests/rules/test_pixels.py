"""The rules that look at pixels or at where they came from: palette, sharpness, upscale; and borrowed words."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from briefmill.domain.brief import Brand
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import borrowed, crop, palette, sharpness, upscale
from rules.subjectkit import LIMITS, SIDE, composition, only, said, speckled, subject


def painted(share):
    """A grey picture with this share of its rows in the brand's #0E3B43."""
    pixels = np.full((SIDE, SIDE, 3), 128, np.uint8)
    pixels[: round(SIDE * share)] = (0x43, 0x3B, 0x0E)
    return pixels


@pytest.mark.parametrize(("share", "fails"), [(0.0, True), (0.08, True), (0.12, False), (1.0, False)])
def test_a_tenth_of_a_creative_in_brand_colours_is_enough(share, fails):
    found = list(palette.check(subject(pixels=painted(share)), LIMITS))
    assert [finding.severity for finding in found] == ([Severity.ADVICE] if fails else [])


def test_the_advice_names_the_colour_that_is_there_instead():
    found = only(palette.check(subject(pixels=painted(0.05)), LIMITS))
    assert "#84" in found.message or "#80" in found.message
    assert found.value == pytest.approx(0.05, abs=0.01)


def test_a_brand_without_a_palette_has_no_wrong_colours():
    assert not list(palette.check(subject(pixels=painted(0), brand=Brand()), LIMITS))


def test_a_sharp_picture_gets_no_advice_and_a_blurred_one_does():
    blurred = cv2.GaussianBlur(speckled(), (0, 0), 6)
    assert not list(sharpness.check(subject(), LIMITS))
    found = only(sharpness.check(subject(pixels=blurred), LIMITS))
    assert found.severity is Severity.ADVICE
    assert found.value < found.threshold


def test_sharpness_is_the_variance_of_the_laplacian_in_the_sharpest_tiles():
    pixels = np.random.default_rng(3).integers(0, 256, (160, 240, 3), dtype=np.uint8)
    pixels[:, 120:] //= 4
    edges = cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), cv2.CV_64F)
    tiles = [float(edges[y : y + 20, x : x + 30].var()) for y in range(0, 160, 20) for x in range(0, 240, 30)]
    assert sharpness.sharpness(pixels) == pytest.approx(np.percentile(tiles, 90), rel=1e-6)
    far = Box(x=-50, y=-50, width=1, height=1)
    assert sharpness.sharpness(pixels, [far]) == pytest.approx(sharpness.sharpness(pixels), rel=1e-6)


def test_a_sharp_product_before_a_soft_ground_is_in_focus():
    pixels = cv2.GaussianBlur(speckled(), (0, 0), 6)
    pixels[240:, 240:] = np.random.default_rng(1).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    bare = subject(pixels=pixels, composition=composition(texts=(), logo=None))
    assert not list(sharpness.check(bare, LIMITS))


def test_our_own_words_do_not_make_a_picture_sharp():
    pixels = np.full((SIDE, SIDE, 3), 128, np.uint8)
    for line in range(100, 220, 30):
        cv2.putText(pixels, "Begin gently", (50, line), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (255, 255, 255), 2)
    box = Box(x=40, y=70, width=260, height=140)
    assert sharpness.sharpness(pixels, []) > LIMITS.min_sharpness
    assert sharpness.sharpness(pixels, [box]) == pytest.approx(0.0, abs=0.01)


def test_a_creative_that_is_all_panel_says_nothing_about_its_picture():
    covered = composition(panel=Box(x=0, y=0, width=SIDE, height=SIDE))
    assert sharpness.sharpness(speckled(), [covered.panel]) is None
    assert not list(sharpness.check(subject(composition=covered, pixels=painted(0)), LIMITS))


@pytest.mark.parametrize(("times", "fails"), [(0.4, False), (1.5, False), (1.51, True), (6.0, True)])
def test_a_picture_may_be_enlarged_one_and_a_half_times(times, fails):
    found = list(upscale.check(subject(composition=composition(upscale=times)), LIMITS))
    assert [finding.severity for finding in found] == ([Severity.WARNING] if fails else [])


def test_the_advice_on_a_small_picture_says_how_large_it_must_be():
    found = only(upscale.check(subject(composition=composition(upscale=4.0)), LIMITS))
    assert "100 x 100" in found.fix
    assert "400 x 400" in found.fix


def test_words_of_another_locale_are_a_warning():
    own, lent = said("Hi", written_for="en"), said("Hi", written_for="de")
    assert not list(borrowed.check(own, LIMITS))
    found = only(borrowed.check(replace(lent, copy=replace(lent.copy, locale="fr")), LIMITS))
    assert (found.severity, "fr" in found.message, "de" in found.message) == (Severity.WARNING, True, True)


@pytest.mark.parametrize(("cut", "told"), [(0.0, 0), (0.12, 0), (0.13, 1), (1.0, 1)])
def test_a_product_that_is_cut_off_is_told_and_a_little_is_not(cut, told):
    found = list(crop.check(subject(composition=composition(cut=cut)), LIMITS))
    assert [finding.value for finding in found] == [cut] * told


def test_what_shows_of_the_picture_is_counted_not_the_whole_creative():
    part = Box(x=0, y=0, width=200, height=400)
    found = only(upscale.check(subject(composition=composition(upscale=4.0, picture=part)), LIMITS))
    assert "50 x 100 pixels, 200 x 400 are needed" in found.fix
