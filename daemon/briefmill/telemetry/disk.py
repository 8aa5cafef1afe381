"""How much room is left under the home's folders, told as facts.

Blocks on a dead network drive as any look at it does, so the caller keeps it off the event loop.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from briefmill.domain.facts import DiskMeasured
from briefmill.ports import Listener


def free_bytes(path: Path) -> int:
    """Bytes that an ordinary user can still write under `path`; 0 where it cannot be looked at.

    A folder that is gone takes nothing, and its parent's free bytes would hide that behind a healthy figure.
    """
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return 0


def measure(folders: Mapping[str, Path], listener: Listener) -> None:
    """Tell the free bytes of each folder, by its name."""
    for name, path in folders.items():
        listener.hear(DiskMeasured(folder=name, free=free_bytes(path)))
