"""Logos: trimmed, and freed of a flat ground only where that is clear."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from briefmill.errors import AssetRefused
from briefmill.imaging import logo


def png(array):
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(array, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def opaque(ground=(255, 255, 255), size=(120, 200)):
    return np.full((*size, 3), ground, np.uint8)


def test_a_transparent_border_is_trimmed_to_the_ink():
    canvas = np.zeros((100, 160, 4), np.uint8)
    canvas[30:70, 40:120] = (10, 20, 200, 255)
    loaded = logo.load(png(canvas))
    assert loaded.shape == (40, 80, 4)
    assert tuple(int(channel) for channel in loaded[20, 40]) == (200, 20, 10, 255)


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (200, 30, 60)])
def test_a_flat_ground_becomes_transparent_and_the_ink_stays(ground):
    canvas = opaque(ground)
    cv2.circle(canvas, (100, 60), 35, (30, 160, 90), -1, cv2.LINE_AA)
    loaded = logo.load(png(canvas))
    assert loaded.shape[0] == pytest.approx(71, abs=2)
    assert int(loaded[0, 0, 3]) == 0
    middle = loaded[loaded.shape[0] // 2, loaded.shape[1] // 2]
    assert tuple(int(channel) for channel in middle) == (90, 160, 30, 255)


def test_soft_edges_stay_soft_and_carry_no_fringe_of_the_ground():
    canvas = opaque()
    cv2.circle(canvas, (100, 60), 35, (0, 0, 0), -1, cv2.LINE_AA)
    loaded = logo.load(png(canvas))
    edge = loaded[(loaded[..., 3] > 60) & (loaded[..., 3] < 200)]
    assert len(edge) > 20
    assert edge[..., :3].mean() < 25


def test_the_holes_of_letters_are_cleared():
    canvas = opaque()
    for x in (50, 100, 150):
        cv2.circle(canvas, (x, 60), 18, (0, 0, 0), 7, cv2.LINE_AA)
    loaded = logo.load(png(canvas))
    height, width = loaded.shape[:2]
    assert int(loaded[height // 2, width // 2, 3]) == 0


def test_the_white_inside_a_badge_stays_white():
    canvas = opaque()
    cv2.rectangle(canvas, (20, 15), (180, 105), (190, 20, 40), -1)
    cv2.putText(canvas, "AB", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 8, cv2.LINE_AA)
    loaded = logo.load(png(canvas))
    assert loaded.shape[:2] == (91, 161)
    assert loaded[..., 3].min() > 200
    assert (loaded[..., :3].min(axis=2) > 240).any()


def test_an_uneven_ground_is_left_as_it_came():
    canvas = opaque()
    canvas[:] = np.linspace(120, 255, 200).astype(np.uint8)[None, :, None]
    cv2.circle(canvas, (100, 60), 30, (200, 0, 0), -1)
    loaded = logo.load(png(canvas))
    assert loaded.shape == (120, 200, 4)
    assert loaded[..., 3].min() == 255


def test_a_huge_logo_is_made_smaller_without_a_dark_fringe():
    canvas = np.zeros((600, 5000, 4), np.uint8)
    canvas[100:500, 501:4499] = (255, 255, 255, 255)
    loaded = logo.load(png(canvas))
    assert max(loaded.shape[:2]) <= logo.MAX_SIDE
    shown = loaded[loaded[..., 3] > 0]
    assert shown[..., :3].min() > 250


@pytest.mark.parametrize(
    "canvas", [np.zeros((20, 30, 4), np.uint8), np.full((20, 30, 3), 255, np.uint8)], ids=["transparent", "white"]
)
def test_a_logo_of_which_nothing_shows_is_refused(canvas):
    with pytest.raises(AssetRefused) as caught:
        logo.load(png(canvas))
    assert caught.value.problem.code == "asset.logo.blank"
    assert caught.value.problem.fix


def test_what_is_no_picture_is_refused():
    with pytest.raises(AssetRefused):
        logo.load(b"logo")
