"""Where the eye goes, and crops that keep it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.imaging import focus

GREY = np.full((400, 600, 3), 150, np.uint8)


def with_disc(x, y, colour=(30, 40, 220), radius=45):
    picture = GREY.copy()
    cv2.circle(picture, (x, y), radius, colour, -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(("x", "y"), [(150, 120), (450, 300), (300, 200)])
def test_a_coloured_thing_on_a_calm_ground_is_the_focus(x, y):
    found = focus.find(with_disc(x, y))
    assert found.x == pytest.approx(x / 600, abs=0.06)
    assert found.y == pytest.approx(y / 400, abs=0.06)


def test_a_thing_of_detail_without_colour_is_the_focus_too():
    picture = GREY.copy()
    patch = np.random.default_rng(1).integers(0, 255, (80, 80, 1), dtype=np.uint8)
    picture[260:340, 420:500] = patch
    found = focus.find(picture)
    assert found.x == pytest.approx(460 / 600, abs=0.06)
    assert found.y == pytest.approx(300 / 400, abs=0.06)


def test_a_flat_picture_has_its_focus_in_the_middle():
    found = focus.find(GREY)
    assert (found.x, found.y) == pytest.approx((0.5, 0.5), abs=0.01)


def test_the_map_sums_to_one():
    assert float(focus.find(with_disc(100, 100)).map.sum()) == pytest.approx(1.0, abs=1e-4)


def test_what_is_transparent_does_not_attract():
    picture = with_disc(120, 200)
    cv2.circle(picture, (480, 200), 45, (220, 60, 20), -1)
    alpha = np.zeros((400, 600), np.uint8)
    alpha[:, 300:] = 255
    assert focus.find(picture, alpha).x > 0.7


@pytest.mark.parametrize(("x", "ratio"), [(120, 9 / 16), (480, 9 / 16), (120, 1.0), (480, 1.0), (300, 4 / 5)])
def test_a_crop_holds_the_thing_whole(x, ratio):
    window = focus.crop(focus.find(with_disc(x, 200)), 600, 400, ratio)
    assert window.x <= x - 45
    assert window.x + window.width >= x + 45


def test_a_wide_crop_of_a_tall_picture_moves_up_and_down():
    tall = np.ascontiguousarray(with_disc(450, 200).transpose(1, 0, 2))
    window = focus.crop(focus.find(tall), 400, 600, 16 / 9)
    assert window.x == 0
    assert window.y <= 405
    assert window.y + window.height >= 495


def test_where_there_is_room_the_thing_stands_near_the_middle_of_the_crop():
    window = focus.crop(focus.find(with_disc(290, 200)), 600, 400, 1.0)
    assert window.x + window.width / 2 == pytest.approx(290, abs=30)


@given(st.integers(1, 3000), st.integers(1, 3000), st.floats(0.05, 20), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200)
def test_a_crop_has_the_ratio_and_stays_inside(width, height, ratio, x, y):
    spot = np.zeros((20, 30), np.float32)
    spot[min(19, int(y * 20)), min(29, int(x * 30))] = 1.0
    window = focus.crop(focus.Focus(x=x, y=y, map=spot), width, height, ratio)
    assert window.width / window.height == pytest.approx(ratio, rel=1e-6)
    assert window.x >= 0
    assert window.y >= 0
    assert window.x + window.width <= width + 1e-6
    assert window.y + window.height <= height + 1e-6
    assert window.width == pytest.approx(width) or window.height == pytest.approx(height)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 3)])
def test_the_smallest_pictures_have_a_focus_too(shape):
    found = focus.find(np.zeros((*shape, 3), np.uint8))
    assert 0 <= found.x <= 1
    assert 0 <= found.y <= 1


def drawn_face(side):
    """A face as a cascade likes it: light oval, dark eyes under darker brows, nose, mouth."""
    picture = np.full((side, side), 120, np.uint8)
    unit = side / 100
    place = lambda x, y: (round(x * unit), round(y * unit))  # noqa: E731 - a shorthand of this drawing
    cv2.ellipse(picture, place(50, 52), place(33, 42), 0, 0, 360, 205, -1)
    for x in (36, 64):
        cv2.ellipse(picture, place(x, 42), place(8, 4), 0, 0, 360, 50, -1)
        cv2.rectangle(picture, place(x - 10, 32), place(x + 10, 35), 70, -1)
    cv2.rectangle(picture, place(46, 44), place(54, 60), 225, -1)
    cv2.ellipse(picture, place(50, 74), place(14, 4), 0, 0, 360, 90, -1)
    return cv2.cvtColor(cv2.GaussianBlur(picture, (0, 0), unit * 1.2), cv2.COLOR_GRAY2BGR)


def test_a_face_is_found_and_outweighs_detail_elsewhere():
    picture = np.full((400, 700, 3), 120, np.uint8)
    picture[60:340, 380:660] = drawn_face(280)
    picture[100:300, 20:220] = np.random.default_rng(2).integers(60, 200, (200, 200, 1), dtype=np.uint8)
    found = focus.find(picture)
    assert len(found.faces) == 1
    face = found.faces[0]
    assert face.x < 520 / 700 < face.x + face.width
    assert face.y < 200 / 400 < face.y + face.height
    window = focus.crop(found, 700, 400, 3 / 4)
    assert window.x <= face.x * 700
    assert window.x + window.width >= (face.x + face.width) * 700
