import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefmill.domain.verdict import Severity
from briefmill.imaging import sheet, sheet_ends, sheet_rows
from briefmill.imaging.sheet import Cell
from briefmill.imaging.sheet_ends import Head, Note
from imaging.copywriting import MESSAGES, flat

RED = (30, 38, 179)
SHAPES = [(1080, 1080), (1080, 1920), (1920, 1080), (728, 90), (160, 600), (320, 50), (970, 250)]


def decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def cell(width=120, height=120, *, level=40, **rest):
    return Cell(**({"group": "Aqua", "pixels": flat(width, height, level), "caption": ("en · square",)} | rest))


def note(number, severity=Severity.ERROR, words="The logo is cut."):
    return Note(number=number, severity=severity, rule="logo.whole", words=words)


def near(page, colour):
    return (np.abs(page.astype(int) - colour).max(axis=2) < 40).sum()


def drawn(*cells, library, **rest):
    return decoded(sheet.contact_sheet("Summer", cells, library=library, **rest))


def test_a_sheet_is_a_jpeg_that_shows_its_pictures(library):
    data = sheet.contact_sheet("Summer", [cell(level=0)], library=library)
    assert data[:3] == b"\xff\xd8\xff"
    assert near(decoded(data), (0, 0, 0)) >= 100 * 100


def test_captions_of_every_script_are_set(library):
    with_words = sheet.contact_sheet("夏 · صيف", [cell(caption=(MESSAGES["th"], "قمر"))], library=library)
    without = sheet.contact_sheet("夏 · صيف", [cell(caption=("", ""))], library=library)
    assert decoded(with_words).shape == decoded(without).shape
    assert (decoded(with_words) < 200).sum() > (decoded(without) < 200).sum() + 100


def test_a_broken_rule_is_framed_in_red(library):
    plain, framed = (drawn(cell(severity=severity), library=library) for severity in (None, Severity.ERROR))
    assert near(plain, RED) == 0
    assert near(framed, RED) > 400


def test_a_finding_is_numbered_at_its_creative_and_told_at_the_foot(library):
    one = note(1)
    plain = drawn(cell(severity=Severity.ERROR), library=library)
    chipped = drawn(cell(severity=Severity.ERROR, notes=(one,)), library=library, legend=(one,))
    assert chipped.shape[0] > plain.shape[0]
    assert near(chipped[-140:], RED) > 200, "the legend begins with the chip that the creative wears"
    assert near(chipped, RED) - near(plain, RED) > near(chipped[-140:], RED), "and the creative wears one"


def test_severities_differ_in_print_without_colour(library):
    greys = [
        cv2.cvtColor(sheet_ends.legend((note(1, severity),), 1000, library), cv2.COLOR_BGR2GRAY)
        for severity in Severity
    ]
    for at, first in enumerate(greys):
        for second in greys[at + 1 :]:
            assert (np.abs(first.astype(int) - second) > 60).sum() > 20


def test_a_long_legend_ends_with_how_much_is_left(library):
    most = tuple(note(number) for number in range(1, sheet_ends.MOST_NOTES + 1))
    full = sheet_ends.legend(most, 1000, library)
    more = sheet_ends.legend((*most, note(90), note(91)), 1000, library)
    many = sheet_ends.legend(most * 9, 1000, library)
    assert full.shape[0] < more.shape[0] == many.shape[0]


def ink(page):
    """The columns, from the left, in which the title stands, as shares of the page's width."""
    columns = np.flatnonzero((page[60:190] < 90).all(axis=2).any(axis=0)) / page.shape[1]
    return columns.min(), columns.max()


def test_a_title_from_the_right_stands_at_the_right(library):
    left = ink(sheet_ends.head("Summer", Head(), 2400, library))
    right = ink(sheet_ends.head("صيف هادئ", Head(), 2400, library))
    assert left[0] < 0.05
    assert left[1] < 0.5
    assert right[0] > 0.5
    assert right[1] > 0.95


def test_the_palette_is_in_the_head_and_what_is_no_colour_is_not(library):
    page = sheet_ends.head("Summer", Head(palette=("#0A32C8", "coral", "#12")), 1000, library)
    assert near(page, (200, 50, 10)) > 60 * 60
    assert page.shape == sheet_ends.head("Summer", Head(palette=("#0A32C8",)), 1000, library).shape


def test_markets_of_few_placements_stand_side_by_side(library):
    cells = [cell(300, 250, row=row) for row in ("en", "de")]
    apart = drawn(*cells, library=library)
    below = drawn(*[cell(300, 250, group=group) for group in ("en", "de")], library=library)
    assert apart.shape[0] < below.shape[0]


def test_a_proof_as_jpeg_is_shown_at_the_shape_of_its_creative(library):
    proof = bytes(cv2.imencode(".jpg", flat(270, 270, 0))[1])
    page = drawn(cell(pixels=proof, shape=(1080, 1080)), library=library)
    assert near(page, (0, 0, 0)) == pytest.approx(281 * 281, rel=0.1)
    with pytest.raises(ValueError, match="shape"):
        drawn(cell(pixels=proof), library=library)


@pytest.mark.parametrize("broken", [b"", b"no picture at all"])
def test_a_broken_proof_leaves_a_grey_field(library, broken):
    page = drawn(cell(pixels=broken, shape=(1080, 1080)), library=library)
    assert near(page, (220, 216, 213)) > 250 * 250


def test_six_hundred_creatives_fit_a_bounded_page(library):
    shapes = [(120, 120), (90, 160), (160, 20), (24, 160), (160, 84), (100, 125)]
    cells = [cell(*shapes[at % 6], group=f"p{at // 120}", caption=("de · 1x1", "1080 x 1080")) for at in range(600)]
    page = decoded(sheet.contact_sheet("Large", cells, library=library))
    assert page.shape[0] * page.shape[1] <= sheet.MOST_PIXELS
    assert page.shape[1] <= sheet.WIDTH


def test_of_thousands_the_gravest_are_shown_and_the_rest_evenly():
    errors = {7, 1500, 2999}
    cells = [cell(1, 1, row=str(at), severity=Severity.ERROR if at in errors else None) for at in range(3000)]
    kept = [int(one.row) for one in sheet.thinned(cells, 1000)]
    assert len(kept) == 1000
    assert kept == sorted(kept)
    assert errors <= set(kept)
    assert max(np.diff(kept)) <= 8
    assert sheet.thinned(cells[:1000], 1000) == cells[:1000]


def test_an_empty_set_is_a_title_alone(library):
    assert drawn(library=library).shape[1] == sheet.LEAST_WIDTH


def test_a_reduced_copy_keeps_its_mean():
    noise = np.random.default_rng(3).integers(0, 255, (641, 1083, 3), dtype=np.uint8)
    small = sheet.reduced(noise, 217, 131)
    assert small.shape == (131, 217, 3)
    assert small.mean() == pytest.approx(noise.mean(), abs=1.5)
    assert small.std() < noise.std() / 2, "averaged, not picked"


_SHAPES = st.tuples(st.integers(20, 4000), st.integers(20, 4000))
_ZOOMS = st.floats(0.1, 1.0)


@given(_SHAPES, _ZOOMS)
def test_no_creative_is_blown_up_nor_lost_nor_bent(shape, zoom):
    m = sheet_rows.zoomed(zoom)
    width, height = sheet_rows.shown(shape, m.scale, m.least)
    assert width <= shape[0]
    assert height <= shape[1]
    assert (width + 1) * (height + 1) >= min(m.least, shape[0] * shape[1]) * 0.99
    assert abs(width - height * shape[0] / shape[1]) <= 1 + shape[0] / shape[1]


def overlap(first, second):
    return (
        first.x < second.x + second.column
        and second.x < first.x + first.column
        and first.y < second.y + second.height
        and second.y < first.y + first.height
    )


@settings(max_examples=60)
@given(st.lists(_SHAPES, min_size=1, max_size=25), _ZOOMS, st.integers(600, 2256))
def test_every_creative_of_a_block_has_its_own_place_inside(shapes, zoom, room):
    m = sheet_rows.zoomed(zoom)
    block = sheet_rows.block(shapes, [2] * len(shapes), room, m)
    assert sorted(spot.at for spot in block.spots) == list(range(len(shapes)))
    assert block.width <= room
    for at, spot in enumerate(block.spots):
        assert spot.x >= 0
        assert spot.x + spot.column <= room
        assert spot.y + spot.height + 2 * m.line <= block.height + m.gap
        assert not any(overlap(spot, other) for other in block.spots[at + 1 :])


def test_creatives_of_a_line_keep_their_sizes_to_each_other():
    block = sheet_rows.block(SHAPES[:3], [0, 0, 0], 2256, sheet_rows.zoomed(1.0))
    sizes = {spot.at: (spot.width, spot.height) for spot in block.spots}
    assert sizes[1][0] == sizes[0][0]
    assert sizes[1][1] / sizes[0][1] == pytest.approx(1920 / 1080, rel=0.01)
    assert len({spot.y + spot.height for spot in block.spots}) == 1, "they stand on one line"


def test_small_banners_stand_at_their_own_size():
    assert sheet_rows.shown((320, 50), 0.26) == (320, 50)


def test_eight_markets_stand_four_and_four():
    beside, _, _ = sheet_rows.abreast([(1080, 1080)], 8, 2256, sheet_rows.zoomed(1.0))
    assert beside == 4
