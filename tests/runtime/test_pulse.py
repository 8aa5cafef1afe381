"""The pulse feeds the watchdog only while all is well."""

import asyncio

from briefmill.runtime.pulse import Pulse


class Manager(list):
    def status(self, text):
        self.append(text)
        return True

    def watchdog(self):
        self.append("watchdog")
        return True


async def told(*looks):
    manager, stop, waiting = Manager(), asyncio.Event(), list(looks)

    async def look():
        faults = waiting.pop(0)
        if not waiting:
            stop.set()
        return faults

    await Pulse(every_s=0.0, look=look, status=lambda: "3 jobs run", notifier=manager).run(stop)
    return manager


async def test_a_healthy_daemon_feeds_the_watchdog():
    assert await told({}, {}) == ["3 jobs run", "watchdog", "3 jobs run", "watchdog"]


async def test_a_hung_scan_starves_the_watchdog_and_says_so():
    assert await told({"scan": "no scan for 90 s"}) == ["not well: no scan for 90 s"]
