"""The small parts between the loop and the rest: offload, bell, gate."""

import asyncio
import contextvars
import threading

import pytest

from briefmill.domain.facts import PipelinePaused, PipelineResumed
from briefmill.domain.job import Stage
from briefmill.engine.bell import LocalBell
from briefmill.engine.gate import Gate
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


async def test_the_gate_tells_once_that_it_closed_and_once_that_all_is_well_again():
    ears, clock = Ears(), StillClock()
    gate = Gate(clock, ears)
    gate.close("disk", "no space left", 15.0)
    gate.close("disk", "no space left", 15.0)
    assert gate.resource == "disk"
    gate.succeeded()
    gate.succeeded()
    assert [type(fact) for fact in ears] == [PipelinePaused, PipelineResumed]
    assert await gate.passed(asyncio.Event())


async def test_a_stop_gets_through_a_closed_gate():
    gate, stop = Gate(StillClock(), Ears()), asyncio.Event()
    gate.close("disk", "no space left", 3600.0)
    stop.set()
    assert not await gate.passed(stop)
