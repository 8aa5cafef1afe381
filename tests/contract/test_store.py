"""One suite for every store."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill.domain.artefact import Ref
from briefmill.errors import NotFound, Permanent
from briefmill.storage.fs import FileStore
from briefmill.storage.memory import MemoryStore


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    return FileStore(tmp_path / "store") if request.param == "folder" else MemoryStore()


@given(st.binary(max_size=2000))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_put_is_what_is_got_under_its_own_hash(store, data):
    ref = store.put(data, "image/png")
    assert ref == Ref(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type="image/png")
    assert store.put(data, "image/png") == ref
    assert store.get(ref) == data
    assert store.has(ref)


def test_a_finished_file_is_taken_over(store, tmp_path):
    path = tmp_path / "finished"
    path.write_bytes(b"pixels")
    ref = Ref(sha256=hashlib.sha256(b"pixels").hexdigest(), size=6, media_type="image/png")
    assert store.adopt(path, ref) == ref
    assert store.get(ref) == b"pixels"
    assert not path.exists()


@given(st.lists(st.binary(max_size=500)))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_comes_in_pieces_is_kept_whole_and_goes_out_in_pieces(store, pieces):
    data = b"".join(pieces)
    ref = Ref(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type="video/mp4")
    assert store.gather(iter(pieces), ref) == ref
    assert (b"".join(store.pieces(ref)), store.get(ref)) == (data, data)


def test_pieces_that_are_not_what_their_address_says_are_not_kept(store):
    ref = Ref(sha256=hashlib.sha256(b"this").hexdigest(), size=4, media_type="text/plain")
    with pytest.raises(Permanent):
        store.gather([b"th", b"at"], ref)
    assert not store.has(ref)


def test_what_was_never_put_is_not_found(store):
    ref = Ref(sha256="a" * 64, size=1, media_type="image/png")
    assert not store.has(ref)
    with pytest.raises(NotFound):
        store.get(ref)
    with pytest.raises(NotFound):
        next(iter(store.pieces(ref)))


def test_what_was_deleted_is_gone_and_may_be_deleted_again(store):
    ref = store.put(b"x", "text/plain")
    store.delete(ref.sha256)
    store.delete(ref.sha256)
    assert not store.has(ref)
