"""A file may grow to so many bytes and no further (EFBIG, after a short write): `ulimit -f`, a FAT disk, a quota.

The limit is a real one of this process, set to every size of interest in turn. Whatever was being written is there
whole, or it is not there: no half artefact under an address, no half folder in the outbox, and the original is kept.
"""

import hashlib
import os
import resource
import signal
from contextlib import contextmanager

import pytest

from briefmill import files
from briefmill.domain.artefact import Ref
from briefmill.domain.job import State
from briefmill.intake.pieces import Limits, Piece
from briefmill.intake.snapshot import Copier
from briefmill.ports import Package
from briefmill.storage.fs import FileStore
from faults.works import Works

DATA = os.urandom(20_000)
SIZES = [0, 1, 511, 4096, 8191, 8192, 8193, len(DATA) - 1]
CHUNKED = os.urandom((1 << 20) + 5000)


@contextmanager
def limited(size):
    """No file of this process grows beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def found(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", SIZES)
def test_a_durable_write_that_is_cut_short_changes_nothing(tmp_path, size):
    place = tmp_path / "document"
    place.write_bytes(b"the one before")
    with limited(size), pytest.raises(OSError, match="too large"):
        files.write_durably(place, DATA)
    assert found(tmp_path) == ["document"]
    assert place.read_bytes() == b"the one before"


@pytest.mark.parametrize("size", SIZES)
def test_an_artefact_that_is_cut_short_is_none(tmp_path, size):
    store = FileStore(tmp_path)
    ref = Ref(sha256=hashlib.sha256(DATA).hexdigest(), size=len(DATA), media_type="image/png")
    with limited(size), pytest.raises(OSError, match="too large"):
        store.put(DATA, "image/png")
    assert found(tmp_path) == []
    assert not store.has(ref)
    assert store.put(DATA, "image/png") == ref
    assert store.get(ref) == DATA


@pytest.mark.parametrize("size", [0, 4096, 1 << 20, (1 << 20) + 4096])
async def test_a_private_copy_that_is_cut_short_leaves_nothing(tmp_path, size):
    source = tmp_path / "picture.png"
    source.write_bytes(CHUNKED)
    copier = Copier(store=FileStore(tmp_path / "store"), work=tmp_path / "work", limits=Limits())
    piece = Piece(path="picture.png", size=len(CHUNKED), open=lambda: source.open("rb"))
    with limited(size), pytest.raises(OSError, match="too large"):
        await copier.keep(piece)
    assert found(tmp_path) == ["picture.png"]
    assert copier.store.get(await copier.keep(piece)) == CHUNKED


@pytest.mark.parametrize("size", SIZES)
async def test_a_delivery_that_is_cut_short_is_not_seen(tmp_path, size):
    works = Works(tmp_path)
    picture = works.store.put(DATA, "image/jpeg")
    package = Package(job="j_1", folder="summer", files={"a.jpg": picture, "receipt.json": b'{"job": "j_1"}'})
    with limited(size), pytest.raises(OSError, match="too large"):
        await works.publisher.deliver(package)
    assert works.published(works.outbox) == []
    assert await works.publisher.deliver(package) == "summer"
    assert (works.outbox / "summer" / "a.jpg").read_bytes() == DATA


@pytest.mark.parametrize("size", SIZES)
async def test_a_refusal_that_is_cut_short_is_not_seen_and_its_original_is_kept(tmp_path, size):
    works = Works(tmp_path)
    original = tmp_path / "brief.yaml"
    original.write_bytes(DATA)
    package = Package(job="j_1", folder="brief.yaml", files={"reasons.json": b'{"job": "j_1"}'})
    with limited(size), pytest.raises(OSError, match="too large"):
        await works.publisher.reject(package, original)
    assert works.published(works.rejected) == []
    assert original.read_bytes() == DATA
    name = await works.publisher.reject(package, original)
    assert (works.rejected / name / "brief.yaml").read_bytes() == DATA


@pytest.mark.parametrize("size", [0, 10, 200, 1000])
async def test_a_brief_that_meets_a_size_limit_everywhere_is_not_lost(tmp_path, size):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    with limited(size):
        await works.through(6)
    for job in works.jobs().values():
        if job.state not in {State.HELD, State.REJECTED}:
            continue
        original = works.intake.original(job.id) or works.publisher.original(job)
        assert original.read_text() == "summer end"
        works.ledger.records.retry(job.id)
    assert works.jobs() or works.left() == ["a.yaml"]
    works.clock.push(600)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    works.check_delivery("summer")
    works.check_books()
