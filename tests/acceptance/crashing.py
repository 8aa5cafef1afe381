"""The daemon, killed with SIGKILL in a given stage: `python crashing.py STAGE`.

The crash point is put around the stage's function here, not into the product. It strikes in the middle: the stage has
done its work, and nothing of it has been recorded yet.
"""

import asyncio
import contextlib
import functools
import os
import signal
import sys
from pathlib import Path

from briefmill.engine import pipeline
from briefmill.settings import Settings
from briefmill.stages import archive, generate, task
from briefmill.wiring import daemon


def strike(call, victim):
    """Run the call, then kill the process `victim`."""

    @functools.wraps(call)
    def struck(*args, **kwargs):
        answer = call(*args, **kwargs)
        # A worker process outlives the daemon until its work is done, as in real life.
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        return answer

    return struck


def strike_in_worker(stage, victim, order):
    """Stand in for `stages.pixels.run` in the worker process: one of its stages kills the daemon."""
    from briefmill.stages import compliance, overlay, pixels, resize

    owner, name = {
        "resize": (resize.Source, "fitted"),
        "overlay": (overlay, "run"),
        "compliance": (compliance.Inspector, "check"),
    }[stage]
    setattr(owner, name, strike(getattr(owner, name), victim))
    return pixels.run(order)


def main(stage):
    """Serve until the stage is reached."""
    if stage == "generate":
        generate.run = strike(generate.run, os.getpid())
    elif stage == "archive":
        archive.run = strike(archive.run, os.getpid())
    else:
        call = pipeline.Workers.call

        def detour(self, target, *args, timeout_s):
            if target == task.RUN:
                target, args = "crashing:strike_in_worker", (stage, os.getpid(), *args)
            return call(self, target, *args, timeout_s=timeout_s)

        pipeline.Workers.call = detour
    asyncio.run(daemon.serve(Settings.load(Path(os.environ["BRIEFMILL_HOME"]), os.environ), until_idle=True))


if __name__ == "__main__":
    main(sys.argv[1])
