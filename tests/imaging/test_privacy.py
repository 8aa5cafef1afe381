"""Where a photo was taken, by whom, with what, and how it looked before: nothing of it comes out with a creative."""

import io
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from briefmill.domain.brief import Copy
from briefmill.domain.placement import Icc, Placement
from briefmill.imaging import decode, encode, fonts, profile
from briefmill.imaging.compose import BrandKit
from briefmill.stages import overlay
from briefmill.stages.resize import Source
from briefmill.stages.task import Press
from imaging import pictures
from imaging.copywriting import mark
from imaging.easel import HOUSE

SECRET = "Ida Lindqvist, 59.3293 N"
EXTENSIONS = ["jpg", "png", "webp", "avif", "gif"]


def exif():
    """A camera's notes: who, with what, and where."""
    notes = Image.Exif()
    notes[0x013B] = notes[0x010E] = notes[0x8298] = SECRET  # artist, description, copyright
    notes[0x010F], notes[0x0110] = "Secret Camera", "Mark II"
    notes.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + SECRET.encode()  # the user's comment
    notes.get_ifd(0x8825).update({1: "N", 2: (59.0, 19.0, 45.5), 3: "E", 4: (18.0, 4.0, 7.0)})  # GPS
    return notes.tobytes()


XMP = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="{SECRET}"/></rdf:RDF></x:xmpmeta>""".encode()


def saved(kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(pictures.market(400, 300)[..., ::-1].copy()).save(buffer, kind, **options)
    return buffer.getvalue()


def segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def photo():
    """A JPEG with everything that cameras and editors leave: EXIF with GPS, XMP, a thumbnail, IPTC, comments."""
    data = saved("JPEG", quality=90, exif=exif(), xmp=XMP, comment=SECRET)
    small = cv2.imencode(".jpg", pictures.wall(16, 12))[1].tobytes()
    thumbnail = segment(0xE0, b"JFXX\0\x10" + SECRET.encode() + small)
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET.encode()
    irb = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption + b"\0" * (len(caption) % 2)
    behind = b"\xff\xd9" + SECRET.encode()  # what some phones hang on behind the picture
    return data[:2] + thumbnail + segment(0xED, irb) + data[2:] + behind


def painting():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_text("Comment", SECRET, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", pnginfo=notes, exif=exif())


SOURCES = {
    "JPEG": photo,
    "PNG": painting,
    "WebP": lambda: saved("WEBP", quality=90, exif=exif(), xmp=XMP),
    "AVIF": lambda: saved("AVIF", quality=90, exif=exif(), xmp=XMP),
    "GIF": lambda: saved("GIF", comment=SECRET),
}


def jpeg_parts(data):
    at, found = 2, set()
    while data[at + 1] != 0xDA:
        found.add(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return found


def png_parts(data):
    at, found = 8, set()
    while at < len(data):
        found.add(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
    return found


def webp_parts(data):
    at, found = 12, set()
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        found.add(data[at : at + 4])
        at += 8 + size + size % 2
    return found


def told(data, extension):
    """What a file says beside its pixels, as names of the format's own parts."""
    if extension == "jpg":
        assert data.endswith(b"\xff\xd9")
        # JFIF header, tables, frame, scan: all that pixels need.
        return jpeg_parts(data) - {0xE0, 0xDB, 0xC0, 0xC4}
    if extension == "png":
        return png_parts(data) - {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    if extension == "webp":
        return webp_parts(data) - {b"VP8 "}
    if extension == "gif":
        # Neither a comment nor an application's block.
        return {block for block in (b"\x21\xfe", b"\x21\xff") if block in data[: data.index(b"\x2c")]}
    return {kind for kind in (b"Exif", b"mime", b"colrprof", b"colrrICC") if kind in data}


@pytest.mark.parametrize("kind", SOURCES)
def test_the_sources_are_full_of_secrets(kind):
    data = SOURCES[kind]()
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        known = str(image.info)
        assert SECRET in known or SECRET in str(dict(image.getexif()))
    if kind == "JPEG":
        assert data.count(SECRET.encode()) >= 6


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("kind", SOURCES)
def test_nothing_but_pixels_comes_out(kind, extension):
    encoded = encode.encode(decode.picture(SOURCES[kind]()), extension=extension)
    assert told(encoded.data, extension) == set()
    assert b"Lindqvist" not in encoded.data
    with Image.open(io.BytesIO(encoded.data)) as image:
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop", "XML:com.adobe.xmp"} & image.info.keys()
        assert not getattr(image, "text", {})


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif"])
def test_a_profile_that_is_wished_for_is_ours_and_not_the_source_s(extension):
    foreign = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    source = saved("JPEG", quality=90, icc_profile=foreign, comment=SECRET)
    encoded = encode.encode(decode.picture(source), extension=extension, icc=True)
    with Image.open(io.BytesIO(encoded.data)) as image:
        image.load()
        assert image.info["icc_profile"] == profile.srgb()
        assert not image.getexif()
    assert b"Lindqvist" not in encoded.data


@pytest.mark.parametrize("icc", [Icc.STRIP, Icc.KEEP, None])
def test_a_finished_creative_tells_no_more_than_its_placement_keeps(icc):
    placement = Placement(id="p", width=480, height=480, icc=icc)
    kit = BrandKit(palette=("#0E3B43", "#F2A65A"), logo=mark(), library=fonts.Library.build(system=False))
    copy = Copy(locale="en", message="Summer that keeps its cool")
    studio = overlay.Studio(kit=kit, layouts=HOUSE, press=Press())
    sitting = overlay.Sitting(Source(photo(), (placement,)), placement, [copy], studio)
    plan = sitting.plan(copy)
    data = overlay.run(sitting, sitting.framed(plan, copy), plan, copy).encoded.data
    assert told(data, "jpg") == ({0xE2} if icc is Icc.KEEP else set())
    assert (profile.srgb() in data) == (icc is Icc.KEEP)
    assert b"Lindqvist" not in data


def test_the_profile_is_a_small_srgb_and_the_same_bytes_each_time():
    profile.srgb.cache_clear()
    first = profile.srgb()
    profile.srgb.cache_clear()
    assert profile.srgb() == first
    assert len(first) < 1000
    read = ImageCms.ImageCmsProfile(io.BytesIO(first))
    assert "sRGB" in ImageCms.getProfileDescription(read)
    pixels = Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3))
    same = ImageCms.profileToProfile(pixels, read, ImageCms.createProfile("sRGB"))
    assert np.abs(np.asarray(same, int) - np.asarray(pixels, int)).max() <= 1
