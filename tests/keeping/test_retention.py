"""What may go, decided on paper."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.keeping import retention
from briefmill.keeping.retention import Bounds, Unit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def unit(name, days, size=10, **more):
    return Unit(name=name, at=NOW - timedelta(days=days), size=size, **more)


def names(found):
    return [one.unit.name for one in found]


def test_without_bounds_nothing_goes():
    assert retention.due([unit("a", 10_000)], Bounds(), NOW) == ()


def test_what_is_too_old_goes_the_oldest_first():
    found = retention.due([unit("b", 31), unit("c", 29), unit("a", 40)], Bounds(days=30), NOW)
    assert names(found) == ["a", "b"]
    assert found[0].why == "older than 30 days"


def test_what_is_too_much_goes_the_oldest_first_and_no_more_than_needed():
    found = retention.due([unit("b", 2), unit("c", 1), unit("a", 3)], Bounds(size=25), NOW)
    assert names(found) == ["a"]
    assert "25 bytes" in found[0].why


def test_what_came_to_rest_within_the_hour_stays_whatever_its_size():
    assert retention.due([unit("a", 0.04, size=10**9)], Bounds(size=1, days=0.001), NOW) == ()


def test_what_is_dated_in_the_future_stays():
    assert retention.due([unit("a", -5, size=10**9)], Bounds(size=1, days=1), NOW) == ()


def test_a_part_goes_with_the_last_that_has_it():
    old = unit("old", 40, parts=(("shared", 5), ("own", 7)))
    new = unit("new", 1, parts=(("shared", 5), ("mine", 1)))
    (gone,) = retention.due([new, old], Bounds(days=30), NOW)
    assert (gone.parts, gone.size) == (("own",), 7)
    both = retention.due([new, old], Bounds(days=0.5), NOW)
    assert [one.parts for one in both] == [("own",), ("mine", "shared")]


def test_a_part_that_is_needed_stays():
    (gone,) = retention.due([unit("old", 40, parts=(("a", 5), ("b", 7)))], Bounds(days=30), NOW, needed={"b"})
    assert gone.parts == ("a",)


@pytest.mark.parametrize("bounds", [Bounds(), Bounds(days=0.0, size=0)])
def test_no_bounds_are_false(bounds):
    assert not bounds


units = st.lists(
    st.builds(
        lambda number, days, size: unit(f"u{number}", days, size=size),
        st.integers(0, 10**6),
        st.floats(0, 100),
        st.integers(0, 10**9),
    ),
    max_size=30,
    unique_by=lambda one: one.name,
)


@given(units, st.floats(0, 100), st.integers(0, 10**9))
def test_what_stays_holds_the_bounds_or_is_in_hand(found, days, size):
    bounds = Bounds(days=days, size=size)
    gone = set(names(retention.due(found, bounds, NOW)))
    stays = [one for one in found if one.name not in gone]
    rested = [one for one in stays if NOW - one.at >= retention.IN_HAND]
    if days:
        assert all(NOW - one.at <= timedelta(days=days) for one in rested)
    if size and rested:
        assert sum(one.size for one in stays) <= size
    # Nothing goes before something older that stays.
    assert not gone or not rested or max(one.at for one in found if one.name in gone) <= min(one.at for one in rested)
