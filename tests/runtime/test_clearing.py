"""The daemon's own clearing: at the start and every so often, ended after the removal in hand, and never its end."""

import asyncio
import threading

from briefmill.domain.facts import Failed
from briefmill.errors import Paused
from briefmill.runtime.clearing import Sweeper


class Heard(list):
    def hear(self, fact):
        self.append(fact)


async def test_it_looks_at_the_start_and_again():
    stop, looks = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def clear(go_on):
        assert go_on()
        looks.append(threading.current_thread())
        if len(looks) == 3:
            loop.call_soon_threadsafe(stop.set)

    await Sweeper(clear=clear, listener=Heard(), every_s=0.001).run(stop)
    assert len(looks) == 3
    assert threading.main_thread() not in looks


async def test_a_stop_is_heard_by_a_look_that_is_under_way():
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    asked = []

    def clear(go_on):
        asked.append(go_on())
        loop.call_soon_threadsafe(stop.set)
        while go_on():
            threading.Event().wait(0.001)
        asked.append(go_on())

    async with asyncio.timeout(60):
        await Sweeper(clear=clear, listener=Heard(), every_s=3600).run(stop)
    assert asked == [True, False]


def test_what_keeps_it_from_its_end_is_told_and_is_not_the_end():
    heard = Heard()

    def clear(go_on):
        raise Paused("the disk is full", resource="disk")

    Sweeper(clear=clear, listener=heard, every_s=1).look()
    assert heard == [Failed(where="retention", error="the disk is full")]


def test_a_disk_that_fails_is_told():
    heard = Heard()

    def clear(go_on):
        raise OSError(5, "Input/output error")

    Sweeper(clear=clear, listener=heard, every_s=1).look()
    assert [fact.where for fact in heard] == ["retention"]
