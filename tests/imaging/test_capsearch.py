"""The search under a cap, beside trying every quality there is."""

import math

import cv2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import capsearch, encode, jpegrate
from imaging import pictures

LOWEST, HIGHEST, MOST = 40, 90, 3


class Bytes:
    """An encoder that only has sizes, and remembers what it was asked for."""

    def __init__(self, sizes):
        self.sizes, self.asked = sizes, []

    def __call__(self, quality):
        self.asked.append(quality)
        return bytes(self.sizes[quality])


def power(quality):
    """Bytes as a power of the quantiser's step: what an encoder does that knows nothing of its picture."""
    return -0.7 * math.log(jpegrate.scale(quality))


def searched(sizes, cap, curve=power, most=MOST, highest=HIGHEST):
    trial = Bytes(sizes)
    search = capsearch.Search(
        trial=trial, curve=curve, cap=cap, lowest=LOWEST, highest=highest, known=(highest, sizes[highest])
    )
    return search.run(most), trial.asked


def best_of(sizes, cap, highest=HIGHEST):
    return max((quality for quality, size in sizes.items() if size <= cap and quality <= highest), default=None)


@st.composite
def rising(draw):
    """Sizes that grow with quality in steps of any kind, plateaus and jumps included."""
    sizes, size = {}, draw(st.integers(1, 5000))
    for quality in range(LOWEST, HIGHEST + 1):
        sizes[quality] = size
        size += draw(st.integers(0, 400))
    return sizes


@given(rising(), st.integers(1, 30_000), st.integers(1, 5))
def test_whatever_sizes_an_encoder_has_a_result_that_fits_fits_and_a_refusal_is_true(sizes, cap, most):
    found, asked = searched(sizes, cap, most=most)
    assert found.encodes == len(asked) <= most
    assert len(set(asked)) == len(asked)
    assert len(found.data) == sizes[found.quality]
    best = best_of(sizes, cap)
    assert found.fits == (best is not None)
    if found.fits:
        assert len(found.data) <= cap
        assert found.quality <= best
    else:
        assert found.quality == LOWEST


@given(rising(), st.integers(1, 30_000))
def test_with_as_many_encodings_as_qualities_the_result_is_the_best_or_nearly_fills_the_cap(sizes, cap):
    found, _ = searched(sizes, cap, most=HIGHEST - LOWEST + 1)
    best = best_of(sizes, cap)
    assert found.fits == (best is not None)
    if found.fits:
        assert found.quality == best or len(found.data) >= 0.97 * cap


@given(st.floats(0.5, 2.0), st.floats(0.4, 1.0))
def test_an_encoder_that_keeps_to_its_curve_is_met_in_three_encodings(slope, share):
    sizes = {
        quality: round(100_000 * math.exp(slope * (power(quality) - power(HIGHEST))))
        for quality in range(LOWEST, HIGHEST + 1)
    }
    cap = round(sizes[HIGHEST] * share)
    found, _ = searched(sizes, cap)
    best = best_of(sizes, cap)
    assert found.fits == (best is not None)
    assert best is None or best - found.quality <= 1


def test_what_the_expectation_already_settles_takes_one_encoding():
    sizes = dict.fromkeys(range(LOWEST, HIGHEST + 1), 1000)
    found, asked = searched(sizes, 1010)
    assert (found.quality, found.fits, asked) == (HIGHEST, True, [HIGHEST])


def test_a_single_quality_is_tried_once_whatever_comes_of_it():
    sizes = {LOWEST: 500}
    assert searched(sizes, 500, highest=LOWEST)[0].fits
    found, asked = searched(sizes, 499, highest=LOWEST)
    assert (found.fits, asked) == (False, [LOWEST])


PICTURES = {
    "grain a little": pictures.grainy(noise=4),
    "grain": pictures.grainy(noise=20),
    "grain a lot": pictures.grainy(noise=60),
    "market": pictures.market(),
    "advert": pictures.advert(),
    "advert of 300 x 250": pictures.advert(300, 250),
    "wall": pictures.wall(),
}


def jpeg_sizes(pixels, tight=1):
    return {
        quality: len(
            cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, tight])[1]
        )
        for quality in range(LOWEST, 96)
    }


@pytest.fixture(scope="module")
def measured():
    return {name: (jpeg_sizes(pixels), jpeg_sizes(pixels, tight=0)) for name, pixels in PICTURES.items()}


def test_jpegs_get_the_quality_that_trying_all_would_find_and_never_more_than_four_encodings(measured):
    missed = []
    searches = 0
    for name, (sizes, plain) in measured.items():
        pixels = PICTURES[name]
        for quality in (85, 88, 95):
            for share in (0.97, 0.85, 0.7, 0.5, 0.35):
                cap = round(plain[quality] * share)
                best = best_of(sizes, cap, quality)
                made = encode.encode(pixels, extension="jpg", max_bytes=cap, quality=quality)
                searches += 1
                assert made.encodes <= encode.MAX_ENCODES
                assert made.fits == (best is not None)
                if made.fits:
                    assert len(made.data) <= cap
                    missed.append(best - made.quality)
    assert searches == len(PICTURES) * 15
    assert min(missed) >= 0
    assert missed.count(0) >= 0.93 * len(missed)
    assert sum(step <= 2 for step in missed) >= 0.985 * len(missed)


def off(sizes, curve, gap=10):
    """By how much a curve is wrong about qualities so far apart, at worst, in logarithms of bytes."""
    pairs = [(quality, quality + gap) for quality in range(50, 96 - gap)]
    return max(abs(curve(high) - curve(low) - math.log(sizes[high] / sizes[low])) for low, high in pairs)


@pytest.mark.parametrize("name", PICTURES)
def test_the_look_at_a_few_blocks_tells_how_bytes_change_with_quality(measured, name):
    assert off(measured[name][0], jpegrate.curve(PICTURES[name])) < 0.15


def test_on_a_calm_picture_the_look_is_worth_more_than_a_rule_without_one(measured):
    sizes, _ = measured["wall"]
    assert off(sizes, power) > 2 * off(sizes, jpegrate.curve(PICTURES["wall"]))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3))
def test_any_size_of_picture_has_a_curve_and_it_never_falls(width, height, seed):
    curve = jpegrate.curve(pictures.grainy(width, height, 30, seed))
    heights = [curve(quality) for quality in range(1, 101)]
    assert all(math.isfinite(height) for height in heights)
    assert heights == sorted(heights)
