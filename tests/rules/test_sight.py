"""The rules that go by what was seen once on a source picture, and those for the whole set."""

from dataclasses import replace

import numpy as np
import pytest

from briefmill.domain.creative import Origin
from briefmill.domain.verdict import Box, Severity
from briefmill.imaging import logo, stamp
from briefmill.imaging.fonts import Library
from briefmill.rules import (
    duplicates,
    exposure,
    face_cut,
    faces,
    logo_file,
    logo_ground,
    logo_search,
    logo_space,
    logo_true,
    noise,
    saliency,
    stray_text,
    thirds,
    typeface,
    unseen,
)
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.sight import Drawn, SeenFace, SeenLogo, SeenWord, Sight
from rules.subjectkit import LIMITS, SIDE, composition, only, subject, text

FACE = Box(x=100, y=100, width=100, height=100)
PLACE = Box(x=300, y=300, width=60, height=60)
MARK = logo.load(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><path d="M45 5 85 85H65L45 45 25 85H5Z" '
    b'fill="#0E3B43"/></svg>'
)


def seeing(origin=Origin.SUPPLIED, **seen):
    return {"sight": Sight(origin=origin, **seen)}


def words_at(box):
    return composition(texts=(text(box=box),), logo=None)


@pytest.mark.parametrize(("height", "told"), [(0, 0), (10, 0), (11, 1), (100, 1)])
def test_words_may_cover_a_tenth_of_a_face(height, told):
    seen = seeing(faces=(SeenFace(box=FACE),))
    words = words_at(Box(x=100, y=100, width=100, height=height))
    found = list(faces.check(subject(composition=words, **seen), LIMITS))
    assert [(one.severity, one.box) for one in found] == [(Severity.WARNING, FACE)] * told


def test_a_panel_or_a_plate_over_a_face_is_told_by_its_name():
    seen = seeing(faces=(SeenFace(box=FACE),))
    for part in ({"panel": FACE}, {"logo_plate": FACE}):
        made = composition(texts=(), logo=None, **part)
        assert next(iter(part)).split("_")[-1] in only(faces.check(subject(composition=made, **seen), LIMITS)).message


def test_nothing_is_said_of_faces_that_nobody_looked_for():
    assert list(faces.check(subject(), LIMITS)) == []
    assert list(face_cut.check(subject(**seeing(faces_unknown=True)), LIMITS)) == []


@pytest.mark.parametrize(("cut", "told"), [(0.0, 0), (0.2, 0), (0.21, 1), (0.89, 1), (0.95, 0)])
def test_a_face_that_is_cut_is_told_and_one_that_is_gone_is_not(cut, told):
    found = list(face_cut.check(subject(**seeing(faces=(SeenFace(box=FACE, cut=cut),))), LIMITS))
    assert [one.value for one in found] == [cut] * told


@pytest.fixture(scope="module")
def library():
    return Library.build(system=False)


def laid(library, *, place=PLACE, shown=MARK, ground=200):
    pixels = np.full((SIDE, SIDE, 3), ground, np.uint8)
    stamp.lay(pixels, place, shown, library)
    drawn = Drawn(picture=MARK, stamp=stamp.of(MARK, place.width, place.height, library))
    return subject(pixels=pixels, composition=composition(texts=(), logo=place), drawn=drawn)


def test_the_logo_as_it_came_is_true(library):
    assert list(logo_true.check(laid(library), LIMITS)) == []


def test_a_logo_that_is_stretched_recoloured_or_covered_is_an_error(library):
    stretched = laid(library, place=replace(PLACE, width=70))
    red = MARK.copy()
    red[..., :3] = (40, 40, 200)
    covered = laid(library)
    covered.pixels[300:340, 300:360] = 255
    found = [only(logo_true.check(one, LIMITS)) for one in (stretched, laid(library, shown=red), covered)]
    assert {one.severity for one in found} == {Severity.ERROR}
    assert [one.unit for one in found] == ["share of its shape", "CIEDE2000", "CIEDE2000"]
    assert all(one.value > one.threshold for one in found)


def test_a_logo_on_a_ground_of_its_own_tone_is_hard_to_make_out(library):
    assert list(logo_ground.check(laid(library), LIMITS)) == []
    found = only(logo_ground.check(laid(library, ground=50), LIMITS))
    assert (found.severity, found.box) == (Severity.WARNING, PLACE)
    assert found.value < 2


@pytest.mark.parametrize(("away", "told"), [(30, 0), (29, 1)])
def test_a_brand_says_how_much_room_its_logo_needs(away, told):
    made = composition(texts=(text(box=Box(x=100, y=300, width=200 - away, height=60)),), logo=PLACE)
    limits = BrandFile.model_validate({"logo": {"clear_space": 0.5}}).tighten(LIMITS)
    assert len(list(logo_space.check(subject(composition=made), limits))) == told
    assert list(logo_space.check(subject(composition=made), LIMITS)) == []


def test_an_edge_too_close_to_the_logo_is_told():
    limits = replace(LIMITS, logo_space=0.5)
    found = only(logo_space.check(subject(composition=composition(texts=(), logo=replace(PLACE, x=339))), limits))
    assert (found.value, "edge" in found.message) == (1, True)


def test_a_logo_in_the_picture_beside_ours_is_advice_and_a_squashed_one_a_warning():
    there = SeenLogo(box=FACE, way="features", strength=20.0)
    assert only(logo_search.check(subject(**seeing(logo=there)), LIMITS)).severity is Severity.ADVICE
    bare = subject(composition=composition(logo=None), **seeing(logo=there))
    assert list(logo_search.check(bare, LIMITS)) == []
    flat = seeing(logo=replace(there, stretch=1.3))
    assert only(logo_search.check(subject(**flat), LIMITS)).severity is Severity.WARNING


def test_words_are_stray_in_a_generated_picture_only():
    words = (SeenWord(text="SALE", box=FACE), SeenWord(text="Lorem", box=PLACE))
    found = only(stray_text.check(subject(**seeing(Origin.GENERATED, words=words)), LIMITS))
    assert (found.value, found.box) == (2, Box(x=100, y=100, width=260, height=260))
    assert "SALE" in found.message
    assert list(stray_text.check(subject(**seeing(words=words)), LIMITS)) == []


@pytest.mark.parametrize(
    ("rule", "seen", "told"),
    [
        (noise, {"grain": 8.0}, 0),
        (noise, {"grain": 8.1}, 1),
        (exposure, {"blown": 0.2}, 0),
        (exposure, {"blown": 0.21}, 1),
        (exposure, {"drowned": 0.5, "blown": 0.3}, 2),
    ],
)
def test_grain_and_lost_light_are_advice(rule, seen, told):
    found = list(rule.check(subject(**seeing(**seen)), LIMITS))
    assert [one.severity for one in found] == [Severity.ADVICE] * told


def test_words_on_what_draws_the_eye_are_advice():
    attention = np.zeros((40, 40), np.float32)
    attention[10:20, 10:20] = 0.01
    over, beside = (subject(composition=words_at(box), **seeing(attention=attention)) for box in (FACE, PLACE))
    assert only(saliency.check(over, LIMITS)).value == pytest.approx(1, abs=0.01)
    assert list(saliency.check(beside, LIMITS)) == []


def test_thirds_are_asked_for_by_a_brand_only():
    attention = np.zeros((40, 40), np.float32)
    attention[0, 0] = 1.0
    corner = subject(**seeing(attention=attention))
    asked = BrandFile.model_validate({"thresholds": {"max_off_thirds": 0.3}}).tighten(LIMITS)
    assert list(thirds.check(corner, LIMITS)) == []
    assert only(thirds.check(corner, asked)).severity is Severity.ADVICE
    attention[0, 0], attention[13, 13] = 0.0, 1.0
    assert list(thirds.check(subject(**seeing(attention=attention)), asked)) == []


def test_two_products_with_one_picture_are_told_once():
    prints = {"cup": (0b1111,), "mug": (0b1110, 0xFFFF0000), "tea": (0xFFFFFFFF00000000,)}
    found = only(duplicates.check(prints, LIMITS))
    assert (found.value, found.product) == (1, "mug")
    assert not list(duplicates.check({"cup": (1,), "tea": ()}, LIMITS))


def test_a_logo_that_is_not_approved_is_an_error():
    logos = {"a.svg": "a" * 64, "b.svg": "b" * 64}
    assert "b.svg" in only(logo_file.check(logos, ("a" * 64,))).message
    assert list(logo_file.check(logos, ())) == []


@pytest.mark.parametrize(("bits", "told"), [(None, 0), (0, 0), (2, 1), (4, 0), (8, 0), (0x0102, 1), (6, 0)])
def test_only_a_restricted_licence_is_told(bits, told):
    found = list(typeface.check([typeface.Face(path="own.ttf", licence=bits)], {}, ()))
    assert [one.severity for one in found] == [Severity.WARNING] * told


def test_a_locale_that_the_brands_fonts_cannot_set_is_told():
    used = {"en": ("Own.ttf",), "ja": ("NotoSansJP", "own.ttf")}
    found = only(typeface.check((), used, ("own.ttf",)))
    assert (found.locale, "NotoSansJP" in found.message) == ("ja", True)
    assert list(typeface.check((), used, ())) == []


def test_what_nobody_looked_at_is_said():
    found = list(unseen.check(unseen.Unseen(faces=1, words=0, content=2)))
    assert [one.value for one in found] == [1, 2]
    assert all("unknown" in one.message for one in found)
    assert list(unseen.check(unseen.Unseen())) == []
