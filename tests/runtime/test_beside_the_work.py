"""What goes its rounds beside the briefs: the night's post, and the keeper of the cache."""

import asyncio
import threading

import pytest

from briefmill.domain.facts import CacheMeasured, Failed
from briefmill.errors import Paused, Temporary
from briefmill.runtime.overnight import LONGEST_REST_S, Nightly
from briefmill.runtime.shelves import Keeper


class Ears(list):
    def hear(self, fact):
        self.append(fact)


class Rounds:
    """Rounds that end as told, and stop the daemon after the last."""

    def __init__(self, *ends):
        self.ends, self.done, self.stop, self.loop = list(ends), 0, asyncio.Event(), None

    def __call__(self):
        self.done += 1
        end = self.ends.pop(0) if self.ends else None
        if not self.ends:
            self.loop.call_soon_threadsafe(self.stop.set)
        if end is not None:
            raise end
        return []

    async def run(self, nightly):
        self.loop = asyncio.get_running_loop()
        async with asyncio.timeout(20):
            await nightly.run(self.stop)


def nightly(rounds, ears, every_s=0.0, leave=lambda: None):
    return Nightly(round=rounds, leave=leave, listener=ears, every_s=every_s)


async def test_rounds_follow_each_other_until_the_stop():
    rounds, ears = Rounds(None, None, None), Ears()
    await rounds.run(nightly(rounds, ears))
    assert rounds.done == 3
    assert ears == []


async def test_what_keeps_a_round_is_told_once_and_again_when_it_changes():
    rounds, ears = Rounds(Temporary("5xx"), Temporary("5xx"), Temporary("cut off"), Temporary("last")), Ears()
    await rounds.run(nightly(rounds, ears))
    assert [(fact.where, fact.error) for fact in ears][:2] == [("overnight", "5xx"), ("overnight", "cut off")]


@pytest.mark.parametrize(
    ("error", "rest_s"),
    [
        (Temporary("5xx"), 60.0),
        (Paused("no quota", resource="quota", retry_in=300.0), 300.0),
        (Paused("no quota", resource="quota", retry_in=1e9), LONGEST_REST_S),
        (TypeError("a bug of ours"), LONGEST_REST_S),
        (None, 60.0),
    ],
)
async def test_it_rests_as_long_as_it_is_asked_to_but_an_hour_at_most(error, rest_s):
    rounds, ears = Rounds(error, None), Ears()
    rounds.loop = asyncio.get_running_loop()
    assert await nightly(rounds, ears, every_s=60.0)._once(rounds.stop) == rest_s
    assert [type(fact) for fact in ears] == ([Failed] if error else [])


async def test_a_stop_asks_the_round_that_is_under_way_to_end_and_waits_for_it():
    stop, begun, left = asyncio.Event(), threading.Event(), threading.Event()

    def round_():
        begun.set()
        assert left.wait(20)
        raise Temporary("the daemon stops")

    ears = Ears()
    running = asyncio.create_task(nightly(round_, ears, leave=left.set).run(stop))
    await asyncio.to_thread(begun.wait, 20)
    stop.set()
    async with asyncio.timeout(20):
        await running
    assert left.is_set()
    assert ears == []


async def test_the_keeper_tells_what_stays_and_what_went():
    ears, stop = Ears(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def tidy():
        loop.call_soon_threadsafe(stop.set)
        return 7, 4096, 2

    async with asyncio.timeout(20):
        await Keeper(tidy=tidy, listener=ears, every_s=0.0).run(stop)
    assert ears[0] == CacheMeasured(entries=7, size=4096, removed=2)


def test_a_cache_that_cannot_be_looked_at_is_told_and_looked_at_again():
    ears = Ears()

    def tidy():
        raise PermissionError(13, "Permission denied")

    Keeper(tidy=tidy, listener=ears).look()
    assert [fact.where for fact in ears] == ["cache"]
