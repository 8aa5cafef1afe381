"""The pixel stages in one process: what comes back, what is shared, and that repeating them is harmless."""

import pickle
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture, TextRole
from briefmill.domain.job import Stage
from briefmill.domain.placement import Overlay, Placement, SafeZone
from briefmill.errors import AssetRefused
from briefmill.imaging import decode
from briefmill.stages import layoutbook, overlay, pixels, resize
from briefmill.stages.task import Making, PixelTask, Press
from briefmill.storage.fs import FileStore

SQUARE = Placement(id="1x1", width=400, height=400, formats=("jpg", "png"))
WIDE = Placement(id="16x9", width=640, height=360)
BARE = Placement(id="bare", width=300, height=300, overlay=Overlay.FORBIDDEN)
STORY = Placement(id="story", width=360, height=640, safe_zone=SafeZone(top=90, bottom=200))


def photo(width=800, height=600):
    rng = np.random.default_rng(5)
    ground = np.full((height, width, 3), (150, 120, 90), np.uint8)
    cv2.circle(ground, (width // 2, height // 2), height // 4, (30, 60, 200), -1)
    noisy = np.clip(ground.astype(int) + rng.integers(-6, 7, ground.shape), 0, 255).astype(np.uint8)
    return cv2.imencode(".png", noisy)[1].tobytes()


@pytest.fixture
def order(tmp_path):
    store = FileStore(tmp_path)

    def make(placements=(SQUARE, WIDE, BARE, STORY), brand=None, files=None, press=None, pictures=None):
        brief = Brief(
            campaign="calm",
            title="Calm",
            products=(Product(id="cup", name="Cup"),),
            locales=("en", "he"),
            copies={
                "en": Copy(locale="en", message="Begin gently", cta="Shop now"),
                "he": Copy(locale="he", message="\u05d4\u05ea\u05d7\u05dc\u05d4 \u05e8\u05db\u05d4"),
            },
            placements=placements,
            brand=brand or Brand(palette=("#123F4A", "#F2B84B")),
        )
        whole = Picture(
            product="cup", ref=store.put(photo(), "image/png"), origin=Origin.SUPPLIED, width=800, height=600
        )
        snapshot = Snapshot(name="b.yaml", brief=Ref(sha256="0" * 64, size=1, media_type=""), files=files or {})
        making = Making(store=store, brands=Path("/nonexistent"), press=press or Press())
        return PixelTask(brief=brief, snapshot=snapshot, pictures=pictures or (whole,), making=making)

    make.store = store
    return make


def test_every_creative_has_its_placement_s_size_and_a_name(order):
    task = order()
    work = pixels.run(pickle.loads(pickle.dumps(task)))
    made = {creative.path: decode.picture(order.store.get(creative.ref)).shape[:2] for creative in work.creatives}
    assert made == {
        f"cup/{locale}/{placement.id}.jpg": (placement.height, placement.width)
        for locale in ("en", "he")
        for placement in task.brief.placements
    }
    assert decode.size(order.store.get(work.sheet))[0] >= 1000
    assert set(work.timings) == {Stage.RESIZE, Stage.OVERLAY, Stage.COMPLIANCE}


def test_repeating_the_stages_gives_the_same_bytes(order):
    first, again = pixels.run(order()), pixels.run(order())
    assert first.creatives == again.creatives
    assert first.sheet == again.sheet


def test_a_source_is_decoded_once_whatever_the_number_of_creatives(order, monkeypatch):
    calls = []
    layers = decode.layers

    def counted(*args, **options):
        calls.append(args)
        return layers(*args, **options)

    monkeypatch.setattr(decode, "layers", counted)
    pixels.run(order())
    assert len(calls) == 1


def test_a_picture_for_one_shape_serves_only_that(order):
    store = order.store
    red, blue = (
        Picture(
            product="cup",
            ref=store.put(cv2.imencode(".png", np.full((400, 600, 3), colour, np.uint8))[1].tobytes(), "image/png"),
            origin=Origin.PROCEDURAL,
            width=600,
            height=400,
            placements=(name,),
        )
        for name, colour in (("1x1", (0, 0, 200)), ("bare", (200, 0, 0)))
    )
    work = pixels.run(order(placements=(SQUARE, BARE), pictures=(red, blue)))
    bare = next(creative for creative in work.creatives if creative.placement == "bare")
    middle = decode.picture(store.get(bare.ref))[150, 150].astype(int)
    assert abs(middle - (200, 0, 0)).max() < 8


def test_a_wished_format_is_used_where_the_placement_takes_it(order):
    work = pixels.run(order(placements=(SQUARE, WIDE), press=Press(extension="png")))
    assert {creative.placement: creative.extension for creative in work.creatives} == {"1x1": "png", "16x9": "jpg"}


def test_a_logo_that_is_no_picture_refuses_the_brief_and_names_it(order):
    logo = Asset(path="logo.png", role=AssetRole.LOGO, field="brand.logo")
    files = {"logo.png": order.store.put(b"not a picture", "image/png")}
    with pytest.raises(AssetRefused, match=r"logo\.png"):
        pixels.run(order(brand=Brand(logo=logo), files=files))


def test_faces_are_carried_into_the_placement_s_pixels(monkeypatch):
    source = resize.Source(photo(), (WIDE,))
    found = resize.focus.Focus(
        x=0.5, y=0.5, map=source.focus.map, faces=(resize.CropBox(x=0.4, y=0.4, width=0.2, height=0.2),)
    )
    monkeypatch.setattr(resize.focus, "find", lambda *args: found)
    (face,) = resize.Source(photo(), (WIDE,)).fitted(WIDE.width, WIDE.height).faces
    assert 0 <= face.x < face.right <= WIDE.width
    assert face.width == pytest.approx(128, abs=3)


def test_a_set_may_have_its_texts_in_one_size(order):
    long = Copy(locale="en", message="Begin gently and go on as gently, for as long as it takes. " * 3)
    task = order(placements=(SQUARE, WIDE))
    brief = replace(task.brief, copies={**task.brief.copies, "en": long})

    def sizes(same):
        studio = studio_of(task, same)
        found = {}
        for placement in brief.placements:
            copies = [brief.copies[locale] for locale in brief.locales]
            sitting = overlay.Sitting(resize.Source(photo(), (placement,)), placement, copies, studio)
            for copy in copies:
                plan = sitting.plan(copy)
                printed = overlay.run(sitting, sitting.framed(plan, copy), plan, copy)
                (message,) = (text for text in printed.composition.texts if text.role is TextRole.MESSAGE)
                found[placement.id, copy.locale] = message.size_px
        return found

    free, same = sizes(False), sizes(True)
    assert free["1x1", "he"] > free["1x1", "en"]
    assert same["1x1", "he"] == same["1x1", "en"] == free["1x1", "en"]
    assert same["16x9", "he"] == same["16x9", "en"]


def studio_of(task, same):
    kit = overlay.kit_for(task.brief, task.snapshot, task.making.store)
    return overlay.Studio(
        kit=kit, layouts=task.making.layouts.for_brand(task.brief.brand), press=Press(), same_type_size=same
    )


def test_each_reading_direction_has_the_layout_that_shows_the_product(order):
    """The product stands at the right: words from the left keep clear of it, and so must words from the right."""
    picture = np.full((600, 1100, 3), 190, np.uint8)
    cv2.rectangle(picture, (760, 120), (960, 520), (40, 60, 120), -1)
    placement = Placement(id="wide", width=1100, height=600)
    task = order(placements=(placement,))
    house = layoutbook.read(Path(__file__).parents[2] / "config" / "layouts").house
    kit = overlay.kit_for(task.brief, task.snapshot, task.making.store)
    studio = overlay.Studio(kit=kit, layouts=house, press=Press())
    copies = [task.brief.copies[locale] for locale in task.brief.locales]
    source = resize.Source(cv2.imencode(".png", picture)[1].tobytes(), (placement,))
    sitting = overlay.Sitting(source, placement, copies, studio)
    for copy in copies:
        plan = sitting.plan(copy)
        composition = overlay.run(sitting, sitting.framed(plan, copy), plan, copy).composition
        assert composition.cut == 0
        assert not any(text.box.overlaps(composition.subject) for text in composition.texts)
    assert len(set(sitting.layouts)) == 2
