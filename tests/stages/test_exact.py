"""A supplied product in a made scene, through the pixel stages: placed whole, proven in every creative."""

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture, PictureRequest
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.domain.rendering import Fidelity
from briefmill.domain.verdict import Box
from briefmill.errors import AssetRefused
from briefmill.imaging import decode, faces, scene, straytext
from briefmill.stages import archive, exact, layoutbook, pixels, references, sighting
from briefmill.stages.resize import Source
from briefmill.stages.task import Making, PixelTask, ProbeTask
from briefmill.storage.memory import MemoryStore
from imaging import packshots

PLACEMENTS = (
    Placement(id="1x1", width=540, height=540, formats=("png",)),
    Placement(id="story", width=360, height=640, safe_zone=SafeZone(top=60, bottom=120), formats=("png",)),
    Placement(id="wide", width=640, height=336, formats=("png",)),
    Placement(id="board", width=728, height=90, formats=("png",)),
    Placement(id="tower", width=160, height=600, formats=("png",)),
    Placement(id="bare", width=300, height=300, overlay=Overlay.FORBIDDEN, formats=("png",)),
)


LAYOUTS = layoutbook.read(Path(__file__).parents[2] / "config" / "layouts")


class Set:
    """A bottle, supplied and cut out, and an empty scene."""

    def __init__(self, supplied):
        self.store = MemoryStore()
        self.file = self.store.put(supplied, "image/png")
        self.cutout = exact.cut(ProbeTask(store=self.store, ref=self.file))
        request = PictureRequest(product="b", name="b", prompt="", width=640, height=640, seed=3, empty=True)
        self.scene = self.store.put(scene.encoded(request), "image/jpeg")
        self.picture = Picture(
            product="bottle", ref=self.scene, origin=Origin.PROCEDURAL, width=640, height=640, cutout=self.cutout
        )

    def task(self, **changes):
        brief = Brief(
            campaign="calm",
            title="Calm",
            products=(Product(id="bottle", name="Bottle", fidelity=Fidelity.EXACT),),
            locales=("en", "he"),
            copies={
                "en": Copy(locale="en", message="Begin gently", cta="Shop now"),
                "he": Copy(locale="he", message="\u05d4\u05ea\u05d7\u05dc\u05d4 \u05e8\u05db\u05d4"),
            },
            placements=PLACEMENTS,
        )
        task = PixelTask(
            brief=brief,
            snapshot=Snapshot(name="calm.yaml", brief=self.file),
            pictures=(self.picture,),
            making=Making(store=self.store, brands="/nowhere", layouts=LAYOUTS),
        )
        return replace(task, **changes)


@pytest.fixture(scope="module")
def shot():
    return packshots.bottle()


@pytest.fixture(scope="module")
def bottle(shot):
    return Set(packshots.encoded(shot[0]))


@pytest.fixture(scope="module")
def work(bottle, tmp_path_factory):
    task = bottle.task()
    brands = tmp_path_factory.mktemp("brands")
    return pixels.run(replace(task, making=replace(task.making, brands=brands)))


def test_every_creative_carries_the_proof_that_the_product_is_its_file(bottle, work):
    assert len(work.creatives) == 12
    for creative in work.creatives:
        proof = creative.exactness
        assert (proof.source, proof.matte) == (bottle.file.sha256, bottle.cutout.matte.sha256)
        assert proof.way == "backdrop"
        assert proof.greatest == 0
        assert proof.pixels > 400
        assert proof.box.x >= 0
        assert proof.box.right <= creative.width
        assert proof.box.y >= 0
        assert proof.box.bottom <= creative.height
    assert [finding for finding in work.findings if finding.rule == "fidelity"] == []


def test_what_the_record_says_can_be_found_again_in_the_delivered_file(bottle, work, shot):
    """By hand, and from the file alone: the supplied picture scaled to the record's size lies in the record's box."""
    matte = cv2.imdecode(np.frombuffer(bottle.store.get(bottle.cutout.matte), np.uint8), cv2.IMREAD_GRAYSCALE)
    rows, columns = np.nonzero(matte > 24)
    part = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    for creative in work.creatives:
        if creative.placement in {"board", "tower"}:
            continue
        box = creative.exactness.box
        shown = decode.picture(bottle.store.get(creative.ref))[box.y : box.bottom, box.x : box.right]
        wanted = cv2.resize(shot[0][part], (box.width, box.height), interpolation=cv2.INTER_AREA)
        opaque = cv2.resize(matte[part], (box.width, box.height), interpolation=cv2.INTER_AREA) == 255
        inside = cv2.erode(opaque.astype(np.uint8), np.ones((5, 5))) > 0
        same = np.abs(shown.astype(int) - wanted)[inside].max(axis=1) <= 2
        assert same.mean() >= 1 - creative.exactness.covered - 0.001


def test_a_product_keeps_its_shape_in_every_placement(work):
    shapes = {round(one.exactness.box.width / one.exactness.box.height, 2) for one in work.creatives}
    assert max(shapes) - min(shapes) < 0.03


def test_the_same_order_gives_the_same_files_and_another_cut_out_gives_others(bottle, tmp_path):
    task = replace(bottle.task(), making=replace(bottle.task().making, brands=tmp_path))
    small = replace(task, brief=replace(task.brief, placements=PLACEMENTS[:1]))
    first, again = pixels.run(small), pixels.run(small)
    assert [one.ref for one in first.creatives] == [one.ref for one in again.creatives]
    other = replace(bottle.picture, cutout=replace(bottle.cutout, backdrop="#FF0000"))
    assert set(pixels.run(replace(small, pictures=(other,))).keys).isdisjoint(first.keys)


def test_a_product_with_its_own_transparency_is_set_by_it(shot):
    free = packshots.free(*shot)
    made = Set(packshots.encoded(free))
    assert (made.cutout.way, made.cutout.backdrop, made.cutout.clear) == ("alpha", "", 1.0)
    stood = exact.Staged(made.store.get(made.scene), PLACEMENTS[:1], product=exact.Product(made.store, made.cutout))
    framed = stood.fitted(540, 540)
    record = framed.proof.on(framed.pixels, Box(x=0, y=0, width=540, height=540))
    assert record.greatest == 0
    assert record.box == framed.subject
    assert record.covered == 0.0


@pytest.mark.parametrize("area", [(540, 540), (300, 640), (900, 300), (64, 64), (1400, 200)])
def test_the_product_is_whole_in_every_area_and_its_scene_fills_it(bottle, area):
    stood = exact.Staged(
        bottle.store.get(bottle.scene), PLACEMENTS[:1], product=exact.Product(bottle.store, bottle.cutout)
    )
    framed = stood.fitted(*area)
    assert framed.pixels.shape == (area[1], area[0], 3)
    assert framed.subject.x >= 0
    assert framed.subject.right <= area[0]
    assert framed.subject.bottom <= area[1]
    plain = Source(bottle.store.get(bottle.scene), PLACEMENTS[:1])
    assert abs(float(framed.pixels[:2].mean()) - float(plain.pixels.mean())) < 60


def test_a_face_in_the_scene_behind_a_product_is_seen_on_the_creative(bottle):
    stood = exact.Staged(
        bottle.store.get(bottle.scene), PLACEMENTS[:1], product=exact.Product(bottle.store, bottle.cutout)
    )
    everywhere = faces.Face(x=0.0, y=0.0, width=1.0, height=1.0)
    seen = sighting.Seen(
        origin=Origin.GENERATED,
        faces=faces.Faces(boxes=(everywhere,), backend="haar"),
        reading=straytext.Reading(),
        logo=None,
        grain=1.0,
        clipped=(0.0, 0.0),
        code=None,
    )
    area = Box(x=0, y=0, width=540, height=300)
    (face,) = sighting.onto(seen, stood.fitted(540, 300), area).faces
    assert face.box == area
    assert 0.3 < face.cut < 0.8


def test_the_matte_goes_into_the_archive_beside_the_scene(bottle):
    archived = MemoryStore()
    kept = archive.run(
        "j_1", bottle.task().snapshot, (bottle.picture,), {"receipt.json": b"{}"}, work=bottle.store, to=archived
    )
    assert kept.entries["mattes/bottle"] == bottle.cutout.matte
    assert archived.has(bottle.cutout.matte)


def test_a_picture_that_cannot_be_cut_out_is_refused_with_the_stage_s_own_words():
    store = MemoryStore()
    ref = store.put(packshots.encoded(packshots.restless()), "image/png")
    with pytest.raises(AssetRefused, match="not plain enough"):
        exact.cut(ProbeTask(store=store, ref=ref))


def prepared(data, media_type="image/png"):
    store = MemoryStore()
    return references.prepared(ProbeTask(store=store, ref=store.put(data, media_type)))


def test_a_reference_leaves_the_house_small_enough_and_without_metadata(shot):

    large = Image.fromarray(np.zeros((1500, 3000, 3), np.uint8) + np.uint8(90))
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    file = io.BytesIO()
    large.save(file, "JPEG", exif=exif)
    data, media_type = prepared(file.getvalue(), "image/jpeg")
    assert media_type == "image/jpeg"
    assert decode.size(data) == (references.LONGEST, references.LONGEST // 2)
    assert b"taken at home" not in data
    assert b"Exif" not in data


def test_a_reference_with_transparency_keeps_it_and_no_dark_rim(shot):
    free = packshots.free(*packshots.bottle(2600, 1950, body=(240, 240, 240)))
    free[free[..., 3] == 0] = 0  # black under what is transparent, as many programs write it
    data, media_type = prepared(packshots.encoded(free))
    assert media_type == "image/png"
    whole = decode.cutout(data)
    assert max(whole.shape[:2]) == references.LONGEST
    rim = (whole[..., 3] > 30) & (whole[..., 3] < 200)
    body = whole[..., 3] == 255
    assert np.median(whole[rim][:, :3]) > np.median(whole[body][:, :3]) - 130


def test_a_reference_that_is_no_picture_is_refused():
    with pytest.raises(AssetRefused):
        prepared(b"no picture at all")
