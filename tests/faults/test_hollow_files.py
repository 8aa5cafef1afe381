"""Files whose size says nothing: pre-allocated, sparse, not downloaded yet, full of zero bytes, filled from the end.

A name with a size is not a file with its bytes. None of these is read as a brief before it is one, and none is lost.
"""

import json
import os

import pytest

from faults.works import Works, literate

DATA = json.dumps({"campaign": "Slow Tea", "message": "Pour, wait", "products": ["Pot"]}).encode()


@pytest.fixture
def works(tmp_path):
    made = literate(Works(tmp_path))
    probe = tmp_path / "probe"
    os.truncate(os.open(probe, os.O_CREAT | os.O_RDWR), 5000)
    if probe.stat().st_blocks:
        pytest.skip("this file system gives blocks to holes")
    return made


def taken(works):
    return [job for job in works.jobs().values() if str(job.state) != "settling"]


def hole(path, size):
    with path.open("wb") as file:
        file.truncate(size)


async def test_a_file_of_holes_alone_waits_for_days_and_is_taken_when_it_is_filled(works):
    path = works.inbox / "brief.json"
    hole(path, len(DATA))
    await works.rounds(10, 30_000.0)
    assert taken(works) == []
    assert works.intake.waiting == 0, "nobody has to wait for it"
    path.write_bytes(DATA)
    await works.through()
    assert works.ended() == {"brief.json": ["delivered"]}


async def test_a_file_that_is_allocated_first_and_filled_later_is_not_taken_as_zeros(works):
    path = works.inbox / "brief.json"
    with path.open("wb", buffering=0) as file:
        os.posix_fallocate(file.fileno(), 0, len(DATA))
        await works.rounds(3, 3.0)
        assert taken(works) == []
    # Closed, as a network server does between two writes; still inside the grace time.
    await works.rounds(10, 3.0)
    assert taken(works) == []
    with path.open("r+b") as file:
        file.write(DATA)
    await works.through()
    assert works.ended() == {"brief.json": ["delivered"]}


@pytest.mark.parametrize("piece", [16, 40])
async def test_a_file_that_is_filled_from_its_end_is_not_taken_before_its_beginning_is_there(works, piece):
    path = works.inbox / "brief.json"
    hole(path, len(DATA))
    starts = range(0, len(DATA), piece)
    for start in reversed(starts):
        assert taken(works) == []
        with path.open("r+b") as file:
            file.seek(start)
            file.write(DATA[start : start + piece])
        await works.rounds(1, 3.0)
    await works.through()
    assert works.ended() == {"brief.json": ["delivered"]}


async def test_zeros_that_stay_are_refused_after_the_grace_time_and_kept(works):
    works.drop("zeros.json", bytes(5000))
    works.drop("padded.json", DATA + bytes(3000))
    await works.through(12, 8.0)
    assert works.ended() == {"zeros.json": ["rejected"], "padded.json": ["rejected"]}
    for name, data in (("zeros.json", bytes(5000)), ("padded.json", DATA + bytes(3000))):
        assert (works.rejected / f"{name}.{works.jobs()[name].id}" / name).read_bytes() == data


async def test_a_bundle_waits_for_a_picture_that_is_not_downloaded_yet(works):
    brief = json.dumps({"campaign": "A", "message": "B", "products": [{"name": "Pot", "image": "pot.png"}]})
    works.drop("b/brief.json", brief)
    hole(works.inbox / "b" / "pot.png", 100_000)
    await works.rounds(10, 600.0)
    assert taken(works) == []
    (works.inbox / "b" / "pot.png").write_bytes(b"a picture" * 100)
    await works.through()
    assert works.ended() == {"b": ["delivered"]}


async def test_an_empty_file_is_waited_for_and_then_refused_as_empty(works):
    works.drop("brief.json", b"")
    await works.rounds(18, 3.0)
    assert taken(works) == []
    await works.through(4)
    assert works.ended() == {"brief.json": ["rejected"]}
    assert "empty" in works.jobs()["brief.json"].reason
