"""Finished files: right format, no metadata, and under the cap at the best quality that fits."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from briefmill.errors import ConfigError
from briefmill.imaging import encode


def photo(width=320, height=240, noise=20, seed=1):
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(
        rng.integers(0, 255, (8, 10, 3), dtype=np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
    )
    grain = rng.integers(-noise, noise + 1, (height, width, 3))
    return np.clip(coarse.astype(int) + grain, 0, 255).astype(np.uint8)


def opened(encoded):
    image = Image.open(io.BytesIO(encoded.data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("extension", "kind", "media_type"),
    [
        ("jpg", "JPEG", "image/jpeg"),
        ("jpeg", "JPEG", "image/jpeg"),
        ("png", "PNG", "image/png"),
        ("webp", "WEBP", "image/webp"),
        ("avif", "AVIF", "image/avif"),
    ],
)
def test_every_format_is_what_it_says_and_looks_like_its_source(extension, kind, media_type):
    pixels = photo(noise=3)
    encoded = encode.encode(pixels, extension=extension)
    image = opened(encoded)
    assert image.format == kind
    assert (encoded.media_type, encoded.extension) == (media_type, extension)
    assert image.size == (encoded.width, encoded.height) == (320, 240)
    assert encoded.fits
    shown = np.asarray(image.convert("RGB"))[..., ::-1].astype(int)
    assert np.abs(shown - pixels).mean() < 4


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_no_metadata_is_written(extension):
    image = opened(encode.encode(photo(), extension=extension))
    assert not image.getexif()
    assert "icc_profile" not in image.info


def test_png_loses_nothing_and_has_no_quality():
    pixels = photo()
    encoded = encode.encode(pixels, extension="png")
    assert np.array_equal(np.asarray(opened(encoded))[..., ::-1], pixels)
    assert encoded.quality == 0


def test_an_unknown_format_is_a_matter_of_configuration():
    with pytest.raises(ConfigError, match="bmp"):
        encode.encode(photo(), extension="bmp")


class Counting:
    """Stands before an encoder and counts its calls."""

    def __init__(self, inner):
        self.inner, self.calls = inner, []

    def __call__(self, pixels, quality, capped):
        self.calls.append(quality)
        return self.inner(pixels, quality, capped)


@pytest.fixture
def counted(monkeypatch):
    counting = Counting(encode._ENCODERS["jpg"])
    monkeypatch.setitem(encode._ENCODERS, "jpg", counting)
    return counting


def test_what_fits_at_once_is_encoded_once(counted):
    encoded = encode.encode(photo(), extension="jpg", max_bytes=10_000_000, quality=90)
    assert encoded.quality == 90
    assert counted.calls == [90]


@pytest.mark.parametrize("share", [0.95, 0.8, 0.65, 0.5, 0.42])
@pytest.mark.parametrize("noise", [4, 20, 45])
def test_under_a_cap_the_best_quality_is_found_in_few_encodings(counted, share, noise):
    pixels = photo(noise=noise)
    inner = counted.inner
    cap = round(len(inner(pixels, 90, True)) * share)
    best = next((quality for quality in range(90, 39, -1) if len(inner(pixels, quality, True)) <= cap), None)
    encoded = encode.encode(pixels, extension="jpg", max_bytes=cap, quality=90)
    assert len(counted.calls) <= encode.MAX_ENCODES
    if best is None:
        assert not encoded.fits
    else:
        assert encoded.fits
        assert len(encoded.data) <= cap
        assert encoded.quality == best or len(encoded.data) >= 0.97 * cap


def test_a_cap_that_cannot_be_met_is_told_and_the_floor_is_kept(counted):
    encoded = encode.encode(photo(noise=40), extension="jpg", max_bytes=500)
    assert not encoded.fits
    assert encoded.quality == encode.FLOOR
    assert len(counted.calls) <= encode.MAX_ENCODES


@given(
    st.sampled_from(["jpg", "webp"]),
    st.integers(500, 60_000),
    st.integers(40, 100),
    st.integers(0, 60),
    st.integers(0, 9),
)
@settings(max_examples=60)
def test_what_is_said_to_fit_fits_and_quality_stays_between_floor_and_wish(extension, cap, quality, noise, seed):
    encoded = encode.encode(photo(96, 64, noise, seed), extension=extension, max_bytes=cap, quality=quality)
    assert encoded.fits == (len(encoded.data) <= cap)
    assert encode.FLOOR <= encoded.quality <= max(quality, encode.FLOOR)


def test_a_png_over_its_cap_is_packed_harder_before_it_is_given_up():
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[:, :, 0] = np.arange(300) % 256
    pixels[::3] = pixels[::3] // 2
    easy = len(encode.encode(pixels, extension="png").data)
    packed = encode.encode(pixels, extension="png", max_bytes=easy - 1)
    assert packed.fits
    assert np.array_equal(np.asarray(opened(packed))[..., ::-1], pixels)
