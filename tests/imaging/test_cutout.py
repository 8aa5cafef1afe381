"""A product cut out of a plain backdrop, or refused with what was measured."""

import cv2
import numpy as np
import pytest

from briefmill.errors import AssetRefused
from briefmill.imaging import cutout
from imaging import packshots


def agreement(alpha, mask):
    """Intersection over union of what is opaque and what is the product."""
    opaque = alpha > 127
    return np.sum(opaque & mask) / np.sum(opaque | mask)


@pytest.mark.parametrize(
    "shot",
    [
        packshots.bottle(),
        packshots.bottle(tone=packshots.NIGHT, body=(200, 190, 60)),
        packshots.bottle(tone=packshots.GREY, body=(30, 30, 30), label=(200, 240, 250)),
        packshots.mug(),
    ],
    ids=["on white", "on black", "a dark one on grey", "with a handle"],
)
def test_a_product_before_a_plain_backdrop_is_cut_out_along_its_outline(shot):
    picture, mask = shot
    found = cutout.load(packshots.encoded(picture))
    assert (found.way, found.pixels.shape) == (cutout.BACKDROP, picture.shape)
    assert found.clear >= cutout.LEAST_CLEAR
    assert agreement(found.alpha, mask) > 0.97


def test_a_white_label_on_a_white_ground_is_part_of_the_bottle_and_a_handle_s_hole_is_not_of_the_mug():
    picture, mask = packshots.bottle()
    label = np.s_[400:560, 230:370]
    assert cutout.cut(picture).alpha[label].min() == 255
    picture, mask = packshots.mug()
    seen_through = ~mask & (cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((81, 81))) > 0)
    hole = cv2.erode(seen_through.astype(np.uint8), np.ones((9, 9))) > 0
    assert hole.sum() > 500
    assert cutout.cut(picture).alpha[hole].max() < 60


def test_the_product_s_shadow_stays_behind():
    picture, _ = packshots.bottle()
    alpha = cutout.cut(picture).alpha
    foot = round(800 * 0.86)
    assert alpha[foot + 12 :].max() < 60
    assert alpha[foot - 20 : foot + 12, 400:].max() < 60


def test_the_same_picture_is_cut_the_same_each_time():
    picture, _ = packshots.mug()
    assert np.array_equal(cutout.cut(picture).alpha, cutout.cut(picture).alpha)


def test_a_file_with_its_own_transparency_is_believed_pixel_by_pixel():
    whole = packshots.free(*packshots.bottle(400, 300))
    found = cutout.load(packshots.encoded(whole))
    assert found.way == cutout.OWN
    assert np.array_equal(found.alpha, whole[..., 3])
    opaque = whole[..., 3] == 255
    assert np.array_equal(found.pixels[opaque], whole[..., :3][opaque])


def faded(mask_value):
    picture, mask = packshots.bottle(300, 220)
    return np.dstack((picture, np.full(mask.shape, mask_value, np.uint8)))


@pytest.mark.parametrize(
    ("pixels", "code", "words"),
    [
        (packshots.restless(), "restless", "not plain enough"),
        (packshots.bottle()[0][:600], "runs_out", "runs out of the picture"),
        (packshots.bottle(body=(252, 252, 252), label=(247, 247, 247))[0], "alike", "like its backdrop"),
        (packshots.photographed(packshots.backdrop(400, 400)), "alike", "nothing in it stands out"),
        (faded(40), "small", "opaque"),
        (packshots.free(packshots.bottle(60, 50)[0], packshots.bottle(60, 50)[1]), "small", "64 pixels"),
    ],
    ids=["restless", "runs out", "white on white", "nothing there", "faint", "tiny"],
)
def test_what_cannot_be_cut_well_is_refused_with_a_reason_and_what_would_help(pixels, code, words):
    with pytest.raises(AssetRefused) as caught:
        cutout.load(packshots.encoded(pixels))
    problem = caught.value.problem
    assert problem.code == f"asset.cutout.{code}"
    assert words in problem.message
    assert "transparent ground" in problem.fix


def test_transparency_at_a_few_pixels_inside_makes_no_cut_out():
    picture, mask = packshots.bottle(300, 220)
    holed = np.dstack((picture, np.full(mask.shape, 255, np.uint8)))
    holed[100:110, 100:110, 3] = 0
    with pytest.raises(AssetRefused, match="all four corners are opaque"):
        cutout.load(packshots.encoded(holed))
