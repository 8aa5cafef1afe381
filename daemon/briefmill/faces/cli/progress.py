"""Progress on a terminal: one bar a brief, told by the daemon's own facts; log lines go above the bars.

In a pipe or under systemd there are no bars, only log lines.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from briefmill.domain.facts import Admitted, Closed, Fact, StageEnded, StageStarted
from briefmill.domain.job import Stage, State
from briefmill.ports import Listener

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_MARKS = {State.DELIVERED: "[green]delivered", State.REJECTED: "[red]rejected", State.HELD: "[yellow]held"}


class Bars:
    """Listens to facts and moves the bars. Facts come from several threads."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def hear(self, fact: Fact) -> None:
        """Move, add or finish a bar."""
        with self._lock:
            self._hear(fact)

    def _hear(self, fact: Fact) -> None:
        match fact:
            case Admitted():
                task = self._progress.add_task(
                    _escape(fact.source), total=len(Stage), stage=f"{fact.creatives} creatives to make"
                )
                self._tasks[fact.job] = task
            case StageStarted() if fact.job in self._tasks:
                again = f" (try {fact.attempt})" if fact.attempt > 1 else ""
                self._progress.update(self._tasks[fact.job], stage=f"{fact.stage}{again}")
            case StageEnded() if fact.job in self._tasks and fact.outcome in {"ok", "rejected"}:
                self._progress.advance(self._tasks[fact.job])
            case Closed() if fact.job in self._tasks:
                words = _MARKS.get(fact.state, str(fact.state))
                done = len(Stage) if fact.state is State.DELIVERED else None
                self._progress.update(self._tasks.pop(fact.job), stage=words, completed=done)
            case _:
                return


def _escape(name: str) -> str:
    from rich.markup import escape

    return escape(name if len(name) <= 40 else name[:37] + "...")


@contextmanager
def shown(wanted: bool) -> Iterator[Listener | None]:
    """Bars while the block runs, when `wanted`; None otherwise."""
    if not wanted:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[stage]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with progress:
        yield Bars(progress)
