from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.domain.verdict import Box
from briefmill.imaging import arrangement, layout
from imaging.copywriting import PLACEMENTS
from imaging.easel import HOUSE, serving

COPY = Copy(locale="en", message="Summer that keeps its cool", cta="Shop now", disclaimer="While stocks last.")
WORDS = st.text("ab 夏", max_size=300)
PLACED = [(placement, one) for placement in PLACEMENTS for one in serving(placement)]


def boxes(plan):
    return [slot.box for slot in plan.slots] + ([plan.logo] if plan.logo else [])


def safe(placement):
    zone = placement.safe_zone
    width, height = placement.width - zone.left - zone.right, placement.height - zone.top - zone.bottom
    return Box(x=zone.left, y=zone.top, width=width, height=height)


def named(pair):
    return f"{pair[0].id}-{pair[1].name}"


@given(
    one=st.sampled_from((*HOUSE, arrangement.PLAIN)),
    size=st.tuples(st.integers(16, 2000), st.integers(16, 2000)),
    margins=st.tuples(*[st.integers(0, 400)] * 4),
    words=st.tuples(WORDS, WORDS, WORDS),
    aspect=st.none() | st.floats(0.05, 20),
    direction=st.sampled_from(["ltr", "rtl"]),
)
def test_boxes_never_overlap_and_lie_inside_the_safe_zone(one, size, margins, words, aspect, direction):
    top, right, bottom, left = margins
    zone = SafeZone(top=top, right=right, bottom=bottom, left=left)
    placement = Placement(id="any", width=size[0], height=size[1], safe_zone=zone)
    copy = Copy(locale="en", message=words[0], cta=words[1], disclaimer=words[2])
    plan = layout.plan(one, placement, copy, aspect, direction)
    inked = [box for box in boxes(plan) if box.width > 0 and box.height > 0]
    assert all(box.inside(safe(placement)) for box in inked)
    assert not any(one.overlaps(other) for one, other in combinations(inked, 2))
    for solid in (plan.picture, *(ground.box for ground in plan.grounds)):
        assert solid.inside(layout.whole(placement))


@pytest.mark.parametrize("pair", PLACED, ids=named)
def test_a_shipped_layout_has_room_for_everything(pair):
    placement, one = pair
    plan = layout.plan(one, placement, COPY, 3.0, "ltr")
    assert plan.left_out == ()
    assert len(boxes(plan)) == 4
    assert plan.message.box.height >= plan.message.min_px * 1.2
    assert plan.message.max_px > plan.disclaimer.max_px or placement.height == 50
    assert max(plan.logo.width, plan.logo.height) >= 0.05 * min(placement.width, placement.height)
    assert plan.logo.width / plan.logo.height == pytest.approx(3, rel=0.12)


@pytest.mark.parametrize("placement", PLACEMENTS, ids=lambda placement: placement.id)
def test_every_shape_has_a_layout_that_shows_the_picture_whole_or_in_a_part_of_its_own(placement):
    assert serving(placement)


@pytest.mark.parametrize("pair", PLACED, ids=named)
def test_a_language_from_right_to_left_mirrors_the_plan(pair):
    placement, one = pair
    ltr, rtl = (layout.plan(one, placement, COPY, 2.0, way) for way in ("ltr", "rtl"))
    for box, other in zip(boxes(ltr), boxes(rtl), strict=True):
        # A box is a whole number of pixels: what is left of an odd one may fall on either side.
        assert abs(box.x - ltr.zone.x - (rtl.zone.right - other.right)) <= 1
        assert (box.y, box.width, box.height) == (other.y, other.width, other.height)
    assert {ltr.message.align, rtl.message.align} in ({"left", "right"}, {"center"})


def test_the_picture_s_part_reaches_the_edge_and_does_not_depend_on_the_words():
    placement = Placement(id="p", width=1200, height=628)
    split = next(one for one in HOUSE if one.name == "split")
    long = Copy(locale="en", message="word " * 60, cta="Order today", disclaimer="Terms apply. " * 20)
    plan = layout.plan(split, placement, COPY, 3.0, "ltr")
    assert (plan.picture.right, plan.picture.y, plan.picture.bottom) == (1200, 0, 628)
    assert plan.picture == layout.plan(split, placement, long, 3.0, "ltr").picture
    assert plan.grounds[0].box.right == plan.picture.x
    assert layout.plan(split, placement, COPY, 3.0, "rtl").picture.x == 0


def test_what_has_no_room_is_left_out_by_priority_and_named():
    placement = Placement(id="p", width=120, height=40)
    ribbon = next(one for one in HOUSE if one.name == "ribbon")
    copy = Copy(locale="en", message="Hello there, summer", cta="Order your own today", disclaimer="")
    plan = layout.plan(ribbon, placement, copy, 6.0, "ltr")
    assert plan.left_out[0] == "cta"
    assert plan.cta is None
    assert plan.message is not None


def test_nothing_is_planned_where_overlays_are_forbidden():
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.FORBIDDEN)
    for one in HOUSE:
        plan = layout.plan(one, placement, COPY, 1.0, "ltr")
        assert boxes(plan) == []
        assert plan.grounds == ()
        assert plan.picture == layout.whole(placement)


def test_no_logo_is_planned_where_only_text_is_allowed():
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.TEXT_ONLY)
    plan = layout.plan(HOUSE[0], placement, COPY, 1.0, "ltr")
    assert plan.logo is None
    assert plan.message is not None


def test_the_smallest_type_is_a_share_of_the_shorter_edge_but_never_tiny():
    square = layout.plan(arrangement.PLAIN, PLACEMENTS[0], COPY, None, "ltr")
    mobile = layout.plan(arrangement.PLAIN, Placement(id="m", width=320, height=50), COPY, None, "ltr")
    assert square.message.min_px == 24
    assert mobile.message.min_px == 9
