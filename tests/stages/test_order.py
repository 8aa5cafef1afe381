"""An order read back is the order, and makes the same set again."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from briefmill.domain.placement import Placement
from briefmill.errors import ConfigError
from briefmill.imaging.arrangement import PLAIN
from briefmill.provenance import authority
from briefmill.stages import order, pixels
from briefmill.stages.layoutbook import Book
from briefmill.storage.fs import FileStore
from sealed import order as ordered
from sealed import sealing_of


@pytest.fixture
def store(tmp_path):
    made = FileStore(tmp_path / "store")
    made.prepare()
    return made


@pytest.fixture
def sealing(tmp_path):
    authority.prepare(tmp_path / "authority", now=datetime.now(UTC))
    return sealing_of(tmp_path / "authority")


def test_an_order_reads_back_as_it_was(store) -> None:
    task = ordered(store, None)
    making = replace(task.making, layouts=Book(house=(replace(PLAIN, name="mine"),)))
    odd = replace(task.snapshot, name="caf\udce9.yaml")
    told = order.of(replace(task, making=making, snapshot=odd))
    assert order.loads(order.dumps(told)) == told


def test_an_order_makes_the_same_set_with_the_brands_file_of_then(store, sealing, tmp_path) -> None:
    brands, again = tmp_path / "brands", tmp_path / "again"
    brands.mkdir(), again.mkdir()
    (brands / "halden.yaml").write_text("palette: ['#123F4A']\n")
    task = ordered(store, sealing, placements=(Placement(id="1x1", width=320, height=320),))
    task = replace(task, making=replace(task.making, brands=brands))
    first = pixels.run(task)
    written = order.dumps(order.of(task))
    shutil.rmtree(brands)

    second = pixels.run(order.task(order.loads(written), store, again, sealing))

    assert [one.provenance.unsigned for one in second.creatives] == [one.provenance.unsigned for one in first.creatives]
    assert second.findings == first.findings


@pytest.mark.parametrize("data", [b"", b"[]", b'{"schema":"briefmill.order/9"}', b'{"schema":"briefmill.order/1"}'])
def test_an_order_of_another_version_is_refused_in_words(data) -> None:
    with pytest.raises(ConfigError, match="another version"):
        order.loads(data)
