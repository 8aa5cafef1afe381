"""The button and the logo on their grounds: told apart, unstretched, and cheap the second time."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.domain.verdict import Box
from briefmill.imaging import badge, colour, fonts, stamp
from briefmill.imaging.badge import Marks

SIZE = (300, 480)
BOX = Box(x=20, y=30, width=120, height=40)
WHITE, INK, ORANGE = (255, 255, 255), (26, 22, 20), (40, 120, 240)


@pytest.fixture(scope="module")
def library():
    return fonts.Library.build(system=False)


def mark(tone, *, width=360, height=120):
    """A ring and a bar of one colour (BGR) on a transparent ground."""
    drawn = np.zeros((height, width, 4), np.uint8)
    drawn[..., :3] = tone
    cv2.circle(drawn, (height // 2, height // 2), height // 2 - 4, (*tone, 255), height // 8, cv2.LINE_AA)
    cv2.rectangle(drawn, (height + 10, height // 3), (width - 1, 2 * height // 3), (*tone, 255), -1)
    return drawn


def flat(tone):
    return np.full((*SIZE, 3), tone, np.uint8)


def busy():
    rng = np.random.default_rng(3)
    return cv2.resize(rng.integers(0, 256, (60, 96, 3), np.uint8), SIZE[::-1], interpolation=cv2.INTER_NEAREST)


FULL = Marks(plain=mark(ORANGE), on_dark=mark(WHITE), on_light=mark(INK))


@pytest.mark.parametrize(
    ("ground", "variant"),
    [((30, 20, 10), "plain"), ((70, 60, 150), "on_dark"), ((235, 240, 245), "on_light"), ((200, 205, 200), "on_light")],
)
def test_the_variant_is_chosen_by_what_is_measured_under_it(library, ground, variant):
    canvas = flat(ground)
    laid = badge.logo(canvas, BOX, FULL, library)
    assert (laid.variant, laid.plate, laid.box) == (variant, None, BOX)


def test_a_variant_with_the_wrong_name_is_still_chosen_by_its_pixels(library):
    swapped = Marks(plain=mark(INK), on_light=mark(WHITE))
    assert badge.logo(flat((25, 20, 20)), BOX, swapped, library).variant == "on_light"


def test_a_logo_that_is_clear_enough_is_not_given_up_for_more_contrast(library):
    marks = Marks(plain=mark((120, 200, 250)), on_dark=mark(WHITE))
    assert badge.logo(flat((25, 20, 20)), BOX, marks, library).variant == "plain"


def test_without_variants_a_logo_that_cannot_be_told_gets_a_plate(library):
    canvas = flat((40, 35, 30))
    laid = badge.logo(canvas, BOX, Marks(plain=mark(INK)), library)
    assert laid.variant == "plain"
    assert laid.plate == BOX
    assert laid.box.inside(BOX)
    assert laid.box.width < BOX.width
    assert tuple(canvas[BOX.y + BOX.height // 2, BOX.x + 2]) == WHITE


def test_a_name_in_thin_letters_counts_though_a_bold_emblem_stands_out(library):
    drawn = np.zeros((200, 1000, 4), np.uint8)
    cv2.circle(drawn, (100, 100), 80, (*ORANGE, 255), -1, cv2.LINE_AA)
    for x in range(220, 980, 24):
        cv2.line(drawn, (x, 60), (x, 140), (*INK, 255), 7, cv2.LINE_AA)
    assert badge.logo(flat((40, 35, 30)), BOX, Marks(plain=drawn), library).plate == BOX
    assert badge.logo(flat((240, 245, 235)), BOX, Marks(plain=drawn), library).plate is None


def test_the_plate_suits_the_mark(library):
    canvas = busy()
    badge.logo(canvas, BOX, Marks(plain=mark(WHITE)), library)
    assert int(canvas[BOX.y + BOX.height // 2, BOX.x + 2].max()) < 60


def test_on_a_restless_ground_every_logo_gets_a_plate(library):
    laid = badge.logo(busy(), BOX, FULL, library)
    assert laid.plate == BOX


def test_a_logo_with_its_own_ground_stands_without_a_plate(library):
    opaque = np.full((120, 360, 4), 255, np.uint8)
    assert badge.logo(busy(), BOX, Marks(plain=opaque), library).plate is None


def test_a_free_variant_goes_before_a_logo_in_a_box_of_its_own(library):
    opaque = np.full((120, 360, 4), 255, np.uint8)
    marks = Marks(plain=opaque, on_dark=mark(WHITE))
    assert badge.logo(flat((25, 20, 20)), BOX, marks, library).variant == "on_dark"
    assert badge.logo(busy(), BOX, marks, library).variant == "plain"


@pytest.mark.parametrize(("x", "edge"), [(10, "left"), (340, "right")])
def test_a_variant_of_another_shape_is_fitted_towards_the_near_side(library, x, edge):
    marks = Marks(plain=mark(INK), on_dark=mark(WHITE, width=120))
    box = Box(x=x, y=30, width=120, height=40)
    laid = badge.logo(flat((25, 20, 20)), box, marks, library)
    assert laid.box == Box(x=x if edge == "left" else x + 80, y=30, width=40, height=40)


@settings(max_examples=40, deadline=None)
@given(
    tone=st.tuples(*[st.integers(0, 255)] * 3),
    x=st.integers(0, 300),
    y=st.integers(0, 200),
    width=st.integers(3, 180),
    height=st.integers(3, 100),
)
def test_nothing_outside_the_box_is_touched_and_the_logo_keeps_its_shape(library, tone, x, y, width, height):
    box = Box(x=x, y=y, width=width, height=height)
    canvas = flat(tone)
    laid = badge.logo(canvas, box, FULL, library)
    assert laid.box.inside(box)
    assert laid.plate in {None, box}
    outside = np.ones(SIZE, bool)
    outside[box.y : box.bottom, box.x : box.right] = False
    assert (canvas[outside] == tone).all()
    assert abs(laid.box.width - 3 * laid.box.height) <= 4


def test_a_logo_is_laid_as_its_alpha_says(library):
    half = np.zeros((8, 8, 4), np.uint8)
    half[:] = (200, 100, 0, 128)
    canvas = flat((0, 0, 100))
    stamp.lay(canvas, Box(x=0, y=0, width=8, height=8), half, library)
    assert np.abs(canvas[4, 4].astype(int) - (100, 50, 50)).max() <= 1


def test_a_small_copy_keeps_the_colours_of_the_mark(library):
    small = stamp.of(mark(ORANGE), 30, 10, library)
    solid = small.cover() > 250
    assert solid.any()
    assert np.abs(small.straight()[solid].astype(int) - ORANGE).max() <= 3


def test_an_enlarged_logo_shines_nowhere(library):
    tiny = mark((0, 0, 0), width=24, height=8)
    canvas = flat(WHITE)
    stamp.lay(canvas, BOX, tiny, library)
    small = stamp.of(tiny, BOX.width, BOX.height, library)
    assert (small.tinted <= 255 - small.kept).all()


def test_the_second_time_nothing_is_scaled_or_measured(library, monkeypatch):
    canvas = flat((90, 60, 30))
    first = badge.logo(canvas.copy(), BOX, FULL, library)
    monkeypatch.setattr(stamp, "_scaled", None)
    monkeypatch.setattr(badge, "_chosen", None)
    assert badge.logo(canvas, BOX, FULL, library) == first


def test_two_logos_of_one_size_are_never_mixed_up(library):
    for tone in (WHITE, ORANGE, INK):
        small = stamp.of(mark(tone), 60, 20, library)
        seen = np.median(small.straight()[small.cover() > 250], axis=0)
        assert np.abs(seen - tone).max() <= 3


@pytest.mark.parametrize("behind", [(250, 250, 250), (10, 10, 10), (90, 60, 20)])
def test_a_button_stands_out_and_its_words_can_be_read(behind):
    canvas = flat(behind)
    words = badge.pill(canvas, BOX, palette=("#143C5A", "#F2A541"))
    fill = colour.luminance(canvas[50:51, 80:81])[0, 0]
    assert colour.contrast(fill, colour.luminance(np.array([[behind]], np.uint8))[0, 0]) >= 1.8
    assert colour.contrast(fill, colour.luminance_of(words)) >= 4.5


def test_a_button_without_a_palette_is_white_or_ink():
    canvas = flat((20, 20, 20))
    assert badge.pill(canvas, BOX, palette=()) == "#14161A"
    assert tuple(canvas[50, 80]) == WHITE
