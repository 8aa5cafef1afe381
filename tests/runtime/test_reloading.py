"""Handing a part over from one run to the next, and serving the wish to."""

import asyncio

import pytest

from briefmill.runtime.reloading import Relay, Reloads
from briefmill.runtime.supervisor import PartEnded


class Diary(list):
    """Runs that write down when they begin and end; `hold` keeps one from ending until it is let go."""

    def __init__(self):
        self.let_go = asyncio.Event()

    def run(self, name, *, hold=False):
        async def going(stop):
            self.append(f"{name} up")
            await stop.wait()
            if hold:
                await self.let_go.wait()
            self.append(f"{name} down")

        return going


async def turns():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_where_two_may_not_overlap_the_next_begins_when_the_last_has_ended():
    diary, stop = Diary(), asyncio.Event()
    relay = Relay("intake", diary.run("first", hold=True))
    running = asyncio.create_task(relay.run(stop))
    await turns()
    handing = asyncio.create_task(relay.hand_over(diary.run("second")))
    await turns()
    assert diary == ["first up"]
    diary.let_go.set()
    await handing
    await turns()
    assert diary == ["first up", "first down", "second up"]
    stop.set()
    await running
    assert diary[-1] == "second down"


async def test_where_they_may_the_next_begins_at_once_and_both_come_to_their_end():
    diary, stop = Diary(), asyncio.Event()
    relay = Relay("engine", diary.run("first", hold=True), overlapping=True)
    running = asyncio.create_task(relay.run(stop))
    await turns()
    leaving = await relay.hand_over(diary.run("second"))
    await turns()
    assert diary == ["first up", "second up"]
    assert not leaving.done()
    stop.set()
    await turns()
    assert not running.done(), "the first has something in hand"
    diary.let_go.set()
    await running
    assert leaving.done()
    assert diary == ["first up", "second up", "second down", "first down"]


async def test_one_that_does_not_end_in_time_is_cut_off_and_the_next_begins():
    diary, stop = Diary(), asyncio.Event()
    relay = Relay("intake", diary.run("first", hold=True), patience_s=0.01)
    running = asyncio.create_task(relay.run(stop))
    await turns()
    leaving = await relay.hand_over(diary.run("second"))
    await turns()
    assert leaving.cancelled()
    assert diary == ["first up", "second up"]
    stop.set()
    await running


async def test_a_run_that_ends_untold_ends_the_part():
    async def tired(stop):
        return

    with pytest.raises(PartEnded, match="intake ended by itself"):
        await Relay("intake", tired).run(asyncio.Event())


@pytest.mark.parametrize("overlapping", [True, False])
async def test_a_run_that_fails_while_it_leaves_ends_the_part_too(overlapping):
    async def failing(stop):
        await stop.wait()
        raise OSError("disk on fire")

    relay = Relay("engine", failing, overlapping=overlapping)
    running = asyncio.create_task(relay.run(asyncio.Event()))
    await turns()
    await relay.hand_over(Diary().run("second"))
    with pytest.raises(OSError, match="disk on fire"):
        await running


async def test_after_the_stop_nothing_is_begun_any_more():
    diary, stop = Diary(), asyncio.Event()
    relay = Relay("intake", diary.run("first"))
    running = asyncio.create_task(relay.run(stop))
    await turns()
    stop.set()
    await running
    assert await relay.hand_over(diary.run("second")) is None
    assert diary == ["first up", "first down"]


async def test_a_stop_while_the_last_one_still_ends_begins_no_next():
    diary, stop = Diary(), asyncio.Event()
    relay = Relay("intake", diary.run("first", hold=True))
    running = asyncio.create_task(relay.run(stop))
    await turns()
    handing = asyncio.create_task(relay.hand_over(diary.run("second")))
    await turns()
    stop.set()
    await turns()
    diary.let_go.set()
    await asyncio.gather(handing, running)
    assert diary == ["first up", "first down"]


async def test_a_part_that_is_cut_off_takes_its_runs_along():
    diary = Diary()
    relay = Relay("engine", diary.run("first", hold=True), overlapping=True)
    running = asyncio.create_task(relay.run(asyncio.Event()))
    await turns()
    leaving = await relay.hand_over(diary.run("second"))
    await turns()
    running.cancel()
    await asyncio.wait([running])
    assert leaving.cancelled()


async def test_wishes_that_come_while_one_is_served_are_served_once_more_together():
    stop, began, go = asyncio.Event(), [], asyncio.Event()

    async def change():
        began.append(True)
        await go.wait()

    reloads = Reloads(change=change)
    running = asyncio.create_task(reloads.run(stop))
    reloads.asked.set()
    await turns()
    for _ in range(5):
        reloads.asked.set()
    await turns()
    assert len(began) == 1
    go.set()
    await turns()
    assert len(began) == 2
    stop.set()
    await running


async def test_no_wish_is_served_after_the_stop():
    stop, began = asyncio.Event(), []

    async def change():
        began.append(True)

    reloads = Reloads(change=change)
    stop.set()
    reloads.asked.set()
    await reloads.run(stop)
    assert began == []
