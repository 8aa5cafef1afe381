"""The figures: names and labels as promised, all there from the start, none that a stranger can add."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from briefmill.domain import facts
from briefmill.domain.job import TERMINAL, Stage, State
from briefmill.telemetry.metrics import Metrics

RULES = ("temporary.tilde", "hidden")


@pytest.fixture
def metrics():
    return Metrics(version="1.2.3", ignored_rules=RULES)


def scrape(metrics):
    body, content_type = metrics.exposition()
    assert content_type.startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def value(metrics, name, **labels):
    return scrape(metrics)[f"briefmill_{name}", tuple(sorted(labels.items()))]


def started(stage, job="j_1"):
    return facts.StageStarted(job=job, stage=stage)


def ended(stage, outcome, job="j_1", seconds=0.5):
    return facts.StageEnded(job=job, stage=stage, outcome=outcome, duration_s=seconds)


def test_every_announced_value_is_there_before_anything_happened(metrics):
    seen = scrape(metrics)

    for stage in Stage:
        for outcome in ("ok", "rejected", "retry", "error", "lost"):
            assert seen["briefmill_stage_completed_total", (("outcome", outcome), ("stage", stage))] == 0
        assert seen["briefmill_stage_started_total", (("stage", stage),)] == 0
        assert seen["briefmill_stage_duration_seconds_count", (("stage", stage),)] == 0
    for outcome in ("delivered", "rejected", "duplicate", "held", "cancelled"):
        assert seen["briefmill_briefs_total", (("outcome", outcome),)] == 0
    for rule in (*RULES, "other"):
        assert seen["briefmill_ignored_files_total", (("rule", rule),)] == 0


def test_the_build_says_version_and_python(metrics):
    import platform

    assert value(metrics, "build_info", version="1.2.3", python=platform.python_version()) == 1


def test_the_process_says_when_it_began(metrics):
    assert scrape(metrics)["process_start_time_seconds", ()] > 0


def test_no_series_tells_when_it_was_created(metrics):
    assert not [name for name, _ in scrape(metrics) if name.endswith("_created")]


def test_open_metrics_is_spoken_to_those_who_ask(metrics):
    body, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")

    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")
    assert b"_created" not in body


def test_a_stage_is_counted_timed_and_no_longer_in_progress_when_it_ended(metrics):
    metrics.hear(started(Stage.RESIZE))
    assert value(metrics, "stage_in_progress", stage="resize") == 1

    metrics.hear(ended(Stage.RESIZE, "ok"))

    assert value(metrics, "stage_in_progress", stage="resize") == 0
    assert value(metrics, "stage_started_total", stage="resize") == 1
    assert value(metrics, "stage_completed_total", stage="resize", outcome="ok") == 1
    assert value(metrics, "stage_duration_seconds_sum", stage="resize") == 0.5


def test_a_lost_attempt_leaves_no_ghost_in_progress(metrics):
    metrics.hear(started(Stage.GENERATE))
    metrics.hear(started(Stage.GENERATE))
    metrics.hear(started(Stage.GENERATE, job="j_2"))
    assert value(metrics, "stage_in_progress", stage="generate") == 2

    metrics.hear(ended(Stage.GENERATE, "ok"))
    metrics.hear(ended(Stage.GENERATE, "lost"))
    metrics.hear(facts.Closed(job="j_2", source="b.json", state=State.CANCELLED, age_s=1.0))

    assert value(metrics, "stage_in_progress", stage="generate") == 0


@pytest.mark.parametrize(
    ("state", "aged"),
    [
        (State.DELIVERED, 1),
        (State.REJECTED, 1),
        (State.DUPLICATE, 1),
        (State.CANCELLED, 1),
        (State.HELD, 0),
    ],
)
def test_a_closed_brief_is_counted_by_its_outcome_and_aged_when_that_is_final(metrics, state, aged):
    metrics.hear(facts.Closed(job="j_1", source="b.json", state=state, age_s=12.0))

    assert value(metrics, "briefs_total", outcome=str(state)) == 1
    assert value(metrics, "brief_age_seconds_count") == aged


def test_a_scan_sets_the_backlog_anew(metrics):
    oldest = datetime(2026, 3, 1, tzinfo=UTC)
    metrics.hear(facts.Scanned(trigger="start", duration_s=0.01, backlog={"settling": 3, "odd": 2}, oldest=oldest))
    assert value(metrics, "backlog_files", state="settling") == 3
    assert value(metrics, "backlog_files", state="other") == 2
    assert value(metrics, "oldest_unprocessed_timestamp_seconds") == oldest.timestamp()

    metrics.hear(facts.Scanned(trigger="interval", duration_s=0.01, unannounced=4, backlog={"running": 1}))

    assert value(metrics, "backlog_files", state="settling") == 0
    assert value(metrics, "backlog_files", state="other") == 0
    assert value(metrics, "backlog_files", state="running") == 1
    assert value(metrics, "oldest_unprocessed_timestamp_seconds") == 0
    assert value(metrics, "scan_found_unannounced_total") == 4
    assert value(metrics, "scans_total", trigger="interval") == 1
    assert value(metrics, "scan_duration_seconds_count") == 2


def test_the_inbox_counts_as_there_until_it_is_told_otherwise(metrics):
    assert value(metrics, "inbox_available") == 1
    metrics.hear(facts.InboxAvailable(available=False, reason="no marker"))
    assert value(metrics, "inbox_available") == 0
    metrics.hear(facts.InboxAvailable(available=True))
    assert value(metrics, "inbox_available") == 1


def test_money_calls_recovery_disk_and_faults_are_counted(metrics):
    for fact in (
        facts.Spent(kind="image", micros=1_250_000),
        facts.Spent(kind="image", micros=250_000),
        facts.Called(provider="openai", outcome="retry"),
        facts.Recovered(count=7),
        facts.Overflowed(),
        facts.AuditWriteFailed(error="disk I/O error"),
        facts.WatcherRepaired(reason="the inbox was replaced by another folder"),
        facts.DiskMeasured(folder="outbox", free=12_345),
        facts.Ignored(rule="hidden", name=".DS_Store"),
        facts.PipelinePaused(resource="disk", reason="full"),
    ):
        metrics.hear(fact)

    assert value(metrics, "spend_usd_total", kind="image") == 1.5
    assert value(metrics, "external_calls_total", provider="openai", outcome="retry") == 1
    assert value(metrics, "recovered_jobs_total") == 7
    assert value(metrics, "watcher_overflows_total") == 1
    assert value(metrics, "watcher_repairs_total") == 1
    assert value(metrics, "audit_write_errors_total") == 1
    assert value(metrics, "disk_free_bytes", folder="outbox") == 12_345
    assert value(metrics, "ignored_files_total", rule="hidden") == 1
    assert value(metrics, "paused", resource="disk") == 1
    metrics.hear(facts.PipelineResumed(resource="disk"))
    assert value(metrics, "paused", resource="disk") == 0


def test_a_brief_that_does_not_rest_is_no_outcome(metrics):
    with pytest.raises(ValueError, match="no series"):
        metrics.hear(facts.Closed(job="j", source="b.json", state=State.RUNNING, age_s=1.0))


def test_facts_without_a_figure_change_nothing(metrics):
    names = {key for key in scrape(metrics) if key[0].startswith("briefmill_")}
    before = {key: number for key, number in scrape(metrics).items() if key in names}

    metrics.hear(facts.Waiting(name="a.json", reason="still growing"))
    metrics.hear(facts.Failed(where="x", error="y"))

    assert {key: number for key, number in scrape(metrics).items() if key in names} == before


RESTING = sorted({*TERMINAL, State.HELD})
words = st.text(max_size=30)
strange = st.one_of(
    st.builds(facts.Ignored, rule=words, name=words),
    st.builds(facts.Scanned, trigger=words, duration_s=st.just(0.1), backlog=st.dictionaries(words, st.integers(0, 9))),
    st.builds(facts.StageEnded, job=words, stage=st.sampled_from(Stage), outcome=words, duration_s=st.just(0.1)),
    st.builds(facts.Called, provider=words, outcome=words),
    st.builds(facts.Spent, kind=words, micros=st.integers(0, 10**9)),
    st.builds(facts.DiskMeasured, folder=words, free=st.integers(0, 10**12)),
    st.builds(facts.PipelinePaused, resource=words, reason=words),
    st.builds(facts.Closed, job=words, source=words, state=st.sampled_from(RESTING), age_s=st.just(1.0)),
)


@given(st.lists(strange, max_size=8))
def test_no_fact_whatever_it_says_makes_a_new_series(told):
    metrics = Metrics(version="1.2.3", ignored_rules=RULES)
    before = {key for key in scrape(metrics) if key[0].startswith("briefmill_")}

    for fact in told:
        metrics.hear(fact)

    assert {key for key in scrape(metrics) if key[0].startswith("briefmill_")} == before


def test_a_refused_configuration_shows_until_one_holds_again(metrics):
    assert value(metrics, "config_last_reload_successful") == 1
    assert value(metrics, "config_last_reload_success_timestamp_seconds") == 0

    metrics.hear(facts.Started(version="1"))
    began = value(metrics, "config_last_reload_success_timestamp_seconds")
    metrics.hear(facts.ReloadRefused(reason="briefmill.toml:3"))

    assert value(metrics, "config_last_reload_successful") == 0
    assert value(metrics, "config_reloads_total", outcome="refused") == 1
    assert value(metrics, "config_last_reload_success_timestamp_seconds") == began > 1.6e9

    metrics.hear(facts.Reloaded(changed=("intake.quiet_s",)))

    assert value(metrics, "config_last_reload_successful") == 1
    assert value(metrics, "config_reloads_total", outcome="applied") == 1
    assert value(metrics, "config_last_reload_success_timestamp_seconds") >= began
