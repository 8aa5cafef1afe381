"""What two parts of the daemon miss is told once, and is back when both have it."""

from briefmill.domain.facts import Failed, PipelinePaused, PipelineResumed
from briefmill.telemetry.metrics import Metrics
from briefmill.telemetry.pauses import Pauses


def test_the_first_to_miss_it_and_the_last_to_have_it_back_are_heard(ear):
    pauses = Pauses(ear)
    engine, intake = pauses.of("engine"), pauses.of("intake")
    engine.hear(PipelinePaused(resource="disk", reason="full"))
    intake.hear(PipelinePaused(resource="disk", reason="full, too"))
    engine.hear(PipelineResumed(resource="disk"))
    assert dict(pauses.missing) == {"disk": "full, too"}
    assert ear.heard == [PipelinePaused(resource="disk", reason="full")]
    intake.hear(PipelineResumed(resource="disk"))
    assert ear.heard[1:] == [PipelineResumed(resource="disk")]
    assert not pauses.missing


def test_each_thing_is_counted_for_itself(ear):
    pauses = Pauses(ear)
    engine = pauses.of("engine")
    for fact in (
        PipelinePaused(resource="disk", reason="full"),
        PipelinePaused(resource="ledger", reason="locked"),
        PipelineResumed(resource="disk"),
    ):
        engine.hear(fact)
    assert dict(pauses.missing) == {"ledger": "locked"}
    assert len(ear.heard) == 3


def test_what_was_never_missing_is_not_told_as_back(ear):
    Pauses(ear).of("intake").hear(PipelineResumed(resource="disk"))
    assert ear.heard == []


def test_every_other_fact_passes(ear):
    fact = Failed(where="engine", error="x")
    Pauses(ear).of("engine").hear(fact)
    assert ear.heard == [fact]


def test_the_gauge_stands_at_one_until_the_last_part_has_it_back():
    metrics = Metrics(version="1")
    pauses = Pauses(metrics)
    engine, intake = pauses.of("engine"), pauses.of("intake")

    def gauge():
        return 'briefmill_paused{resource="disk"} 1.0' in metrics.exposition()[0].decode()

    engine.hear(PipelinePaused(resource="disk", reason="full"))
    intake.hear(PipelinePaused(resource="disk", reason="full"))
    intake.hear(PipelineResumed(resource="disk"))
    assert gauge()
    engine.hear(PipelineResumed(resource="disk"))
    assert not gauge()


def test_a_part_that_is_gone_for_good_lacks_nothing_any_more(ear):
    pauses = Pauses(ear)
    old, new = pauses.of("engine.1"), pauses.of("engine.2")
    old.hear(PipelinePaused(resource="disk", reason="full"))
    old.hear(PipelinePaused(resource="quota", reason="used up"))
    new.hear(PipelinePaused(resource="quota", reason="used up, too"))
    pauses.leave("engine.1")
    assert dict(pauses.missing) == {"quota": "used up, too"}
    assert ear.heard[2:] == [PipelineResumed(resource="disk")]
    pauses.leave("engine.1")
    assert len(ear.heard) == 3
