"""What goes away in the middle: a file between two steps, the mount under the inbox, the database for a while."""

import pytest

from briefmill.domain.facts import PipelinePaused, PipelineResumed
from briefmill.errors import Temporary
from briefmill.intake import catalogue, scan
from briefmill.ports import JobQuery
from intake.intakekit import CANCELLED, RUNNING, renaming


async def test_a_file_deleted_between_the_look_and_the_claim_is_cancelled(house, monkeypatch):
    path = house.drop("a.yaml")
    await house.rounds(1)

    def late(source, target, rename):
        path.unlink()
        rename(source, target)

    renaming(monkeypatch, house.inbox, late)
    await house.rounds(1)
    assert house.states() == {"a.yaml": CANCELLED}
    assert house.claims() == [] or house.intake.original(house.jobs()["a.yaml"].id) is None


async def test_a_file_deleted_while_the_folder_is_read_is_left_out(house, monkeypatch):
    house.drop("a.yaml")
    house.drop("b.yaml", "autumn end")
    look_at = scan.look_at

    def late(path, **how):
        if path.endswith(b"a.yaml"):
            (house.inbox / "a.yaml").unlink(missing_ok=True)
        return look_at(path, **how)

    monkeypatch.setattr(scan, "look_at", late)
    scanner = scan.Scanner(inbox=house.inbox, catalogue=catalogue.shipped())
    assert [entry.name for entry in scanner.scan()] == [b"b.yaml"]


async def test_a_claimed_file_that_somebody_removes_cancels_its_job(house, monkeypatch):
    house.drop("a.yaml")

    def full(path, ref):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(house.store, "adopt", full)
        await house.rounds(2)
    house.intake.original(house.jobs()["a.yaml"].id).unlink()
    house.clock.push(60)
    await house.rounds(2)
    assert house.states() == {"a.yaml": CANCELLED}


async def test_recovery_waits_until_the_inbox_is_back(house):
    """On a vanished mount every begun job would look as if its file had left."""
    house.drop("a.yaml")
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    away = house.inbox.rename(house.path / "away")
    house.inbox.mkdir()
    house.restart()
    await house.rounds(3)
    assert str(house.ledger.records.job(job.id).state) == "settling"
    house.inbox.rmdir()
    away.rename(house.inbox)
    await house.rounds(3)
    assert str(house.ledger.records.job(job.id).state) == RUNNING


@pytest.mark.parametrize("call", ["begin_all", "took_all", "admit"])
async def test_a_ledger_that_cannot_answer_for_a_while_delays_and_loses_nothing(house, monkeypatch, call):
    house.drop("a.yaml")

    def locked(*args, **kwargs):
        raise Temporary("the database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(house.ledger.journal, call, locked)
        await house.rounds(4)
    assert house.states().get("a.yaml") != RUNNING
    told = [fact.resource for fact in house.heard.of(PipelinePaused)]
    assert told == ([] if call == "admit" else ["ledger"])
    house.clock.push(15)
    await house.rounds(3)
    assert [fact.resource for fact in house.heard.of(PipelineResumed)] == told
    assert house.states() == {"a.yaml": RUNNING}
    assert len(house.ledger.records.jobs(JobQuery(limit=0))) == 1
