"""What is cut off half-way is taken up where it was: copies stay held, files settle again, folders stay whole."""

import asyncio
import errno
import json
import os
import shutil
import stat
import threading
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from aiofiles.os import wrap

from briefmill import files
from briefmill.delivery import filling, publish
from briefmill.delivery.publish import FolderPublisher
from briefmill.domain.job import Stage
from briefmill.errors import NotAllowed, Paused
from briefmill.ports import JobQuery, Package
from briefmill.storage.fs import FileStore
from briefmill.storage.memory import MemoryStore
from faults.crashkit import Killed
from faults.works import Works
from intake.intakekit import House, renaming

COPY = "a (Anna's conflicted copy 2026-03-01).yaml"
FULL = Paused("the disk is full", resource="disk", retry_in=1.0)


@pytest.mark.parametrize("fault", [FULL, Killed()], ids=["a full disk", "a kill"])
async def test_a_conflict_copy_stays_held_when_holding_it_is_cut_off(tmp_path, monkeypatch, fault):
    works = Works(tmp_path)
    works.drop(COPY)
    kind = type(works.intake._claims)
    hold, faults = kind.hold, [fault]

    def held(self, job, name, essence):
        if faults:
            raise faults.pop()
        return hold(self, job, name, essence)

    monkeypatch.setattr(kind, "hold", held)
    try:
        await works.rounds(3)
    except Killed:
        works.restart()
    await works.through()
    assert works.ended() == {COPY: ["held"]}


async def test_a_retry_whose_original_is_gone_does_not_take_a_half_written_file_of_that_name(tmp_path):
    works = Works(tmp_path)
    works.drop("a.yaml", "bad end")
    await works.through()
    (job,) = works.jobs().values()
    shutil.rmtree(works.rejected / f"a.yaml.{job.id}")  # its author has seen it, and drops a better one, slowly
    works.drop("a.yaml", "summer")  # ... of "summer cup.png end"
    works.ledger.records.retry(job.id)
    await works.intake.tick("event")
    assert works.left() == ["a.yaml"]
    assert works.states()["a.yaml"] != "running"


async def test_nor_after_a_power_cut_that_undid_the_rename(tmp_path):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer cup.png end")
    job = works.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    works.ledger.journal.took(job.id)  # the ledger outlived the power cut, the rename did not
    works.drop("a.yaml", "summer")  # the writer begins again, as it did not get through
    works.restart()
    await works.intake.tick("start")
    assert works.states()["a.yaml"] != "running"


@pytest.mark.parametrize("by", ["a rename over it", "writing on"])
async def test_where_a_claim_is_a_copy_what_arrives_meanwhile_is_neither_lost_nor_half(tmp_path, monkeypatch, by):
    def other_device(source, target, rename):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    house = House(tmp_path)
    renaming(monkeypatch, house.inbox, other_device)
    house.drop("a.yaml", "old end")
    copy, late = shutil.copy2, [True]

    def copied(source, target, **manners):
        done = copy(source, target, **manners)
        if late and late.pop():
            if by == "writing on":
                with source.open("a") as file:
                    file.write(" cup.png end")
            else:
                (tmp_path / "up").write_text("new end")
                (tmp_path / "up").replace(source)
        return done

    monkeypatch.setattr(shutil, "copy2", copied)
    await house.rounds(8)
    campaigns = [job.campaign for job in house.ledger.records.jobs(JobQuery(limit=0))]
    kept = house.store.get(house.snapshot("a.yaml").brief)
    assert "new" in campaigns if by == "a rename over it" else kept == b"old end cup.png end"


async def test_a_stop_during_the_last_rename_leaves_a_whole_folder_or_none(tmp_path, monkeypatch):
    for name in ("outbox", "rejected"):
        (tmp_path / name).mkdir()
    begun, cleared = threading.Event(), threading.Event()

    def slow(source, target):
        """A share that answers late: after the stop has come."""
        begun.set()
        cleared.wait(5)
        files.rename_noreplace(source, target)

    monkeypatch.setattr(publish, "_rename", wrap(slow))
    publisher = FolderPublisher(outbox=tmp_path / "outbox", rejected=tmp_path / "rejected", store=MemoryStore())
    contents = {"cup/en/1.jpg": b"picture", "receipt.json": json.dumps({"job": "j_1"}).encode()}
    work = asyncio.ensure_future(publisher.deliver(Package(job="j_1", folder="summer", files=contents)))
    await wrap(begun.wait)(5)
    work.cancel()
    asyncio.get_running_loop().call_later(0.05, cleared.set)
    await asyncio.wait([work])
    assert work.cancelled()
    shown = sorted(path.name for path in (tmp_path / "outbox" / "summer").rglob("*") if path.is_file())
    assert shown == ["1.jpg", "receipt.json"]


async def test_a_link_swapped_in_for_a_folder_or_a_file_gives_nothing_away(tmp_path, monkeypatch):
    """Whoever dropped a bundle still holds its folder, and swaps while it is copied."""
    for name in ("outbox", "rejected", "secrets"):
        (tmp_path / name).mkdir()
    (tmp_path / "secrets" / "key").write_text("sk-secret")
    bundle = tmp_path / "bundle"
    (bundle / "sub").mkdir(parents=True)
    (bundle / "sub" / "key").write_text("harmless")
    (bundle / "key").write_text("harmless")
    looked = stat.S_ISDIR

    def swapped(mode):
        # Between the look at each of them and its being opened.
        if (bundle / "sub").is_dir() and not (bundle / "sub").is_symlink() and looked(mode):
            shutil.rmtree(bundle / "sub")
            (bundle / "sub").symlink_to(tmp_path / "secrets")
        (bundle / "key").unlink()
        (bundle / "key").symlink_to(tmp_path / "secrets" / "key")
        return looked(mode)

    monkeypatch.setattr(filling.stat, "S_ISDIR", swapped)
    publisher = FolderPublisher(outbox=tmp_path / "outbox", rejected=tmp_path / "rejected", store=MemoryStore())
    package = Package(job="j_1", folder="bundle", files={"reasons.json": b"{}", "REASONS.md": b"#"})
    name = await publisher.reject(package, bundle)
    given = [
        path.read_bytes()
        for path in (tmp_path / "rejected" / name).rglob("*")
        if path.is_file() and not path.is_symlink()
    ]
    assert b"sk-secret" not in given


async def test_a_job_cannot_be_cancelled_while_it_is_delivered(tmp_path, monkeypatch):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    deliver = works.publisher.deliver

    async def delivered(package):
        with pytest.raises(NotAllowed, match="being delivered"):
            works.ledger.records.cancel(package.job, reason="Not now.")
        return await deliver(package)

    monkeypatch.setattr(works.publisher, "deliver", delivered)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert (works.published(works.outbox), works.published(works.rejected)) == (["summer"], [])


async def test_what_is_cancelled_between_its_publication_and_its_record_is_taken_back(tmp_path, monkeypatch):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    finish = works.ledger.claims.finish

    def finished(claim, end):
        if claim.stages == (Stage.ARCHIVE,):
            raise Killed
        return finish(claim, end)

    monkeypatch.setattr(works.ledger.claims, "finish", finished)
    with pytest.raises(Killed):
        await works.through()
    monkeypatch.undo()
    assert works.published(works.outbox) == ["summer"]
    (job,) = works.jobs().values()
    works.restart()
    works.ledger.records.cancel(job.id, reason="Not now.")
    await works.through()
    assert works.ended() == {"a.yaml": ["cancelled"]}
    assert works.published(works.outbox) == []
    works.check_refusal(f"a.yaml.{job.id}", "summer end")


async def test_a_set_of_another_job_is_never_taken_back(tmp_path):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    await works.through()
    (job,) = works.jobs().values()
    await works.publisher.withdraw(replace(job, id="j_another"))
    assert works.published(works.outbox) == ["summer"]


async def test_a_delivery_that_kills_its_daemon_again_and_again_is_for_a_person(tmp_path, monkeypatch):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    for _ in range(6):
        deliver = works.publisher.deliver

        async def killed(package, deliver=deliver):
            await deliver(package)
            raise Killed

        monkeypatch.setattr(works.publisher, "deliver", killed)
        with suppress(Killed):
            await works.through()
        works.restart()
    await works.through()
    assert works.ended() == {"a.yaml": ["held"]}
    assert works.published(works.rejected) == [], "it would be in both"
    (job,) = works.jobs().values()
    works.ledger.records.retry(job.id)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}


async def test_a_retry_and_a_cancel_between_two_scans_are_both_carried_out(tmp_path):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    works.drop("b.yaml", "winter end")
    await works.rounds(2)
    jobs = works.jobs()
    works.ledger.records.cancel(jobs["a.yaml"].id, reason="Not now.")
    await works.rounds(1)
    works.ledger.records.cancel(jobs["b.yaml"].id, reason="Nor this.")
    works.ledger.records.retry(jobs["a.yaml"].id)
    await works.through()
    works.check_refusal(f"b.yaml.{jobs['b.yaml'].id}", "winter end")
    assert works.ended() == {"a.yaml": ["delivered"], "b.yaml": ["cancelled"]}
    assert works.claims() == []


def test_a_sweep_of_a_shared_archive_leaves_what_others_are_writing(tmp_path, monkeypatch):
    sync = os.fsync
    (tmp_path / ".writing-old").touch()
    os.utime(tmp_path / ".writing-old", (1000, 1000))

    def meanwhile(descriptor):
        files.sweep(tmp_path, before=time.time() - 60)
        return sync(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    store = FileStore(tmp_path)
    assert store.get(store.put(b"x", "text/plain")) == b"x"
    assert not (tmp_path / ".writing-old").exists()


async def test_a_reading_that_a_power_cut_took_is_made_again_from_the_snapshot(tmp_path):
    works = Works(tmp_path)
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    (job,) = works.jobs().values()
    admission = works.ledger.records.admission(job.id)
    (tmp_path / "store" / admission.reading.sha256[:2] / admission.reading.sha256).write_bytes(b"")
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    works.check_delivery("summer")


async def test_what_was_half_built_for_a_job_that_the_power_took_out_of_the_ledger_goes_away(tmp_path):
    # The first row of a job may be written down a little later than its claim: a power cut can take it back alone.
    works = Works(tmp_path)
    lost = works.inbox / ".briefmill" / "claimed" / "j_lost"
    lost.mkdir(parents=True)
    (lost / "a.yaml").write_text("bad end")
    half = [works.rejected / ".a.yaml.j_lost.j_lost.part", works.outbox / ".calm.j_lost.part"]
    for folder in (*half, works.rejected / ".b.yaml.j_another.j_another.part"):
        folder.mkdir()
        (folder / "REASONS.md").write_text("half")
    await works.rounds(2)
    await works.through()
    assert works.ended() == {"a.yaml": ["rejected"]}
    assert not any(folder.exists() for folder in half)
    assert (works.rejected / ".b.yaml.j_another.j_another.part").exists(), "another home's, perhaps"
