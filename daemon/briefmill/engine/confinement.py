"""What a worker process may use of the machine: it opens pictures and fonts that strangers made.

A bound on its address space turns a decoder that allocates without end into a `MemoryError` of its own call. Without
it the machine swaps for minutes, and then the kernel chooses whom to kill. The bound counts from what is mapped when
the worker starts, because the libraries alone map more than they use (thread stacks, arenas, OpenBLAS buffers) and more
with every release. Should memory run out all the same, a worker is to go before the daemon. No core dumps: one picture
could fill the disk with them, and they hold the customer's data.
"""

import os
import resource
from pathlib import Path
from typing import Final

SACRIFICE: Final = 500
"""Added to the daemon's own oom_score_adj (-1000 to 1000, proc(5)): as if a worker held half of all memory more."""

_NO_MEMORY: Final = -4
"""cv2.Error.StsNoMem: what OpenCV raises instead of MemoryError."""


def enter(memory_bytes: int) -> None:
    """Confine this process: it may map `memory_bytes` more than now; 0 leaves memory unbounded. Cannot be undone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _volunteer()
    if memory_bytes:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = mapped() + memory_bytes
        if hard != resource.RLIM_INFINITY:
            bound = min(bound, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


def mapped() -> int:
    """Bytes of address space that this process has mapped."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def ran_out(error: Exception) -> bool:
    """True when this error means that there was no memory left, in Python's words or in OpenCV's."""
    return isinstance(error, MemoryError) or getattr(error, "code", None) == _NO_MEMORY


def _volunteer() -> None:
    """Be killed before the daemon when the machine runs out of memory. Anybody may raise their own score."""
    place = Path("/proc/self/oom_score_adj")
    try:
        place.write_text(str(min(1000, int(place.read_text(encoding="ascii")) + SACRIFICE)), encoding="ascii")
    except OSError:
        return  # Some sandboxes have no such file or keep it shut; their own bounds hold then.
