from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.domain.verdict import Box
from briefmill.imaging import layout
from imaging.copywriting import PLACEMENTS

COPY = Copy(locale="en", message="Summer that keeps its cool", cta="Shop now", disclaimer="While stocks last.")
WORDS = st.text("ab 夏", max_size=300)


def boxes(plan):
    return [slot.box for slot in plan.slots] + ([plan.logo] if plan.logo else [])


def safe(placement):
    zone = placement.safe_zone
    width, height = placement.width - zone.left - zone.right, placement.height - zone.top - zone.bottom
    return Box(x=zone.left, y=zone.top, width=width, height=height)


@given(
    size=st.tuples(st.integers(16, 2000), st.integers(16, 2000)),
    margins=st.tuples(*[st.integers(0, 400)] * 4),
    words=st.tuples(WORDS, WORDS, WORDS),
    aspect=st.none() | st.floats(0.05, 20),
    direction=st.sampled_from(["ltr", "rtl"]),
)
def test_boxes_never_overlap_and_lie_inside_the_safe_zone(size, margins, words, aspect, direction):
    top, right, bottom, left = margins
    zone = SafeZone(top=top, right=right, bottom=bottom, left=left)
    placement = Placement(id="any", width=size[0], height=size[1], safe_zone=zone)
    copy = Copy(locale="en", message=words[0], cta=words[1], disclaimer=words[2])
    for plan in layout.plans(placement, copy, aspect, direction):
        inked = [box for box in boxes(plan) if box.width > 0 and box.height > 0]
        assert all(box.inside(safe(placement)) for box in inked)
        assert not any(one.overlaps(other) for one, other in combinations(inked, 2))


@pytest.mark.parametrize("placement", PLACEMENTS, ids=lambda placement: placement.id)
def test_every_placement_has_room_for_everything(placement):
    for plan in layout.plans(placement, COPY, 3.0, "ltr"):
        assert len(boxes(plan)) == 4
        assert plan.message.box.height >= plan.message.min_px * 1.2
        assert plan.message.max_px > plan.disclaimer.max_px or placement.height == 50
        assert max(plan.logo.width, plan.logo.height) >= 0.05 * min(placement.width, placement.height)
        assert plan.logo.width / plan.logo.height == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize("placement", PLACEMENTS, ids=lambda placement: placement.id)
def test_a_language_from_right_to_left_mirrors_the_plan(placement):
    for ltr, rtl in zip(*(layout.plans(placement, COPY, 2.0, way) for way in ("ltr", "rtl")), strict=True):
        for one, other in zip(boxes(ltr), boxes(rtl), strict=True):
            assert one.x - ltr.zone.x == rtl.zone.right - other.right
            assert (one.y, one.width, one.height) == (other.y, other.width, other.height)
        assert {ltr.message.align, rtl.message.align} in ({"left", "right"}, {"center"})


def test_nothing_is_planned_where_overlays_are_forbidden():
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.FORBIDDEN)
    assert boxes(layout.plan(placement, COPY, 1.0, "ltr")) == []


def test_no_logo_is_planned_where_only_text_is_allowed():
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.TEXT_ONLY)
    plan = layout.plan(placement, COPY, 1.0, "ltr")
    assert plan.logo is None
    assert plan.message is not None


def test_the_smallest_type_is_a_share_of_the_shorter_edge_but_never_tiny():
    square = layout.plan(PLACEMENTS[0], COPY, None, "ltr")
    mobile = layout.plan(Placement(id="m", width=320, height=50), COPY, None, "ltr")
    assert square.message.min_px == 24
    assert mobile.message.min_px == 9


def test_what_is_not_said_takes_no_room():
    bare = layout.plan(PLACEMENTS[0], Copy(locale="en", message="Hi", cta="  "), None, "ltr")
    assert (bare.cta, bare.disclaimer, bare.logo) == (None, None, None)
    assert bare.message.box.bottom == bare.zone.bottom


def test_a_longer_disclaimer_gets_more_lines():
    short, long = (
        layout.plan(PLACEMENTS[0], Copy(locale="en", message="Hi", disclaimer="Terms apply. " * n), None, "ltr")
        for n in (1, 14)
    )
    assert long.disclaimer.box.height >= 2 * short.disclaimer.box.height
