"""Things that go wrong inside a worker process; functions, because a worker imports what it runs by name."""

import errno
import os
import resource
import signal
from pathlib import Path

from briefmill.errors import AssetRefused, Problem


def refuse():
    """Raise one of our own errors, with more in it than its message."""
    raise AssetRefused(Problem(code="asset.bomb", message="too many pixels"))


def kill_myself():
    """Die as by the out-of-memory killer."""
    os.kill(os.getpid(), signal.SIGKILL)


def allocate_without_end():
    """A decoder that believes a header of nonsense."""
    kept = []
    while True:
        kept.append(bytes(64 * 2**20))


def allocate(size):
    """Take so many bytes, really, and give them back."""
    return len(bytearray(size))


def crash():
    """A decoder with a wild pointer."""
    os.kill(os.getpid(), signal.SIGSEGV)


def hang():
    """A decoder in an endless loop."""
    while True:
        signal.pause()


def fill_the_disk():
    """Meet a full disk where nobody thought of one."""
    raise OSError(errno.ENOSPC, "No space left on device")


def bounds():
    """What this process may use: core file size, address space, and its out-of-memory score."""
    score = int(Path("/proc/self/oom_score_adj").read_text())
    return resource.getrlimit(resource.RLIMIT_CORE)[1], resource.getrlimit(resource.RLIMIT_AS)[1], score


def opencv_without_memory():
    """OpenCV's own word for it."""
    import cv2

    error = cv2.error("Insufficient memory")
    error.code = -4
    raise error
