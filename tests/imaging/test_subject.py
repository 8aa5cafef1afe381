"""The product is told from a calm background, and from nothing else."""

import cv2
import numpy as np
import pytest

from briefmill.imaging import subject


def wall(width=600, height=400):
    """A wall with a soft light on it."""
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 150 + 50 * across / width - 40 * (down / height) ** 2
    return np.dstack([light, light - 6, light - 14]).astype(np.uint8)


@pytest.mark.parametrize("place", [(120, 80, 100, 240), (300, 200, 120, 120), (430, 60, 90, 300)])
@pytest.mark.parametrize("colour", [(20, 30, 160), (235, 235, 240), (25, 25, 25)])
def test_one_thing_before_a_wall_is_found(place, colour):
    x, y, width, height = place
    picture = wall()
    cv2.rectangle(picture, (x, y), (x + width, y + height), colour, -1)
    box = subject.find(picture)
    found = (box.x * 600, box.y * 400, box.width * 600, box.height * 400)
    assert found == pytest.approx(place, abs=26)


def test_two_parts_of_one_thing_that_nearly_touch_are_one():
    picture = wall()
    cv2.rectangle(picture, (260, 60), (340, 190), (20, 30, 160), -1)
    cv2.rectangle(picture, (250, 200), (350, 340), (20, 120, 30), -1)
    box = subject.find(picture)
    assert box.y * 400 < 90
    assert (box.y + box.height) * 400 > 315


def test_nothing_is_said_of_a_wall_a_crowd_or_a_busy_picture():
    assert subject.find(wall()) is None
    noise = np.random.default_rng(1).integers(0, 255, (25, 38, 3), dtype=np.uint8)
    assert subject.find(cv2.resize(noise, (600, 400), interpolation=cv2.INTER_NEAREST)) is None
    crowd = wall()
    for x in range(30, 600, 110):
        for y in range(30, 400, 110):
            cv2.circle(crowd, (x, y), 18, (20, 30, 160), -1)
    assert subject.find(crowd) is None


@pytest.mark.parametrize("shape", [(1, 1), (4, 900), (900, 4), (20, 20)])
def test_pictures_of_any_shape_are_taken(shape):
    assert subject.find(np.full((*shape, 3), 90, np.uint8)) is None


def test_a_cut_out_says_exactly_where_it_is():
    alpha = np.zeros((200, 400), np.uint8)
    alpha[50:150, 100:300] = 255
    assert subject.of_alpha(alpha) == subject.Share(x=0.25, y=0.25, width=0.5, height=0.5)
    assert subject.of_alpha(np.zeros((10, 10), np.uint8)) is None
    assert subject.of_alpha(np.full((10, 10), 255, np.uint8)) is None


def test_a_picture_with_round_corners_is_no_cut_out():
    alpha = np.zeros((200, 400), np.uint8)
    cv2.rectangle(alpha, (40, 0), (359, 199), 255, -1)
    cv2.rectangle(alpha, (0, 40), (399, 159), 255, -1)
    assert subject.of_alpha(alpha) is None


def test_a_cut_out_that_was_trimmed_to_its_edges_is_one():
    alpha = np.zeros((300, 120), np.uint8)
    cv2.ellipse(alpha, (60, 150), (60, 150), 0, 0, 360, 255, -1)
    assert subject.of_alpha(alpha) == subject.Share(x=0.0, y=0.0, width=1.0, height=1.0)
