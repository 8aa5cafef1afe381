"""From a source's bytes to a placement's pixels: as sharp as a reference filter makes it, and the product whole."""

import io
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from briefmill.domain.placement import Placement
from briefmill.imaging import focus
from briefmill.imaging.focus import Wish
from briefmill.stages.resize import Source

PLACEMENTS = tuple(
    Placement(id=f"{width}x{height}", width=width, height=height)
    for width, height in ((1080, 1080), (1080, 1920), (1920, 1080), (1080, 1350), (1200, 628), (300, 250))
)
SMALL = tuple(Placement(id=p.id, width=p.width // 3, height=p.height // 3) for p in PLACEMENTS)


def drawn(width, height, *, busy):
    """A picture with edges, gradients and, when busy, fine detail everywhere; the same on every machine."""
    rng = np.random.default_rng(3)
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    pixels = np.dstack([180 - 90 * down / height, 120 + 60 * across / width, 90 + 40 * np.sin(across / 90)])
    for _ in range(60 if busy else 14):
        x, y, r = rng.random(3)
        radius = int((0.02 + 0.08 * r) * height)
        centre = (int(x * width), int(y * height))
        cv2.circle(pixels, centre, radius, rng.integers(20, 235, 3).tolist(), -1, cv2.LINE_AA)
    if busy:
        grain = cv2.GaussianBlur(rng.normal(0, 60, pixels.shape).astype(np.float32), (0, 0), 1.5)
        pixels += grain
    return np.clip(pixels, 0, 255).astype(np.uint8)


def jpeg(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels[..., ::-1]).save(buffer, "JPEG", quality=95, subsampling=0, **options)
    return buffer.getvalue()


def ssim(one, other):
    """Structural similarity of two pictures' luma, Gaussian window of 1.5 (Wang et al., IEEE TIP 13, 2004)."""
    x, y = (cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.float64) for part in (one, other))
    blur = lambda part: cv2.GaussianBlur(part, (0, 0), 1.5)  # noqa: E731
    mx, my = blur(x), blur(y)
    vx, vy, both = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * both + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


def reference(pixels, window, factor, area):
    """The same window by a Lanczos filter in floats, from the picture in its full size."""
    edges = (window.x, window.y, window.x + window.width, window.y + window.height)
    box = tuple(float(edge * factor) for edge in edges)
    layers = [
        np.asarray(
            Image.fromarray(pixels[..., layer].astype(np.float32)).resize(area, Image.Resampling.LANCZOS, box=box)
        )
        for layer in range(3)
    ]
    return np.clip(np.rint(np.dstack(layers)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("busy", [False, True], ids=["smooth", "busy"])
@pytest.mark.parametrize("accelerated", [True, False], ids=["accelerated", "with Pillow alone"])
@pytest.mark.parametrize(
    ("width", "height", "eighths"), [(3000, 2000, 4), (1640, 1092, 5), (1440, 960, 6), (1200, 800, 8)]
)
def test_a_photo_is_made_smaller_as_well_as_a_reference_filter_does(
    monkeypatch, busy, accelerated, width, height, eighths
):
    if not accelerated:
        monkeypatch.setitem(sys.modules, "cykooz_resizer", None)
    source = Source(jpeg(drawn(width, height, busy=busy)), SMALL)
    full = np.asarray(Image.open(io.BytesIO(source.data)).convert("RGB"))[..., ::-1]
    high, wide = source.pixels.shape[:2]
    assert wide == width * eighths // 8
    for placement in SMALL:
        framed = source.fitted(placement.width, placement.height)
        window = focus.crop(source.focus, wide, high, placement.ratio)
        wanted = reference(full, window, width / wide, (placement.width, placement.height))
        assert ssim(framed.pixels, wanted) >= 0.99, placement.id


@pytest.mark.parametrize("transparent", [False, True], ids=["opaque", "with transparency"])
@pytest.mark.parametrize(("across", "down"), [(250, 166), (260, 250), (501, 300), (300, 500)])
def test_a_picture_of_another_kind_is_made_smaller_as_well_as_a_reference_filter_does(across, down, transparent):
    picture = drawn(1203, 801, busy=True)
    layers = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)]) if transparent else picture.copy()
    layers[0, 0, 3:] = 0
    placement = Placement(id="one", width=across, height=down)
    source = Source(cv2.imencode(".png", layers)[1].tobytes(), (placement,))
    high, wide = source.pixels.shape[:2]
    window = focus.crop(source.focus, wide, high, placement.ratio)
    wanted = reference(picture, window, round(1203 / wide), (across, down))
    assert ssim(source.fitted(across, down).pixels, wanted) >= 0.99


@pytest.mark.parametrize("busy", [False, True], ids=["smooth", "busy"])
def test_a_picture_is_enlarged_as_well_as_a_reference_filter_does(busy):
    picture = drawn(1536, 1024, busy=busy)
    source = Source(cv2.imencode(".png", picture)[1].tobytes(), PLACEMENTS)
    for placement in PLACEMENTS:
        framed = source.fitted(placement.width, placement.height)
        window = focus.crop(source.focus, 1536, 1024, placement.ratio)
        wanted = reference(picture, window, 1.0, (placement.width, placement.height))
        assert ssim(framed.pixels, wanted) >= 0.99, placement.id


def test_a_source_is_never_decoded_so_small_that_a_crop_must_be_enlarged():
    photo = jpeg(drawn(2400, 1600, busy=False))
    for placement in SMALL:
        assert Source(photo, (placement,)).fitted(placement.width, placement.height).upscale <= 1.0
    assert Source(photo, SMALL).pixels.shape[1] == 1200
    assert Source(photo, PLACEMENTS).pixels.shape[1] == 2400


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stands_upright_whoever_decodes_it(monkeypatch, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = jpeg(drawn(640, 400, busy=False), exif=exif.tobytes())
    fast = Source(photo, SMALL[:1]).pixels
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    slow = Source(photo, SMALL[:1]).pixels
    assert fast.shape == slow.shape
    assert np.abs(fast.astype(int) - slow).mean() < 2


def test_the_product_is_whole_and_its_box_is_told_in_the_area_s_pixels():
    picture = np.full((800, 1200, 3), 170, np.uint8)
    cv2.rectangle(picture, (820, 200), (1000, 640), (30, 60, 190), -1)
    source = Source(cv2.imencode(".png", picture)[1].tobytes(), SMALL)
    for placement in SMALL:
        framed = source.fitted(placement.width, placement.height)
        assert framed.cut == 0.0
        box = framed.subject
        inside = framed.pixels[box.y : box.bottom, box.x : box.right].reshape(-1, 3)
        assert np.median(inside, axis=0) == pytest.approx((30, 60, 190), abs=12)


def test_a_subject_stands_where_the_layout_wants_it_and_as_large():
    picture = np.full((800, 1200, 3), 170, np.uint8)
    cv2.rectangle(picture, (560, 340), (640, 460), (30, 60, 190), -1)
    source = Source(cv2.imencode(".png", picture)[1].tobytes(), SMALL)
    box = source.fitted(400, 400, Wish(towards=(0.75, 0.5))).subject
    assert 240 < box.x + box.width / 2 < 340
    near = source.fitted(200, 200, Wish(fill=0.6, least=(200, 200))).subject
    far = source.fitted(200, 200).subject
    assert near.height > 2 * far.height
    assert near.height == pytest.approx(0.6 * 200, abs=16)


def test_where_the_brief_says_the_subject_is_is_believed():
    picture = np.full((800, 1200, 3), 170, np.uint8)
    cv2.rectangle(picture, (820, 200), (1000, 640), (30, 60, 190), -1)
    data = cv2.imencode(".png", picture)[1].tobytes()
    assert Source(data, SMALL, (0.1, 0.5)).fitted(200, 400).subject.width == 60
    assert Source(data, SMALL, (0.75, 0.5)).fitted(200, 400).cut == 0.0


def test_a_cut_out_stands_on_white_and_is_known_exactly():
    layers = np.zeros((600, 900, 4), np.uint8)
    layers[150:450, 640:780] = (30, 60, 190, 255)
    # What is transparent may hold anything: it neither shows nor attracts.
    layers[:, :300, :3] = np.random.default_rng(1).integers(0, 255, (600, 300, 3), dtype=np.uint8)
    source = Source(cv2.imencode(".png", layers)[1].tobytes(), SMALL)
    assert source.alpha.shape == source.pixels.shape[:2]
    assert source.focus.subject == focus.CropBox(x=640 / 900, y=0.25, width=140 / 900, height=0.5)
    framed = source.fitted(300, 400)
    assert framed.cut == 0.0
    assert framed.subject.x + framed.subject.width / 2 == pytest.approx(150, abs=3)
    outside = np.ones(framed.pixels.shape[:2], bool)
    box = framed.subject
    outside[box.y - 2 : box.bottom + 2, box.x - 2 : box.right + 2] = False
    # Lanczos rings by a few levels beside an edge.
    assert framed.pixels[outside].min() > 245
    assert Source(jpeg(drawn(300, 200, busy=False)), SMALL).alpha is None


@pytest.mark.parametrize(("across", "down"), [(728, 90), (160, 600), (400, 400), (970, 250)])
def test_a_cut_out_trimmed_to_its_edges_is_whole_in_every_shape(across, down):
    layers = np.zeros((900, 320, 4), np.uint8)
    cv2.ellipse(layers, (160, 450), (158, 448), 0, 0, 360, (30, 60, 190, 255), -1)
    source = Source(cv2.imencode(".png", layers)[1].tobytes(), SMALL)
    framed = source.fitted(across, down, Wish(towards=(0.7, 0.5)))
    assert framed.pixels.shape == (down, across, 3)
    assert framed.cut == 0.0
    red = framed.pixels[..., 0] < 128
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert 0 < rows[0] < rows[-1] < down - 1
    assert 0 < columns[0] < columns[-1] < across - 1
    assert (columns[-1] - columns[0]) / (rows[-1] - rows[0]) == pytest.approx(316 / 896, rel=0.1)
    assert (framed.subject.x, framed.subject.bottom) == pytest.approx((columns[0], rows[-1]), abs=2)
