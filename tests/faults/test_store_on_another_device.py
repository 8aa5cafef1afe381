"""The store of artefacts lies on another file system than the private copies on their way into it (EXDEV).

A scratch disk under `state/work`, or a large one under the store: a rename between them is refused, also between two
mounts of one file system.
"""

import hashlib
import os

import pytest

from briefmill.domain.artefact import Ref
from briefmill.storage.fs import FileStore
from faults import pocket
from faults.works import Works


@pytest.fixture
def two_devices(tmp_path, quick_path):
    if tmp_path.stat().st_dev == quick_path.stat().st_dev:
        pytest.skip("there is only one file system here")
    return tmp_path, quick_path


def test_a_file_from_another_device_is_adopted_whole(two_devices):
    here, there = two_devices
    data = os.urandom(3_000_000)
    source = there / "private.part"
    source.write_bytes(data)
    ref = Ref(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type="image/png")
    store = FileStore(here / "store")
    assert store.adopt(source, ref) == ref
    assert store.get(ref) == data
    assert not source.exists()
    assert [path.name for path in (here / "store").rglob("*") if path.is_file()] == [ref.sha256]


async def delivered(folder):
    works = Works(pocket.Path(folder))
    (works.path / "store").mkdir()
    pocket.mounted(works.path / "store", "size=16m")
    works.drop("b/brief.yaml", "summer x.png end")
    works.drop("b/x.png", "a picture")
    await works.through()
    (job,) = works.jobs().values()
    assert works.ended() == {"b": ["delivered"]}, job.reason
    works.check_delivery("summer")


def test_a_brief_is_delivered_over_two_devices(tmp_path):
    pocket.run(pocket.MOUNTS, delivered, tmp_path)
