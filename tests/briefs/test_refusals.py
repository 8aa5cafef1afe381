"""What cannot be made: all of it at once, each with its place and its fix; and files that a brief may not name."""

import pytest

from briefmill.briefs.nodes import Limits
from briefmill.domain.brief import AssetRole


def test_everything_wrong_is_told_at_once(refused):
    problems = refused(
        "campaign: A\ncampain_message: Hello\naspect_ratios: [hologram]\n"
        "products:\n  - {nme: B}\n  - {name: C, image: /etc/passwd}\n"
    )
    assert [problem.code for problem in problems] == [
        "brief.message.missing",
        "brief.placement.unknown",
        "brief.product.name",
        "brief.asset.absolute",
        "brief.key.unknown",
        "brief.key.unknown",
    ]
    assert all(problem.fix for problem in problems if problem.code != "brief.placement.unknown")
    assert problems[2].line == 5
    assert "campaign_message" in problems[4].fix


@pytest.mark.parametrize("products", [[], {}, None, "", [None], [{}]])
def test_a_brief_without_products_has_nothing_to_make(refused, products):
    (problem,) = refused({"campaign": "A", "message": "B", "products": products})
    assert problem.code == "brief.products.empty"
    assert problem.line == 1
    assert "products:" in problem.fix


def test_a_brief_that_never_names_products_shows_how(refused):
    (problem,) = refused("campaign: A\nmessage: B\n")
    assert (problem.code, problem.field) == ("brief.products.missing", "products")


def test_a_product_that_nobody_speaks_for_is_refused(refused):
    (problem,) = refused({"campaign": "A", "products": [{"name": "B", "message": "Hi"}, {"name": "Mute"}]})
    assert (problem.code, problem.field) == ("brief.message.missing", "products[1]")
    assert "Mute" in problem.message


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("https://example.com/a.png", "brief.asset.url"),
        ("file:///etc/passwd", "brief.asset.url"),
        ("data:image/png;base64,AAAA", "brief.asset.url"),
        ("//server/share/a.png", "brief.asset.url"),
        ("s3://bucket/a.png", "brief.asset.url"),
        ("/etc/passwd", "brief.asset.absolute"),
        ("~/a.png", "brief.asset.absolute"),
        ("C:\\a.png", "brief.asset.absolute"),
        ("\\etc\\passwd", "brief.asset.absolute"),
        ("../a.png", "brief.asset.outside"),
        ("a/../../b.png", "brief.asset.outside"),
        ("..\\a.png", "brief.asset.outside"),
        ("a\nb.png", "brief.asset.name"),
        ("a\u0000b.png", "brief.asset.name"),
    ],
)
@pytest.mark.parametrize("logo", [True, False])
def test_files_outside_the_bundle_are_refused(refused, path, code, logo):
    written = {"campaign": "A", "message": "B", "products": [{"name": "C"} if logo else {"name": "C", "image": path}]}
    (problem,) = refused(written | ({"brand": {"logo": path}} if logo else {}))
    assert problem.code == code
    assert problem.field == ("brand.logo" if logo else "products[0].image")
    assert "beside the brief" in problem.fix


@pytest.mark.parametrize(
    ("product", "assets"),
    [
        ({"image": "a.png"}, [("a.png", AssetRole.PICTURE, False)]),
        ({"image": "a\\b.png"}, [("a/b.png", AssetRole.PICTURE, False)]),
        ({"image": "a/../b.png"}, [("a/../b.png", AssetRole.PICTURE, False)]),
        ({"assets": ["a.png", "b.png"]}, [("a.png", AssetRole.PICTURE, False), ("b.png", AssetRole.REFERENCE, False)]),
        (
            {"assets": ["b.png"], "hero_asset": "a.png"},
            [("a.png", AssetRole.PICTURE, False), ("b.png", AssetRole.REFERENCE, False)],
        ),
        ({"cutoutImage": "c.png"}, [("c.png", AssetRole.CUTOUT, False)]),
        ({"assets": [{"path": "a.png", "type": "cutout", "required": True}]}, [("a.png", AssetRole.CUTOUT, True)]),
        (
            {"existing_assets": {"hero": "a.png", "style": "s.png"}},
            [("a.png", AssetRole.PICTURE, False), ("s.png", AssetRole.REFERENCE, False)],
        ),
        ({"image": "a.png", "assets_required": True}, [("a.png", AssetRole.PICTURE, True)]),
        ({"image": "none"}, []),
        ({"image": "generate", "existing_assets": []}, []),
    ],
)
def test_assets_in_every_shape(fields, product, assets):
    (read,) = fields(products=[{"name": "A", **product}]).brief.products
    assert [(asset.path, asset.role, asset.required) for asset in read.assets] == assets


def test_the_campaign_may_require_all_files(fields):
    brief = fields(assets_required=True, logo="l.png", products=[{"name": "A", "image": "a.png"}]).brief
    assert [asset.required for asset in brief.assets()] == [True, True]


def test_a_logo_filed_under_a_product_is_the_brands(fields):
    brief = fields(products=[{"name": "A", "assets": {"hero": "a.png", "logo": "l.png"}}]).brief
    assert brief.brand.logo is not None
    assert brief.brand.logo.path == "l.png"
    assert [asset.path for asset in brief.products[0].assets] == ["a.png"]


def test_a_folder_is_no_picture_and_is_told(fields):
    reading = fields(products=[{"name": "A", "asset_folder": "pictures/a"}, {"name": "B", "image": "b/"}])
    assert [notice.code for notice in reading.notices] == ["brief.asset.folder"] * 2
    assert not reading.brief.assets()


@pytest.mark.parametrize(
    ("changed", "code", "number"),
    [
        ({"message": "x" * 501}, "brief.message.too_long", "501"),
        ({"campaign": "x" * 201}, "brief.text.too_long", "201"),
        ({"products": [{"name": "x" * 201}]}, "brief.text.too_long", "201"),
        ({"products": [{"name": "A", "description": "x" * 5001}]}, "brief.text.too_long", "5001"),
        ({"audience": "x" * 5001}, "brief.text.too_long", "5001"),
        ({"products": [f"p{number}" for number in range(201)]}, "brief.products.too_many", "201"),
        ({"sizes": [f"{width}x300" for width in range(300, 361)]}, "brief.placements.too_many", "61"),
    ],
)
def test_every_limit_names_its_number(refused, changed, code, number):
    problems = refused({"campaign": "A", "message": "B", "products": ["C"]} | changed)
    assert code in [problem.code for problem in problems]
    assert number in problems[0].message


def test_the_number_of_creatives_is_told_as_its_product(refused):
    written = {"campaign": "A", "message": "B", "products": ["C", "D"], "locales": ["en", "de"]}
    (problem,) = refused(written, limits=Limits(max_creatives=11))
    assert problem.code == "brief.too_many_creatives"
    assert "2 products x 2 locales x 3 placements are 12" in problem.message


def test_too_many_locales_are_refused(refused):
    written = {"campaign": "A", "message": "B", "products": ["C"], "locales": ["en", "de", "fr"]}
    (problem,) = refused(written, limits=Limits(max_locales=2))
    assert problem.code == "brief.locales.too_many"
