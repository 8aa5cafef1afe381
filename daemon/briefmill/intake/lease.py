"""Asks the kernel whether anybody on this machine still has a file open for writing.

A read lease (fcntl(2), F_SETLEASE) is granted only while there is no writer: the refusal is the answer. It sees local
openers alone, so on a share it proves nothing, and it needs to own the file or CAP_LEASE; in all such cases the answer
is UNKNOWN and the other steps of settling decide. Verified on ext4, tmpfs and FUSE.
"""

import errno
import fcntl
import os
import signal
from enum import StrEnum


class Writer(StrEnum):
    """Whether somebody has the file open for writing."""

    OPEN = "open"
    NONE = "none"
    UNKNOWN = "unknown"


def writer(path: bytes) -> Writer:
    """Who writes to this file now. Blocks for an instant; never follows a link."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return Writer.UNKNOWN
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return Writer.UNKNOWN
    try:
        # Somebody who opens it in the instant we hold the lease has the kernel signal us; the default signal, SIGIO,
        # would end the process, this one is ignored by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return Writer.OPEN if error.errno == errno.EAGAIN else Writer.UNKNOWN
    finally:
        os.close(descriptor)
    return Writer.NONE
