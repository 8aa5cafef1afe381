"""Untrusted bytes to pixels: each kind of picture comes out upright and sRGB, each trap is refused in words."""

import io
import struct
import sys
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from briefmill.errors import AssetRefused
from briefmill.imaging import decode

RED, GREEN = (220, 30, 20), (20, 170, 60)
ORIENTATION = 0x0112


def halves(width=60, height=40):
    """Red on the left, green on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    return image


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def at(pixels, x, y):
    """Red, green and blue at a pixel."""
    return tuple(int(channel) for channel in pixels[y, x, 2::-1])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def refused(data, code, **options):
    with pytest.raises(AssetRefused) as caught:
        decode.picture(data, **options)
    problem = caught.value.problem
    assert problem.code == code
    assert problem.message
    assert problem.fix
    return problem


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"quality": 95}),
        ("GIF", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
def test_every_kind_gives_the_same_colours_in_bgr(kind, options):
    data = saved(halves(), kind, **options)
    pixels = decode.picture(data)
    assert pixels.shape == (40, 60, 3)
    assert pixels.dtype == np.uint8
    assert at(pixels, 10, 20) == pytest.approx(RED, abs=6)
    assert at(pixels, 50, 20) == pytest.approx(GREEN, abs=6)
    assert decode.size(data) == (60, 40)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_come_upright_whatever_the_camera_noted(orientation):
    upright = halves()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = saved(stored, "JPEG", quality=95, exif=exif)
    pixels = decode.picture(data)
    assert pixels.shape[:2] == (40, 60)
    assert decode.size(data) == (60, 40)
    assert at(pixels, 10, 20) == pytest.approx(RED, abs=8)


def test_transparency_is_flattened_on_white():
    image = halves().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    assert at(decode.picture(saved(image, "PNG")), 5, 5) == (255, 255, 255)
    image.putalpha(Image.new("L", image.size, 128))
    assert at(decode.picture(saved(image, "PNG")), 5, 5) == pytest.approx((237, 142, 137), abs=2)


def test_a_cutout_keeps_its_straight_alpha():
    image = halves().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 90))
    pixels = decode.cutout(saved(image, "PNG"))
    assert pixels.shape == (40, 60, 4)
    assert at(pixels, 5, 5) == RED
    assert int(pixels[5, 5, 3]) == 90


def test_a_cutout_without_alpha_is_opaque():
    assert decode.cutout(saved(halves(), "JPEG"))[..., 3].min() == 255


def test_palettes_with_a_transparent_colour_are_understood():
    image = halves().quantize(4)
    data = saved(image, "PNG", transparency=image.getpixel((5, 5)))
    assert at(decode.picture(data), 5, 20) == (255, 255, 255)
    assert at(decode.picture(data), 50, 20) == pytest.approx(GREEN, abs=4)


def test_greys_of_sixteen_bits_keep_their_lightness():
    values = np.full((8, 8), 0x8000, np.uint16)
    pixels = decode.picture(saved(Image.fromarray(values), "PNG"))
    assert at(pixels, 4, 4) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_greyscale_becomes_three_equal_channels(mode):
    pixels = decode.picture(saved(Image.new("L", (8, 8), 255).convert(mode), "PNG"))
    assert at(pixels, 4, 4) == (255, 255, 255)


def test_cmyk_comes_out_as_the_colour_that_was_printed():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    red, green, blue = at(decode.picture(saved(image, "JPEG", quality=95)), 8, 8)
    assert red > 200
    assert max(green, blue) < 60


def swapped_profile():
    """An RGB profile whose red and blue are exchanged, made from the sRGB one."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "odd1".encode("utf-16-be"))


def test_srgb_is_left_alone_and_another_profile_is_converted():
    image = Image.new("RGB", (16, 16), (200, 130, 10))
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert at(decode.picture(saved(image, "PNG", icc_profile=same)), 8, 8) == (200, 130, 10)
    converted = at(decode.picture(saved(image, "PNG", icc_profile=swapped_profile())), 8, 8)
    assert converted == pytest.approx((10, 130, 200), abs=3)


def test_a_profile_survives_the_reduction_before_it():
    image = Image.new("RGB", (600, 600), (200, 130, 10))
    pixels = decode.picture(saved(image, "PNG", icc_profile=swapped_profile()), shorter_side=100)
    assert at(pixels, 8, 8) == pytest.approx((10, 130, 200), abs=3)


def test_a_broken_profile_is_ignored_as_browsers_do():
    data = saved(halves(), "PNG", icc_profile=b"not a profile at all")
    assert at(decode.picture(data), 5, 5) == RED


def test_a_much_larger_jpeg_is_decoded_small_but_never_too_small():
    data = saved(halves(1600, 1200), "JPEG", quality=90)
    pixels = decode.picture(data, shorter_side=250)
    assert pixels.shape[:2] == (300, 400)
    assert at(pixels, 50, 150) == pytest.approx(RED, abs=6)


@given(st.integers(200, 700), st.integers(200, 700), st.integers(60, 600), st.integers(60, 600))
@settings(max_examples=25)
def test_a_jpeg_made_smaller_while_it_is_decoded_still_covers_every_area(width, height, across, down):
    pixels = decode.picture(saved(halves(width, height), "JPEG"), covering=[(across, down), (down // 2, across // 2)])
    high, wide = pixels.shape[:2]
    assert wide / high == pytest.approx(width / height, rel=0.02)
    covers = wide >= min(across, width) and high >= min(down, height)
    assert covers or (wide, high) == (width, height)


@pytest.mark.parametrize(("across", "eighths"), [(90, 1), (101, 2), (350, 4), (401, 5), (520, 6), (601, 8), (799, 8)])
def test_a_jpeg_is_scaled_by_what_pays_and_covers(across, eighths):
    pixels = decode.picture(saved(halves(800, 600), "JPEG"), covering=[(across, 1)])
    assert pixels.shape[:2] == (600 * eighths // 8, 800 * eighths // 8)


def test_without_the_fast_decoder_a_jpeg_is_made_smaller_while_it_is_decoded_too(monkeypatch):
    data = saved(halves(1600, 1200), "JPEG", quality=90)
    fast = decode.picture(data, shorter_side=250)
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    slow = decode.picture(data, shorter_side=250)
    assert fast.shape == slow.shape == (300, 400, 3)
    assert np.abs(fast.astype(int) - slow).max() <= 2
    grey = decode.picture(saved(halves().convert("L"), "JPEG"))
    assert np.ptp(grey, axis=2).max() == 0


def test_an_oddity_that_every_viewer_forgives_is_forgiven():
    data = saved(halves(), "JPEG", quality=95)
    odd = data[:-2] + b"\x00\x00\x00" + data[-2:]
    assert np.array_equal(decode.picture(odd), decode.picture(data))


def test_a_png_that_says_how_it_was_held_behind_its_pixels_is_turned():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    data = saved(halves(), "PNG")
    end = data.index(b"IEND") - 4
    held = data[:end] + chunk(b"eXIf", exif.tobytes()[6:]) + data[end:]
    assert decode.size(held) == (40, 60)
    assert decode.picture(held).shape[:2] == (60, 40)
    assert decode.picture(data).shape[:2] == (40, 60)


def test_a_cut_out_brings_its_alpha_and_an_opaque_picture_brings_none():
    image = halves(600, 400).convert("RGBA")
    assert decode.layers(saved(image, "PNG")).alpha is None
    assert decode.layers(saved(halves(), "JPEG")).alpha is None
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    found = decode.layers(saved(image, "PNG", exif=exif), covering=[(100, 150)])
    assert found.pixels.shape == (300, 200, 3)
    assert found.alpha.shape == (300, 200)
    assert found.alpha[:, -1].mean() < 5 < 250 < found.alpha[:, 0].mean()


@given(st.integers(40, 400), st.integers(40, 400), st.integers(20, 300))
@settings(max_examples=25)
def test_reducing_never_goes_below_the_wanted_shorter_side(width, height, wanted):
    pixels = decode.picture(saved(halves(width, height), "PNG", compress_level=0), shorter_side=wanted)
    assert min(pixels.shape[:2]) >= min(wanted, width, height)


def test_only_the_first_frame_of_an_animation_counts():
    data = saved(halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), (0, 0, 255))])
    assert at(decode.picture(data), 5, 5) == pytest.approx(RED, abs=4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_file_cut_off_in_the_middle_is_refused(kind):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))
    data = saved(noise, kind)
    with pytest.raises(AssetRefused) as caught:
        decode.picture(data[: len(data) * 2 // 3])
    assert caught.value.problem.code in {"asset.broken", "asset.unknown"}


def test_a_bomb_is_refused_by_its_header_before_a_pixel_is_decoded():
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    refused(data, "asset.bomb")
    with pytest.raises(AssetRefused):
        decode.size(data)


def test_the_limit_on_pixels_is_the_callers_to_lower():
    problem = refused(saved(halves(), "PNG"), "asset.bomb", max_pixels=1000)
    assert "60 x 40" in problem.message


def test_a_file_of_too_many_bytes_is_refused_unread():
    refused(b"\x89PNG\r\n\x1a\n" + bytes(decode.MAX_BYTES), "asset.large")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "asset.empty"),
        (b"just some words", "asset.unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "asset.vector"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand --><svg/>', "asset.vector"),
        (b"%PDF-1.7 ...", "asset.vector"),
        (b"BM" + bytes(60), "asset.unknown"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_way_out(data, code):
    refused(data, code)


def test_the_content_counts_and_not_what_the_file_calls_itself():
    postscript = saved(halves(), "EPS")
    refused(postscript, "asset.vector")


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_no_bytes_bring_anything_but_pixels_or_a_refusal(data, magic):
    try:
        pixels = decode.picture(magic + data)
    except AssetRefused:
        return
    assert pixels.ndim == 3


@given(st.data())
@settings(max_examples=80)
def test_a_damaged_picture_brings_nothing_but_pixels_or_a_refusal(data):
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "TIFF"]))
    damaged = bytearray(saved(halves(24, 16), kind))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        pixels = decode.picture(bytes(damaged))
    except AssetRefused:
        return
    assert pixels.shape[2] == 3
