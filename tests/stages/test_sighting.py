"""What is looked for on source pictures: once each, and carried into the pixels of every creative."""

from collections import Counter
from dataclasses import replace

import cv2
import numpy as np
import pytest

from briefmill.domain.creative import Origin
from briefmill.domain.verdict import Box
from briefmill.imaging import faces, logosearch, straytext
from briefmill.imaging.focus import CropBox
from briefmill.stages import pixels, sighting
from briefmill.stages.resize import Framed
from stages.workbench import Workbench


@pytest.fixture
def bench(tmp_path):
    return Workbench(tmp_path)


@pytest.fixture
def looks(monkeypatch):
    """How often the dear looks are taken."""
    found = Counter()

    def counting(owner, name):
        real = getattr(owner, name)

        def call(*args, **named):
            found[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(owner, name, call)

    counting(faces, "look")
    counting(straytext, "read")
    counting(logosearch.Quarry, "find")
    return found


def with_origin(task, origin):
    return replace(task, pictures=tuple(replace(picture, origin=origin) for picture in task.pictures))


@pytest.mark.parametrize(
    ("origin", "looked"),
    [(Origin.SUPPLIED, {"look": 1}), (Origin.GENERATED, {"look": 1, "read": 1}), (Origin.PROCEDURAL, {})],
)
def test_each_source_is_looked_at_once_for_what_its_origin_makes_likely(bench, looks, origin, looked):
    task = with_origin(bench.task(), origin)
    sources = len({picture.ref.sha256 for picture in task.pictures})
    work = pixels.run(task)
    assert len(work.creatives) > sources
    looks.pop("find", None)
    assert looks == {name: count * sources for name, count in looked.items()}


def test_what_nobody_could_look_at_is_told_once_for_the_set(bench):
    task = with_origin(bench.task(), Origin.GENERATED)  # without tesseract
    told = [finding for finding in pixels.run(task).findings if finding.rule == "unseen"]
    assert [("words" in finding.message, finding.product, finding.placement) for finding in told] == [(True, "", "")]


def seen(**changes):
    return sighting.Seen(
        **{
            "origin": Origin.SUPPLIED,
            "faces": faces.Faces(backend="haar"),
            "reading": straytext.Reading(),
            "logo": None,
            "grain": 1.0,
            "clipped": (0.0, 0.0),
            "code": None,
            **changes,
        }
    )


def framed(window):
    return Framed(
        pixels=np.zeros((100, 100, 3), np.uint8),
        upscale=1.0,
        window=window,
        source_size=(400, 200),
    )


AREA = Box(x=50, y=10, width=100, height=100)


def test_a_face_is_carried_through_the_crop_with_the_share_that_it_lost():
    face = faces.Face(x=0.25, y=0.25, width=0.25, height=0.25)  # 100 to 200 across, 50 to 100 down
    window = CropBox(x=150.0, y=0.0, width=200.0, height=200.0)
    (carried,) = sighting.onto(seen(faces=faces.Faces(boxes=(face,))), framed(window), AREA).faces
    assert carried.box == Box(x=50, y=35, width=25, height=25)
    assert carried.cut == pytest.approx(0.5)


def test_what_lies_outside_of_the_crop_is_not_on_the_creative():
    word = straytext.Word(text="SALE", x=0.0, y=0.0, width=0.1, height=0.1)
    window = CropBox(x=200.0, y=0.0, width=200.0, height=200.0)
    assert sighting.onto(seen(reading=straytext.Reading(words=(word,))), framed(window), AREA).words == ()


def test_a_recompressed_copy_under_another_product_is_told(bench):
    task = bench.task()
    (first, *_), product = task.pictures, task.brief.products[0]
    rng = np.random.default_rng(1)
    photo = cv2.resize(rng.integers(0, 255, (20, 30, 3), np.uint8), (900, 600), interpolation=cv2.INTER_CUBIC)
    refs = [
        bench.store.put(cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes(), "image/jpeg")
        for quality in (90, 50)
    ]
    other = replace(product, id="another")
    pictures = tuple(
        replace(first, product=one.id, ref=ref, origin=Origin.SUPPLIED, placements=(), subject=None)
        for one, ref in zip((product, other), refs, strict=True)
    )
    both = replace(task, brief=replace(task.brief, products=(product, other)), pictures=pictures)
    told = [finding for finding in pixels.run(both).findings if finding.rule == "duplicates"]
    assert [finding.product for finding in told] == ["another"]
