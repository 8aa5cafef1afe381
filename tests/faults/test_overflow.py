"""The kernel's queue of events really overflows while the whole process stands still, as in a long pause of a machine.

What came in meanwhile is told by nobody. The overflow is noticed, said once, and answered with a scan that finds all.
"""

import asyncio
import ctypes
import sys
from pathlib import Path

import pytest

from briefmill.domain.facts import Overflowed, Scanned
from briefmill.intake.settle import Policy
from intake.intakekit import RUNNING, House, until

QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
DROPS = 40


def standing_still(command: bytes) -> None:
    """Run a shell command while no thread of this process moves: the call never lets go of the interpreter."""
    assert ctypes.PyDLL(None).system(command) == 0


@pytest.fixture
def queue():
    if not QUEUE.exists():
        pytest.skip("no inotify here")
    size = int(QUEUE.read_text())
    if size > 100_000:
        pytest.skip(f"to fill a queue of {size} events takes too long")
    return size


async def test_what_comes_in_during_an_overflow_is_found(tmp_path, queue):
    house = House(tmp_path, watcher="native", interval_s=3600.0, policy=Policy(quiet_s=0.0))
    house.clock.monotonic = asyncio.get_running_loop().time
    stop = asyncio.Event()
    task = asyncio.create_task(house.intake.run(stop))
    await until(lambda: house.heard.of(Scanned))
    for name in ("one", "two"):
        (house.inbox / name).touch()
    # Equal events one after the other are kept as one, so two files take turns.
    rounds = queue // 2 + 100
    script = f"""
import os, sys
os.chdir(sys.argv[1])
for number in range({rounds}):
    os.chmod("one", 0o600 + number % 2)
    os.chmod("two", 0o600 + number % 2)
for number in range({DROPS}):
    with open(f"{{number}}.yaml", "w") as file:
        file.write(f"campaign{{number}} end")
"""
    (tmp_path / "flood.py").write_text(script)
    standing_still(f"exec '{sys.executable}' -S '{tmp_path}/flood.py' '{house.inbox}'".encode())
    await until(lambda: house.heard.of(Overflowed))
    await until(lambda: len(house.states()) == DROPS and set(house.states().values()) == {RUNNING}, seconds=20)
    stop.set()
    await task
    assert "overflow" in {fact.trigger for fact in house.heard.of(Scanned)}
    assert house.left() == ["one", "two"]
