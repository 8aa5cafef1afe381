"""Claimed jobs on their way to the engine, beside the scan."""

import asyncio
import threading

from briefmill.domain.facts import Failed, PipelinePaused, PipelineResumed
from briefmill.intake.admitting import AT_ONCE
from intake.intakekit import CANCELLED, RUNNING, House, until


async def test_a_drop_that_takes_long_to_copy_delays_no_other(house, monkeypatch):
    adopt, going = house.store.adopt, threading.Event()

    def slow(path, ref):
        if ref.size > 100:
            going.wait(10)
        return adopt(path, ref)

    monkeypatch.setattr(house.store, "adopt", slow)
    house.drop("large.yaml", "large " + "x " * 100 + "end")
    await house.intake._look("interval")
    house.clock.push(3)
    await house.intake._look("interval")
    house.drop("small.yaml", "small end")
    await house.intake._look("interval")
    house.clock.push(3)
    await house.intake._look("interval")
    await until(lambda: house.states() == {"large.yaml": "claimed", "small.yaml": RUNNING})
    await until(lambda: house.intake.waiting == 1)
    going.set()
    await until(lambda: house.states()["large.yaml"] == RUNNING)
    await house.intake.tick("interval")
    assert house.intake.waiting == 0


async def test_at_most_so_many_are_read_at_once(house, monkeypatch):
    adopt, going, most = house.store.adopt, [0], [0]

    def counted(path, ref):
        going[0] += 1
        most[0] = max(most[0], going[0])
        try:
            return adopt(path, ref)
        finally:
            going[0] -= 1

    monkeypatch.setattr(house.store, "adopt", counted)
    for number in range(20):
        house.drop(f"{number}.yaml", f"campaign-{number} end")
    await house.rounds(2)
    assert set(house.states().values()) == {RUNNING}
    assert 1 <= most[0] <= AT_ONCE


async def test_a_stop_in_the_middle_leaves_a_claimed_job_that_the_next_start_finds(house, monkeypatch):
    adopt, going = house.store.adopt, threading.Event()

    def slow(path, ref):
        going.wait(10)
        return adopt(path, ref)

    monkeypatch.setattr(house.store, "adopt", slow)
    house.drop("a.yaml")
    stop = asyncio.Event()
    running = asyncio.create_task(house.intake.run(stop))
    await until(lambda: house.heard.facts)
    house.clock.push(3)
    await house.intake.settled_scan()
    await until(lambda: house.states() == {"a.yaml": "claimed"})
    stop.set()
    house.intake._hearing.rung.set()
    going.set()
    await asyncio.wait_for(running, 5)
    assert house.states() == {"a.yaml": "claimed"}
    house.restart()
    await house.rounds(1)
    assert house.states() == {"a.yaml": RUNNING}


async def test_while_something_is_missing_nothing_is_claimed_and_nothing_read_and_it_goes_on_by_itself(house):
    house.drop("a.yaml")
    house.lacking = "disk"
    await house.rounds(6, seconds=20)
    assert house.states() == {}
    assert house.left() == ["a.yaml"]
    assert [fact.resource for fact in house.heard.of(PipelinePaused)] == ["disk"]
    house.lacking = ""
    await house.rounds(1)
    assert house.states() == {"a.yaml": RUNNING}
    assert [fact.resource for fact in house.heard.of(PipelineResumed)] == ["disk"]


async def test_something_missing_at_the_copy_is_told_once_however_often_it_is_tried(house, monkeypatch):
    def full(path, ref):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(house.store, "adopt", full)
        for number in range(8):
            house.drop(f"{number}.yaml", f"campaign-{number} end")
        await house.rounds(8, seconds=16)
        assert [fact.resource for fact in house.heard.of(PipelinePaused)] == ["disk"]
        assert house.heard.of(PipelineResumed) == []
        assert set(house.states().values()) == {"claimed"}
    house.clock.push(16)
    await house.rounds(1)
    assert set(house.states().values()) == {RUNNING}
    assert [fact.resource for fact in house.heard.of(PipelineResumed)] == ["disk"]


async def test_a_job_that_a_person_cancels_while_it_is_read_stays_cancelled(house):
    house.drop("a.yaml")
    read = house.read

    def cancelled(data, name):
        (job,) = house.jobs().values() or (None,)
        if job is not None and str(job.state) == "claimed":
            house.ledger.records.cancel(job.id, reason="changed my mind")
        return read(data, name)

    house.read = lambda data, name: cancelled(data, name) if house.jobs() else read(data, name)
    await house.rounds(4)
    assert house.states() == {"a.yaml": CANCELLED}
    assert house.claims() == []
    assert house.originals == {"a.yaml": "a.yaml"}
    assert all("cancelled" in fact.error for fact in house.heard.of(Failed))


async def test_what_a_power_cut_put_back_into_the_inbox_is_taken_again_under_its_own_job(tmp_path):
    house = House(tmp_path)
    path = house.drop("a.yaml")
    job = house.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    house.ledger.journal.took(job.id)
    assert path.exists()
    await house.rounds(3)
    assert {name: (found.id, str(found.state)) for name, found in house.jobs().items()} == {"a.yaml": (job.id, RUNNING)}
    assert house.left() == []
