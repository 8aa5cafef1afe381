"""What the C library keeps of freed memory is bounded."""

import platform
import subprocess
import sys

import pytest

THREADS = 6
PROBE = f"""
import ctypes, os, sys, threading
from briefmill.runtime import allocator

if sys.argv[1] == "bound":
    assert allocator.bound()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fdopen.restype = ctypes.c_void_p
libc.malloc.argtypes, libc.fdopen.argtypes = [ctypes.c_size_t], [ctypes.c_int, ctypes.c_char_p]
libc.malloc_info.argtypes, libc.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
all_at_once = threading.Barrier({THREADS})

def allocate():
    all_at_once.wait()
    libc.malloc(1000)
    all_at_once.wait()

threads = [threading.Thread(target=allocate) for _ in range({THREADS})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
told = libc.fdopen(os.dup(1), b"w")
libc.malloc_info(0, told)
libc.fclose(told)
"""


def arenas(how):
    done = subprocess.run([sys.executable, "-c", PROBE, how], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_many_threads_share_two_arenas():
    assert arenas("free") > 2
    assert arenas("bound") <= 2
