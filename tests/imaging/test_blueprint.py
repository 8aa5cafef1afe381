"""Placements drawn as boxes: where they stand, and what is seen of their rules."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.placement import Icc, Overlay, Placement, SafeZone
from briefmill.imaging import blueprint, blueprint_box, blueprint_rows, colour

STORY = SafeZone(top=269, right=65, bottom=672, left=65)


def placement(width=1080, height=1080, *, name="net.a", **rest):
    return Placement(id=name, width=width, height=height, **({"network": "Net"} | rest))


def drawn(*rows, library):
    return cv2.imdecode(np.frombuffer(blueprint.draw("Placements", rows, library=library), np.uint8), cv2.IMREAD_COLOR)


def count(page, tone):
    return (page == colour.bgr(tone)).all(axis=2).sum()


def paper(*rows, library):
    """How many pixels of white paper the boxes of a sheet have, without those of its legend."""
    return count(drawn(*rows, library=library), blueprint_box.PAPER) - 40 * 56


def test_a_sheet_is_a_png_of_fixed_width(library):
    data = blueprint.draw("Placements", [placement()], library=library)
    assert data.startswith(b"\x89PNG")
    assert drawn(placement(), library=library).shape[1] == blueprint.WIDTH


def test_nothing_to_draw_is_told(library):
    with pytest.raises(ValueError, match="no placements"):
        blueprint.draw("Placements", [], library=library)


def test_what_the_network_covers_is_hatched_and_the_rest_framed(library):
    plain = drawn(placement(1080, 1920), library=library)
    zoned = drawn(placement(1080, 1920, safe_zone=STORY), library=library)
    area = 1920 * 1080 * (blueprint_rows.TALLEST / 1920) ** 2
    hatched = count(zoned, blueprint_box.COVERED) - count(plain, blueprint_box.COVERED)
    assert hatched > 0.3 * area
    assert count(zoned, blueprint_box.FREE) > count(plain, blueprint_box.FREE) + 800


def test_a_box_where_nothing_may_be_set_is_crossed_out(library):
    plain, barred = (
        drawn(placement(1200, 675, overlay=overlay), library=library)
        for overlay in (Overlay.ALLOWED, Overlay.FORBIDDEN)
    )
    assert count(barred, blueprint_box.BARRED) > count(plain, blueprint_box.BARRED) + 500


def test_proportions_of_a_network_are_kept(library):
    large, small = (paper(placement(side, side), library=library) for side in (1000, 500))
    both = paper(placement(1000, 1000), placement(500, 500, name="net.b"), library=library)
    assert large == pytest.approx(small, rel=0.06)  # alone each fills its room
    assert both == pytest.approx(large * 1.25, rel=0.06)


def test_facts_tell_what_is_demanded():
    row = placement(
        max_bytes=153_600,
        formats=("png", "jpg"),
        overlay=Overlay.FORBIDDEN,
        min_width=600,
        min_height=500,
        ratio_tolerance=0.01,
        icc=Icc.STRIP,
        safe_zone=SafeZone(top=10, bottom=20, left=5),
        unsourced=("width",),
    )
    assert blueprint_box.facts(row) == (
        "1080 × 1080",
        "PNG, JPG, at most 153.6 kB",
        "covered: top 10, bottom 20",
        "covered: left 5",
        "no words, no logo",
        "from 600 × 500",
        "shape ± 1 %",
        "colour profile dropped",
        "not sourced: width",
    )
    assert blueprint_box.facts(placement()) == ("1080 × 1080", "JPG")


@pytest.mark.parametrize(("count", "told"), [(30_000_000, "30 MB"), (300_032, "300 kB"), (153_600, "153.6 kB")])
def test_bytes_for_people(count, told):
    assert blueprint_box.size(count) == told


def test_more_placements_than_can_be_drawn_are_counted_and_not_drawn(library, monkeypatch):
    monkeypatch.setattr(blueprint, "MOST", 3)
    rows = [placement(300, 50, name=f"net.{at}") for at in range(12)]
    few, many = (drawn(*part, library=library) for part in (rows[:3], rows))
    assert few.shape == many.shape
    assert (few != many).any()  # the head says it


def test_networks_stand_in_the_order_in_which_they_were_asked_for(library):
    dark, plain = placement(400, 400, name="b.x", network="B", safe_zone=SafeZone(top=399)), placement(1200, 300)
    first = drawn(dark, plain, library=library)
    second = drawn(plain, dark, library=library)
    columns = [
        np.argwhere((page[300:] == colour.bgr(blueprint_box.HATCH)).all(axis=2))[:, 1].mean()
        for page in (first, second)
    ]
    assert columns[0] < columns[1]


SIDES = st.integers(16, 4096)


@given(sizes=st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=30), room=st.integers(600, 2400))
def test_boxes_stand_in_the_room_and_never_on_each_other(sizes, room):
    rows = [placement(width, height, name=f"net.{at}") for at, (width, height) in enumerate(sizes)]
    wide, tall, spots = blueprint_rows.arranged(rows, room, [3] * len(rows))
    assert sorted(spot.at for spot in spots) == list(range(len(rows)))
    boxes = [(spot.x, spot.y, spot.x + spot.column, spot.y + spot.height + 3 * blueprint_rows.LINE) for spot in spots]
    for at, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= wide <= room
        assert top >= 0
        assert bottom <= tall
        for other in boxes[:at]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


@given(sizes=st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=12))
def test_all_boxes_have_one_scale_of_at_most_two(sizes):
    rows = [placement(width, height, name=f"net.{at}") for at, (width, height) in enumerate(sizes)]
    _, _, spots = blueprint_rows.arranged(rows, 1800, [1] * len(rows))
    scale = max(spot.width / rows[spot.at].width for spot in spots if rows[spot.at].width == max(sizes)[0])
    for spot in spots:
        assert spot.width <= 2 * rows[spot.at].width
        assert spot.width == pytest.approx(rows[spot.at].width * scale, abs=2)


@given(widths=st.lists(st.integers(100, 1800), max_size=20))
def test_blocks_keep_their_order_and_fit_their_line(widths):
    lines = blueprint_rows.shelved(widths, 1800, 60)
    assert [at for line in lines for at in line] == list(range(len(widths)))
    for line in lines:
        assert sum(widths[at] for at in line) + 60 * (len(line) - 1) <= 1800


def test_what_a_placement_is_drawn_under():
    assert blueprint_rows.network(placement()) == "Net"
    assert blueprint_rows.network(placement(network="")) == "net"
    assert blueprint_rows.network(placement(network="", name="1.91x1")) == "Other sizes"
