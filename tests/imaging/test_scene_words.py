"""From words to what is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import scene, scene_props, scene_words


@pytest.mark.parametrize(
    ("name", "category", "product"),
    [
        ("Coffee Mug", "", "mug"),
        ("Trinkflasche Alpin", "", "bottle"),
        ("Olive Oil", "Food", "clear_bottle"),
        ("Trail Running Shoes", "", "shoe"),
        ("Leichte Sonnenbrille", "", "sunglasses"),
        ("夏のタオル", "", "towels"),
        ("無線ヘッドホン", "", "headphones"),
        ("Crème de nuit", "", "jar"),
        ("Vitamin C Serum", "Skincare", "dropper"),
        ("Organic Green Tea", "", "pouch"),
        ("T-Shirt Bio", "", "shirt"),
        ("Aurora", "Smartwatches", "watch"),
        ("Aurora", "Cold drinks", "can"),
        ("Widget", "", "parcel"),
        ("Watchtower", "", "parcel"),
    ],
)
def test_products_are_known_by_name_then_by_category(name, category, product):
    assert scene_words.subject(name, category, "").product == product


def test_the_prompt_is_asked_last_and_its_first_thing_counts():
    assert scene_words.subject("Aurora", "", "A candle on a table beside a mug.").product == "candle"
    assert scene_words.subject("Aurora Mug", "", "A candle on a table.").product == "mug"


def test_a_thing_goes_before_what_is_in_it():
    assert scene_words.subject("Cream Jacket", "", "").product == "shirt"
    assert scene_words.subject("Shampoo Tube", "", "").product == "tube"


@pytest.mark.parametrize(
    ("words", "companions"),
    [("Espresso Cup", "beans"), ("Orange Soda", "citrus"), ("Bamboo Brush", "leaves"), ("Box", "shapes")],
)
def test_companions_suit_the_words(words, companions):
    assert scene_words.subject(words, "", "").companions == companions


def test_every_word_leads_to_something_that_can_be_drawn():
    assert set(scene_words.THINGS) | set(scene_words.CONTENTS) == set(scene.BUILDERS)
    assert set(scene_words.COMPANIONS) == set(scene_props.KINDS)


@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=900))
def test_any_words_lead_to_a_product(name, category, prompt):
    found = scene_words.subject(name, category, prompt)
    assert found.product in scene.BUILDERS
    assert found.companions in {*scene_props.KINDS, "shapes"}
