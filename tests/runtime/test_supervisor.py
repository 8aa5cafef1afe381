"""The supervisor: one ends, all stop; a stop goes in order."""

import asyncio

import pytest

from briefmill.runtime.supervisor import Part, PartEnded, supervise


class Log(list):
    def part(self, name, **options):
        async def run(stop):
            self.append(f"{name} up")
            await stop.wait()
            self.append(f"{name} down")

        return Part(name=name, run=run, **options)


async def test_parts_stop_in_the_order_they_were_given():
    log, stop = Log(), asyncio.Event()
    stop.set()
    await supervise([log.part("intake"), log.part("engine"), log.part("pulse")], stop, lambda: log.append("stopping"))
    assert log == ["intake up", "engine up", "pulse up", "stopping", "intake down", "engine down", "pulse down"]


async def test_a_part_that_fails_stops_the_others_and_its_error_is_raised():
    log = Log()

    async def broken(stop):
        raise OSError("disk on fire")

    with pytest.raises(OSError, match="disk on fire"):
        await supervise([log.part("intake"), Part(name="engine", run=broken)], asyncio.Event(), lambda: None)
    assert log == ["intake up", "intake down"]


async def test_a_part_that_ends_by_itself_is_a_failure():
    async def tired(stop):
        return

    with pytest.raises(PartEnded, match="scanner ended by itself"):
        await supervise([Part(name="scanner", run=tired)], asyncio.Event(), lambda: None)


async def test_a_part_that_does_not_stop_in_time_is_cut_off():
    cut = []

    async def stubborn(stop):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.append(True)
            raise

    stop = asyncio.Event()
    stop.set()
    await supervise([Part(name="engine", run=stubborn, patience_s=0.01)], stop, lambda: None)
    assert cut == [True]


async def test_a_patience_that_may_change_is_asked_for_at_the_stop():
    cut, patience = [], [3600.0]

    async def stubborn(stop):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.append(True)
            raise

    stop = asyncio.Event()
    part = Part(name="engine", run=stubborn, patience_s=lambda: patience[0])
    patience[0] = 0.01
    stop.set()
    await supervise([part], stop, lambda: None)
    assert cut == [True]
