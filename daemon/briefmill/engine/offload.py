"""The one door between the event loop and threads.

Everything that blocks (the ledger, the stores, whole stages) goes through here. The caller's context variables go
along. On cancellation the door waits for the thread before it lets the cancellation through, because a thread cannot
be stopped and a job must not be given up while something still works on it.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Offload:
    """A bounded set of threads, seen from the loop."""

    def __init__(self, threads: int, *, name: str = "briefmill") -> None:
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)

    async def run(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call in a thread and wait for it; its exception is raised here."""
        context = contextvars.copy_context()
        future = asyncio.get_running_loop().run_in_executor(
            self._executor, partial(context.run, partial(call, *args, **kwargs))
        )
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            if not future.cancelled() and future.exception() is not None:
                # The cancellation is what the caller hears of; the call's own failure was recorded where it happened.
                future.exception()
            raise

    def close(self) -> None:
        """Let the threads end; waits for those that still work."""
        self._executor.shutdown(wait=True)
