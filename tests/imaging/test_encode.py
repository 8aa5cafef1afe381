"""Finished files: right format, under the cap at the best quality that fits, words in their colours."""

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from briefmill.domain.verdict import Box
from briefmill.errors import ConfigError
from briefmill.imaging import colour, encode, indexed, profile
from imaging.pictures import advert, grainy, lettered, market, wall

BLUE, YELLOW, PETROL, WHITE = (160, 51, 0), (0, 230, 255), (67, 59, 14), (255, 255, 255)
LETTERED = Box(x=0, y=0, width=480, height=200)


def opened(encoded):
    image = Image.open(io.BytesIO(encoded.data))
    image.load()
    return image


def shown(encoded):
    return np.asarray(opened(encoded).convert("RGB"))[..., ::-1]


def blocks(colours, side=120):
    """A picture of exactly so many colours, none like its neighbour."""
    places = np.arange(side * side).reshape(side, side) * 7919 % colours
    return np.dstack([places % 256, places // 256, 255 - places % 256]).astype(np.uint8)


@pytest.mark.parametrize(
    ("extension", "kind", "media_type"),
    [
        ("jpg", "JPEG", "image/jpeg"),
        ("jpeg", "JPEG", "image/jpeg"),
        ("png", "PNG", "image/png"),
        ("webp", "WEBP", "image/webp"),
        ("avif", "AVIF", "image/avif"),
        ("gif", "GIF", "image/gif"),
    ],
)
def test_every_format_is_what_it_says_and_looks_like_its_source(extension, kind, media_type):
    pixels = grainy(noise=3)
    encoded = encode.encode(pixels, extension=extension)
    image = opened(encoded)
    assert image.format == kind
    assert (encoded.media_type, encoded.extension) == (media_type, extension)
    assert image.size == (encoded.width, encoded.height) == (320, 240)
    assert encoded.fits
    # Dithering is right on the whole, not in each pixel.
    near = (cv2.GaussianBlur(np.ascontiguousarray(part), (0, 0), 2) for part in (shown(encoded), pixels))
    assert cv2.absdiff(*near).mean() < 2.5
    if kind != "GIF":
        assert cv2.absdiff(np.ascontiguousarray(shown(encoded)), pixels).mean() < 4


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif", "gif"])
def test_the_same_pixels_give_the_same_file(extension):
    orders = [encode.encode(advert(160, 120), extension=extension, icc=True) for _ in range(2)]
    assert orders[0] == orders[1]


def test_an_unknown_format_is_a_matter_of_configuration():
    with pytest.raises(ConfigError, match="bmp"):
        encode.encode(grainy(), extension="bmp")


# ------------------------------------------------------------------------------------------------ under a cap


@pytest.fixture
def runs(monkeypatch):
    """The encoders' runs: OpenCV's and Pillow's."""
    found = []
    imencode, save = cv2.imencode, Image.Image.save
    monkeypatch.setattr(cv2, "imencode", lambda *args: found.append(args[0]) or imencode(*args))
    monkeypatch.setattr(Image.Image, "save", lambda *args, **options: found.append(args[2]) or save(*args, **options))
    return found


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_what_fits_at_once_is_encoded_once(runs, extension):
    encoded = encode.encode(advert(300, 250), extension=extension, max_bytes=10_000_000, quality=90)
    assert len(runs) == encoded.encodes == 1
    assert encoded.quality == (0 if extension == "png" else 90)


def test_bytes_are_saved_by_optimised_tables_only_where_a_cap_asks_for_it():
    pixels = advert()
    plain = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
    tight = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88, cv2.IMWRITE_JPEG_OPTIMIZE, 1])[1].tobytes()
    assert encode.encode(pixels, extension="jpg").data == plain
    assert encode.encode(pixels, extension="jpg", max_bytes=len(plain)).data == plain
    # One byte too much costs no quality: the same picture in fewer bytes.
    close = encode.encode(pixels, extension="jpg", max_bytes=len(plain) - 1)
    assert close.quality == 88
    assert len(tight) < len(plain)
    assert close.data == tight


@pytest.mark.parametrize(("extension", "step"), [("webp", 2), ("avif", 3)])
@pytest.mark.parametrize("share", [0.9, 0.7, 0.5])
def test_other_formats_get_nearly_the_best_quality_in_four_encodings(runs, extension, step, share):
    for pixels in (advert(240, 160), grainy(160, 120)):
        cap = round(len(encode.encode(pixels, extension=extension).data) * share)
        runs.clear()
        encoded = encode.encode(pixels, extension=extension, max_bytes=cap)
        assert len(runs) == encoded.encodes <= encode.MAX_ENCODES
        assert encoded.fits
        best = next(
            quality
            for quality in range(87, encoded.quality - 1, -1)
            if len(encode.encode(pixels, extension=extension, quality=quality).data) <= cap
        )
        assert best - encoded.quality <= step


@pytest.mark.parametrize("extension", ["jpg", "webp", "avif", "png", "gif"])
def test_a_cap_that_cannot_be_met_is_told_and_the_floor_is_kept(runs, extension):
    encoded = encode.encode(grainy(noise=40), extension=extension, max_bytes=500)
    assert not encoded.fits
    assert encoded.quality == (encode.FLOOR if extension in {"jpg", "webp", "avif"} else 0)
    assert len(runs) == encoded.encodes <= encode.MAX_ENCODES
    assert opened(encoded).size == (320, 240)


@pytest.mark.parametrize("quality", [encode.FLOOR, 25])
def test_a_wish_at_the_floor_or_below_is_taken_at_its_word(quality):
    encoded = encode.encode(grainy(noise=40), extension="webp", max_bytes=500, quality=quality)
    assert (encoded.quality, encoded.encodes, encoded.fits) == (quality, 1, False)
    assert encode.encode(grainy(), extension="jpg", max_bytes=500, quality=quality).quality == quality


@settings(max_examples=80, deadline=None)
@given(
    extension=st.sampled_from(["jpg", "webp", "png", "gif"]),
    cap=st.integers(1, 60_000),
    reserve=st.integers(0, 8_000),
    quality=st.integers(1, 100),
    noise=st.integers(0, 60),
    seed=st.integers(0, 9),
)
def test_what_is_said_to_fit_fits_with_its_reserve(extension, cap, reserve, quality, noise, seed):
    pixels = grainy(96, 64, noise, seed)
    encoded = encode.encode(pixels, extension=extension, max_bytes=cap, quality=quality, reserve=reserve)
    assert encoded.fits == (len(encoded.data) + reserve <= cap)
    assert encoded.encodes <= encode.MAX_ENCODES
    if extension in {"jpg", "webp"}:
        assert min(encode.FLOOR, quality) <= encoded.quality <= quality


@pytest.mark.parametrize("extension", ["jpg", "webp", "avif"])
def test_room_for_what_is_written_later_is_taken_from_the_quality(extension):
    pixels = advert(300, 250)
    cap = round(len(encode.encode(pixels, extension=extension).data) * 0.8)
    alone = encode.encode(pixels, extension=extension, max_bytes=cap)
    beside = encode.encode(pixels, extension=extension, max_bytes=cap, reserve=3_600)
    assert alone.fits
    assert beside.fits
    assert len(beside.data) + 3_600 <= cap
    assert beside.quality < alone.quality


@pytest.mark.parametrize("extension", ["jpg", "webp", "png", "avif"])
def test_a_profile_counts_among_the_bytes(extension):
    pixels = advert(300, 250)
    bare = encode.encode(pixels, extension=extension)
    tagged = encode.encode(pixels, extension=extension, icc=True)
    assert opened(tagged).info["icc_profile"] == profile.srgb()
    assert np.array_equal(shown(tagged), shown(bare))
    assert 200 < len(tagged.data) - len(bare.data) < 700
    capped = encode.encode(pixels, extension=extension, max_bytes=len(bare.data), icc=True)
    assert capped.fits == (len(capped.data) <= len(bare.data))
    assert opened(capped).info["icc_profile"] == profile.srgb()


# ----------------------------------------------------------------------------------------------- JPEG and colour


@pytest.mark.parametrize("make", [advert, market, wall, grainy])
@pytest.mark.parametrize("quality", [60, 75, 85, 92])
def test_jpegs_take_no_more_bytes_than_pillow_s_and_show_as_much(make, quality):
    pixels = make()
    ours = encode.encode(pixels, extension="jpg", quality=quality)
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., ::-1].copy()).save(buffer, "JPEG", quality=quality)
    theirs = np.asarray(Image.open(buffer))[..., ::-1]
    assert len(ours.data) <= 1.05 * len(buffer.getvalue())
    assert cv2.PSNR(shown(ours), pixels) >= cv2.PSNR(np.ascontiguousarray(theirs), pixels) - 0.1


def worst_edges(encoded, pixels):
    """How far the worst twentieth of a picture's colours is off, CIEDE2000."""
    off = colour.delta_e2000(colour.lab(pixels), colour.lab(np.ascontiguousarray(shown(encoded))))
    return float(np.percentile(off, 95))


@pytest.mark.parametrize("extension", ["jpg", "avif"])
@pytest.mark.parametrize("size", [0.5, 1.0])
@pytest.mark.parametrize(("ink", "ground"), [(YELLOW, BLUE), ((19, 6, 227), WHITE), ((90, 166, 242), PETROL)])
def test_coloured_words_on_a_saturated_ground_keep_their_colour(extension, size, ink, ground):
    pixels = lettered(ink, ground, size=size)
    soft = encode.encode(pixels, extension=extension)
    sharp = encode.encode(pixels, extension=extension, fine=[LETTERED])
    assert (soft.full_chroma, sharp.full_chroma) == (False, True)
    assert sharp.encodes == 1
    assert worst_edges(soft, pixels) > 8
    assert worst_edges(sharp, pixels) < 0.8 * worst_edges(soft, pixels)


@pytest.mark.parametrize(("ink", "ground"), [(WHITE, PETROL), (WHITE, (40, 40, 40)), ((20, 20, 20), (227, 241, 247))])
def test_words_that_lose_nothing_cost_no_bytes(ink, ground):
    pixels = lettered(ink, ground)
    assert encode.encode(pixels, extension="jpg", fine=[LETTERED]) == encode.encode(pixels, extension="jpg")


def test_only_where_words_stand_does_colour_count():
    pixels = market(480, 400)
    pixels[200:] = lettered(YELLOW, BLUE)
    above, below = (Box(x=0, y=y, width=480, height=200) for y in (0, 200))
    assert not encode.encode(pixels, extension="jpg", fine=[]).full_chroma
    assert encode.encode(pixels, extension="jpg", fine=[above, below]).full_chroma
    white = pixels.copy()
    white[200:] = lettered(WHITE, PETROL)
    assert not encode.encode(white, extension="jpg", fine=[below]).full_chroma
    assert not encode.encode(pixels, extension="jpg", fine=[Box(x=0, y=200, width=1, height=90)]).full_chroma


def test_grain_in_the_colours_of_a_photo_is_not_taken_for_words():
    assert not encode.encode(grainy(noise=24), extension="jpg", fine=[LETTERED]).full_chroma


def test_full_colour_is_for_bytes_that_are_left_and_never_for_quality():
    pixels = lettered(YELLOW, BLUE)
    soft, sharp = (len(encode.encode(pixels, extension="jpg", fine=fine).data) for fine in ([], [LETTERED]))
    fits = encode.encode(pixels, extension="jpg", max_bytes=sharp, fine=[LETTERED])
    assert (fits.full_chroma, fits.quality, fits.encodes) == (True, 88, 2)
    for cap in (sharp - 1, soft):
        close = encode.encode(pixels, extension="jpg", max_bytes=cap, fine=[LETTERED])
        assert (close.full_chroma, close.quality, close.fits) == (False, 88, True)
        assert close.encodes <= 2
    tight = encode.encode(pixels, extension="jpg", max_bytes=round(soft * 0.6), fine=[LETTERED])
    assert (tight.full_chroma, tight.fits) == (False, True)


# ------------------------------------------------------------------------------------------------- PNG and GIF


@pytest.mark.parametrize("make", [grainy, advert, wall])
def test_png_loses_nothing_and_has_no_quality(make):
    encoded = encode.encode(make(), extension="png")
    assert np.array_equal(shown(encoded), make())
    assert encoded.quality == 0


@pytest.mark.parametrize("colours", [1, 2, 3, 16, 17, 255, 256])
def test_few_colours_are_stored_as_a_list_of_them_where_that_is_smaller(colours):
    pixels = blocks(colours)
    encoded = encode.encode(pixels, extension="png")
    assert np.array_equal(shown(encoded), pixels)
    assert len(encoded.data) < len(cv2.imencode(".png", pixels)[1]) or colours == 1
    assert opened(encoded).mode == "P" or colours == 1


def test_one_colour_more_than_a_byte_counts_is_stored_in_full(runs):
    pixels = blocks(257)
    encoded = encode.encode(pixels, extension="png")
    assert opened(encoded).mode == "RGB"
    assert np.array_equal(shown(encoded), pixels)
    assert runs == [".png"]


def test_a_list_that_takes_more_than_it_saves_is_not_used():
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 0] = 1
    full = len(cv2.imencode(".png", pixels)[1])
    assert len(encode.encode(pixels, extension="png").data) <= full


def test_colours_that_a_first_look_misses_are_found():
    pixels = blocks(200, side=512)
    pixels[1, 1:122] = grainy(121, 1, 60)[0]
    encoded = encode.encode(pixels, extension="png")
    assert np.array_equal(shown(encoded), pixels)


@given(st.integers(1, 80), st.integers(1, 80), st.integers(1, 300))
def test_a_palette_picture_has_the_very_colours_or_is_none(width, height, colours):
    pixels = blocks(colours, 80)[:height, :width]
    image = indexed.exact(pixels)
    many = len(np.unique(pixels.reshape(-1, 3), axis=0))
    assert (image is None) == (many > indexed.MOST)
    if image is not None:
        assert np.array_equal(np.asarray(image.convert("RGB"))[..., ::-1], pixels)


def test_a_png_over_its_cap_is_packed_harder_before_it_is_given_up():
    pixels = wall(600, 400)
    easy = len(encode.encode(pixels, extension="png").data)
    packed = encode.encode(pixels, extension="png", max_bytes=easy - 1)
    assert packed.fits
    assert packed.encodes > 1
    assert np.array_equal(shown(packed), pixels)


def test_a_gif_has_the_nearest_colours_and_gives_them_up_under_a_cap():
    pixels = advert(300, 250)
    full = encode.encode(pixels, extension="gif")
    assert len(opened(full).getcolors()) > 200
    tight = encode.encode(pixels, extension="gif", max_bytes=round(len(full.data) * 0.75))
    assert tight.fits
    assert tight.encodes > 1
    assert len(opened(tight).getcolors()) <= 128
    assert np.abs(shown(tight).astype(int) - pixels).mean() < 20


def test_a_gif_of_few_colours_loses_none():
    pixels = blocks(180)
    assert np.array_equal(shown(encode.encode(pixels, extension="gif")), pixels)
