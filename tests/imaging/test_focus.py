"""Where the eye goes, and crops that keep it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.imaging import faces, focus

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


def person_beside_a_cup():
    """A face at the left, a red cup at the right, a wall behind them."""
    picture = np.full((400, 700, 3), 120, np.uint8)
    picture[60:340, 20:300] = drawn_face(280)
    cv2.rectangle(picture, (520, 120), (640, 330), (30, 30, 200), -1)
    return picture


def test_of_a_person_beside_a_thing_neither_is_the_only_subject_unless_somebody_says_so():
    picture = person_beside_a_cup()
    found = focus.find(picture)
    assert len(found.faces) == 1
    assert found.subject is None
    said = focus.find(picture, at=(0.83, 0.55)).subject
    assert (said.x, said.x + said.width) == pytest.approx((520 / 700, 640 / 700), abs=0.04)


def test_what_the_maker_told_is_believed_before_what_was_found():
    told = focus.CropBox(x=0.1, y=0.2, width=0.3, height=0.4)
    assert focus.find(with_disc(450, 300), known=told).subject == told


def test_a_cut_out_is_the_subject_exactly_whoever_looks_out_of_it():
    picture = person_beside_a_cup()
    alpha = np.zeros((400, 700), np.uint8)
    alpha[100:350, 500:670] = 255
    found = focus.find(picture, alpha)
    assert found.alone
    assert found.subject == focus.CropBox(x=500 / 700, y=0.25, width=170 / 700, height=0.625)
    assert not focus.find(picture, alpha, at=(0.1, 0.1)).alone
    assert not focus.find(picture).alone


@pytest.mark.parametrize("at", [(0.0, 0.0), (0.9, 0.5), (1.0, 1.0), (0.3, 0.97)])
def test_every_crop_holds_the_place_where_the_subject_was_said_to_be(at):
    found = focus.find(GREY, at=at)
    assert (found.x, found.y) == at
    for ratio in (0.3, 1.0, 4.0):
        window = focus.crop(found, 600, 400, ratio)
        assert window.x - 1 <= at[0] * 600 <= window.x + window.width + 1
        assert window.y - 1 <= at[1] * 400 <= window.y + window.height + 1


@pytest.mark.parametrize("places", [[(0.05, 0.3)], [(0.8, 0.5)], [(0.1, 0.4), (0.3, 0.5)]])
def test_heads_stay_whole_where_no_product_is_known(places):
    faces = tuple(focus.CropBox(x=x, y=y, width=0.15, height=0.3) for x, y in places)
    # All that attracts is at the other end.
    spot = np.zeros((20, 30), np.float32)
    spot[10, 29 if places[0][0] < 0.5 else 0] = 1.0
    found = focus.Focus(x=0.5, y=0.5, map=spot, faces=faces)
    window = focus.crop(found, 600, 400, 0.8)
    for face in faces:
        assert window.x <= face.x * 600
        assert window.x + window.width >= (face.x + face.width) * 600


shares = st.floats(0, 1)


@given(
    st.integers(50, 3000),
    st.integers(50, 3000),
    st.floats(0.1, 10),
    st.tuples(shares, shares, st.floats(0.02, 1), st.floats(0.02, 1)),
    st.tuples(shares, shares),
    st.floats(0, 1),
)
@settings(max_examples=300)
def test_the_subject_is_never_cut_while_a_window_can_hold_it(width, height, ratio, box, towards, fill):
    x, y, wide, high = box
    part = focus.CropBox(x=x * (1 - wide), y=y * (1 - high), width=wide, height=high)
    found = focus.Focus(x=0.5, y=0.5, map=np.full((4, 4), 1 / 16, np.float32), subject=part)
    window = focus.crop(found, width, height, ratio, focus.Wish(towards=towards, fill=fill))
    most = min(height * ratio, width), min(height, width / ratio)
    lost = focus.cut(found, window, width, height)
    assert 0 <= lost < 1
    # Corners lie on whole pixels, so a box that just fits may lose one of them.
    if wide * width <= most[0] and high * height <= most[1]:
        assert window.x - 1 <= part.x * width
        assert (part.x + part.width) * width <= window.x + window.width + 1
        assert window.y - 1 <= part.y * height
        assert (part.y + part.height) * height <= window.y + window.height + 1
    if wide * width <= most[0] - 2 and high * height <= most[1] - 2 and fill == 0:
        assert lost == 0


@given(
    st.integers(50, 3000),
    st.integers(50, 3000),
    st.floats(0.1, 10),
    st.tuples(shares, shares, st.floats(0.02, 1), st.floats(0.02, 1)),
    st.tuples(shares, shares),
    st.floats(0, 1),
)
@settings(max_examples=200)
def test_a_cut_out_is_whole_in_a_window_of_any_shape(width, height, ratio, box, towards, fill):
    x, y, wide, high = box
    part = focus.CropBox(x=x * (1 - wide), y=y * (1 - high), width=wide, height=high)
    found = focus.Focus(x=0.5, y=0.5, map=np.full((4, 4), 1 / 16, np.float32), subject=part, alone=True)
    window = focus.crop(found, width, height, ratio, focus.Wish(towards=towards, fill=fill))
    assert window.width / window.height == pytest.approx(ratio, rel=1e-6)
    assert window.x - 1 <= part.x * width
    assert (part.x + part.width) * width <= window.x + window.width + 1
    assert window.y - 1 <= part.y * height
    assert (part.y + part.height) * height <= window.y + window.height + 1
    filled = max(part.width * width / window.width, part.height * height / window.height)
    assert filled == pytest.approx(max(fill, 0.68), abs=1e-6)


def test_a_small_cut_out_is_enlarged_a_little_and_not_more():
    part = focus.CropBox(x=0.0, y=0.0, width=1.0, height=1.0)
    found = focus.Focus(x=0.5, y=0.5, map=np.full((4, 4), 1 / 16, np.float32), subject=part, alone=True)
    window = focus.crop(found, 100, 400, 1080 / 1920, focus.Wish(fill=0.74, least=(1080, 1920)))
    assert 1080 / window.width == pytest.approx(1.5)


def test_the_subject_stands_as_near_as_can_be_to_where_it_is_wished():
    found = focus.find(with_disc(300, 200))
    places = []
    for wish in (0.2, 0.35, 0.5, 0.65, 0.8):
        window = focus.crop(found, 600, 400, 1.0, focus.Wish(towards=(wish, 0.5)))
        places.append((300 - window.x) / window.width)
    assert places == pytest.approx([0.25, 0.35, 0.5, 0.65, 0.75], abs=0.05)


@pytest.mark.parametrize(
    ("window", "lost"),
    [((0, 0, 600, 400), 0.0), ((150, 0, 400, 400), 0.5), ((100, 150, 400, 200), 0.5), ((300, 0, 300, 400), 1.0)],
)
def test_the_share_of_the_subject_that_a_window_cuts_off_is_measured(window, lost):
    part = focus.CropBox(x=100 / 600, y=100 / 400, width=100 / 600, height=100 / 400)
    found = focus.Focus(x=0.5, y=0.5, map=np.full((2, 2), 0.25, np.float32), subject=part)
    x, y, width, height = window
    assert focus.cut(found, focus.CropBox(x=x, y=y, width=width, height=height), 600, 400) == pytest.approx(lost)
    assert focus.cut(focus.Focus(x=0.5, y=0.5, map=found.map), focus.CropBox(x=0, y=0, width=9, height=9), 60, 40) == 0


@pytest.mark.parametrize("shape", [(4000, 6000), (3000, 3000), (1200, 300), (200, 3000)])
def test_the_work_of_looking_for_faces_does_not_grow_with_the_picture(monkeypatch, shape):
    class Counting:
        windows = 0

        def detectMultiScale(self, grey, *, scaleFactor, minNeighbors, minSize):  # noqa: N802, N803 - OpenCV's names
            side = float(minSize[0])
            while side <= min(grey.shape):
                # A cascade of 20 pixels steps by one of the picture made so small that the face has 20.
                self.windows += int((grey.shape[0] - side) * (grey.shape[1] - side) * (20 / side) ** 2)
                side *= scaleFactor
            return ()

    detector = Counting()
    monkeypatch.setattr(faces, "_classifier", lambda cascade, thread: detector)
    assert focus.find(np.zeros((*shape, 3), np.uint8)).faces == ()
    assert detector.windows < 90_000
