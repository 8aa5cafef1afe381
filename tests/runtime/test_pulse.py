"""The pulse feeds the watchdog only while all is well, and asks for patience while the daemon drains."""

import asyncio

from briefmill.runtime.pulse import BEATS, Pulse


class Manager(list):
    def __init__(self):
        self.fed = asyncio.Event()

    def status(self, text):
        self.append(text)
        return True

    def watchdog(self):
        self.append("watchdog")
        self.fed.set()
        return True

    def extend(self, seconds):
        self.append(f"extend {seconds:g}")
        return True


async def told(*looks):
    manager, stop, waiting = Manager(), asyncio.Event(), list(looks)

    async def look():
        faults = waiting.pop(0)
        if not waiting:
            stop.set()
        return faults

    await Pulse(every_s=0.0, look=look, status=lambda: "3 jobs run", notifier=manager, draining=asyncio.Event()).run(
        stop
    )
    return manager


async def test_a_healthy_daemon_feeds_the_watchdog():
    assert await told({}, {}) == ["3 jobs run", "watchdog", "3 jobs run", "watchdog"]


async def test_a_hung_scan_starves_the_watchdog_and_says_so():
    assert await told({"scan": "no scan for 90 s"}) == ["not well: no scan for 90 s"]


async def test_a_drain_asks_for_patience_at_once_and_looks_at_nothing():
    manager, stop, draining = Manager(), asyncio.Event(), asyncio.Event()
    looked = asyncio.Event()

    async def look():
        looked.set()
        return {}

    pulse = Pulse(every_s=60.0, look=look, status=lambda: "1 working", notifier=manager, draining=draining)
    beating = asyncio.create_task(pulse.run(stop))
    await manager.fed.wait()
    manager.clear()
    manager.fed.clear()
    looked.clear()
    draining.set()
    await manager.fed.wait()
    stop.set()
    await beating
    assert manager == [f"extend {BEATS * 60:g}", "stopping: 1 working", "watchdog"]
    assert not looked.is_set()
