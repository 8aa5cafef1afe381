"""Crash points for tests: the process "dies" before its next change of a folder, or around its next call of a port.

What changes a file system is told by the interpreter itself (PEP 578, audit events), so that a step which is new in the
product is a crash point at once, and no name of the product's inside is known here. Calls of ports are wrapped. A death
is a BaseException that no code of ours catches; whatever runs on in the dead process (a `finally`, another thread) dies
at its next step, too, and changes nothing more.

`at_every_step` runs a life again and again, the first time without a death, then dying at step 1, 2, 3 and so on until
a life comes to its end before its death. `Crash.last` tells the steps before it, for the message of a failure.
"""

import asyncio
import functools
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

CHANGES = frozenset(
    f"os.{name}"
    for name in (
        "chmod", "chown", "link", "mkdir", "remove", "rename", "removexattr", "rmdir", "setxattr", "symlink",
        "truncate", "utime",
    )
)  # fmt: skip


class Killed(BaseException):
    """SIGKILL: nothing after it runs."""


class Crash:
    """Dies at step number `at` (0: never) of what is done under `root`, or to what is wrapped by `around`."""

    def __init__(self, root: Path, at: int) -> None:
        self.root, self.at = os.fsencode(root), at
        self.steps: list[str] = []
        self.dead = False
        self.deaths = 0

    def step(self, name: str) -> None:
        """One more step; the last one when its number is up."""
        if self.dead:
            raise Killed
        self.steps.append(name)
        if len(self.steps) == self.at:
            self.dead = True
            self.deaths += 1
            raise Killed

    @property
    def last(self) -> list[str]:
        """The number of the step that was the last, and the steps that led to it."""
        return [str(self.at), *self.steps[: self.at][-3:]]

    def around(self, call, name):
        """A call that may die before it is made, or after it and before its answer is known."""

        @functools.wraps(call)
        def stepped(*args, **kwargs):
            self.step(f"before {name}")
            answer = call(*args, **kwargs)
            self.step(f"after {name}")
            return answer

        return stepped

    def heard(self, event: str, args: tuple[object, ...]) -> None:
        """An audit event of this process."""
        if event == "open" and not (self.dead or _changes(args)):
            return
        path = args[0]
        if isinstance(path, (str, bytes, os.PathLike)):
            raw = os.fsencode(path)
            # A name that is no path belongs to an open folder: a tree of ours that is being removed.
            if raw.startswith(self.root) or not raw.startswith(b"/"):
                self.step(f"{event} {os.fsdecode(raw.removeprefix(self.root))}")
        elif event != "open":
            self.step(event)


def _changes(args: tuple[object, ...]) -> bool:
    _, mode, flags = args
    if isinstance(mode, str):
        return not mode.startswith("r") or "+" in mode
    # Opened only to be synced, or with a mind to write: both stand between two changes.
    return mode is None and isinstance(flags, int) and not flags & os.O_PATH


# An audit hook can never be taken out again: this one is made once, and deaf while no crash listens.
_listening: list[Crash] = []


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _listening and (event == "open" or event in CHANGES):
        _listening[-1].heard(event, args)


@functools.cache
def _installed() -> None:
    sys.addaudithook(_hook)


@contextmanager
def armed(crash: Crash):
    """Let the crash hear of every change in this process from here on."""
    _installed()
    _listening.append(crash)
    try:
        yield
    finally:
        _listening.remove(crash)


async def buried(crash: Crash) -> None:
    """Wait until nothing of the dead process is left, then let another live."""
    loop = asyncio.get_running_loop()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    one_thread(loop)
    crash.dead = False


def one_thread(loop: asyncio.AbstractEventLoop) -> None:
    """Give the loop one thread for what blocks, so that steps have the same order in every run."""
    before = getattr(loop, "_default_executor", None)
    if before is not None:
        before.shutdown(wait=True)
    loop.set_default_executor(ThreadPoolExecutor(1))


async def at_every_step(
    folder: Path, life: Callable[[Crash, Path], Awaitable[object]], wanted: Callable[[str], bool] = lambda step: True
) -> AsyncIterator[tuple[Crash, object]]:
    """Each life with its crash, for a look at what it left; the first one never dies.

    `life` arms the crash and lives in the folder that it is given to the end, over one death. `wanted` chooses the
    steps to die at by what the first life did there.
    """
    steps: list[str] = []
    at = 0
    while True:
        one_thread(asyncio.get_running_loop())
        path = folder / str(at)
        path.mkdir()
        crash = Crash(path, at)
        left = await life(crash, path)
        steps = steps or crash.steps
        assert steps, "nothing was a step"
        yield crash, left
        shutil.rmtree(path)
        if at and not crash.deaths:
            return
        at += 1
        while at <= len(steps) and not wanted(steps[at - 1]):
            at += 1
