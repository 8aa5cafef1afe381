"""Cut-outs on a ground that their outline can be seen on."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import backdrop, colour
from briefmill.imaging.focus import CropBox
from briefmill.imaging.scale import Scaler

PALETTE = ("#0E3B43", "#F2A65A")


def bottle(tone, *, size=(200, 120)):
    """A product of one colour (BGR) on white, and its alpha."""
    alpha = np.zeros(size, np.uint8)
    cv2.rectangle(alpha, (size[1] // 3, 20), (2 * size[1] // 3, size[0] - 20), 255, -1, cv2.LINE_AA)
    pixels = np.where(alpha[..., None] > 0, np.array(tone, np.uint8), np.uint8(255)).astype(np.uint8)
    return pixels, alpha


def against(tone, ground):
    return colour.contrast(colour.luminance(np.array([[tone]], np.uint8))[0, 0], colour.luminance_of(ground))


@pytest.mark.parametrize("tone", [(20, 20, 20), (60, 60, 180), (230, 230, 230), (252, 254, 255)])
def test_the_outline_can_be_seen_on_the_tint(tone):
    ground = backdrop.tone(*bottle(tone), PALETTE)
    assert ground != backdrop.WHITE
    assert against(tone, ground) >= backdrop.SEEN


def test_the_ground_is_no_deeper_than_needed():
    dark, pale = (backdrop.tone(*bottle(tone), PALETTE) for tone in ((20, 20, 20), (250, 250, 250)))
    assert colour.luminance_of(dark) > 0.8
    assert 0.45 < colour.luminance_of(pale) < 0.7


def test_it_is_a_tint_of_the_first_colour():
    red, green, blue = colour.rgb(backdrop.tone(*bottle((20, 20, 20)), PALETTE))
    assert red < green < blue


def test_without_colours_the_ground_is_white():
    pixels, alpha = bottle((250, 250, 250))
    assert backdrop.tone(pixels, alpha, ()) == backdrop.WHITE
    assert backdrop.under(pixels, alpha, backdrop.WHITE) is pixels


def test_where_no_tint_helps_the_ground_is_white():
    assert backdrop.tone(*bottle((255, 255, 255)), ("#FFFFFF", "#FEFEFE")) == backdrop.WHITE


@pytest.mark.parametrize("alpha", [np.full((40, 40), 255, np.uint8), np.zeros((40, 40), np.uint8)])
def test_what_is_no_cut_out_keeps_its_ground(alpha):
    assert backdrop.tone(np.full((40, 40, 3), 90, np.uint8), alpha, PALETTE) == backdrop.WHITE


@given(
    ink=st.tuples(*[st.integers(0, 255)] * 3),
    cover=st.integers(0, 255),
    ground=st.tuples(*[st.integers(0, 255)] * 3),
)
def test_another_ground_is_as_if_it_had_been_laid_on_it(ink, cover, ground):
    share = cover / 255
    white = np.rint(np.array(ink) * share + 255 * (1 - share)).astype(np.uint8).reshape(1, 1, 3)
    seen = backdrop.under(white, np.full((1, 1), cover, np.uint8), colour.hex_of(*ground[::-1]))
    wanted = np.array(ink) * share + np.array(ground) * (1 - share)
    assert np.abs(seen[0, 0].astype(float) - wanted).max() <= 1.5


def test_a_window_beyond_the_picture_shows_the_same_ground():
    pixels = np.full((100, 100, 3), colour.bgr("#DDE6E8"), np.uint8)
    made = Scaler(pixels, ground="#DDE6E8").fit(CropBox(x=-50, y=0, width=200, height=100), 80, 40)
    assert (made.pixels == pixels[0, 0]).all()
