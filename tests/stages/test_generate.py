"""Source pictures: supplied before made, and made once."""

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brief, Copy, Product
from briefmill.domain.creative import MadePicture, Origin
from briefmill.domain.placement import Placement
from briefmill.errors import AssetRefused, Problem, Temporary
from briefmill.stages import generate
from briefmill.storage.memory import MemoryStore

SQUARE = Placement(id="1x1", width=1080, height=1080)
STORY = Placement(id="9x16", width=1080, height=1920)
WIDE = Placement(id="16x9", width=1920, height=1080)
BANNER = Placement(id="banner", width=970, height=90)


class Painter:
    name = "procedural"

    def __init__(self):
        self.asked = []

    def make(self, request):
        self.asked.append(request)
        return MadePicture(
            data=f"{request.product} {request.seed}".encode(),
            media_type="image/png",
            maker=self.name,
            model="scene-1",
            prompt=request.prompt,
            seed=request.seed,
        )


def brief(*products, placements=(SQUARE,)):
    return Brief(
        campaign="calm",
        title="Calm",
        products=products,
        locales=("en",),
        copies={"en": Copy(locale="en", message="hi")},
        placements=placements,
    )


def cup(*assets):
    return Product(id="cup", name="Cup", assets=assets)


@pytest.fixture
def studio():
    return Studio()


class Studio:
    def __init__(self):
        self.store, self.painter = MemoryStore(), Painter()

    def run(self, wanted, files=None, probe=lambda ref: (640, 480)):
        tools = generate.Tools(
            store=self.store,
            maker=self.painter,
            probe=probe,
            prompt=lambda brief, product: f"a picture of {product.name}",
        )
        snapshot = Snapshot(name="b.yaml", brief=Ref(sha256="0" * 64, size=1, media_type=""), files=files or {})
        return generate.run(wanted, snapshot, tools)


def test_a_supplied_picture_is_used_as_it_is_and_nothing_is_made(studio):
    ref = studio.store.put(b"photo", "image/jpeg")
    asset = Asset(path="cup.jpg", role=AssetRole.PICTURE)
    (picture,) = studio.run(brief(cup(asset)), {"cup.jpg": ref})
    assert (picture.origin, picture.ref, picture.asset, picture.width) == (Origin.SUPPLIED, ref, "cup.jpg", 640)
    assert studio.painter.asked == []


def test_a_reference_alone_is_no_picture_of_the_product(studio):
    ref = studio.store.put(b"mood", "image/jpeg")
    asset = Asset(path="mood.jpg", role=AssetRole.REFERENCE)
    (picture,) = studio.run(brief(cup(asset)), {"mood.jpg": ref})
    assert picture.origin is Origin.PROCEDURAL


def test_a_named_but_missing_picture_is_made(studio):
    (picture,) = studio.run(brief(cup(Asset(path="cup.jpg", role=AssetRole.PICTURE))))
    assert picture.origin is Origin.PROCEDURAL
    assert studio.store.get(picture.ref).startswith(b"cup ")


def test_a_broken_supplied_picture_refuses_the_brief_and_names_it(studio):
    def probe(ref):
        raise AssetRefused(Problem(code="asset.broken", message="the file ends too early"))

    ref = studio.store.put(b"half", "image/jpeg")
    asset = Asset(path="cup.jpg", role=AssetRole.PICTURE, field="products[0].image")
    with pytest.raises(AssetRefused) as caught:
        studio.run(brief(cup(asset)), {"cup.jpg": ref}, probe)
    problem = caught.value.problem
    assert (problem.code, problem.field) == ("asset.broken", "products[0].image")
    assert "cup.jpg" in problem.message
    assert problem.fix


def test_what_the_maker_raises_is_passed_on(studio):
    def busy(request):
        raise Temporary("429")

    studio.painter.make = busy
    with pytest.raises(Temporary):
        studio.run(brief(cup()))


def test_the_same_product_of_the_same_campaign_always_has_the_same_seed(studio):
    studio.run(brief(cup()))
    studio.run(brief(Product(id="pot", name="Pot"), cup(), placements=(WIDE,)))
    seeds = [request.seed for request in studio.painter.asked]
    assert seeds[0] == seeds[2] != seeds[1]


@pytest.mark.parametrize(
    ("placements", "size"),
    [
        ((SQUARE,), (1536, 1536)),
        ((STORY,), (864, 1536)),
        ((WIDE,), (1536, 864)),
        ((SQUARE, STORY, WIDE), (1536, 1536)),
        ((SQUARE, WIDE), (1536, 1152)),
        ((BANNER,), (1536, 864)),
    ],
)
def test_one_size_serves_all_placements(placements, size):
    assert generate.picture_size(placements, 1536) == size


def test_a_maker_that_costs_nothing_makes_a_picture_for_each_shape(studio):
    tools = generate.Tools(
        store=studio.store,
        maker=studio.painter,
        probe=lambda ref: (640, 480),
        prompt=lambda brief, product: "",
        per_shape=True,
    )
    snapshot = Snapshot(name="b.yaml", brief=Ref(sha256="0" * 64, size=1, media_type=""))
    wanted = brief(cup(), placements=(SQUARE, STORY, WIDE, BANNER))
    assert [picture.placements for picture in generate.run(wanted, snapshot, tools)] == [
        ("1x1",),
        ("9x16",),
        ("16x9", "banner"),
    ]
