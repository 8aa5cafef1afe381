"""The C library's memory of a long-lived process, kept from growing by itself.

glibc gives each thread an arena of its own, up to eight for each core, and keeps there what was freed; and once a large
block was given back it takes blocks of that size from the arenas too, where one small survivor pins them. A daemon with
two dozen threads, each of which now and then holds the bytes of a picture, so grew by sixteen megabytes for each
thousand briefs, while what was in use stayed level (`tests/storm/test_a_day.py` watches it). Two arenas, and blocks
above 128 KiB always mapped and unmapped, keep it level too. The interpreter's own lock lets one thread allocate at a
time in any case, so that little is lost by it.

See mallopt(3). Another C library (musl) has nothing to set here.
"""

import ctypes
from typing import Final

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""The numbers of `malloc.h`."""

ARENAS: Final = 2
MAPPED_FROM: Final = 128 << 10
"""In bytes: glibc's own first value, which set by hand no longer rises."""


def bound() -> bool:
    """Set the bounds, before threads are begun; False where the C library knows no such thing."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_ARENA_MAX, ARENAS)) and bool(mallopt(_MMAP_THRESHOLD, MAPPED_FROM))
