from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.brief import Asset, AssetRole
from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import logo
from rules.subjectkit import LIMITS, SIDE, composition, only, placement, subject, text


def checked(box, thresholds=LIMITS, **changes):
    return list(logo.check(subject(composition=composition(logo=box), **changes), thresholds))


def test_a_supplied_logo_that_is_not_there_is_an_error():
    assert only(checked(None)).severity is Severity.ERROR


def test_no_logo_is_missed_where_none_came_or_none_is_allowed():
    assert checked(None, logo_supplied=False) == []
    assert checked(None, placement=placement(overlay=Overlay.TEXT_ONLY)) == []


@pytest.mark.parametrize(("width", "height", "fails"), [(20, 5, False), (5, 20, False), (19, 19, True)])
def test_the_longer_side_of_a_logo_is_at_least_a_twentieth_of_the_shorter_edge(width, height, fails):
    found = checked(Box(x=300, y=300, width=width, height=height))
    assert [finding.severity for finding in found] == ([Severity.WARNING] if fails else [])


def test_a_small_logo_is_told_in_pixels():
    found = only(checked(Box(x=300, y=300, width=12, height=12)))
    assert "12 px" in found.message
    assert "20 px" in found.message
    assert (found.value, found.threshold) == (0.03, 0.05)


def test_a_logo_over_words_is_a_warning():
    found = only(checked(Box(x=200, y=60, width=60, height=60)))
    assert (found.severity, "message" in found.message) == (Severity.WARNING, True)


def test_a_logo_in_a_corner_that_the_brand_does_not_allow_is_a_warning():
    left = replace(LIMITS, logo_corners=("top-left", "bottom-left"))
    assert checked(Box(x=20, y=340, width=60, height=40), left) == []
    assert "bottom right" in only(checked(Box(x=320, y=340, width=60, height=40), left)).message


@given(st.integers(0, 350), st.integers(0, 350))
def test_mirroring_a_box_mirrors_its_corner(x, y):
    box = Box(x=x, y=y, width=41, height=41)
    mirrored = Box(x=SIDE + 1 - x - 41, y=y, width=41, height=41)
    corner, other = (one.corner_in(SIDE + 1, SIDE) for one in (box, mirrored))
    assert corner.split("-")[0] == other.split("-")[0]
    if 2 * x + 41 != SIDE + 1:
        assert corner != other


def test_a_creative_without_words_can_have_a_logo():
    assert (
        list(logo.check(subject(composition=composition(texts=(text(box=Box(x=0, y=0, width=0, height=0)),))), LIMITS))
        == []
    )


PLATE = Box(x=300, y=300, width=60, height=40)
FREE = replace(LIMITS, logo_plate="warning")


def plated(thresholds, **brand):
    made = composition(logo=Box(x=310, y=305, width=40, height=30), logo_plate=PLATE, logo_variant="plain")
    one = subject(composition=made)
    return list(logo.check(replace(one, brand=replace(one.brand, **brand)), thresholds))


def test_a_plate_under_the_logo_is_told_where_the_brand_wants_it_free():
    found = only(plated(FREE))
    assert (found.severity, found.box) == (Severity.WARNING, PLATE)
    assert "logo_on_dark or logo_on_light" in found.fix
    assert only(plated(replace(LIMITS, logo_plate="error"))).severity is Severity.ERROR
    assert plated(LIMITS) == []


def test_only_variants_that_are_lacking_are_asked_for():
    asset = Asset(path="w.svg", role=AssetRole.LOGO)
    assert "logo_on_light" in only(plated(FREE, logo_on_dark=asset)).fix
    assert "calmer picture" in only(plated(FREE, logo_on_dark=asset, logo_on_light=asset)).fix
