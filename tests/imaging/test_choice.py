"""Which layout a picture gets: made-up focuses, shipped layouts."""

import numpy as np
import pytest

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Placement, SafeZone
from briefmill.imaging import choice, layout
from briefmill.imaging.focus import CropBox, Focus
from imaging.copywriting import PLACEMENTS
from imaging.easel import HOUSE, serving

COPY = Copy(locale="en", message="Summer that keeps its cool", cta="Shop now")
SQUARE = Placement(id="square", width=1080, height=1080)
LOGO = choice.Demand(aspect=3.0)
BOARD = Placement(id="board", width=970, height=250)


def scene(subject=None, *, width=1536, height=1024, faces=()):
    """A source with one thing in it, given in shares, and nothing else to look at."""
    attraction = np.full((128, 192), 0.05, np.float32)
    for part in (subject, *faces):
        if part is not None:
            left, top = int(part.x * 192), int(part.y * 128)
            attraction[top : top + int(part.height * 128), left : left + int(part.width * 192)] = 1.0
    attraction /= attraction.sum()
    centre = (subject.x + subject.width / 2, subject.y + subject.height / 2) if subject else (0.5, 0.5)
    focus = Focus(x=centre[0], y=centre[1], map=attraction, subject=subject, faces=tuple(faces))
    return choice.Scene(width=width, height=height, focus=focus)


def box(x, y, width, height):
    return CropBox(x=x, y=y, width=width, height=height)


@pytest.mark.parametrize("placement", PLACEMENTS, ids=lambda placement: placement.id)
def test_with_nothing_in_the_way_it_is_the_usual_one(placement):
    assert choice.pick(HOUSE, placement, [COPY], LOGO, scene()) == serving(placement)[0]


def test_words_leave_the_foot_when_the_product_stands_there():
    at_the_foot = choice.pick(HOUSE, SQUARE, [COPY], LOGO, scene(box(0.35, 0.5, 0.3, 0.45)))
    assert at_the_foot.name == "hero-top"
    assert choice.pick(HOUSE, SQUARE, [COPY], LOGO, scene(box(0.35, 0.1, 0.3, 0.4))).name == "hero"


def test_a_product_as_high_as_the_picture_gets_a_part_to_itself():
    assert choice.pick(HOUSE, SQUARE, [COPY], LOGO, scene(box(0.36, 0.1, 0.28, 0.8))).has_cell


def test_no_words_over_a_face():
    face = box(0.42, 0.55, 0.16, 0.24)
    assert choice.pick(HOUSE, SQUARE, [COPY], LOGO, scene(faces=[face])).name != "hero"


def test_a_banner_does_not_cut_the_product_in_half():
    chosen = choice.pick(HOUSE, BOARD, [COPY], LOGO, scene(box(0.3, 0.1, 0.4, 0.8)))
    assert chosen.has_cell


def test_a_long_message_gets_the_layout_with_room_for_it():
    long = Copy(locale="en", message="A whole story about one summer and everything it brought " * 5)
    costs = {
        one.name: choice.cost(one, SQUARE, long, LOGO, "ltr", scene())
        - choice.cost(one, SQUARE, COPY, LOGO, "ltr", scene())
        for one in serving(SQUARE)
    }
    assert costs["band"] > costs["hero"] > 0


def test_the_choice_is_the_same_for_all_locales_and_made_for_the_longest():
    short = Copy(locale="de", message="Kurz")
    copies = [short, COPY]
    assert choice.pick(HOUSE, SQUARE, copies, LOGO, scene()) == choice.pick(HOUSE, SQUARE, copies[::-1], LOGO, scene())


def test_a_band_is_not_used_where_most_of_it_would_lie_under_the_network_s_buttons():
    story = Placement(id="s", width=1080, height=1920, safe_zone=SafeZone(top=269, right=65, bottom=672, left=65))
    assert choice.pick(HOUSE, story, [COPY], LOGO, scene(box(0.36, 0.04, 0.28, 0.92))).name != "band"


def test_the_subject_stands_on_the_other_side_for_a_language_from_right_to_left():
    side = next(one for one in HOUSE if one.name == "side")
    area = layout.whole(SQUARE)
    assert choice.wish(side, "ltr", area).towards == (0.74, 0.5)
    assert choice.wish(side, "rtl", area).towards == (pytest.approx(0.26), 0.5)


def test_a_shape_that_no_layout_serves_is_said():
    with pytest.raises(ValueError, match="no layout serves board"):
        choice.pick([one for one in HOUSE if one.name == "hero"], BOARD, [COPY], choice.Demand(), scene())


def test_the_logo_goes_where_its_brand_allows_it():
    demand = choice.Demand(aspect=3.0, corners=("bottom-right",))
    assert choice.pick(HOUSE, SQUARE, [COPY], LOGO, scene()).name == "hero"
    chosen = choice.pick(HOUSE, SQUARE, [COPY], demand, scene())
    logo = layout.plan(chosen, SQUARE, COPY, 3.0, "ltr").logo
    assert logo.corner_in(1080, 1080) == "bottom-right"
