import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.imaging import lines
from briefmill.imaging.lines import Measure
from briefmill.imaging.shape import Extent

SPACE = 0.25


def piece(at, advance, **more):
    ink = Extent(advance=advance, left=0.05, top=-0.7, right=advance - 0.05, bottom=0.2)
    return Measure(start=at, end=at + 1, full=advance + SPACE, ink=ink, **more)


WORDS = st.lists(st.floats(0.2, 6.0), min_size=1, max_size=30).map(
    lambda advances: [piece(at, advance) for at, advance in enumerate(advances)]
)
LIMITS = st.floats(1.0, 20.0)


@given(WORDS, LIMITS)
def test_lines_hold_every_piece_once_and_in_order(words, limit):
    assert list(itertools.chain.from_iterable(lines.wrap(words, limit))) == words


@given(WORDS, LIMITS)
def test_no_line_is_wider_than_the_limit_but_for_a_single_piece(words, limit):
    assert all(lines.width(row) <= limit + 1e-9 or len(row) == 1 for row in lines.wrap(words, limit))


@given(WORDS, LIMITS)
def test_balanced_lines_are_as_many_and_none_is_wider(words, limit):
    rows = lines.wrap(words, limit)
    even = lines.balanced(rows, limit)
    assert list(itertools.chain.from_iterable(even)) == words
    assert len(even) <= len(rows)
    assert max(map(lines.width, even)) <= max(map(lines.width, rows)) + 1e-9


def test_balance_evens_out_a_short_last_line():
    rows = lines.wrap([piece(at, 1.0) for at in range(5)], 5.3)
    assert [len(row) for row in rows] == [4, 1]
    assert sorted(len(row) for row in lines.balanced(rows, 5.3)) == [2, 3]


def test_only_a_piece_that_is_too_wide_is_divided():
    parts = (piece(0, 2.0, hyphen=True), piece(1, 2.0))
    long = replace(piece(0, 4.0), parts=parts)
    assert lines.wrap([long], 5.0) == [[long]]
    assert lines.wrap([long], 3.0) == [[parts[0]], [parts[1]]]


def test_a_forced_piece_ends_its_line():
    words = [piece(0, 1.0, forced=True), piece(1, 1.0)]
    assert [len(row) for row in lines.wrap(words, 10.0)] == [1, 1]


def test_base_lines_are_led_evenly_and_parted_where_tall_signs_would_touch():
    tall = Measure(start=0, end=1, full=1.0, ink=Extent(advance=1.0, left=0, top=-1.2, right=1.0, bottom=0.2))
    assert lines.base_lines([[piece(0, 1.0)], [piece(1, 1.0)]], 1.1) == pytest.approx([0.7, 1.8])
    assert lines.base_lines([[piece(0, 1.0)], [tall]], 1.1) == pytest.approx([0.7, 0.7 + 0.2 + 1.2 + 0.06])
    assert lines.height([[piece(0, 1.0)]], 1.1) == pytest.approx(0.9)
    assert lines.height([], 1.1) == 0.0


@pytest.mark.parametrize("rightward", [True, False])
def test_the_extent_of_a_line_is_that_of_its_pieces_side_by_side(rightward):
    first = Measure(start=0, end=1, full=2.25, ink=Extent(advance=2.0, left=-0.1, top=-0.7, right=1.9, bottom=0.0))
    last = Measure(start=1, end=2, full=1.25, ink=Extent(advance=1.0, left=0.05, top=-0.5, right=1.2, bottom=0.3))
    found = lines.extent([first, last], rightward=rightward)
    assert found.advance == pytest.approx(3.25)
    assert (found.top, found.bottom) == (-0.7, 0.3)
    expected = (-0.1, 2.25 + 1.2) if rightward else (0.05, 1.0 + SPACE + 1.9)
    assert (found.left, found.right) == pytest.approx(expected)
