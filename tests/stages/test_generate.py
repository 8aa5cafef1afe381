"""Source pictures: supplied before made, and made once."""

from dataclasses import replace
from functools import partial

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brief, Copy, Direction, Product
from briefmill.domain.creative import Cutout, Frame, MadePicture, Origin
from briefmill.domain.placement import Placement
from briefmill.domain.rendering import Fidelity, Rendering
from briefmill.errors import AssetRefused, BriefRefused, Problem, Temporary
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

    def cut(self, ref):
        return Cutout(source=ref, matte=self.store.put(b"matte of " + self.store.get(ref), "image/png"), way="alpha")

    def run(self, wanted, files=None, probe=lambda ref: (640, 480), **camera):
        tools = generate.Tools(
            store=self.store,
            maker=self.painter,
            probe=probe,
            prompt=lambda brief, product: f"a picture of {product.name}",
            cut=self.cut,
            camera=generate.Camera(**camera),
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
    wanted = brief(cup(), placements=(SQUARE, STORY, WIDE, BANNER))
    made = studio.run(wanted, frames=partial(generate.for_each_shape, long_edge=1536))
    assert [picture.placements for picture in made] == [("1x1",), ("9x16",), ("16x9", "banner")]


def exactly(*assets, fidelity=Fidelity.EXACT):
    return Product(id="cup", name="Cup", assets=assets, fidelity=fidelity)


PHOTO = Asset(path="cup.jpg", role=AssetRole.PICTURE, field="products[0].image")
MOOD = Asset(path="mood.jpg", role=AssetRole.REFERENCE)


def test_an_exact_product_is_cut_out_and_only_its_scene_is_made(studio):
    ref = studio.store.put(b"photo", "image/jpeg")
    (picture,) = studio.run(brief(exactly(PHOTO)), {"cup.jpg": ref})
    assert picture.origin is Origin.PROCEDURAL
    assert picture.cutout.source == ref
    assert (picture.asset, picture.subject) == ("cup.jpg", None)
    (asked,) = studio.painter.asked
    assert asked.empty
    assert asked.references == ()
    assert "is not in the picture" in asked.prompt


def test_an_exact_product_that_was_not_supplied_is_refused_before_anything_is_made(studio):
    with pytest.raises(BriefRefused, match="no picture of it came") as caught:
        studio.run(brief(Product(id="pot", name="Pot"), exactly(PHOTO)))
    assert caught.value.problems[0].code == "brief.product.exact"
    assert studio.painter.asked == []


def test_a_product_that_cannot_be_cut_out_is_refused_by_its_file_s_name_before_anything_is_made(studio):
    def refuse(ref):
        raise AssetRefused(Problem(code="asset.cutout.restless", message="the backdrop is not plain", fix="Use a PNG."))

    studio.cut = refuse
    ref = studio.store.put(b"photo", "image/jpeg")
    with pytest.raises(AssetRefused) as caught:
        studio.run(brief(Product(id="pot", name="Pot"), exactly(PHOTO)), {"cup.jpg": ref})
    assert caught.value.problem.message == "cup.jpg: the backdrop is not plain"
    assert caught.value.problem.field == "products[0].image"
    assert studio.painter.asked == []


def test_a_picture_that_goes_by_others_is_told_the_product_first_then_the_styles(studio):
    files = {name: studio.store.put(name.encode(), "image/jpeg") for name in ("cup.jpg", "mood.jpg", "style.png")}
    styled = replace(
        brief(exactly(PHOTO, MOOD, fidelity=Fidelity.REFERENCE)),
        direction=Direction(references=(Asset(path="style.png", role=AssetRole.REFERENCE), MOOD)),
    )
    (picture,) = studio.run(styled, files, references=True)
    (asked,) = studio.painter.asked
    assert [one.ref for one in asked.references] == [files["cup.jpg"], files["mood.jpg"], files["style.png"]]
    assert [one.product for one in asked.references] == [True, False, False]
    assert picture.references == ("cup.jpg", "mood.jpg", "style.png")
    assert picture.cutout is None


def test_a_maker_that_cannot_go_by_pictures_leaves_a_supplied_one_as_it_is(studio):
    ref = studio.store.put(b"photo", "image/jpeg")
    (picture,) = studio.run(brief(exactly(PHOTO, fidelity=Fidelity.REFERENCE)), {"cup.jpg": ref})
    assert (picture.origin, picture.ref) == (Origin.SUPPLIED, ref)
    assert studio.painter.asked == []


def test_no_more_references_are_sent_than_a_maker_takes(studio):
    many = [Asset(path=f"{number}.jpg", role=AssetRole.REFERENCE) for number in range(30)]
    files = {one.path: studio.store.put(one.path.encode(), "image/jpeg") for one in many}
    studio.run(brief(cup(*many)), files, references=True)
    (asked,) = studio.painter.asked
    assert len(asked.references) == generate.MOST_REFERENCES
    assert asked.references[0].ref == files["0.jpg"]


def test_a_reference_that_is_no_picture_is_refused_by_its_name(studio):
    def probe(ref):
        raise AssetRefused(Problem(code="asset.broken", message="the file ends too early"))

    files = {"mood.jpg": studio.store.put(b"half", "image/jpeg")}
    with pytest.raises(AssetRefused, match=r"mood\.jpg"):
        studio.run(brief(cup(MOOD)), files, probe, references=True)


def test_what_the_brief_wishes_of_the_rendering_and_which_part_is_always_seen_reach_the_maker(studio):
    wished = replace(brief(cup()), rendering=Rendering(quality="low"))
    frame = Frame(width=1024, height=1024, shown=0.7)
    studio.run(wished, frames=lambda _: (frame,), directions=lambda frame, _: f"the middle {frame.shown:.0%} is seen")
    (asked,) = studio.painter.asked
    assert asked.rendering.quality == "low"
    assert asked.prompt == "a picture of Cup the middle 70% is seen"
