import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import colour

bytes_ = st.integers(0, 255)

# Sharma, Wu and Dalal (2005), table 1: pairs that tell right implementations from nearly right ones.
PUBLISHED = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0010), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0011), 7.2195),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0011, -2.4900), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


def flat(value: str, height: int = 40, width: int = 60) -> colour.Pixels:
    return np.full((height, width, 3), colour.bgr(value), dtype=np.uint8)


@given(bytes_, bytes_, bytes_)
def test_hex_and_channels_are_the_same_colour(red, green, blue):
    assert colour.rgb(colour.hex_of(red, green, blue)) == (red, green, blue)


@pytest.mark.parametrize("value", ["", "#12", "#12345", "red", "#GGGGGG", "#1234567"])
def test_what_is_no_hex_colour_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - bytes.fromhex has its own words
        colour.rgb(value)


def test_luminance_runs_from_black_to_white():
    assert colour.luminance_of("#000000") == 0.0
    assert colour.luminance_of("#FFFFFF") == pytest.approx(1.0, abs=1e-6)


def test_luminance_of_the_primaries_is_the_standards_weights():
    shares = [colour.luminance_of(value) for value in ("#FF0000", "#00FF00", "#0000FF")]
    assert shares == pytest.approx([0.2126, 0.7152, 0.0722], abs=1e-5)


def test_contrast_of_grey_767676_on_white_is_the_well_known_4_54():
    assert colour.contrast(colour.luminance_of("#767676"), 1.0) == pytest.approx(4.54, abs=0.005)


@given(st.floats(0, 1), st.floats(0, 1))
def test_contrast_is_symmetric_and_between_1_and_21(one, two):
    ratio = colour.contrast(one, two)
    assert ratio == colour.contrast(two, one)
    assert 1.0 <= ratio <= 21.0


@pytest.mark.parametrize(("one", "two", "published"), PUBLISHED)
def test_delta_e2000_gives_the_published_differences(one, two, published):
    assert float(colour.delta_e2000(np.array(one), np.array(two))) == pytest.approx(published, abs=5e-5)


def test_delta_e2000_compares_every_pixel_with_every_colour():
    pixels = np.random.default_rng(1).uniform(0, 80, (5, 1, 3))
    brand = np.random.default_rng(2).uniform(0, 80, (1, 4, 3))
    table = colour.delta_e2000(pixels, brand)
    assert table.shape == (5, 4)
    assert table[3, 2] == pytest.approx(float(colour.delta_e2000(pixels[3, 0], brand[0, 2])))


@given(st.tuples(*[st.floats(-80, 80)] * 3), st.tuples(*[st.floats(-80, 80)] * 3))
def test_delta_e2000_is_symmetric(one, two):
    there, back = colour.delta_e2000(np.array(one), np.array(two)), colour.delta_e2000(np.array(two), np.array(one))
    assert there == pytest.approx(back, abs=1e-6)


def test_a_picture_in_brand_colour_is_wholly_on_brand():
    assert colour.palette_share(flat("#C8102E"), ["#0B3D2E", "#C8102E"]) == colour.PaletteShare(share=1.0)


def test_a_foreign_patch_lowers_the_share_and_is_named():
    pixels = flat("#C8102E", 100, 100)
    pixels[:, :25] = colour.bgr("#00A0FF")
    measured = colour.palette_share(pixels, ["#C8102E"])
    assert measured.share == pytest.approx(0.75, abs=0.01)
    assert colour.rgb(measured.worst_hex) == pytest.approx((0, 160, 255), abs=8)
    assert measured.worst_delta > 30


def test_a_wider_tolerance_forgives_more():
    near = flat("#C03040")
    strict = colour.palette_share(near, ["#C8102E"], tolerance=1.0)
    lenient = colour.palette_share(near, ["#C8102E"], tolerance=60.0)
    assert (strict.share, lenient.share) == (0.0, 1.0)


def test_without_a_palette_everything_is_on_brand():
    assert colour.palette_share(flat("#123456"), []).share == 1.0


def test_a_thumbnail_is_the_mean_of_what_it_stands_for():
    rng = np.random.default_rng(7)
    pixels = np.kron(rng.integers(0, 255, (40, 60, 3)), np.ones((32, 32, 1))).astype(np.uint8)
    pixels = np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)
    small = colour.thumbnail(pixels, 60)
    assert small.shape == (40, 60, 3)
    assert np.abs(small - pixels.reshape(40, 32, 60, 32, 3).mean(axis=(1, 3))).max() <= 2


@pytest.mark.parametrize(("shape", "half"), [((1, 1), (1, 1)), ((1, 7), (1, 4)), ((5, 1), (3, 1)), ((9, 4), (5, 2))])
def test_halves_of_any_shape(shape, half):
    assert colour.halved(np.full((*shape, 3), 9, np.uint8)).shape == (*half, 3)
    assert colour.halved(np.full(shape, 9, np.uint8)).shape == half


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (3000, 2), (1024, 1536)])
def test_thumbnails_of_any_shape_stay_within_the_side(shape):
    small = colour.thumbnail(np.zeros((*shape, 3), dtype=np.uint8))
    assert max(small.shape[:2]) <= colour.THUMBNAIL
    assert min(small.shape[:2]) >= 1
