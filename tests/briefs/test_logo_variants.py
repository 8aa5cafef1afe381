"""A brand's logo and its variants: what `dark` and `white` mean, however a brief files them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs import aliases, logos
from briefmill.briefs.fields import Context, Field
from briefmill.briefs.logos import Variant

BOTH = ("a.png", "w.svg", None)


def paths(reading):
    brand = reading.brief.brand
    return tuple(asset.path if asset else None for asset in (brand.logo, brand.logo_on_dark, brand.logo_on_light))


@pytest.mark.parametrize(
    ("words", "variant"),
    [
        ("white", Variant.ON_DARK),
        ("logo light", Variant.ON_DARK),
        ("dark", Variant.ON_LIGHT),
        ("black version", Variant.ON_LIGHT),
        ("on dark", Variant.ON_DARK),
        ("for dark backgrounds", Variant.ON_DARK),
        ("dark mode", Variant.ON_DARK),
        ("light background", Variant.ON_LIGHT),
        ("on white", Variant.ON_LIGHT),
        ("negative", Variant.ON_DARK),
        ("reversed", Variant.ON_DARK),
        ("inverse", Variant.ON_DARK),
        ("positive", Variant.ON_LIGHT),
        ("primary", None),
        ("white on black", None),
        ("", None),
    ],
)
def test_a_colour_names_the_ink_unless_a_place_stands_beside_it(words, variant):
    assert logos.variant_of(words.split()) is variant


def test_every_alias_means_what_the_rule_says():
    told = {Field.LOGO_ON_DARK: Variant.ON_DARK, Field.LOGO_ON_LIGHT: Variant.ON_LIGHT}
    seen = 0
    for tables in (aliases._ROOT, aliases._OWN[Context.ASSETS]):
        for field, variant in told.items():
            for name in tables[field].split():
                assert logos.variant_of(name.split("_")) is variant, name
                seen += 1
    assert seen > 50


@pytest.mark.parametrize(
    ("brand", "expected"),
    [
        ({"logo": "a.png"}, ("a.png", None, None)),
        ({"logo": "logo-white.png"}, ("logo-white.png", None, None)),
        ({"logo": "a.png", "logo_on_dark": "w.svg"}, BOTH),
        ({"logo": "a.png", "logo_white": "w.svg"}, BOTH),
        ({"logo": "a.png", "logo_inverse": "w.svg"}, BOTH),
        ({"logo": "a.png", "logoDarkBackground": "w.svg"}, BOTH),
        ({"logo": "a.png", "logo_dark": "d.svg"}, ("a.png", None, "d.svg")),
        ({"logo": {"light": "l.png", "dark": "d.svg"}}, ("d.svg", "l.png", None)),
        ({"logo": {"primary": "a.png", "white": "w.svg"}}, BOTH),
        ({"logo": {"primary": {"path": "a.png"}, "on_dark": {"file": "w.svg"}}}, BOTH),
        ({"logo": {"path": "a.png", "white": "w.svg"}}, BOTH),
        ({"logo": {"path": "a.png", "background": "light", "on_dark": "w.svg"}}, ("a.png", "w.svg", None)),
        ({"logo": {"variants": {"default": "a.png", "negative": "w.svg"}}}, BOTH),
        ({"logos": ["a.png", "w-white.svg"]}, ("a.png", "w-white.svg", None)),
        ({"logos": [{"path": "a.png"}, {"path": "w.svg", "variant": "white"}]}, BOTH),
        ({"logos": [{"file": "w.svg", "background": "dark"}, {"file": "a.png", "type": "primary"}]}, BOTH),
        ({"logos": {"primary": "a.png", "reversed": "w.svg"}}, BOTH),
        ({"logo_white": "w.svg"}, ("w.svg", None, None)),
        ({"logo_white": "w.svg", "logo_black": "b.svg"}, ("b.svg", "w.svg", None)),
        ({"logo": {"file": "a.png", "position": "top-left", "clear_space": 0.2}}, ("a.png", None, None)),
        ({"logo": {"primary": "a.png", "position": "top-left", "min_width": 80}}, ("a.png", None, None)),
    ],
)
def test_the_dialects_of_logos_are_understood(fields, brand, expected):
    assert paths(fields(brand={"name": "Lumen", **brand})) == expected


def test_variants_stand_at_the_root_of_a_flat_brief_as_well(fields):
    assert paths(fields(logo="a.png", logo_white="w.svg")) == BOTH


def test_variants_among_the_assets_are_found(fields):
    assert paths(fields(assets={"logo": "a.png", "logo_white": "w.svg"})) == BOTH
    assert paths(fields(brand_assets={"primary_logo": "a.png", "negative": "w.svg"})) == BOTH


def test_a_second_file_for_the_same_ground_is_told_as_unused(fields):
    reading = fields(brand={"name": "Lumen", "logos": ["a.png", "b.png"]})
    assert paths(reading) == ("a.png", None, None)
    assert any("brand.logos[]" in notice.message for notice in reading.notices)


def test_what_is_said_about_a_logo_beside_its_file_is_told_as_unused(fields):
    reading = fields(brand={"name": "Lumen", "logo": {"primary": "a.png", "position": "top-left"}})
    assert any("brand.logo.position" in notice.message for notice in reading.notices)


def test_the_reading_shows_what_a_key_became(fields):
    reading = fields(brand={"name": "Lumen", "logo": "a.png", "logo_white": "w.svg"})
    assert ("brand.logo_white", "brand.logo_on_dark") in {(alias.written, alias.became) for alias in reading.aliases}


def test_variants_are_files_that_the_brief_names(fields):
    brief = fields(brand={"name": "Lumen", "logo": "a.png", "logo_white": "w.svg"}, assets_required=True).brief
    named = {asset.path: asset.required for asset in brief.assets()}
    assert named == {"a.png": True, "w.svg": True}


@pytest.mark.parametrize("path", ["https://brand.example/w.svg", "/etc/w.svg", "../../w.svg"])
def test_a_variant_from_elsewhere_is_refused_with_its_place(refused, path):
    whole = {"campaign": "T", "message": "M", "products": ["P"], "brand": {"logo": {"primary": "a.png", "white": path}}}
    (problem,) = refused(whole)
    assert problem.field == "brand.logo.white"


@given(words=st.lists(st.sampled_from(["on", "dark", "white", "logo", "mode", "negative", "light", "x"]), max_size=5))
def test_the_order_of_words_never_matters(words):
    assert logos.variant_of(words) is logos.variant_of(reversed(words))
