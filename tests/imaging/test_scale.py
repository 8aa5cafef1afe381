"""Crops in exact sizes: nothing is distorted, shifted or aliased."""

import sys

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefmill.imaging import scale
from briefmill.imaging.focus import CropBox


def ramp(width, height):
    """Channels that say where a pixel is: blue its column, green its row, both 0 to 200."""
    columns, rows = np.meshgrid(np.linspace(0, 200, width), np.linspace(0, 200, height))
    return np.dstack((columns, rows, np.zeros_like(rows))).round().astype(np.uint8)


def whole(pixels):
    return CropBox(x=0, y=0, width=pixels.shape[1], height=pixels.shape[0])


@given(st.integers(1, 300), st.integers(1, 300), st.integers(2, 90), st.integers(2, 90))
@settings(max_examples=120)
def test_every_size_is_exactly_what_was_asked_for(width, height, wide, high):
    pixels = np.zeros((high, wide, 3), np.uint8)
    fitted = scale.fit(pixels, whole(pixels), width, height)
    assert fitted.pixels.shape == (height, width, 3)
    assert fitted.pixels.flags.c_contiguous


@pytest.fixture(params=["accelerated", "with Pillow alone"])
def door(request, monkeypatch):
    if request.param == "with Pillow alone":
        monkeypatch.setitem(sys.modules, "cykooz_resizer", None)


@pytest.mark.parametrize("size", [(400, 250), (211, 133), (97, 61), (20, 13), (5, 3)])
@pytest.mark.parametrize("x", [0.0, 33.4])
def test_both_filters_give_the_same_picture(monkeypatch, size, x):
    source = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (501, 803, 3), dtype=np.uint8), (0, 0), 1.2)
    window = CropBox(x=x, y=17.75, width=760.5, height=760.5 * size[1] / size[0])
    fast = scale.fit(source, window, *size).pixels
    monkeypatch.setitem(sys.modules, "cykooz_resizer", None)
    assert np.abs(scale.fit(source, window, *size).pixels.astype(int) - fast).max() <= 2


def test_what_was_halved_is_the_mean_of_what_it_stands_for_and_made_once():
    pixels = np.random.default_rng(4).integers(0, 255, (83, 122, 3), dtype=np.uint8)
    scaler = scale.Scaler(pixels)
    quarter = scaler.halved(2)
    assert quarter.shape == (21, 31, 3)
    exact = pixels[:80, :120].reshape(20, 4, 30, 4, 3).mean(axis=(1, 3))
    assert np.abs(quarter[:20, :30] - exact).max() <= 1
    assert np.abs(quarter[20, :30] - pixels[80:, :120].reshape(3, 30, 4, 3).mean(axis=(0, 2))).mean() < 20
    assert scaler.halved(2) is quarter
    assert scaler.halved(0) is pixels


def test_the_upscale_is_told():
    pixels = ramp(100, 100)
    assert scale.fit(pixels, whole(pixels), 250, 250).upscale == pytest.approx(2.5)
    assert scale.fit(pixels, whole(pixels), 20, 20).upscale == pytest.approx(0.2)
    assert scale.fit(pixels, CropBox(x=10, y=10, width=50, height=50), 100, 100).upscale == pytest.approx(2.0)


def test_the_same_size_is_the_same_picture():
    pixels = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    assert np.array_equal(scale.fit(pixels, whole(pixels), 80, 60).pixels, pixels)


@pytest.mark.parametrize("factor", [0.13, 0.5, 1.0, 1.7])
@pytest.mark.usefixtures("door")
def test_a_window_beyond_its_picture_shows_white_there_and_the_rest_in_its_place(factor):
    pixels = np.full((300, 200, 3), 255, np.uint8)
    cv2.circle(pixels, (100, 150), 100, (0, 0, 0), -1)
    window = CropBox(x=-250, y=-31, width=640, height=400)
    made = scale.fit(pixels, window, round(640 * factor), round(400 * factor)).pixels
    down, across = np.nonzero(made[..., 0] < 128)
    assert (across.mean() + 0.5, down.mean() + 0.5) == pytest.approx((350.5 * factor, 181.5 * factor), abs=0.6)
    assert np.ptp(across) + 1 == pytest.approx(200 * factor, abs=1.5)
    assert np.ptp(down) + 1 == pytest.approx(201 * factor, abs=1.5)
    far = CropBox(x=900, y=900, width=50, height=40)
    assert (scale.fit(pixels, far, 25, 20).pixels == 255).all()


@pytest.mark.parametrize(("width", "height"), [(900, 600), (450, 300), (90, 60), (15, 10)])
def test_a_circle_stays_a_circle(width, height):
    pixels = np.zeros((400, 600, 3), np.uint8)
    cv2.circle(pixels, (300, 200), 120, (255, 255, 255), -1, cv2.LINE_AA)
    made = scale.fit(pixels, whole(pixels), width, height).pixels[..., 0] / 255.0
    across, down = made[height // 2].sum(), made[:, width // 2].sum()
    assert across == pytest.approx(down, rel=0.03)


def test_a_window_of_another_shape_is_trimmed_and_not_stretched():
    pixels = np.zeros((400, 600, 3), np.uint8)
    cv2.circle(pixels, (300, 200), 120, (255, 255, 255), -1, cv2.LINE_AA)
    made = scale.fit(pixels, whole(pixels), 400, 400).pixels[..., 0] / 255.0
    assert made[200].sum() == pytest.approx(made[:, 200].sum(), rel=0.02)
    assert made[200].sum() == pytest.approx(240, rel=0.02)


@pytest.mark.parametrize("x", [100.0, 100.25, 100.5, 100.75])
@pytest.mark.parametrize("factor", [0.2, 0.5, 0.8])
@pytest.mark.usefixtures("door")
def test_fractional_windows_are_kept_to_the_fraction_when_made_smaller(x, factor):
    pixels = np.zeros((200, 600, 3), np.float64)
    pixels[..., 0] = np.arange(600) * 0.25 + 20
    pixels = pixels.round().astype(np.uint8)
    window = CropBox(x=x, y=20, width=320, height=160)
    made = scale.fit(pixels, window, round(320 * factor), round(160 * factor)).pixels[..., 0].astype(float)
    middle = made.mean()
    assert middle == pytest.approx((x + 160 - 0.5) * 0.25 + 20, abs=0.25)


@pytest.mark.parametrize("x", [100.0, 101.25, 102.5, 103.75])
@pytest.mark.parametrize("factor", [0.05, 0.1, 0.24, 0.26, 0.6])
@pytest.mark.usefixtures("door")
def test_what_is_made_much_smaller_stays_where_it_is(x, factor):
    down, across = np.mgrid[0:800, 0:1400].astype(np.float64)
    spot = 250 * np.exp(-(((across - 620) / 60) ** 2) - ((down - 310) / 60) ** 2)
    window = CropBox(x=x, y=7.5, width=1200, height=700)
    made = scale.fit(np.dstack([spot] * 3).round().astype(np.uint8), window, round(1200 * factor), round(700 * factor))
    light = made.pixels[..., 0].astype(float)
    light[light < 3] = 0
    place = np.array([light.sum(axis=0) @ np.arange(light.shape[1]), light.sum(axis=1) @ np.arange(light.shape[0])])
    wanted = np.array([620.5 - x, 310.5 - 7.5]) * factor - 0.5
    assert place / light.sum() == pytest.approx(wanted, abs=0.06)


def test_enlarging_a_whole_window_shifts_nothing():
    pixels = ramp(200, 100)
    window = CropBox(x=40, y=10, width=100, height=80)
    made = scale.fit(pixels, window, 400, 320).pixels.astype(float)
    assert made[..., 0].mean() == pytest.approx(pixels[10:90, 40:140, 0].mean(), abs=0.3)
    assert made[..., 1].mean() == pytest.approx(pixels[10:90, 40:140, 1].mean(), abs=0.3)


@pytest.mark.usefixtures("door")
def test_a_fine_pattern_becomes_grey_and_not_a_coarse_pattern():
    stripes = np.zeros((600, 600, 3), np.uint8)
    stripes[:, ::2] = 255
    made = scale.fit(stripes, whole(stripes), 171, 171).pixels.astype(float)
    assert made[20:-20, 20:-20].std() < 3
    assert made.mean() == pytest.approx(127.5, abs=3)


@pytest.mark.usefixtures("door")
def test_a_much_larger_source_is_averaged_first_and_looks_the_same():
    source = cv2.GaussianBlur(np.random.default_rng(3).integers(0, 255, (1200, 1800, 3), dtype=np.uint8), (0, 0), 9)
    window = CropBox(x=33.4, y=17.8, width=1650.5, height=1100.0)
    fast = scale.fit(source, window, 120, 80).pixels.astype(float)
    exact = np.asarray(
        scale.Image.fromarray(source).resize(
            (120, 80), scale.Image.Resampling.LANCZOS, box=(33.4, 17.8, 33.4 + 1650.5, 17.8 + 1650.5 * 80 / 120)
        )
    ).astype(float)
    assert np.abs(fast - exact).mean() < 1.0


@given(
    st.integers(3, 60),
    st.integers(3, 60),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.05, 1),
    st.integers(1, 120),
    st.integers(1, 120),
)
@settings(max_examples=150)
def test_no_window_reads_beyond_its_picture(wide, high, x, y, share, width, height):
    pixels = np.full((high, wide, 3), 77, np.uint8)
    w, h = max(1.0, wide * share), max(1.0, high * share)
    window = CropBox(x=x * (wide - w), y=y * (high - h), width=w, height=h)
    assert (scale.fit(pixels, window, width, height).pixels == 77).all()


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.floats(-150, 150),
    st.floats(-150, 150),
    st.floats(1, 300),
    st.integers(1, 120),
    st.integers(1, 120),
)
@example(1, 1, 0.0, 1.0, 1.0, 101, 1)  # it begins at the very edge
@settings(max_examples=200)
def test_any_window_gives_what_is_there_and_white(wide, high, x, y, across, width, height):
    pixels = np.full((high, wide, 3), 77, np.uint8)
    window = CropBox(x=x, y=y, width=across, height=across * height / width)
    made = scale.fit(pixels, window, width, height).pixels
    assert made.shape == (height, width, 3)
    assert set(np.unique(made)) <= {77, 255}
