"""A creative is known again after all that the web does to a picture, and no other picture is taken for it."""

import cv2
import numpy as np
import pytest
from skimage import data as photographs

from briefmill.imaging import likeness, prints

SIDE = 480


def photo(name):
    rgb = getattr(photographs, name)()
    return cv2.resize(np.ascontiguousarray(rgb[..., 2::-1]), (SIDE, SIDE * 3 // 4), interpolation=cv2.INTER_AREA)


PHOTOS = {name: photo(name) for name in ("coffee", "chelsea", "rocket", "astronaut", "retina", "hubble_deep_field")}
KNOWN = prints.index([prints.of(pixels) for pixels in PHOTOS.values()])


def recompressed(pixels, quality=40):
    return cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def scaled(pixels, factor=0.5):
    return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def cut(pixels):
    height, width = pixels.shape[:2]
    return pixels[: round(height * 0.9), round(width * 0.1) :]


def framed(pixels):
    small = scaled(pixels)
    canvas = np.full((small.shape[0] + 160, small.shape[1] + 120, 3), (238, 240, 242), np.uint8)
    canvas[90 : 90 + small.shape[0], 60 : 60 + small.shape[1]] = small
    return canvas


@pytest.mark.parametrize(
    ("change", "ways"),
    [(recompressed, {"whole"}), (scaled, {"whole"}), (cut, {"cut", "whole"}), (framed, {"framed"})],
)
def test_each_copy_finds_its_own_first_and_no_other(change, ways):
    for row, pixels in enumerate(PHOTOS.values()):
        found = prints.search(change(pixels), KNOWN)
        assert [match.row for match in found] == [row]
        assert found[0].way in ways


def test_a_picture_that_was_never_recorded_finds_nothing():
    rng = np.random.default_rng(5)
    for _ in range(40):
        strange = cv2.resize(rng.integers(0, 255, (9, 12, 3), np.uint8), (400, 300), interpolation=cv2.INTER_CUBIC)
        assert prints.search(strange, KNOWN) == []


def test_what_has_no_contrast_has_no_prints_and_finds_nothing():
    grey = np.full((200, 300, 3), 127, np.uint8)
    assert prints.of(grey) == ""
    assert prints.search(grey, KNOWN) == []
    assert prints.search(PHOTOS["coffee"], prints.index([])) == []


def test_prints_that_cannot_be_read_are_refused():
    with pytest.raises(ValueError, match="no prints"):
        prints.index(["abc"])


def test_all_windows_at_once_are_what_each_is_alone():
    pixels = np.repeat(cv2.cvtColor(PHOTOS["coffee"], cv2.COLOR_BGR2GRAY)[..., np.newaxis], 3, axis=2)
    square = cv2.resize(pixels, (256, 256), interpolation=cv2.INTER_AREA)
    alone = [likeness.fingerprint(square)]
    for share, places in prints.WINDOWS:
        side = round(256 * share)
        starts = [round((256 - side) * place / (places - 1)) for place in range(places)]
        alone += [
            likeness.fingerprint(square[top : top + side, left : left + side]) for top in starts for left in starts
        ]
    assert [int(one) for one in prints.index([prints.of(pixels)])[0]] == alone
