"""The built-in maker's art: right size, repeatable, different where it should be, in the brand's colours, focused."""

import io

import numpy as np
import pytest
from PIL import Image

from briefmill.domain.creative import PictureRequest
from briefmill.errors import Permanent
from briefmill.imaging import colour, decode, focus, scene, scene_words

BRAND = ("#1F6F5C", "#F2B705", "#F4EFE6")


def request(**changes):
    given = {
        "product": "bottle",
        "name": "Trail Bottle",
        "prompt": "Advertising photograph of Trail Bottle.",
        "width": 240,
        "height": 160,
        "palette": BRAND,
        "seed": 7,
    }
    return PictureRequest(**(given | changes))


@pytest.mark.parametrize(
    ("width", "height"), [(240, 160), (160, 240), (161, 159), (288, 162), (90, 160), (400, 50), (16, 16)]
)
def test_the_picture_has_exactly_the_wanted_size(width, height):
    pixels = scene.draw(request(width=width, height=height))
    assert pixels.shape == (height, width, 3)
    assert pixels.dtype == np.uint8


def test_the_same_request_is_the_same_picture_byte_for_byte():
    assert scene.encoded(request()) == scene.encoded(request())


def test_another_seed_or_product_is_another_picture():
    pictures = {scene.encoded(request(seed=seed)) for seed in range(3)}
    pictures.add(scene.encoded(request(name="Trail Mug")))
    assert len(pictures) == 4


def test_the_bytes_are_a_jpeg_hardly_different_from_the_drawing():
    image = Image.open(io.BytesIO(scene.encoded(request())))
    assert (image.format, image.size) == ("JPEG", (240, 160))
    off = np.abs(decode.picture(scene.encoded(request())).astype(int) - scene.draw(request()))
    assert off.mean() < 1.5


@pytest.mark.parametrize("product", sorted(scene.BUILDERS))
def test_every_product_can_be_seen(product):
    words = (scene_words.THINGS.get(product) or scene_words.CONTENTS[product]).split()[0]
    pixels = scene.draw(request(product=product, name=words, category="", prompt=""))
    assert scene_words.subject(words, "", "").product == product
    found = focus.find(pixels)
    assert 0.2 < found.x < 0.8
    assert 0.3 < found.y < 0.9
    assert pixels.reshape(-1, 3).std(axis=0).max() > 12


def test_a_product_nobody_knows_becomes_a_parcel():
    assert scene_words.subject("Xyzzy 3000", "", "").product == "parcel"
    assert scene.draw(request(name="Xyzzy 3000", prompt="")).std() > 5


@pytest.mark.parametrize(
    "palette",
    [BRAND, ("#E85D75", "#2B2D42", "#FFE8D6"), ("#0B1F3A", "#C9A227"), ("#6C9BCF",), ("#FFFFFF",), ("#000000",)],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_brands_colours_rule_the_picture(palette, seed):
    pixels = scene.draw(request(palette=palette, seed=seed))
    hues = [colour.lab_of(value) for value in palette]
    measured = colour.lab(colour.thumbnail(pixels, 48)).reshape(-1, 1, 3).astype(float)
    # Light and shadow change how light a colour is; its hue is what the brand is known by, so lightness is set aside.
    measured[..., 0] = 50.0
    brand = np.array([[50.0, lab[1] * share, lab[2] * share] for lab in hues for share in (1.0, 0.75, 0.5, 0.25, 0.0)])
    distance = colour.delta_e2000(measured, brand[None]).min(axis=1)
    assert float((distance < 12).mean()) > 0.8


@pytest.mark.parametrize("palette", [BRAND, ("#0B1F3A", "#C9A227", "#EDE6DA"), ("#FFFFFF", "#EEEEEE"), ("#101010",)])
def test_the_product_stands_out_from_the_wall(palette):
    for seed in range(4):
        look = scene.scene_palette.look(palette, np.random.default_rng(seed))
        body, wall = (np.array(part) @ (0.2126, 0.7152, 0.0722) for part in (look.body, look.wall))
        saturation = np.abs(np.array(look.body) - np.array(look.wall)).max()
        assert colour.contrast(float(body), float(wall)) > 1.5 or saturation > 0.2


def test_without_a_palette_a_scene_brings_its_own():
    pixels = scene.draw(request(palette=()))
    assert pixels.mean() > 40


def test_there_is_calm_space_for_words():
    pixels = scene.draw(request(width=360, height=240))
    upper = pixels[:72].astype(int)
    steps = np.abs(np.diff(upper, axis=1)).max(axis=2)
    assert float(np.percentile(steps, 95)) < 12


@pytest.mark.parametrize(("width", "height"), [(0, 100), (100, 9000), (15, 15)])
def test_a_size_that_no_picture_has_is_refused(width, height):
    with pytest.raises(Permanent):
        scene.draw(request(width=width, height=height))


def test_hostile_words_only_choose_what_is_drawn():
    for name in ("", "\0", "../../etc/passwd", "\ud800", "Ａ" * 5000, "🍾" * 30, "{{7*7}}"):
        assert scene.draw(request(name=name, category=name, prompt=name, width=64, height=48)).shape == (48, 64, 3)
