"""What systemd is told: ready, what we are at, that we are alive, that we stop (sd_notify(3)).

The protocol is a datagram of `NAME=value` lines to the socket that `NOTIFY_SOCKET` names, so that the standard library
is enough. Without such a socket every call does nothing. A manager that does not listen is no reason to stop making
creatives: a message that cannot be sent makes the call return False and nothing else.
"""

import os
import socket
import time
from collections.abc import Mapping


class Notifier:
    """Speaks to the service manager. `address` is a path, or `@name` for the abstract name space; None for nobody.

    Never blocks: the socket's queue is far longer than what we ever say at once.
    """

    def __init__(self, address: str | None) -> None:
        self._address = "\0" + address[1:] if address and address.startswith("@") else address

    def ready(self, status: str = "") -> bool:
        """Start-up is done (or a reload is)."""
        return self._tell("READY=1", *_status(status))

    def status(self, text: str) -> bool:
        """One line for `systemctl status`."""
        return self._tell(*_status(text))

    def reloading(self) -> bool:
        """A reload has begun; `ready` ends it."""
        return self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def extend(self, seconds: float) -> bool:
        """The start or the stop under way needs more time: count the manager's patience from now, so many seconds."""
        return self._tell(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}")

    def stopping(self) -> bool:
        """The stop has begun."""
        return self._tell("STOPPING=1")

    def watchdog(self) -> bool:
        """We are alive. To be called from where the work is watched, not from a timer."""
        return self._tell("WATCHDOG=1")

    def _tell(self, *lines: str) -> bool:
        if not self._address or not lines:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as speaker:
            try:
                speaker.sendto("\n".join(lines).encode("utf-8", "backslashreplace"), self._address)
            except OSError:
                return False
        return True


def watchdog_interval(environ: Mapping[str, str], pid: int | None = None) -> float | None:
    """Seconds between two `watchdog` calls: half of what systemd waits. None when it does not wait for this process.

    `pid` is the process that WATCHDOG_PID has to name, by default this one.
    """
    waited = environ.get("WATCHDOG_USEC", "")
    wanted = environ.get("WATCHDOG_PID", "")
    if not (waited.isascii() and waited.isdigit()) or int(waited) == 0:
        return None
    if wanted and wanted != str(os.getpid() if pid is None else pid):
        return None
    return int(waited) / 2_000_000


def _status(text: str) -> tuple[str, ...]:
    # A line break would begin another assignment, and brief names reach this line.
    return (f"STATUS={' '.join(text.split())}",) if text else ()
