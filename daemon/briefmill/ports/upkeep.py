"""The ledger's side of keeping a home: what was removed by rule is written down before it is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Removal:
    """Something that is removed. `place` is outbox, rejected, archive, work or backups; `why` is in words.

    `job` is empty where it belongs to none. `size` is bytes.
    """

    place: str
    name: str
    size: int
    why: str
    job: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


class Upkeep(Protocol):
    """Each call is one durable transaction with its audit rows."""

    def removing(self, removals: Sequence[Removal]) -> Sequence[Removal]:
        """Write down what is about to be removed, a row for each; gives those that may go.

        A job that is under way again by now is left out. One whose delivered set goes stands in nobody's way any more:
        the same brief dropped again is made anew, and is no duplicate.
        """

    def failed(self, removal: Removal, error: str) -> None:
        """What was written down as removed could not be removed."""
