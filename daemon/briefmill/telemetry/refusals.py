"""How many refusals lie in `rejected/`, and since when: what people were told and have not answered yet.

A marketer who mends a brief drops it again and takes the refusal away; one that lies for a week was not seen. Blocks on
a dead network drive as any look at it does, so the caller keeps it off the event loop.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from briefmill.domain.facts import RefusalsCounted
from briefmill.ports import Listener


def measure(folder: Path, listener: Listener) -> None:
    """Count the folders in `rejected/` and tell. What is half-built, and a file, is none. Raises OSError."""
    count, oldest = 0, None
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                continue
            count += 1
            # Its folder was last changed when it was built: by us, on this machine's clock or the server's.
            made = entry.stat(follow_symlinks=False).st_mtime
            oldest = made if oldest is None else min(oldest, made)
    since = None if oldest is None else datetime.fromtimestamp(oldest, UTC)
    listener.hear(RefusalsCounted(count=count, oldest=since))
