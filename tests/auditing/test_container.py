"""Files walked by hand: what they are, and what has no business in them."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from briefmill.auditing import container
from briefmill.imaging import encode

RAMP = np.linspace(0, 255, 90 * 60 * 3).reshape(60, 90, 3).astype(np.uint8)
KINDS = {"jpg": "jpeg", "png": "png", "webp": "webp", "avif": "avif", "gif": "gif"}
PACKET = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>"


def saved(kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(RAMP).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("icc", [False, True])
@pytest.mark.parametrize("extension", KINDS)
def test_what_the_house_writes_holds_nothing_strange(extension, icc):
    found = container.examine(encode.encode(RAMP, extension=extension, icc=icc, xmp=PACKET).data)

    assert (found.kind, found.width, found.height) == (KINDS[extension], 90, 60)
    assert found.profile == (icc and extension != "gif")
    assert found.xmp == 1
    assert found.strange == ()


@pytest.mark.parametrize("extension", KINDS)
def test_a_packet_changes_no_pixel(extension):
    plain, told = (encode.encode(RAMP, extension=extension, xmp=xmp).data for xmp in (b"", PACKET))

    with Image.open(io.BytesIO(plain)) as one, Image.open(io.BytesIO(told)) as other:
        assert np.array_equal(np.asarray(one.convert("RGB")), np.asarray(other.convert("RGB")))


def exif():
    made = Image.Exif()
    made[0x010F] = "Camera"
    return made


def commented_png():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "by me")
    return saved("PNG", pnginfo=told)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (saved("JPEG", exif=exif()), "EXIF"),
        (saved("JPEG", comment=b"by me"), "a comment"),
        (saved("JPEG") + b"more", "bytes behind its end"),
        (saved("PNG", exif=exif()), "EXIF"),
        (commented_png(), "a chunk tEXt"),
        (saved("PNG") + b"more", "bytes behind its end"),
        (saved("WEBP", exif=exif()), "EXIF"),
        (saved("WEBP") + b"more", "bytes behind its end"),
        (saved("AVIF", exif=exif()), "EXIF"),
        (saved("GIF", comment=b"by me"), "a comment"),
        (saved("GIF") + b"more", "bytes behind its end"),
        (b"no picture", "no format that is delivered"),
    ],
)
def test_what_nobody_asked_for_is_named(data, what):
    assert what in container.examine(data).strange


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_file_that_breaks_off_is_strange(kind):
    data = saved(kind)

    for share in (0.3, 0.7, 0.99):
        assert container.examine(data[: int(len(data) * share)]).strange


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "AVIF", "GIF"]), st.data())
def test_no_bytes_at_all_break_the_walk(kind, data):
    whole = WHOLE[kind]
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 12)) :]

    assert isinstance(container.examine(spoilt).strange, tuple)


WHOLE = {kind: saved(kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF", "GIF")}
