"""The shelf of made pictures: bounds, oldest in use first, what live jobs need, what is torn."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.creative import MadePicture
from briefmill.makers.shelf import Bounds, Shelf
from briefmill.storage.fs import FileStore
from briefmill.storage.memory import MemoryStore

NOW = 2_000_000_000.0
DAY = 86_400.0


def picture(text, cost=0):
    return MadePicture(
        data=text.encode(), media_type="image/png", maker="m", model="m", prompt="p", seed=1, cost_micros=cost
    )


@pytest.fixture
def shelf(tmp_path):
    store = FileStore(tmp_path / "artefacts")
    store.prepare()
    return Shelf(tmp_path / "cache", store)


def put(shelf, key, text, *, used, cost=0, tenant=""):
    shelf.put(key, picture(text, cost), tenant=tenant)
    os.utime(shelf.index / f"{key}.json", (used, used))


def keys(shelf):
    return {entry.key for entry in shelf.entries()}


def nobody():
    return frozenset()


def test_the_oldest_in_use_goes_first_until_the_bytes_fit(shelf):
    for number in range(5):
        put(shelf, f"k{number}", f"{number}" * 100, used=NOW - DAY * (10 - number))
    gone = shelf.prune(Bounds(size=250), now=NOW, needed=nobody)
    assert [entry.key for entry in gone] == ["k0", "k1", "k2"]
    assert keys(shelf) == {"k3", "k4"}
    assert shelf.stock().size == 200
    assert shelf.get("k0") is None


def test_a_use_makes_it_young_again(shelf):
    put(shelf, "old", "a" * 100, used=NOW - 9 * DAY)
    put(shelf, "older", "b" * 100, used=NOW - 10 * DAY)
    assert shelf.get("older") is not None
    os.utime(shelf.index / "older.json", (NOW - DAY, NOW - DAY))
    assert [entry.key for entry in shelf.prune(Bounds(size=100), now=NOW, needed=nobody)] == ["old"]


def test_what_was_not_of_use_for_so_many_days_goes(shelf):
    put(shelf, "old", "a", used=NOW - 31 * DAY)
    put(shelf, "young", "b", used=NOW - 29 * DAY)
    assert [entry.key for entry in shelf.prune(Bounds(days=30), now=NOW, needed=nobody)] == ["old"]


def test_what_a_live_job_needs_stays_and_is_asked_for_only_when_something_is_to_go(shelf):
    put(shelf, "needed", "a" * 100, used=NOW - 9 * DAY)
    put(shelf, "free", "b" * 100, used=NOW - 8 * DAY)
    address = next(entry.ref.sha256 for entry in shelf.entries() if entry.key == "needed")
    asked = []

    def needed():
        asked.append(1)
        return frozenset({address})

    assert shelf.prune(Bounds(size=1000), now=NOW, needed=needed) == ()
    assert asked == []
    assert [entry.key for entry in shelf.prune(Bounds(size=1), now=NOW, needed=needed)] == ["free"]
    assert keys(shelf) == {"needed"}
    assert asked == [1]


def test_what_was_of_use_within_the_hour_stays(shelf):
    put(shelf, "fresh", "a" * 100, used=NOW - 60)
    assert shelf.prune(Bounds(size=1), now=NOW, needed=nobody) == ()


def test_bytes_that_another_request_shares_stay(shelf):
    put(shelf, "one", "same", used=NOW - 9 * DAY)
    put(shelf, "two", "same", used=NOW - 2 * DAY)
    assert shelf.stock().pictures == 1
    assert [entry.key for entry in shelf.prune(Bounds(days=5), now=NOW, needed=nobody)] == ["one"]
    kept = shelf.get("two")
    assert kept is not None
    assert kept.made.data == b"same"


def test_a_dry_run_changes_nothing(shelf):
    put(shelf, "old", "a", used=NOW - 31 * DAY)
    assert shelf.prune(Bounds(days=30), now=NOW, needed=nobody, dry_run=True)
    assert keys(shelf) == {"old"}
    (shelf.index / "torn.json").write_text("{")
    assert shelf.verify(dry_run=True)[1]
    assert (shelf.index / "torn.json").exists()


def test_the_check_finds_and_drops_what_is_torn_altered_or_lost(shelf):
    put(shelf, "good", "good", used=NOW)
    put(shelf, "altered", "before", used=NOW)
    put(shelf, "lost", "lost", used=NOW)
    (shelf.index / "torn.json").write_text('{"ref":')
    at = {entry.key: entry.ref.sha256 for entry in shelf.entries()}
    root = shelf.index.parent / "artefacts"
    (root / at["altered"][:2] / at["altered"]).write_bytes(b"behind")
    (root / at["lost"][:2] / at["lost"]).unlink()
    good, dropped = shelf.verify()
    assert good == 1
    assert sorted(words.partition(":")[0] for words in dropped) == ["altered", "lost", "torn"]
    assert keys(shelf) == {"good"}
    assert not (root / at["altered"][:2] / at["altered"]).exists()
    assert shelf.verify() == (1, ())


def test_the_stock_tells_what_was_paid_and_whose_it_is(shelf):
    put(shelf, "a", "aaaa", used=NOW - 5, cost=40_000, tenant="acme")
    put(shelf, "b", "bb", used=NOW - 9, cost=2_000)
    stock = shelf.stock()
    assert (stock.entries, stock.size, stock.paid_micros) == (2, 6, 42_000)
    assert stock.tenants == {"acme": 4, "": 2}
    assert stock.oldest_use == pytest.approx(NOW - 9)


@given(sizes=st.lists(st.integers(1, 50), max_size=8), bound=st.integers(1, 200))
def test_the_bound_holds_and_no_more_goes_than_must(tmp_path_factory, sizes, bound):
    shelf = Shelf(tmp_path_factory.mktemp("shelf"), MemoryStore())
    for number, size in enumerate(sizes):
        put(shelf, f"k{number}", chr(65 + number) * size, used=NOW - DAY * (100 - number))
    gone = shelf.prune(Bounds(size=bound), now=NOW, needed=nobody)
    left = shelf.stock().size
    assert left <= bound
    assert not gone or left + gone[-1].ref.size > bound
