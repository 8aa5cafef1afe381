"""What Prometheus hears of the cache of made pictures, and of jobs that wait for the night."""

import pytest

from briefmill.domain.facts import CacheAsked, CacheMeasured, StageEnded
from briefmill.domain.job import Stage
from briefmill.telemetry.metrics import Metrics


@pytest.fixture
def told():
    metrics = Metrics(version="1.2.3")

    def after(*facts):
        for fact in facts:
            metrics.hear(fact)
        return metrics.exposition()[0].decode().splitlines()

    return after


def test_every_figure_stands_at_zero_from_the_start(told):
    lines = told()
    for name in ('lookups_total{outcome="hit"}', 'lookups_total{outcome="miss"}', "bytes", "entries", "removed_total"):
        assert f"briefmill_cache_{name} 0.0" in lines


def test_hits_misses_and_what_is_kept_are_counted(told):
    lines = told(
        CacheAsked(found=True),
        CacheAsked(found=True),
        CacheAsked(found=False),
        CacheMeasured(entries=9, size=4096, removed=2),
        CacheMeasured(entries=8, size=2048, removed=1),
    )
    assert 'briefmill_cache_lookups_total{outcome="hit"} 2.0' in lines
    assert 'briefmill_cache_lookups_total{outcome="miss"} 1.0' in lines
    assert "briefmill_cache_bytes 2048.0" in lines
    assert "briefmill_cache_entries 8.0" in lines
    assert "briefmill_cache_removed_total 3.0" in lines


def test_a_job_that_waits_for_the_night_is_no_failure(told):
    lines = told(StageEnded(job="j", stage=Stage.GENERATE, outcome="waits", duration_s=0.1))
    assert 'briefmill_stage_completed_total{outcome="waits",stage="generate"} 1.0' in lines
