from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.domain.brief import Copy
from briefmill.domain.creative import TextRole
from briefmill.domain.placement import Overlay, Placement
from briefmill.domain.verdict import Box
from briefmill.imaging import compose, contrast, lettering
from briefmill.imaging.compose import BrandKit
from imaging.copywriting import MESSAGES, PLACEMENTS, TEXTS, busy, flat, mark
from imaging.easel import HOUSE, composed, planned, serving

PALETTE = ("#0E6B5C", "#F2A541", "#F6EFE4")
COPY = Copy(locale="en", message="Summer that keeps its cool", cta="Shop now", disclaimer="While stocks last.")
SQUARE = Placement(id="square", width=1080, height=1080)


@pytest.fixture(scope="module")
def kit(library):
    return BrandKit(palette=PALETTE, logo=mark(), library=library)


def safe(placement):
    zone = placement.safe_zone
    width, height = placement.width - zone.left - zone.right, placement.height - zone.top - zone.bottom
    return Box(x=zone.left, y=zone.top, width=width, height=height)


def block(composition, role=TextRole.MESSAGE):
    return next(text for text in composition.texts if text.role is role)


def assert_sound(composition, placement):
    boxes = [text.box for text in composition.texts if text.box.width]
    boxes += [composition.logo] if composition.logo else []
    assert all(box.inside(safe(placement)) for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize(
    ("placement", "one"),
    [(placement, one) for placement in PLACEMENTS for one in serving(placement)],
    ids=lambda value: getattr(value, "id", "") or value.name,
)
@pytest.mark.parametrize("locale", ["de", "ar", "ja"])
def test_every_layout_is_sound_and_readable_on_a_busy_picture(kit, placement, one, locale):
    copy = Copy(locale=locale, message=MESSAGES[locale], cta="Aqua 50%", disclaimer="31.8.")
    canvas = busy(placement.width, placement.height)
    before = canvas.copy()
    out, composition = composed(canvas, copy, placement, kit, one, upscale=1.25)
    assert_sound(composition, placement)
    assert np.array_equal(canvas, before)
    assert out.shape == canvas.shape
    assert composition.logo is not None
    assert composition.upscale == 1.25
    assert {text.role for text in composition.texts} | set(composition.left_out) == set(TextRole)
    assert not composition.left_out or placement.id == "mobile"
    for text in composition.texts:
        assert not text.clipped or placement.id == "mobile"
        assert text.size_px >= text.min_px
        assert text.contrast >= contrast.required(text.size_px, lettering.WEIGHTS[text.role])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    placement=st.sampled_from([placement for placement in PLACEMENTS if placement.width * placement.height < 400_000]),
    words=st.tuples(TEXTS, TEXTS, TEXTS),
    locale=st.sampled_from(["en", "ar", "th"]),
    level=st.integers(0, 255),
)
def test_no_words_whatever_leave_the_safe_zone_or_meet_the_logo(kit, placement, words, locale, level):
    copy = Copy(locale=locale, message=words[0], cta=words[1], disclaimer=words[2])
    canvas = flat(placement.width, placement.height, level)
    out, composition = composed(canvas, copy, placement, kit)
    assert_sound(composition, placement)
    for text in composition.texts:
        if text.box.width:
            region = out[text.box.y : text.box.bottom, text.box.x : text.box.right]
            assert region.min() < region.max()


def test_the_reported_contrast_is_that_of_the_finished_pixels(kit, library):
    placement = Placement(id="p", width=600, height=600)
    bare = BrandKit(library=library)
    out, composition = composed(flat(600, 600, 40), Copy(locale="en", message="MMMM"), placement, bare)
    text = block(composition)
    region = out[text.box.y : text.box.bottom, text.box.x : text.box.right]
    assert composition.ground == "none"
    assert region.max() == 255
    assert text.contrast == pytest.approx(contrast.worst(np.array([[40, 40, 40]], np.uint8), "#FFFFFF"), abs=0.01)
    outside = out.copy()
    outside[text.box.y : text.box.bottom, text.box.x : text.box.right] = 40
    assert (outside == 40).all()


def test_a_calm_picture_is_left_alone_and_a_checkered_one_gets_a_panel(kit):
    calm = composed(flat(1080, 1080, 20), COPY, SQUARE, kit)[1]
    assert (calm.ground, calm.panel) == ("none", None)
    checks = np.kron(np.indices((108, 108)).sum(axis=0) % 2 * 255, np.ones((10, 10))).astype(np.uint8)
    hard = composed(np.dstack([checks] * 3), COPY, SQUARE, kit)[1]
    assert hard.ground == "panel"
    assert block(hard).box.inside(hard.panel)
    assert block(hard, TextRole.DISCLAIMER).box.inside(hard.panel)
    assert not hard.panel.overlaps(hard.logo)


def test_forbidden_ground_stays_as_it_is(kit):
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.FORBIDDEN)
    canvas = busy(1200, 628)
    out, composition = composed(canvas, COPY, placement, kit)
    assert np.array_equal(out, canvas)
    assert (composition.texts, composition.logo) == ((), None)


def test_only_text_where_only_text_is_allowed(kit):
    placement = Placement(id="p", width=1200, height=628, overlay=Overlay.TEXT_ONLY)
    composition = composed(flat(1200, 628, 90), COPY, placement, kit)[1]
    assert composition.logo is None
    assert len(composition.texts) == 3


def test_a_logo_that_cannot_be_told_from_its_ground_gets_a_plate(library):
    placement = Placement(id="p", width=600, height=600)
    kit = BrandKit(logo=mark((20, 20, 20)), library=library)
    copy = Copy(locale="en", message="Hi")
    bright, free = composed(flat(600, 600, 240), copy, placement, kit)
    dark, plated = composed(flat(600, 600, 24), copy, placement, kit)
    assert plated.logo.inside(free.logo)
    assert plated.logo != free.logo
    assert dark[plated.logo.y - 2, plated.logo.x + plated.logo.width // 2].tolist() == [255, 255, 255]
    assert (bright[free.logo.y : free.logo.bottom, free.logo.x : free.logo.right] < 100).any()


def test_a_button_wears_a_brand_colour_that_stands_out(library):
    placement = Placement(id="p", width=600, height=600)
    kit = BrandKit(palette=("#101010", "#F2A541"), library=library)
    out, composition = composed(flat(600, 600, 16), Copy(locale="en", message="Hi", cta="Go"), placement, kit)
    box = block(composition, TextRole.CTA).box
    assert out[box.y + box.height // 2, box.x - 6].tolist() == [0x41, 0xA5, 0xF2]


def test_missing_glyphs_are_reported_and_not_drawn(kit):
    composition = composed(flat(600, 600, 16), Copy(locale="en", message="Sun 🎉 sea", cta="🎉"),
                                  Placement(id="p", width=600, height=600), kit)[1]  # fmt: skip
    assert block(composition).missing == ("🎉",)
    assert block(composition).box.width > 0
    assert block(composition, TextRole.CTA).missing == ("🎉",)
    assert block(composition, TextRole.CTA).box.width == 0


def test_borrowed_words_are_set_as_the_language_they_are_written_in(kit):
    copy = Copy(locale="ja", message="直感", written_for="zh-Hans")
    placement = Placement(id="p", width=300, height=250)
    borrowed = composed(flat(300, 250, 16), copy, placement, kit)[0]
    own = composed(flat(300, 250, 16), Copy(locale="zh-Hans", message="直感"), placement, kit)[0]
    assert np.array_equal(borrowed, own)


def test_a_canvas_or_a_picture_of_another_size_is_refused(kit):
    plan = planned(COPY, SQUARE, kit)
    with pytest.raises(ValueError, match="1080 x 1080"):
        compose.stage(flat(100, 100, 0), plan, SQUARE, PALETTE)
    with pytest.raises(ValueError, match="1080 x 1080"):
        compose.overlay(compose.Stage(pixels=flat(100, 100, 0)), plan, COPY, SQUARE, kit)


def test_a_filled_part_wears_the_brand_and_the_picture_keeps_to_its_own(kit):
    placement = Placement(id="p", width=1200, height=628)
    split = next(one for one in HOUSE if one.name == "split")
    out, composition = composed(flat(800, 800, 200), COPY, placement, kit, split)
    assert out[5, 5].tolist() == [0x5C, 0x6B, 0x0E]
    assert out[5, 1195].tolist() == [200, 200, 200]
    assert composition.layout == "split"
    assert composition.ground == "panel"
    assert all(text.box.inside(composition.panel) for text in composition.texts)


@pytest.mark.parametrize(
    ("name", "palette", "expected"),
    [
        ("#102030", (), "#102030"),
        ("brand", PALETTE, PALETTE[0]),
        ("accent", PALETTE, PALETTE[1]),
        ("accent", PALETTE[:1], PALETTE[0]),
        ("light", PALETTE, PALETTE[2]),
        ("light", PALETTE[:1], "#F6F5F2"),
        ("dark", ("#0A0A0C", "#FFFFFF"), "#0A0A0C"),
    ],
)
def test_a_ground_s_colour_is_named_by_its_part_in_the_palette(name, palette, expected):
    assert compose.ground_colour(name, flat(40, 40, 90), palette) == expected


def test_a_brand_without_colours_takes_a_deep_one_from_the_picture(library):
    blue = flat(40, 40, 30)
    blue[..., 0] = 200
    red, _, depth = (int(compose.ground_colour("brand", blue, ())[at : at + 2], 16) for at in (1, 3, 5))
    assert depth > red


def test_an_easel_gives_the_same_canvas_again_for_the_same_size():
    easel = compose.Easel()
    first = easel.copy(flat(40, 30, 7))
    assert (first == 7).all()
    assert easel.copy(flat(40, 30, 9)) is first
    assert (first == 9).all()
    assert easel.copy(flat(30, 40, 1)) is not first
