"""Worker processes for everything that touches pixels.

Each worker is one process with one pipe, started from a fork server that has the pixel libraries already loaded. A
worker serves one call at a time. What travels is the name of a function, paths and small values, never pixels. A worker
that dies, takes too long or wants too much memory takes only its own call with it: the caller gets `WorkerDied`, and
the next call starts a fresh one. When the daemon itself is killed, the pipes close and the workers end by themselves.
`confinement` says what a worker may use of the machine.

`concurrent.futures.ProcessPoolExecutor` was tried first: one dead process breaks the whole pool, and with it the calls
of innocent jobs.
"""

import multiprocessing
import os
import pickle
import pkgutil
import queue
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, cast

from briefmill import files
from briefmill.engine import confinement
from briefmill.errors import BriefmillError, WorkerDied

CALLS_PER_PROCESS = 500
"""A worker is replaced after so many calls, so that a leak in a decoder stays small."""


def _serve(pipe: Connection, memory_bytes: int) -> None:
    # Ctrl-C on a terminal reaches the whole process group; only the daemon decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confinement.enter(memory_bytes)
    while True:
        try:
            packed = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            pipe.send(_answer(packed))
        except OSError:
            return


def _answer(packed: bytes) -> tuple[bool, object]:
    """What a call returned, or what it failed with, as something that travels."""
    try:
        target, args = pickle.loads(packed)  # noqa: S301 - from our own parent, through our own pipe
        with files.disk_errors("a worker process"):
            return True, pkgutil.resolve_name(target)(*args)
    except BriefmillError as error:
        return False, error
    except Exception as error:  # noqa: BLE001 - the caller decides what an unknown failure means
        if confinement.ran_out(error):
            return False, WorkerDied(f"A worker process needed more memory than it may have: {error}")
        return False, RuntimeError(f"{error!r}\n{traceback.format_exc()}")


class _Worker:
    """One process and its pipe."""

    def __init__(self, context: "multiprocessing.context.ForkServerContext", memory_bytes: int) -> None:
        ours, theirs = context.Pipe()
        self.pipe: Connection = ours
        self.calls = 0
        self.process: ForkServerProcess = context.Process(target=_serve, args=(theirs, memory_bytes), daemon=True)
        self.process.start()
        theirs.close()

    def call(self, request: tuple[object, ...], timeout_s: float) -> object:
        self.calls += 1
        try:
            self.pipe.send(request)
            if not self.pipe.poll(timeout_s):
                raise WorkerDied(f"A worker process was stopped: it took longer than {timeout_s:g} s.")
            fine, value = self.pipe.recv()
        except (EOFError, OSError) as error:
            self.process.join(timeout=5)
            raise WorkerDied(f"A worker process died ({_cause(self.process.exitcode)}).") from error
        if not fine:
            raise cast("Exception", value)
        return value

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _cause(exitcode: int | None) -> str:
    if exitcode is None:
        return "its pipe closed"
    if exitcode < 0:
        return f"killed by {signal.Signals(-exitcode).name}"
    return f"exit code {exitcode}"


class Workers:
    """`count` worker processes, started when first needed. May be used from any thread.

    Each may map `memory_bytes` beyond what its libraries take at its start; 0 sets no bound.
    """

    def __init__(self, count: int, *, preload: Sequence[str] = (), memory_bytes: int = 0) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(preload))
        # The last one back goes first: it is warm, and what one can do alone never starts a second.
        self._places: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._places.put(None)
        self._count = count
        self._memory_bytes = memory_bytes
        self._due: dict[int, float] = {}

    def overdue(self, grace_s: float) -> int:
        """How many calls should have been stopped so long ago and still have not come back. From any thread."""
        now = time.monotonic()
        return sum(1 for due in list(self._due.values()) if now > due + grace_s)

    def call(self, target: str, /, *args: object, timeout_s: float = 600.0) -> Any:
        """Run a function, named `module:function`, in a worker and wait; raises what it raised, or WorkerDied.

        It goes by name so that this process need not import what only workers use. Anything it raises that is not of
        our own error tree arrives as RuntimeError with the worker's traceback.
        """
        worker = self._places.get()
        try:
            if worker is None or worker.calls >= CALLS_PER_PROCESS:
                if worker is not None:
                    worker.end()
                    worker = None
                # One thread each: the workers together already fill the cores, and BLAS threads only spin.
                os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
                worker = _Worker(self._context, self._memory_bytes)
            self._due[threading.get_ident()] = time.monotonic() + timeout_s
            return worker.call((target, args), timeout_s)
        except WorkerDied:
            if worker is not None:
                worker.end()
                worker = None
            raise
        finally:
            self._due.pop(threading.get_ident(), None)
            self._places.put(worker)

    def close(self) -> None:
        """End all workers; a call still under way in another thread is waited for."""
        for _ in range(self._count):
            worker = self._places.get()
            if worker is not None:
                worker.end()
