import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import TextRole
from briefmill.domain.placement import Overlay, SafeZone
from briefmill.domain.verdict import Box, Severity
from briefmill.rules import safe_zone
from rules.subjectkit import LIMITS, SIDE, composition, only, placement, subject, text

ZONE = SafeZone(top=30, right=20, bottom=50, left=10)


def checked(box, **changes):
    drawn = composition(texts=(text(box=box),), logo=None)
    return list(safe_zone.check(subject(composition=drawn, placement=placement(safe_zone=ZONE, **changes)), LIMITS))


def test_words_that_touch_the_margin_from_inside_are_fine():
    assert checked(Box(x=10, y=30, width=SIDE - 30, height=SIDE - 80)) == []


@pytest.mark.parametrize(
    ("box", "over"),
    [
        (Box(x=7, y=40, width=50, height=50), 3),
        (Box(x=50, y=29, width=50, height=50), 1),
        (Box(x=350, y=40, width=35, height=50), 5),
        (Box(x=50, y=310, width=50, height=50), 10),
        (Box(x=50, y=390, width=50, height=50), 90),
    ],
)
def test_words_over_a_margin_are_an_error_that_says_by_how_much(box, over):
    found = only(checked(box))
    assert (found.severity, found.value, found.unit, found.box) == (Severity.ERROR, over, "px", box)


def test_a_logo_over_the_margin_is_an_error_too():
    drawn = composition(texts=(), logo=Box(x=0, y=100, width=50, height=50))
    found = only(safe_zone.check(subject(composition=drawn, placement=placement(safe_zone=ZONE)), LIMITS))
    assert "logo" in found.message


@pytest.mark.parametrize(
    ("overlay", "refused"),
    [(Overlay.ALLOWED, []), (Overlay.TEXT_ONLY, ["logo"]), (Overlay.FORBIDDEN, ["call to action", "logo"])],
)
def test_what_a_placement_does_not_take_is_an_error(overlay, refused):
    drawn = composition(texts=(text(role=TextRole.CTA),))
    found = list(safe_zone.check(subject(composition=drawn, placement=placement(overlay=overlay)), LIMITS))
    assert [finding.message.removeprefix("The ").split(" is ")[0] for finding in found] == refused


def test_words_that_were_left_out_have_no_place_to_be_wrong():
    assert checked(Box(x=-5, y=0, width=0, height=0)) == []


@given(st.integers(-20, 420), st.integers(-20, 420), st.integers(1, 400), st.integers(1, 400))
def test_the_verdict_is_that_of_the_geometry(x, y, width, height):
    box = Box(x=x, y=y, width=width, height=height)
    zone = safe_zone.safe_box(subject(placement=placement(safe_zone=ZONE)))
    assert (checked(box) == []) is box.inside(zone)
