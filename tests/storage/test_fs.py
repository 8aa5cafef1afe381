"""What only a store on a disk can get wrong."""

import os
import pickle
import resource
import signal

import pytest

from briefmill.domain.artefact import Ref
from briefmill.errors import NotFound, Paused, Permanent
from briefmill.storage import fs
from briefmill.storage.fs import FileStore


def test_rot_is_noticed_when_it_is_read(tmp_path):
    store = FileStore(tmp_path)
    ref = store.put(b"sound", "text/plain")
    place = tmp_path / ref.sha256[:2] / ref.sha256
    place.chmod(0o600)
    place.write_bytes(b"rotten")
    with pytest.raises(Permanent, match="rotted"):
        store.get(ref)


def test_an_address_can_name_nothing_outside(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    with pytest.raises(NotFound):
        FileStore(tmp_path / "store").get(Ref(sha256="../secret", size=1, media_type=""))


def test_a_store_travels_to_a_worker(tmp_path):
    store = FileStore(tmp_path)
    ref = store.put(b"x", "text/plain")
    assert pickle.loads(pickle.dumps(store)).get(ref) == b"x"


def test_a_full_disk_pauses_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Paused) as caught:
        FileStore(tmp_path).put(b"x" * 1000, "text/plain")
    assert caught.value.resource == "disk"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_size_limit_leaves_no_half_file(tmp_path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            FileStore(tmp_path).put(b"x" * 5000, "text/plain")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_store_that_may_not_be_written_pauses(tmp_path, monkeypatch):
    def closed(*args, **options):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(fs.files, "keep", closed)
    with pytest.raises(Paused, match="Permission denied") as caught:
        FileStore(tmp_path).put(b"x", "text/plain")
    assert caught.value.resource == "folder"


@pytest.mark.parametrize("torn", [b"", b"pix"])
def test_what_a_power_cut_left_torn_is_written_anew(tmp_path, torn):
    store = FileStore(tmp_path)
    ref = store.put(b"pixels", "image/png", lasting=False)
    (tmp_path / ref.sha256[:2] / ref.sha256).write_bytes(torn)
    with pytest.raises(Permanent):
        store.get(ref)
    assert store.put(b"pixels", "image/png") == ref
    assert store.get(ref) == b"pixels"


def test_nothing_is_left_of_what_the_disk_did_not_take(tmp_path, monkeypatch):
    def failing(descriptor):
        raise OSError(5, "Input/output error")

    store = FileStore(tmp_path)
    store.prepare()
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Paused):
        store.put(b"pixels", "image/png")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_prepared_store_makes_no_folder_any_more(tmp_path, monkeypatch):
    store = FileStore(tmp_path / "new")
    store.prepare()
    store.prepare()
    monkeypatch.setattr(type(tmp_path), "mkdir", None)
    assert store.get(store.put(b"pixels", "image/png")) == b"pixels"
