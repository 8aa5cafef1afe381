"""Drops that are made to stop a scan or to block those behind them: each troubles its own job at most."""

import os
import struct
import zipfile

import pytest

from briefmill.domain.facts import Failed, PipelinePaused
from briefmill.errors import BriefRefused
from briefmill.intake import archive, claim, scan
from briefmill.intake.pieces import Limits
from intake.intakekit import HELD, REJECTED, RUNNING, renaming


@pytest.fixture
def unreadable(monkeypatch):
    """Folders named `locked` cannot be listed, whoever runs the tests."""
    scandir = os.scandir

    def refuse(path):
        if os.fsencode(path).endswith(b"locked"):
            raise PermissionError(13, "Permission denied", os.fsdecode(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


async def test_a_folder_that_cannot_be_listed_is_held_and_blocks_nobody(house, unreadable):
    house.drop("locked/brief.yaml", "summer end")
    house.drop("b/locked/deep.png", "x")
    house.drop("b/brief.yaml", "autumn end")
    house.drop("c.yaml", "winter end")
    await house.rounds(3)
    assert house.states() == {"locked": HELD, "b": HELD, "c.yaml": RUNNING}
    assert house.heard.of(PipelinePaused) == []


async def test_an_original_that_cannot_be_published_is_held_and_blocks_nobody(house):
    house.drop("a.yaml", "bad end")
    house.drop("b.yaml", "winter end")

    async def refuse(job, problems):
        raise PermissionError(13, "Permission denied")

    house.intake.on_refusal(refuse)
    await house.rounds(3)
    assert house.states() == {"a.yaml": HELD, "b.yaml": RUNNING}
    assert house.claims() == sorted(job.id for job in house.jobs().values())


async def test_a_fault_in_one_claim_is_told_and_blocks_nobody(house, monkeypatch):
    house.drop("a.yaml", "summer end")
    house.drop("b.yaml", "winter end")

    def faulty(source, target, rename):
        if source.name == "a.yaml":
            raise ZeroDivisionError("a fault of ours")
        return rename(source, target)

    with monkeypatch.context() as patched:
        renaming(patched, house.inbox, faulty)
        await house.rounds(4)
    assert house.states() == {"a.yaml": "settling", "b.yaml": RUNNING}
    assert {fact.where for fact in house.heard.of(Failed)} == {"intake.take"}
    await house.rounds(2)
    assert house.states() == {"a.yaml": RUNNING, "b.yaml": RUNNING}


async def test_a_fault_in_one_recovery_is_told_and_blocks_nobody(house, monkeypatch):
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    house.drop("b.yaml", "winter end")
    original = claim.ClaimFolder.original

    def faulty(self, wanted):
        if wanted == job.id:
            raise OSError(36, "File name too long")
        return original(self, wanted)

    monkeypatch.setattr(claim.ClaimFolder, "original", faulty)
    await house.rounds(3)
    assert house.states()["b.yaml"] == RUNNING
    assert {fact.where for fact in house.heard.of(Failed)} == {"intake.recover"}


async def test_an_inbox_that_may_not_be_read_pauses(house, monkeypatch):
    def refuse(self, *, blocks):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(scan.Scanner, "scan", refuse)
    await house.rounds(3)
    assert [fact.resource for fact in house.heard.of(PipelinePaused)] == ["inbox"]


async def test_a_tree_of_very_many_files_is_refused_and_costs_little(house):
    folder = house.inbox / "many"
    folder.mkdir()
    (folder / "brief.yaml").write_text("summer end")
    for number in range(2100):
        (folder / f"{number}.png").touch()
    await house.rounds(3)
    assert house.states() == {"many": REJECTED}
    assert "more than 2000 files" in house.told("many")


@pytest.mark.parametrize("lie", ["entries", "bytes", "64 bits"])
def test_a_zip_directory_without_end_is_refused_before_it_is_read(tmp_path, lie):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("brief.yaml", "summer end")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    if lie == "entries":
        struct.pack_into("<H", data, at + 10, 60_000)
    elif lie == "bytes":
        struct.pack_into("<L", data, at + 12, 4_000_000_000)
    else:
        data[at:at] = b"PK\x06\x07" + bytes(16)
    path.write_bytes(data)
    with pytest.raises(BriefRefused, match="more than 2000 files"):
        archive.found(path, Limits())
