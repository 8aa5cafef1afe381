"""A product set into a scene: its pixels are its file's, and a change of any of them is found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.domain.verdict import Box
from briefmill.imaging import exactness
from imaging import packshots

WHOLE = packshots.free(*packshots.bottle(400, 300))
PICTURE, ALPHA = np.ascontiguousarray(WHOLE[..., :3]), np.ascontiguousarray(WHOLE[..., 3])
LAYER = exactness.layer(PICTURE, ALPHA)
SIZE = LAYER.width, LAYER.height


def scene(height=500, width=500, seed=1):
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3)).astype(np.uint8)


def placed(scale, x=20, y=10):
    return Box(x=x, y=y, width=round(LAYER.width * scale), height=round(LAYER.height * scale))


def compared(composed, found):
    return exactness.difference(composed, found, PICTURE, LAYER.offset, SIZE)


@settings(max_examples=30)
@given(st.floats(0.2, 1.4), st.integers(0, 100), st.integers(0, 60), st.integers(0, 9))
def test_inside_of_its_outline_a_product_is_its_file_scaled_whatever_the_scene(scale, x, y, seed):
    found = exactness.put(scene(seed=seed), LAYER, placed(scale, x, y))
    difference = compared(found.pixels, found)
    assert difference.pixels > 500
    # Downwards the very same arithmetic; upwards a bicubic filter may reach past the outline by a rounding.
    assert difference.greatest <= (0 if scale <= 1 else 1)
    assert difference.mean <= 0.01


def test_a_product_at_its_own_size_keeps_every_opaque_pixel():
    found = exactness.put(scene(), LAYER, placed(1.0))
    box, opaque = found.box, LAYER.alpha == 255
    assert found.scale == 1.0
    assert np.array_equal(found.pixels[box.y : box.bottom, box.x : box.right][opaque], LAYER.pixels[opaque])


def test_the_scene_is_untouched_away_from_the_product_and_its_shadow_and_never_changed_in_place():
    before = scene()
    kept = before.copy()
    found = exactness.put(before, LAYER, placed(0.8, x=180, y=60))
    assert np.array_equal(before, kept)
    assert np.array_equal(found.pixels[:40], kept[:40])
    assert np.array_equal(found.pixels[:, :60], kept[:, :60])


def test_under_its_foot_a_product_darkens_the_ground_and_more_so_the_nearer():
    light = np.full((500, 500, 3), 200, np.uint8)
    found = exactness.put(light, LAYER, placed(0.8, x=180, y=60))
    foot, middle = found.box.bottom, found.box.x + found.box.width // 2
    column = found.pixels[foot + 1 : foot + 60, middle, 0].astype(int)
    assert column[0] < 150
    assert column[-1] > 190
    assert np.all(np.diff(column) >= -1)


@pytest.mark.parametrize("shift", [3, -3])
def test_a_pixel_that_was_changed_is_found(shift):
    found = exactness.put(scene(), LAYER, placed(0.9))
    rows, columns = np.nonzero(found.inside)
    changed = found.pixels.astype(int)
    changed[found.box.y + rows[7], found.box.x + columns[7], 1] += shift
    assert compared(np.clip(changed, 0, 255).astype(np.uint8), found).greatest >= 2


def test_a_product_in_other_colours_or_a_pixel_aside_is_found():
    found = exactness.put(scene(), LAYER, placed(0.9))
    assert compared(np.clip(found.pixels * 1.05, 0, 255).astype(np.uint8), found).greatest > 5
    assert compared(np.roll(found.pixels, 1, axis=1), found).greatest > 20


def test_what_is_painted_over_a_product_is_counted_as_a_share_of_it():
    found = exactness.put(scene(), LAYER, placed(0.9))
    assert exactness.covered(found.pixels, found.pixels, found) == 0.0
    painted = found.pixels.copy()
    middle = found.box.y + found.box.height // 2
    painted[middle : found.box.bottom] = (1, 200, 3)
    assert 0.4 < exactness.covered(painted, found.pixels, found) < 0.75


def test_the_backdrop_s_colour_goes_out_of_the_soft_outline():
    red, half = np.full((9, 9, 3), (0, 0, 200), np.uint8), np.full((9, 9), 128, np.uint8)
    shown = np.rint(red * (128 / 255) + 255 * (127 / 255)).astype(np.uint8)  # a red edge as a white wall shows through
    with_it = exactness.layer(shown, half).multiplied[4, 4]
    without = exactness.layer(shown, half, "#FFFFFF").multiplied[4, 4]
    assert with_it[0] > 60
    assert without[0] <= 2
    assert abs(int(without[2]) - 100) <= 2


@pytest.mark.parametrize("box", [Box(x=-1, y=0, width=10, height=20), Box(x=480, y=0, width=90, height=240)])
def test_a_place_outside_of_the_scene_is_a_mistake(box):
    with pytest.raises(ValueError, match="not inside"):
        exactness.put(scene(), LAYER, box)


def test_a_place_of_another_shape_would_distort_and_is_a_mistake():
    with pytest.raises(ValueError, match="another shape"):
        exactness.put(scene(), LAYER, Box(x=0, y=0, width=200, height=200))


def test_nothing_is_no_product():
    with pytest.raises(ValueError, match="nothing is opaque"):
        exactness.layer(PICTURE, np.zeros_like(ALPHA))
