"""The measures that rules take of source pictures: attention, likeness, grain, light, words, logos, swatches."""

import shutil
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.domain.verdict import Box
from briefmill.imaging import likeness, logo, logosearch, noise, saliency, stamp, straytext, swatches
from briefmill.imaging.fonts import Library

GREY = np.full((240, 320, 3), 128, np.uint8)
MARK = logo.load(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" rx="40" '
    b'fill="#1B4D8F"/><path d="M50 150V50h20l60 70V50h20v100h-20L70 80v70z" fill="#FFD166"/></svg>'
)


def textured(seed=0, shape=(240, 320)):
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (shape[0] // 16, shape[1] // 16, 3), dtype=np.uint8)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def test_the_one_thing_on_a_wall_draws_the_eye():
    wall = GREY.copy()
    cv2.circle(wall, (250, 60), 14, (20, 20, 230), -1)
    seen = saliency.attention(wall)
    assert float(seen.sum()) == pytest.approx(1, abs=1e-4)
    assert saliency.centre(seen) == (pytest.approx(250 / 320, abs=0.08), pytest.approx(60 / 240, abs=0.08))
    assert saliency.within(seen, 0.6, 0.0, 1.0, 0.6) > 0.8


def test_a_flat_picture_draws_it_nowhere():
    seen = saliency.attention(GREY)
    assert float(seen.max()) == pytest.approx(float(seen.min()))
    assert saliency.within(seen, 0, 0, 0.5, 1) == pytest.approx(0.5, abs=1e-3)


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_parts_of_a_map_have_what_the_whole_has(first, second):
    shares = np.full((7, 9), 1 / 63, np.float32)
    low, high = sorted((first, second))
    parts = (saliency.within(shares, a, 0, b, 1) for a, b in ((0, low), (low, high), (high, 1)))
    assert sum(parts) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("quality", [40, 90])
def test_a_picture_scaled_and_recompressed_keeps_its_fingerprint(quality):
    picture = textured(3)
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    again = cv2.imdecode(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    assert likeness.distance(likeness.fingerprint(picture), likeness.fingerprint(again)) <= 4
    assert likeness.distance(likeness.fingerprint(picture), likeness.fingerprint(textured(4))) > 12


def test_a_picture_without_contrast_is_like_no_other():
    assert likeness.fingerprint(GREY) is None


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 30))
def test_grain_is_the_standard_deviation_of_the_noise(sigma):
    rng = np.random.default_rng(sigma)
    noisy = np.clip(GREY + rng.normal(0, sigma, (240, 320, 1)), 0, 255).astype(np.uint8)
    assert noise.grain(noisy) == pytest.approx(sigma, rel=0.15, abs=0.5)


def test_a_smooth_gradient_and_a_tiny_picture_have_no_grain():
    ramp = np.repeat(np.linspace(20, 230, 320).astype(np.uint8)[None, :, None], 240, 0).repeat(3, 2)
    assert noise.grain(ramp) < 1
    assert noise.grain(GREY[:3, :3]) == 0.0


def test_blown_light_is_counted_and_a_white_ground_all_around_is_not():
    sky = GREY.copy()
    sky[:72] = 255
    assert noise.clipped(sky)[0] == pytest.approx(0.3, abs=0.02)
    studio = np.full_like(GREY, 255)
    studio[60:180, 80:240] = 120
    assert noise.clipped(studio) == (0.0, 0.0)
    studio[100:140, 130:190] = 255
    assert noise.clipped(studio)[0] == pytest.approx(40 * 60 / (240 * 320), abs=0.01)


@pytest.fixture(scope="module")
def quarry():
    return logosearch.Quarry(MARK)


@pytest.mark.parametrize(("side", "x", "y"), [(70, 30, 20), (110, 180, 100)])
def test_a_logo_in_a_picture_is_found_where_it_is(quarry, side, x, y):
    picture = textured(1, (400, 540))
    stamp.lay(picture, Box(x=x, y=y, width=side, height=side), MARK, Library.build(system=False))
    found = quarry.find(picture)
    assert (found.x * 540, found.y * 400) == (pytest.approx(x, abs=6), pytest.approx(y, abs=6))
    assert (found.width * 540, found.height * 400) == (pytest.approx(side, abs=8), pytest.approx(side, abs=8))


def test_pictures_without_the_logo_have_none(quarry):
    assert quarry.find(textured(2, (400, 540))) is None
    assert quarry.find(GREY) is None


def program(path, body):
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


HEAD = "level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext"


def test_only_words_read_with_confidence_are_told(tmp_path):
    rows = [
        "5\\t1\\t1\\t1\\t1\\t1\\t32\\t24\\t64\\t12\\t91.5\\tSALE",
        "5\\t1\\t1\\t1\\t1\\t2\\t32\\t24\\t64\\t12\\t31.0\\tmaybe",
        "5\\t1\\t1\\t1\\t1\\t3\\t32\\t24\\t64\\t12\\t95.0\\t|~",
    ]
    reader = program(tmp_path / "t", "cat >/dev/null\nprintf '%b\\n' '" + "' '".join([HEAD, *rows]) + "'")
    (word,) = straytext.read(GREY, reader).words
    assert (word.text, word.x, word.y) == ("SALE", 0.1, 0.1)


@pytest.mark.parametrize("body", ["exit 3", "sleep 60"])
def test_a_reader_that_fails_or_hangs_makes_the_answer_unknown(tmp_path, body):
    found = straytext.read(GREY, program(tmp_path / "t", body), timeout_s=0.2)
    assert found == straytext.UNREAD
    assert straytext.read(GREY, None).unknown
    assert straytext.read(GREY, tmp_path / "nowhere").unknown


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract (package tesseract-ocr) is not installed")
def test_words_in_a_picture_are_read():
    picture = np.full((200, 480, 3), 240, np.uint8)
    cv2.putText(picture, "SUMMER", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.4, (20, 20, 20), 6, cv2.LINE_AA)
    words = straytext.read(picture, Path(shutil.which("tesseract"))).words
    assert "SUMMER" in [word.text.upper() for word in words]


def test_a_logos_colours_are_read_largest_first():
    found = dict(swatches.of(MARK))
    (first, second) = found
    assert (first, second) == ("#1B4D8F", "#FFD166")
    assert found[first] > found[second] > 0.05


def test_a_pages_white_is_no_brand_colour_unless_it_is_all_there_is():
    page = np.full((60, 60, 4), 255, np.uint8)
    assert [tone for tone, _ in swatches.of(page)] == ["#FFFFFF"]
    page[:20] = (0x43, 0x3B, 0x0E, 255)
    assert [tone for tone, _ in swatches.of(page)] == ["#0E3B43"]
