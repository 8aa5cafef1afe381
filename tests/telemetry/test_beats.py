"""What is told of a heartbeat becomes a figure of its own, and is never one about briefs."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain import facts
from briefmill.domain.job import HEARTBEAT, Stage, State
from briefmill.telemetry.beats import NAME, Beats
from briefmill.telemetry.metrics import Metrics

JOB = "j_1"


def life(tenant, *, state=State.DELIVERED, reason=""):
    """Everything that is told of one job from beginning to end."""
    told = [facts.Admitted(job=JOB, source="a", campaign="b", creatives=1, age_s=0.5, tenant=tenant)]
    for number, stage in enumerate(Stage, 1):
        told.append(facts.StageStarted(job=JOB, stage=stage, tenant=tenant))
        told.append(facts.StageEnded(job=JOB, stage=stage, outcome="ok", duration_s=number, tenant=tenant))
    errors = {"words": 1, "law.eu-green-claims": 1, "law.profanity": 2}
    told.append(facts.Judged(job=JOB, errors=errors, warnings={"logo": 2}, tenant=tenant))
    told.append(facts.Published(job=JOB, creatives=3, tenant=tenant))
    told.append(facts.Closed(job=JOB, source="a", state=state, age_s=9.0, reason=reason, tenant=tenant))
    return told


def figures(told, **words):
    metrics = Metrics(version="1", now=lambda: 1000.0, **words)
    beats = Beats(metrics)
    for fact in told:
        beats.hear(fact)
    body, _ = metrics.exposition("")
    lines = [line for line in body.decode().splitlines() if line.startswith("briefmill_")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_the_way_of_a_heartbeat_is_told_station_by_station():
    found = figures([facts.HeartbeatExpected(every_s=900), *life(HEARTBEAT)])

    assert found["briefmill_heartbeat_interval_seconds"] == 900
    assert found['briefmill_heartbeats_total{outcome="ok"}'] == 1
    assert found["briefmill_heartbeat_last_success_timestamp_seconds"] == 1000
    assert found["briefmill_heartbeat_age_seconds"] == 9
    stations = ("intake", *Stage)
    assert [found[f'briefmill_heartbeat_timestamp_seconds{{stage="{name}"}}'] for name in stations] == [1000] * 6
    assert [found[f'briefmill_heartbeat_duration_seconds{{stage="{name}"}}'] for name in stations] == [
        0.5,
        1,
        2,
        3,
        4,
        5,
    ]


def test_no_figure_about_briefs_counts_one():
    nothing, beaten = figures([]), figures(life(HEARTBEAT))

    changed = {name for name, value in beaten.items() if value != nothing[name]}
    assert changed
    assert all(name.startswith("briefmill_heartbeat") for name in changed)


def test_a_brief_is_counted_as_ever():
    found = figures(life("default"))

    assert found['briefmill_briefs_total{outcome="delivered"}'] == 1
    assert found["briefmill_creatives_published_total"] == 3
    assert found['briefmill_findings_total{rule="words",severity="error"}'] == 1
    assert found['briefmill_findings_total{rule="logo",severity="warning"}'] == 2
    assert found['briefmill_findings_total{rule="law",severity="error"}'] == 3
    assert found['briefmill_stage_last_success_timestamp_seconds{stage="archive"}'] == 1000
    assert found['briefmill_heartbeats_total{outcome="ok"}'] == 0


@pytest.mark.parametrize("state", [State.REJECTED, State.CANCELLED, State.HELD])
def test_one_that_did_not_come_through_is_told_with_its_reason(ear, state):
    for fact in life(HEARTBEAT, state=state, reason="a word is forbidden"):
        Beats(ear).hear(fact)

    (ended,) = [fact for fact in ear.heard if isinstance(fact, facts.HeartbeatEnded)]
    assert (ended.outcome, ended.reason) == ("failed", f"{state}: a word is forbidden")


def test_a_failed_attempt_passes_no_station(ear):
    Beats(ear).hear(facts.StageEnded(job=JOB, stage=Stage.RESIZE, outcome="retry", duration_s=1, tenant=HEARTBEAT))

    assert ear.heard == []


def test_a_file_that_waits_under_a_heartbeats_name_is_no_news(ear):
    Beats(ear).hear(facts.Waiting(name=f"{NAME}-1.json", reason="just arrived"))
    Beats(ear).hear(facts.Waiting(name="mine.json", reason="just arrived"))

    assert [fact.name for fact in ear.heard] == ["mine.json"]


@given(st.sampled_from(life("default")), st.text(min_size=1).filter(lambda name: name != HEARTBEAT))
def test_whatever_anybody_else_is_called_passes_as_it_is(fact, tenant):
    heard = []
    told = dataclasses.replace(fact, tenant=tenant)
    Beats(type("Ear", (), {"hear": staticmethod(heard.append)})()).hear(told)

    assert heard == [told]
