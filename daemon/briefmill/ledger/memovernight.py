"""The shelf of the night's post in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from briefmill.ports.overnight import Batch, Leg, Line, Voyage


@dataclass(frozen=True, kw_only=True)
class MemoryPost:
    """Lines by their number, batches by their name."""

    kept: dict[int, Line] = field(default_factory=dict)
    carried: dict[str, Batch] = field(default_factory=dict)

    def copied(self) -> "MemoryPost":
        """The same, to be changed."""
        return MemoryPost(kept=dict(self.kept), carried=dict(self.carried))

    def add(self, line: Line) -> Line:
        """Keep a new line; gives it with its number."""
        numbered = replace(line, number=max(self.kept, default=0) + 1)
        self.kept[numbered.number] = numbered
        return numbered

    def save(self, line: Line) -> None:
        """Replace what is known of a line."""
        self.kept[line.number] = line

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget lines."""
        for number in numbers:
            self.kept.pop(number, None)

    def lines(self, *, job: str = "", batch: str = "", leg: Leg | None = None) -> Sequence[Line]:
        """Lines by job, batch and leg, in the order of their numbers."""
        return [
            line
            for _, line in sorted(self.kept.items())
            if job in {"", line.parcel.job} and batch in {"", line.batch} and leg in {None, line.leg}
        ]

    def put(self, batch: Batch) -> None:
        """Keep a batch in place of the one of the same name."""
        self.carried[batch.name] = batch

    def batches(self) -> Sequence[Batch]:
        """The batches that are not closed, the oldest first."""
        open_ = [batch for batch in self.carried.values() if batch.voyage is not Voyage.CLOSED]
        return sorted(open_, key=lambda batch: (batch.since, batch.name))
