from dataclasses import replace

import cv2
import numpy as np
import pytest

from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Severity
from briefmill.imaging import fonts
from briefmill.stages import proofs, tally
from briefmill.stages.proofs import Proofs
from stages import setkit


@pytest.fixture(scope="module")
def library():
    return fonts.Library.build(system=False)


def picture(creative, level=0):
    return np.full((creative.height, creative.width, 3), level, np.uint8)


def decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def dark(page):
    return int((page < 40).all(axis=2).sum())


def collected(brief, *, findings=(), expected=None):
    found = Proofs.of(brief) if expected is None else Proofs(brief.title, expected)
    for creative in setkit.creatives(brief):
        found.add(creative, picture(creative), findings)
    return found


@pytest.mark.parametrize("expected", [12, 400])
def test_a_proof_is_a_small_jpeg_in_the_proportions_of_its_creative(expected):
    creative = setkit.creatives(setkit.brief())[1]
    set_ = Proofs("Summer", expected)
    set_.add(creative, picture(creative), ())
    small = decoded(set_.last())
    assert small.shape[1] / small.shape[0] == pytest.approx(1080 / 1920, rel=0.02)
    assert small.shape[0] <= 600
    assert set_.last() == proofs.proof_of(picture(creative), (1080, 1920), expected)


def test_the_last_proof_of_no_set_is_an_error():
    with pytest.raises(IndexError):
        Proofs("Summer", 1).last()


def test_a_larger_set_has_smaller_proofs():
    creative = setkit.creatives(setkit.brief())[0]
    sizes = [decoded(proofs.proof_of(picture(creative), (1080, 1080), count)).size for count in (12, 400, 3000)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_no_proof_is_larger_than_the_pixels_it_is_made_of():
    small = np.zeros((90, 50, 3), np.uint8)
    assert decoded(proofs.proof_of(small, (1080, 1920), 6)).shape == (90, 50, 3)


def test_proofs_stay_when_the_canvas_they_came_from_is_used_again(library):
    brief = setkit.brief(placements=(Placement(id="mobile", width=320, height=50),))
    set_, canvas = Proofs.of(brief), np.zeros((50, 320, 3), np.uint8)
    for creative in setkit.creatives(brief):
        set_.add(creative, canvas, ())
    canvas[:] = 255
    assert dark(decoded(set_.sheet(library))) > 5 * 320 * 50


def test_a_sheet_of_earlier_proofs_looks_like_one_of_new_pixels(library):
    brief = setkit.brief()
    fresh = collected(brief)
    reused = Proofs.of(brief)
    for creative in setkit.creatives(brief):
        jpeg = proofs.proof_of(picture(creative), (creative.width, creative.height), brief.creative_count)
        reused.add_proof(creative, jpeg, ())
    one, other = decoded(fresh.sheet(library)), decoded(reused.sheet(library))
    assert one.shape == other.shape
    assert np.abs(one.astype(int) - other).mean() < 0.5


def test_the_order_in_which_creatives_come_does_not_matter(library):
    brief = setkit.brief()
    by_placement = sorted(setkit.creatives(brief), key=lambda one: one.product)
    by_placement.sort(key=lambda one: [place.id for place in brief.placements].index(one.placement))
    mixed = Proofs.of(brief)
    for creative in by_placement:
        mixed.add(creative, picture(creative), ())
    assert mixed.sheet(library) == collected(brief).sheet(library)


def test_findings_make_a_legend_and_those_of_the_whole_set_belong_to_it(library):
    brief = setkit.brief()
    plain, found = collected(brief), collected(brief, findings=(setkit.finding(severity=Severity.WARNING),))
    heights = [
        decoded(data).shape[0]
        for data in (
            plain.sheet(library),
            found.sheet(library),
            found.sheet(library, (setkit.finding(rule="legal", message="No imprint.", placement="", locale=""),) * 2),
        )
    ]
    assert heights[0] < heights[1] <= heights[2]


@pytest.mark.parametrize(
    ("findings", "sentence"),
    [
        ((), "18 creatives for 2 products in 3 locales; every rule is kept."),
        ((setkit.finding(), setkit.finding(placement="9x16")), "18 creatives for 2 products in 3 locales; 1 error."),
    ],
)
def test_a_set_is_told_in_one_sentence(findings, sentence):
    assert tally.of(setkit.creatives(setkit.brief()), findings) == sentence


def test_the_gravest_finding_weighs():
    weights = (Severity.ADVICE, Severity.ERROR, Severity.WARNING)
    assert tally.worst(setkit.finding(severity=each) for each in weights) is Severity.ERROR
    assert tally.worst(()) is None


def test_a_sheet_marks_words_of_a_machine_that_nobody_has_approved(library):
    of = setkit.brief(placements=(Placement(id="mobile", width=320, height=50),))
    made = replace(of.copies["de-DE"], written_by="openai m", written_parts=("message",))
    seen, unseen = (
        collected(replace(of, copies={**of.copies, "de-DE": replace(made, approved=approved)}))
        for approved in (True, False)
    )
    assert seen.sheet(library) == collected(of).sheet(library)
    assert unseen.sheet(library) != seen.sheet(library)
