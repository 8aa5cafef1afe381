"""The archive holds everything, and is read back."""

import json

import pytest

from briefmill.domain.artefact import Snapshot
from briefmill.domain.creative import Origin, Picture
from briefmill.errors import Permanent, Temporary
from briefmill.stages import archive
from briefmill.storage.memory import MemoryStore


@pytest.fixture
def job():
    work = MemoryStore()
    snapshot = Snapshot(
        name="b.yaml", brief=work.put(b"campaign: x", "text/yaml"), files={"logo.png": work.put(b"logo", "image/png")}
    )
    picture = Picture(product="cup", ref=work.put(b"pixels", "image/png"), origin=Origin.PROCEDURAL, width=1, height=1)
    return work, snapshot, (picture,)


def test_brief_inputs_masters_and_receipt_are_all_there(job):
    work, snapshot, pictures = job
    store = MemoryStore()
    kept = archive.run("j_1", snapshot, pictures, {"receipt.json": b"{}"}, work=work, to=store)
    listing = json.loads(store.get(kept.manifest))
    assert listing["job"] == "j_1"
    assert sorted(listing["entries"]) == ["brief/b.yaml", "inputs/logo.png", "masters/cup", "receipt.json"]
    assert {name: store.get(ref) for name, ref in kept.entries.items()} == {
        "brief/b.yaml": b"campaign: x",
        "inputs/logo.png": b"logo",
        "masters/cup": b"pixels",
        "receipt.json": b"{}",
    }


def test_archiving_again_is_harmless(job):
    work, snapshot, pictures = job
    store = MemoryStore()
    first = archive.run("j_1", snapshot, pictures, {"receipt.json": b"{}"}, work=work, to=store)
    assert archive.run("j_1", snapshot, pictures, {"receipt.json": b"{}"}, work=work, to=store) == first


def test_an_archive_that_gives_back_other_bytes_is_not_trusted(job):
    work, snapshot, pictures = job

    class Forgetful(MemoryStore):
        def pieces(self, ref):
            yield from ()
            raise Permanent("rotted")

    store = Forgetful()
    with pytest.raises(Temporary, match="other bytes"):
        archive.run("j_1", snapshot, pictures, {"receipt.json": b"{}"}, work=work, to=store)
    assert not store.has(snapshot.brief), "the next try writes it anew"
