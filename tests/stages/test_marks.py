"""Pictures of what was kept back: the place is marked, all reasons get one, and the creative itself is not touched."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Creative
from briefmill.domain.verdict import Box
from briefmill.imaging import decode
from briefmill.stages import marks, reasons
from briefmill.storage.memory import MemoryStore
from stages import setkit

RED = (36, 28, 214)


@pytest.fixture
def store():
    return MemoryStore()


def creative(store, width=400, height=300, **changes):
    grey = np.full((height, width, 3), 90, np.uint8)
    data = cv2.imencode(".png", grey)[1].tobytes()
    place = {"product": "cup", "locale": "en-GB", "placement": "1x1", **changes}
    return Creative(ref=store.put(data, "image/png"), width=width, height=height, extension="png", **place)


def reddish(pixels):
    return np.abs(pixels.astype(int) - RED).max(axis=2) < 60


def test_the_frame_stands_where_the_finding_is(store):
    one = creative(store)
    before = store.get(one.ref)
    box = Box(x=100, y=120, width=200, height=90)
    ((path, ref),) = marks.drawn([one], [setkit.finding(box=box)], store).items()
    assert path == "marked/cup/en-GB/1x1.jpg"
    shown = decode.picture(store.get(ref))
    scale = shown.shape[1] / 400
    red = reddish(shown)
    for x, y in ((200, 120), (200, 209), (100, 165), (299, 165)):
        at_y, at_x = round(y * scale), round(x * scale)
        assert red[at_y - 20 : at_y + 21, at_x - 20 : at_x + 21].any(), (x, y)
    assert not red[round(120 * scale) : round(210 * scale), round(100 * scale) : round(300 * scale)].any()
    assert store.get(one.ref) == before


def test_a_finding_without_a_place_frames_the_whole_creative_and_one_beyond_its_edge_is_cut(store):
    for box in (None, Box(x=-50, y=-50, width=9000, height=9000)):
        ((_, ref),) = marks.drawn([creative(store)], [setkit.finding(box=box)], store).items()
        red = reddish(decode.picture(store.get(ref)))
        assert red[:, :6].any(axis=1).mean() > 0.9
        assert red[-6:].any(axis=0).mean() > 0.9


@pytest.mark.parametrize(("width", "height"), [(320, 50), (1080, 1920), (16, 16), (4000, 250)])
def test_pictures_are_large_enough_to_see_and_small_enough_to_send(store, width, height):
    box = Box(x=1, y=1, width=8, height=8)
    ((_, ref),) = marks.drawn([creative(store, width, height)], [setkit.finding(box=box)], store).items()
    shown_width, shown_height = decode.size(store.get(ref))
    assert max(shown_width, shown_height) <= marks.LONGEST
    assert shown_width >= min(width * 3, 960) or shown_height >= min(height * 3, 960)
    assert abs(shown_width / shown_height / (width / height) - 1) < 0.05


def test_every_reason_gets_its_worst_case_before_any_gets_another(store):
    many = [creative(store, 32, 32, placement=f"p{number}") for number in range(marks.MOST + 10)]
    found = [setkit.finding(placement=one.placement, value=4.4) for one in many]
    worst = setkit.finding(placement=many[-1].placement, value=1.1)
    other = setkit.finding(rule="legible", message="It does not fit.", placement=many[-2].placement, value=None)
    drawn = marks.drawn(many, [*found, worst, other], store)
    assert len(drawn) == marks.MOST
    assert {reasons.picture_of(worst), reasons.picture_of(other)} <= set(drawn)


def test_what_is_about_no_single_creative_or_about_none_that_was_made_gets_no_picture(store):
    about_all = setkit.finding(product="", locale="", placement="")
    gone = setkit.finding(placement="never-made")
    assert marks.drawn([creative(store)], [about_all, gone], store) == {}
    assert marks.drawn([], [], store) == {}


def test_a_creative_that_nothing_is_wrong_with_is_not_even_read(store):
    lost = replace(creative(store), placement="9x16", ref=Ref(sha256="0" * 64, size=1, media_type="image/png"))
    assert set(marks.drawn([creative(store), lost], [setkit.finding()], store)) == {"marked/cup/en-GB/1x1.jpg"}
