"""The small parts between the loop and the rest: offload, bell, gate."""

import asyncio
import contextvars
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.facts import PipelinePaused, PipelineResumed
from briefmill.domain.job import Stage
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import CLAIM, WORK, Gate
from briefmill.engine.offload import Offload


@pytest.fixture
def offload():
    door = Offload(2)
    yield door
    door.close()


async def test_a_blocking_call_runs_in_a_thread_with_the_caller_s_context(offload):
    who = contextvars.ContextVar("who", default="nobody")
    who.set("the caller")
    assert await offload.run(lambda: (who.get(), threading.current_thread() is threading.main_thread())) == (
        "the caller",
        False,
    )


async def test_what_the_call_raises_is_raised_here(offload):
    with pytest.raises(ZeroDivisionError):
        await offload.run(lambda: 1 / 0)


async def test_a_cancelled_caller_waits_until_the_thread_is_done(offload):
    begun, go, done = threading.Event(), threading.Event(), []

    def work():
        begun.set()
        go.wait()
        done.append(True)

    task = asyncio.create_task(offload.run(work))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [True]


async def test_a_ring_from_any_thread_is_heard_once():
    bell = LocalBell()
    await asyncio.to_thread(bell.ring, Stage.GENERATE)
    assert await bell.heard(Stage.GENERATE, 10.0)
    assert not await bell.heard(Stage.GENERATE, 0.0)
    assert not await bell.heard(Stage.ARCHIVE, 0.0)


class Ears(list):
    def hear(self, fact):
        self.append(fact)


class StillClock:
    def __init__(self):
        self.at = 0.0

    def monotonic(self):
        return self.at


def gate_at(clock):
    ears = Ears()
    return Gate(clock, ears), ears


async def passes(gate, lane):
    """Whether a lane gets through now, without waiting for anything."""
    task = asyncio.create_task(gate.passed(asyncio.Event(), lane))
    for _ in range(3):
        await asyncio.sleep(0)
    through = task.done()
    task.cancel()
    return through


async def test_the_gate_tells_once_that_it_closed_and_once_that_all_is_well_again():
    gate, ears = gate_at(StillClock())
    gate.close("disk", "no space left", 15.0, lane="archive")
    gate.close("disk", "no space left", 15.0, lane="archive")
    assert gate.missing == {"disk": "no space left"}
    gate.opened("archive", WORK)
    gate.opened("archive", WORK)
    assert [type(fact) for fact in ears] == [PipelinePaused, PipelineResumed]
    assert gate.missing == {}
    assert await gate.passed(asyncio.Event(), "archive")


async def test_a_stop_gets_through_a_closed_gate():
    gate, _ = gate_at(StillClock())
    stop = asyncio.Event()
    gate.close("disk", "no space left", 3600.0, lane="archive")
    waiting = asyncio.create_task(gate.passed(stop, "generate"))
    await asyncio.sleep(0)
    stop.set()
    assert not await waiting


async def test_two_things_are_missing_and_come_back_one_after_the_other():
    gate, ears = gate_at(StillClock())
    gate.close("ledger", "locked", 1.0, lane="generate", step=CLAIM)
    gate.close("disk", "full", 1.0, lane="archive")
    gate.opened("generate", CLAIM)
    assert dict(gate.missing) == {"disk": "full"}
    gate.opened("archive", WORK)
    assert [(type(fact), fact.resource) for fact in ears] == [
        (PipelinePaused, "ledger"),
        (PipelinePaused, "disk"),
        (PipelineResumed, "ledger"),
        (PipelineResumed, "disk"),
    ]


async def test_one_thing_that_two_lanes_miss_is_back_when_both_have_it():
    gate, ears = gate_at(StillClock())
    gate.close("disk", "full", 1.0, lane="generate")
    gate.close("disk", "full", 1.0, lane="archive")
    gate.opened("generate", WORK)
    assert (list(gate.missing), len(ears)) == (["disk"], 1)
    gate.opened("archive", WORK)
    assert (list(gate.missing), len(ears)) == ([], 2)


async def test_success_elsewhere_is_no_proof_and_only_the_lane_that_missed_it_tries_again():
    clock = StillClock()
    gate, _ = gate_at(clock)
    gate.close("folder", "the outbox is read-only", 15.0, lane="archive")
    gate.opened("generate", CLAIM, WORK)
    assert gate.missing
    assert not await passes(gate, "archive")
    clock.at = 20.0
    assert await passes(gate, "archive")
    assert not await passes(gate, "generate")
    gate.opened("archive", WORK)
    assert await passes(gate, "generate")


async def test_lanes_that_both_miss_something_do_not_wait_for_each_other_for_ever():
    clock = StillClock()
    gate, _ = gate_at(clock)
    gate.close("disk", "full", 1.0, lane="generate")
    gate.close("folder", "gone", 2.0, lane="archive")
    clock.at = 5.0
    assert await passes(gate, "generate")
    assert await passes(gate, "archive")


async def test_a_missing_key_stops_only_the_lane_that_needs_it():
    gate, _ = gate_at(StillClock())
    gate.close("key", "no such key", 300.0, lane="generate")
    assert not await passes(gate, "generate")
    assert await passes(gate, "archive")


async def test_those_who_wait_go_on_at_once_when_it_is_back():
    gate, _ = gate_at(StillClock())
    gate.close("disk", "full", 3600.0, lane="archive")
    waiting = asyncio.create_task(gate.passed(asyncio.Event(), "generate"))
    await asyncio.sleep(0)
    gate.opened("archive", WORK)
    assert await waiting


LANES, STEPS, RESOURCES = ("generate", "archive"), (CLAIM, WORK), ("disk", "ledger", "key")
CLOSING = st.tuples(st.just("close"), st.sampled_from(LANES), st.sampled_from(STEPS), st.sampled_from(RESOURCES))
OPENING = st.tuples(st.just("open"), st.sampled_from(LANES), st.sampled_from(STEPS), st.just(""))


@given(st.lists(st.one_of(CLOSING, OPENING), max_size=12))
def test_whatever_comes_and_goes_somebody_tries_and_each_word_is_said_once(happenings):
    clock, ears = StillClock(), Ears()

    async def play():
        gate = Gate(clock, ears)
        lacking = set()
        for what, lane, step, resource in happenings:
            if what == "close":
                gate.close(resource, "why", 5.0, lane=lane, step=step)
                lacking.add((lane, step, resource))
            else:
                gate.opened(lane, step)
                lacking = {lack for lack in lacking if lack[:2] != (lane, step)}
        assert set(gate.missing) == {resource for _, _, resource in lacking}
        clock.at += 10.0
        through = {lane for lane in LANES if await passes(gate, lane)}
        assert through >= {lane for lane, _, _ in lacking}, "who lacks something tries"
        assert through, "nobody waits for ever"
        return {resource for _, _, resource in lacking}

    left = asyncio.run(play())
    for resource in RESOURCES:
        told = [type(fact) for fact in ears if fact.resource == resource]
        assert told == [PipelinePaused, PipelineResumed] * (len(told) // 2) + [PipelinePaused] * (resource in left)
