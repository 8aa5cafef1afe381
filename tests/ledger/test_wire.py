"""Values survive the way into a row and back."""

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.job import Stage
from briefmill.ledger import wire
from ledger.ledgerkit import NOON

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400_000)).map(EPOCH.__add__))
def test_a_moment_survives_to_the_microsecond(moment: datetime) -> None:
    assert wire.moment(wire.micros(moment)) == moment
    assert wire.maybe(wire.micros(moment)) == moment


def test_moments_are_compared_in_one_time_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    assert wire.micros(elsewhere) == wire.micros(NOON)
    assert wire.maybe(wire.micros(None)) is None


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_a_mapping_settles_once_and_fits_into_utf8(data: dict) -> None:
    once = wire.settled(data)
    assert wire.settled(once) == once
    assert wire.mapping(wire.dumps(data).encode().decode()) == once


def test_a_mapping_may_hold_values_of_the_domain() -> None:
    data = MappingProxyType({"stage": Stage.RESIZE, "at": NOON, "sizes": (1, 2)})
    assert wire.settled(data) == {"stage": "resize", "at": "2026-03-01T12:00:00Z", "sizes": [1, 2]}


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match="list"):
        wire.mapping("[1]")


@given(ANY_TEXT)
def test_printable_text_fits_every_database_and_stays_as_it_is_where_it_did(text: str) -> None:
    printable = wire.printable(text)
    assert "\0" not in printable
    assert printable.encode().decode() == printable
    assert wire.printable(printable) == printable
