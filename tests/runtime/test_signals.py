"""Real signals to a real process. It says on a pipe where it is, so that nothing has to wait for a guess."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys

import pytest

from briefmill.runtime.signals import Drain, draining

CHILD = """
import asyncio, sys
from briefmill.runtime import signals

async def main():
    with signals.draining() as drain:
        print("ready", flush=True)
        await drain.wait()
        print("draining", drain.reason, flush=True)
        if sys.argv[1] == "stays":
            await asyncio.Event().wait()
    print("done", flush=True)

asyncio.run(main())
"""


@pytest.fixture
def child():
    started = []

    def start(how):
        process = subprocess.Popen([sys.executable, "-c", CHILD, how], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_asks_for_a_drain_and_says_which_it_was(child, number):
    process = child("drains")

    process.send_signal(number)

    assert process.stdout.read() == f"draining {number.name}\ndone\n"
    assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_the_second_signal_ends_it_at_once(child, first, second):
    process = child("stays")
    process.send_signal(first)
    assert process.stdout.readline() == f"draining {first.name}\n"

    process.send_signal(second)

    assert process.wait(timeout=30) == -second
    assert process.stdout.read() == ""


ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]


def process_one_possible():
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


CHILD_ONE = """
import asyncio, os
from briefmill.runtime import signals

async def main():
    with signals.draining() as drain:
        os.kill(1, 2)
        await drain.wait()
        print(os.getpid(), "draining", drain.reason, flush=True)
        os.kill(1, 15)
        await asyncio.sleep(0)
        print("alive", flush=True)

asyncio.run(main())
"""


@pytest.mark.skipif(not process_one_possible(), reason="this machine does not allow a process number name space")
def test_as_process_one_of_a_container_the_second_signal_ends_it_too():
    done = subprocess.run(
        [*ALONE, sys.executable, "-c", CHILD_ONE], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout == "1 draining SIGINT\n"
    assert done.returncode == 128 + signal.SIGTERM


async def test_afterwards_the_handlers_from_before_are_back():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

    with draining() as drain:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(drain.wait(), timeout=30)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL

    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


async def test_the_first_reason_stays():
    drain = Drain()
    drain.ask("idle")
    drain.ask("SIGTERM")

    assert drain.is_set()
    assert drain.reason == "idle"


HANGING = """
import asyncio, signal, sys
from briefmill.runtime import signals

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored from the beginning

async def main():
    heard = asyncio.Queue()
    with signals.hangup(lambda: heard.put_nowait(True)):
        print("ready", flush=True)
        for _ in range(2):
            await heard.get()
            print("heard", flush=True)
    print("done", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_each_hangup_is_heard_and_afterwards_it_means_the_end_again():
    process = subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        for _ in range(2):
            process.send_signal(signal.SIGHUP)
            assert process.stdout.readline() == "heard\n"
        assert process.stdout.readline() == "done\n"
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=30) == -signal.SIGHUP
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
