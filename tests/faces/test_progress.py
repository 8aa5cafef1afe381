"""The bars on a terminal say what the facts say."""

import io

import pytest
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from briefmill.domain.facts import (
    Admitted,
    Closed,
    InboxAvailable,
    PipelinePaused,
    StageEnded,
    StageStarted,
    Stopping,
)
from briefmill.domain.job import Stage, State
from briefmill.faces.cli.progress import Bars


@pytest.fixture
def shown():
    told = io.StringIO()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[stage]}"),
        console=Console(file=told, width=120, force_terminal=False),
        auto_refresh=False,
    )
    bars = Bars(progress)
    bars.told, bars.progress = told, progress
    return bars


def admitted(job):
    return Admitted(job=job, source=f"{job}[bold].yaml", campaign="calm", creatives=4)


def closed(job, state=State.DELIVERED, reason=""):
    return Closed(job=job, source=f"{job}[bold].yaml", state=state, age_s=1.0, folder="calm", reason=reason)


def test_a_brief_has_a_bar_while_it_is_under_way_and_a_line_after(shown):
    shown.hear(admitted("j_1"))
    assert [task.description for task in shown.progress.tasks] == ["all briefs", "j_1\\[bold].yaml"]
    shown.hear(StageStarted(job="j_1", stage=Stage.GENERATE))
    shown.hear(StageEnded(job="j_1", stage=Stage.GENERATE, outcome="ok", duration_s=0.1))
    assert [task.completed for task in shown.progress.tasks] == [1, 1]
    shown.hear(closed("j_1"))
    (all_briefs,) = shown.progress.tasks
    assert all_briefs.completed == all_briefs.total == len(Stage)
    assert "delivered j_1[bold].yaml  calm" in shown.told.getvalue()


def test_the_whole_counts_what_is_left_of_all_briefs(shown):
    for job in ("j_1", "j_2"):
        shown.hear(admitted(job))
    shown.hear(StageEnded(job="j_1", stage=Stage.GENERATE, outcome="ok", duration_s=0.1))
    shown.hear(closed("j_1", State.REJECTED, "no products\nsecond line"))
    whole = shown.progress.tasks[0]
    assert (whole.completed, whole.total, whole.fields["stage"]) == (5, 10, "1 under way")
    assert "no products" in shown.told.getvalue()
    assert "second line" not in shown.told.getvalue()


def test_a_failed_attempt_moves_no_bar(shown):
    shown.hear(admitted("j_1"))
    shown.hear(StageEnded(job="j_1", stage=Stage.GENERATE, outcome="retry", duration_s=0.1))
    shown.hear(StageStarted(job="j_1", stage=Stage.GENERATE, attempt=2))
    assert shown.progress.tasks[1].completed == 0
    assert shown.progress.tasks[1].fields["stage"] == "generate (try 2)"


def test_a_pause_and_strangers_are_told_without_a_bar(shown):
    shown.hear(PipelinePaused(resource="disk", reason="the disk is full"))
    shown.hear(closed("j_9", State.DUPLICATE))
    assert "the disk is full" in shown.told.getvalue()
    assert shown.progress.tasks == []


def test_a_drain_and_a_vanished_inbox_are_said(shown):
    shown.hear(Stopping(reason="SIGINT"))
    shown.hear(InboxAvailable(available=False, reason="the marker is missing"))
    assert "Ctrl-C again" in shown.told.getvalue()
    assert "the marker is missing" in shown.told.getvalue()


def test_the_end_of_until_idle_is_no_stop_to_speak_of(shown):
    shown.hear(Stopping(reason="idle"))
    assert shown.told.getvalue() == ""
