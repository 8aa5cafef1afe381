"""Things that go wrong inside a worker process; functions, because a worker imports what it runs by name."""

import os
import signal

from briefmill.errors import AssetRefused, Problem


def refuse():
    """Raise one of our own errors, with more in it than its message."""
    raise AssetRefused(Problem(code="asset.bomb", message="too many pixels"))


def kill_myself():
    """Die as by the out-of-memory killer."""
    os.kill(os.getpid(), signal.SIGKILL)
