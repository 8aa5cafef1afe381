"""One meaning, many spellings: each shape in which briefs are written becomes the same thing."""

import pytest

from briefmill import files
from briefmill.domain.brief import AssetRole

FLAT = """
campaign_id: spring_24
campaign_name: Spring Bloom
target_region: Germany
target_audience: People with gardens
campaign_message: Watch it grow
language: en
brand_name: Petal
brand_colors: ["#FF0000", teal]
aspect_ratios: ["1:1", "9:16"]
products:
  - product_id: rose
    product_name: Rose Cream
    product_description: A cream
"""
NESTED = """
campaign_brief:
  campaign: {id: spring_24, name: Spring Bloom, message: Watch it grow}
  targeting: {region: DE, audience: People with gardens}
  localization: {language: English}
  brand: {name: Petal, colors: {primary: "rgb(255,0,0)", secondary: "#008080"}}
  creative_requirements: {aspect_ratios: [square, story]}
  products: {rose: {title: Rose Cream, details: A cream}}
"""
CAMEL = """{
  "campaignId": "spring_24", "campaignName": "Spring Bloom",
  "targetMarket": {"country": "Germany", "language": "en"},
  "targetAudience": ["People with gardens"],
  "messaging": {"headline": "Watch it grow"},
  "brandGuidelines": {"brandName": "Petal", "primaryColor": "#f00", "secondaryColor": "Teal"},
  "adSettings": {"aspectRatios": [{"name": "Square", "ratio": "1:1"}, {"width": 1080, "height": 1920}]},
  "product": {"sku": "rose", "name": "Rose Cream", "description": "A cream"}
}"""
KEBAB = """
Campaign ID: spring_24
Campaign Name: Spring Bloom
Region: de
Audience: People with gardens
Message: Watch it grow
Languages: en
Brand: Petal
Brand Palette: "#FF0000, #008080"
Formats: 1:1, 9:16
product-name: Rose Cream
product-id: rose
product-description: A cream
"""


@pytest.mark.parametrize("text", [FLAT, NESTED, CAMEL, KEBAB], ids=["flat", "nested", "camel", "kebab"])
def test_the_same_campaign_in_four_dialects(read, text):
    brief = read(text).brief
    assert (brief.campaign, brief.title) == ("spring-24", "Spring Bloom")
    assert brief.regions == ("DE",)
    assert brief.audience == "People with gardens"
    assert brief.locales == ("en",)
    assert brief.copies["en"].message == "Watch it grow"
    assert brief.brand.name == "Petal"
    assert brief.brand.palette == ("#FF0000", "#008080")
    assert [(placement.width, placement.height) for placement in brief.placements] == [(1080, 1080), (1080, 1920)]
    (product,) = brief.products
    assert (product.id, product.name, product.description) == ("rose", "Rose Cream", "A cream")


def test_every_alias_is_told_and_canonical_keys_are_not(read):
    aliases = {alias.written: alias.became for alias in read(FLAT).aliases}
    assert aliases["campaign_name"] == "campaign"
    assert aliases["target_region"] == "regions"
    assert aliases["products[0].product_name"] == "products.name"
    assert "language" not in aliases
    assert "products" not in aliases


def test_the_identity_comes_from_the_id_then_the_name_then_the_file(fields, read):
    assert fields(id="A_1").brief.campaign == "a-1"
    assert fields().brief.campaign == "test"
    reading = read({"message": "Hi", "products": ["A"]}, name="inbox/Été 2026.json")
    assert reading.brief.campaign == "été-2026"
    assert [notice.code for notice in reading.notices] == ["brief.campaign.missing"]


@pytest.mark.parametrize(
    "products",
    [
        ["Soap", "Shampoo"],
        [{"name": "Soap"}, {"title": "Shampoo"}],
        {"soap": {"description": "x"}, "shampoo": {"name": "Shampoo"}},
        {"soap": "Soap", "shampoo": "Shampoo"},
        {"soap": None, "shampoo": {}},
        "Soap, Shampoo",
    ],
)
def test_products_in_every_shape(fields, products):
    read = fields(products=products).brief.products
    assert [(product.id, product.name) for product in read] == [("soap", "Soap"), ("shampoo", "Shampoo")]


def test_an_empty_entry_of_the_list_is_left_out_and_told(fields):
    reading = fields(products=["Soap", None])
    assert len(reading.brief.products) == 1
    assert [notice.code for notice in reading.notices] == ["brief.product.empty"]


def test_a_single_product_keeps_its_comma(fields):
    assert [product.name for product in fields(products=None, product="Salt, pepper").brief.products] == [
        "Salt, pepper"
    ]


def test_a_products_own_fields_are_kept(fields):
    reading = fields(
        products=[
            {
                "name": "Soap",
                "features": "mild, round",
                "price": 9.99,
                "type": "care",
                "visual_notes": "Show foam",
                "target_demographic": "Families",
                "prompt_avoid": ["hands"],
                "image_prompt": "soap on slate",
            }
        ]
    )
    (soap,) = reading.brief.products
    assert soap.attributes == ("mild", "round")
    assert soap.category == "care"
    assert soap.notes == ("Show foam", "target demographic: Families")
    assert soap.avoid == ("hands",)
    assert soap.prompt == "soap on slate"
    assert [notice.message for notice in reading.notices] == [
        "Understood, but without influence on the creatives: products[].price."
    ]


def test_two_products_whose_folders_a_share_would_take_for_one_are_told_apart(fields):
    reading = fields(products=["Straße", "Strasse", "Cafe\u0301", "Caf\u00e9"])
    keys = {files.name_key(product.id) for product in reading.brief.products}
    assert len(keys) == 4


def test_two_products_of_one_id_are_told_apart(fields):
    reading = fields(products=["Soap", "soap", "SOAP!"])
    assert [product.id for product in reading.brief.products] == ["soap", "soap-2", "soap-3"]
    assert [notice.code for notice in reading.notices] == ["brief.product.id_twice"] * 2


def test_comments_and_nulls_are_silent(fields):
    reading = fields(
        **{
            "_comment": "x",
            "_message_comment": "y",
            "message_comment": "z",
            "$schema": "s",
            "version": 2,
            "logo": None,
            "brand": {},
            "cta": "",
            "aspect_ratios": [],
            "products": [{"name": "A", "image": None, "_name_comment": "n"}],
        }
    )
    assert reading.notices == ()
    assert reading.brief.brand.logo is None


def test_an_unknown_key_is_told_with_its_place_and_its_neighbour(read):
    reading = read("campaign: A\nmessage: B\nproducts:\n  - name: C\n    descripton: D\nwibble: 1\n")
    near, far = reading.notices
    assert (near.code, near.field, near.line, near.column) == ("brief.key.unknown", "products[0].descripton", 5, 5)
    assert "description" in near.fix
    assert (far.field, far.line) == ("wibble", 6)


def test_what_informs_pictures_is_kept_and_the_rest_is_said_once(fields):
    reading = fields(
        cultural_requirements=["Respect the season", "Subtle words"],
        visual_direction={"setting": "beach", "mood": ["fresh", "bright"], "avoid": "text, logos", "grain": "fine"},
        regional_adaptations={"germany": "Stress quality"},
        success_metrics=["10 % more"],
        budget={"usd": 100},
        hashtags=["#x"],
    )
    direction = reading.brief.direction
    assert (direction.setting, direction.mood) == ("beach", "fresh, bright")
    assert direction.avoid == ("text", "logos")
    assert direction.notes == ("Respect the season", "Subtle words", "grain: fine", "germany: Stress quality")
    (notice,) = reading.notices
    assert notice.code == "brief.unused"
    assert "success_metrics, budget, hashtags" in notice.message


def test_brand_in_every_shape(fields):
    brand = fields(
        brand={
            "name": "Petal",
            "voice": "warm",
            "prohibited_words": "cheap, free",
            "typography": {"body": "Inter", "heading": "Playfair"},
            "fonts": ["assets/own.ttf"],
            "colors": {"background": "#fff", "accent": "gold", "primary": [{"name": "Coral", "hex": "#FF7F50"}]},
            "logo": {"path": "assets\\logo.png", "position": "top"},
            "logo_required": "yes",
        }
    ).brief.brand
    assert (brand.id, brand.tone, brand.font_family) == ("petal", "warm", "Playfair")
    assert brand.forbidden_words == ("cheap", "free")
    assert brand.palette == ("#FF7F50", "#FFD700", "#FFFFFF")
    assert brand.logo is not None
    assert (brand.logo.path, brand.logo.role, brand.logo.required) == ("assets/logo.png", AssetRole.LOGO, False)
    assert [font.path for font in brand.fonts] == ["assets/own.ttf"]
    assert brand.logo_required


def test_colours_in_words_become_a_note_and_a_wrong_one_is_told(fields):
    reading = fields(creative_params={"color_palette": "warm earthy tones"}, brand_colors=["#12", "coral"])
    assert reading.brief.brand.palette == ("#FF7F50",)
    assert reading.brief.direction.notes == ("colours: warm earthy tones",)
    assert [notice.code for notice in reading.notices] == ["brief.colour.unknown"]


@pytest.mark.parametrize(
    "given",
    [
        {"region": "Mexico, US"},
        {"target_regions": ["Mexico", "US"]},
        {"markets": [{"country": "Mexico"}, {"country": "US"}]},
        {"targeting": {"countries": ["MX", "USA"]}},
        {"market": "MEX and United States"},
    ],
)
def test_regions_in_every_shape(fields, given):
    assert fields(**given).brief.regions == ("MX", "US")


def test_a_region_that_is_no_place_is_told_and_the_brief_goes_on(fields):
    reading = fields(region="Germny")
    assert reading.brief.regions == ()
    assert [(notice.code, notice.fix) for notice in reading.notices] == [
        ("brief.region.unknown", "Did you mean Germany?")
    ]


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ({}, "1x1 9x16 16x9"),
        ({"placements": "1:1, 4:5"}, "1x1 4x5"),
        ({"aspect_ratios": {"square": "1:1", "story": "9:16"}}, "1x1 9x16"),
        ({"sizes": {"wide": True, "tall": False}}, "16x9"),
        ({"output": {"formats": ["png"], "sizes": [{"width": 300, "height": 250}]}}, "300x250"),
        ({"platforms": ["Instagram Story", "Pinterest"]}, "meta.story pinterest.standard"),
        ({"channels": ["Instagram"], "aspect_ratios": ["1:1"]}, "1x1"),
        ({"deliverables": {"instagram": ["1:1", "9:16"]}}, "1x1 9x16"),
        (
            {"formats": [{"platform": "instagram", "sizes": ["1:1"]}, {"name": "leaderboard"}]},
            "1x1 google.display.728x90",
        ),
    ],
)
def test_placements_in_every_shape(fields, given, ids):
    assert [placement.id for placement in fields(**given).brief.placements] == ids.split()


def test_an_unknown_placement_is_refused_but_an_unknown_channel_only_told(refused, fields):
    (problem,) = refused({"campaign": "A", "message": "B", "products": ["C"], "aspect_ratios": ["squre"]})
    assert (problem.code, problem.field) == ("brief.placement.unknown", "aspect_ratios[0]")
    reading = fields(channels=["Carrier pigeon"])
    assert [notice.code for notice in reading.notices] == ["brief.channel.unknown"]
    assert len(reading.brief.placements) == 3


@pytest.mark.parametrize(
    ("written", "priority"),
    [("high", 2), ("Normal", 5), ("low", 8), ("urgent", 0), (0, 0), (9, 9), ("7", 7), (None, 5)],
)
def test_priorities(fields, written, priority):
    assert fields(priority=written).brief.priority == priority


@pytest.mark.parametrize(
    ("more", "overnight"),
    [
        ({}, False),
        ({"delivery": "overnight"}, True),
        ({"delivery_mode": "Next day"}, True),
        ({"overnight": True}, True),
        ({"overnight": False}, False),
        ({"output": {"delivery": "overnight"}}, True),
        ({"delivery": "now"}, False),
    ],
)
def test_a_brief_that_has_time_says_so(fields, more, overnight):
    reading = fields(**more)
    assert reading.brief.overnight is overnight
    assert not [notice for notice in reading.notices if notice.code.startswith("brief.delivery")]


def test_an_unknown_delivery_is_told_and_made_now(fields):
    reading = fields(delivery="by pigeon")
    assert not reading.brief.overnight
    assert [notice.code for notice in reading.notices] == ["brief.delivery.unknown"]


def test_an_unknown_priority_is_told(fields):
    reading = fields(priority="whenever")
    assert reading.brief.priority == 5
    assert [notice.code for notice in reading.notices] == ["brief.priority.unknown"]
