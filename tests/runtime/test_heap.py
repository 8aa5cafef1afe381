"""The collector's long looks: what lives as long as the process is put aside, and given back at the end."""

import gc

import pytest

from briefmill.runtime import heap


@pytest.fixture(autouse=True)
def _nothing_of_others():
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_there_when_work_begins_is_not_looked_at_again():
    lasting = [[each] for each in range(5000)]
    with heap.settled():
        assert len(gc.get_objects()) < len(lasting)
    assert len(gc.get_objects()) > len(lasting)


def test_what_is_loaded_later_is_put_aside_after_a_full_collection_and_not_without_end():
    with heap.settled():
        kept = []
        for _ in range(heap.TIMES):
            kept.append([[each] for each in range(1000)])
            before = gc.get_freeze_count()
            gc.collect()
            assert gc.get_freeze_count() >= before + 1000
        kept.append([[each] for each in range(1000)])
        before = gc.get_freeze_count()
        gc.collect()
        assert gc.get_freeze_count() <= before


def test_a_look_at_the_young_puts_nothing_aside():
    with heap.settled():
        before, young = gc.get_freeze_count(), [[each] for each in range(1000)]
        gc.collect(1)
        assert gc.get_freeze_count() <= before
    assert young
