"""Names whose examination never ended: a file that kills whoever looks into it must not do so for ever.

Before a batch is examined its names are written down, afterwards they are taken back; what a killed process leaves is
counted at the next start. After a few times the name is no longer examined: it is claimed as it is, and the reading of
a claimed job has a durable count of its own. The file is not synced: it is there to outlive the process, not the power.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import Paused

TRIES: Final = 3
"""So many examinations of one name may be cut off in a row."""


@dataclass(kw_only=True)
class Suspects:
    """The names that were under examination, kept in `place`. Used by one caller at a time."""

    place: Path
    _counts: Counter[bytes] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        try:
            left = json.loads(self.place.read_bytes())
            self._counts.update({bytes.fromhex(name): int(count) for name, count in left.items()})
        except (OSError, ValueError, AttributeError):
            # None was left, or the kill struck while it was written: then nothing is held against anybody.
            self._counts.clear()

    @contextmanager
    def examined(self, names: Iterable[bytes]) -> Iterator[frozenset[bytes]]:
        """Note that these names are being examined; gives those that may be. Blocks. Raises Paused."""
        asked = list(names)
        cleared = frozenset(name for name in asked if self._counts[name] < TRIES)
        noted = {name.hex(): self._counts[name] + 1 for name in {*asked, *self._counts}}
        try:
            with files.disk_errors("the work folder"):
                self.place.parent.mkdir(parents=True, exist_ok=True)
                self.place.write_text(json.dumps(noted), encoding="ascii")
        except PermissionError as error:
            raise Paused(f"Briefmill may not write into {self.place.parent}", resource="disk") from error
        yield cleared
        for name in asked:
            del self._counts[name]
        self.place.unlink(missing_ok=True)
