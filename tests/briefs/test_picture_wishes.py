"""What a brief wishes of its pictures, in the spellings that people use."""

import pytest

from briefmill.domain.brief import AssetRole
from briefmill.domain.rendering import Fidelity, Rendering

BASE = {"campaign": "Calm", "message": "Begin gently", "products": [{"name": "Cup", "image": "cup.png"}]}


def codes(reading):
    return [notice.code for notice in reading.notices]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("exact", Fidelity.EXACT),
        ("Pixel-exact", Fidelity.EXACT),
        ("untouched", Fidelity.EXACT),
        ("reference", Fidelity.REFERENCE),
        ("supplied", Fidelity.SUPPLIED),
        ("as is", Fidelity.SUPPLIED),
    ],
)
def test_what_becomes_of_a_supplied_picture_is_said_for_all_products_or_for_one(read, written, meant):
    for_all = read({**BASE, "product_fidelity": written})
    assert for_all.brief.products[0].fidelity is meant
    for_one = read({**BASE, "products": [{"name": "Cup", "fidelity": written}, {"name": "Pot"}]})
    assert [one.fidelity for one in for_one.brief.products] == [meant, Fidelity.SUPPLIED]
    assert codes(for_all) == codes(for_one) == []


def test_a_product_s_own_word_goes_before_the_campaign_s(read):
    products = [{"name": "Cup", "fidelity": "supplied"}, "Pot"]
    brief = read({**BASE, "product_fidelity": "exact", "products": products}).brief
    assert [one.fidelity for one in brief.products] == [Fidelity.SUPPLIED, Fidelity.EXACT]


def test_a_word_that_is_not_understood_is_a_notice_and_changes_nothing(read):
    reading = read(
        {**BASE, "product_fidelity": "quite good", "rendering": {"quality": "splendid", "compression": "ten"}}
    )
    assert reading.brief.products[0].fidelity is Fidelity.SUPPLIED
    assert reading.brief.rendering == Rendering()
    assert sorted(codes(reading)) == ["brief.product.fidelity", "brief.rendering.unknown", "brief.rendering.unknown"]
    assert all(notice.fix for notice in reading.notices)


def test_the_rendering_in_the_words_of_the_api_and_of_people(read):
    wished = {"quality": "HD", "complexity": "simple", "background": "solid", "format": "jpg", "compression": "80 %"}
    reading = read({**BASE, "rendering": {**wished, "moderation": "strict"}})
    assert reading.brief.rendering == Rendering(
        quality="high", complexity="low", background="opaque", format="jpeg", compression=80, moderation="auto"
    )
    assert codes(reading) == []


@pytest.mark.parametrize("key", ["quality", "image_quality", "picture_quality"])
def test_a_quality_beside_the_other_fields_counts(read, key):
    assert read({**BASE, key: "low"}).brief.rendering.quality == "low"


@pytest.mark.parametrize(
    "written", ["mood.jpg", ["mood.jpg"], "mood.jpg, mood.jpg", [{"path": "mood.jpg"}], {"morning": "mood.jpg"}]
)
def test_pictures_whose_style_is_gone_by_are_files_of_the_campaign(read, written):
    reading = read({**BASE, "style_references": written})
    (reference,) = reading.brief.direction.references
    assert (reference.path, reference.role) == ("mood.jpg", AssetRole.REFERENCE)
    assert reference in reading.brief.assets()


def test_a_mood_in_words_or_an_address_is_no_picture_and_refuses_nothing(read):
    reading = read({**BASE, "moodboard": ["warm, quiet light", "https://boards.example.com/summer.jpg"]})
    assert reading.brief.direction.references == ()
    assert set(codes(reading)) == {"brief.references.no_picture"}


def test_a_style_reference_outside_of_the_brief_s_folder_is_refused(refused):
    (problem,) = refused({**BASE, "style_references": ["../../etc/secret.png"]})
    assert (problem.code, problem.field) == ("brief.asset.outside", "style_references[0]")
