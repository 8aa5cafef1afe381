"""Progress on a terminal: a bar for each brief under way and one over all of them, moved by the daemon's own facts.

A brief that comes to rest leaves one line above the bars. In a pipe or under systemd there are no bars, only log lines.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from briefmill.domain.facts import (
    Admitted,
    Closed,
    Fact,
    InboxAvailable,
    PipelinePaused,
    PipelineResumed,
    StageEnded,
    StageStarted,
    Started,
    Stopping,
)
from briefmill.domain.job import Stage, State
from briefmill.ports import Listener

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_MARKS = {State.DELIVERED: "green", State.REJECTED: "red", State.HELD: "yellow"}


class Bars:
    """Listens to facts and moves the bars. Facts come from several threads."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._all: TaskID | None = None
        self._lock = threading.Lock()

    def hear(self, fact: Fact) -> None:
        """Move, add or finish a bar."""
        with self._lock:
            self._hear(fact)

    def _hear(self, fact: Fact) -> None:
        match fact:
            case Started():
                self._say(f"Briefmill {fact.version} watches the inbox; Ctrl-C stops it.", "dim")
            case Admitted():
                if self._all is None:
                    self._all = self._progress.add_task("all briefs", total=0, stage="")
                self._tasks[fact.job] = self._progress.add_task(
                    _escape(fact.source), total=len(Stage), stage=f"{fact.creatives} creatives to make"
                )
                self._count()
            case StageStarted() if fact.job in self._tasks:
                again = f" (try {fact.attempt})" if fact.attempt > 1 else ""
                self._progress.update(self._tasks[fact.job], stage=f"{fact.stage}{again}")
            case StageEnded() if fact.job in self._tasks and fact.outcome in {"ok", "rejected"}:
                self._progress.advance(self._tasks[fact.job])
                if self._all is not None:
                    self._progress.advance(self._all)
            case Closed():
                self._closed(fact)
            case Stopping() if fact.reason != "idle":
                self._say("stopping: what is under way may end; Ctrl-C again stops at once", "yellow")
            case InboxAvailable():
                words = "the inbox is there" if fact.available else f"the inbox is offline: {_escape(fact.reason, 100)}"
                self._say(words, "green" if fact.available else "red")
            case PipelinePaused():
                self._say(f"paused: {_escape(fact.reason)}", "yellow")
            case PipelineResumed():
                self._say(f"goes on: {_escape(fact.resource)} is back", "green")
            case _:
                return

    def _closed(self, fact: Closed) -> None:
        place = f"  {fact.folder}" if fact.state in {State.DELIVERED, State.REJECTED} else ""
        words = fact.reason.splitlines()[0] if fact.reason else ""
        self._say(
            f"{fact.state:<9} {_escape(fact.source)}{_escape(place)}  {_escape(words, 100)}",
            _MARKS.get(fact.state, "dim"),
        )
        task = self._tasks.pop(fact.job, None)
        if task is not None:
            if self._all is not None:
                self._progress.advance(self._all, len(Stage) - self._done(task))
            self._progress.remove_task(task)
            self._count()

    def _count(self) -> None:
        """Set what all briefs together have to do: what was done, and what those under way have left."""
        if self._all is not None:
            left = sum(len(Stage) - self._done(task) for task in self._tasks.values())
            total = self._done(self._all) + left
            self._progress.update(self._all, total=total, stage=f"{len(self._tasks)} under way")

    def _done(self, task: "TaskID") -> float:
        return next(known.completed for known in self._progress.tasks if known.id == task)

    def _say(self, words: str, style: str) -> None:
        self._progress.console.print(f"[{style}]{words}[/{style}]", highlight=False)


def _escape(text: str, longest: int = 40) -> str:
    from rich.markup import escape

    return escape(text if len(text) <= longest else text[: longest - 3] + "...")


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
