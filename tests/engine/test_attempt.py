"""What an exception means for a job."""

from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain.job import State
from briefmill.engine.attempt import SETTLES_S, Kind, Patience, exhausted, judge
from briefmill.errors import (
    AssetRefused,
    BriefRefused,
    Fenced,
    OverBudget,
    Paused,
    Permanent,
    PictureRefused,
    Problem,
    RateLimited,
    Temporary,
    WorkerDied,
)

PATIENCE = Patience(attempts=3, base_s=1.0, cap_s=10.0, pause_s=15.0)
PROBLEM = Problem(code="asset.broken", message="the picture is cut off")


def judged(error, attempt=1, chance=0.5):
    return judge(error, attempt=attempt, patience=PATIENCE, chance=chance)


def test_a_lost_lease_records_nothing():
    assert judged(Fenced()).kind is Kind.LOST


def test_a_full_disk_pauses_and_gives_the_attempt_back_even_on_the_last_one():
    outcome = judged(Paused("disk full", resource="disk"), attempt=3)
    assert (outcome.kind, outcome.retry_in, outcome.charge, outcome.resource) == (Kind.PAUSED, 15.0, False, "disk")


def test_a_pause_lasts_as_long_as_the_other_side_asked():
    assert judged(Paused("no quota", resource="openai", retry_in=300.0)).retry_in == 300.0


def test_a_retry_after_of_zero_is_obeyed_and_not_taken_for_none():
    assert judged(Temporary("slow down", retry_in=0.0)).retry_in == 0.0


def test_a_temporary_failure_waits_under_the_jitter():
    assert judged(Temporary("503"), attempt=2, chance=0.5).retry_in == 2.0


def test_a_temporary_failure_on_the_last_attempt_is_held_for_a_person():
    outcome = judged(Temporary("503"), attempt=3)
    assert (outcome.retry_in, outcome.state) == (None, State.HELD)
    assert "3 tries" in outcome.error


def test_permanent_failures_reject_at_once_with_their_problems():
    for error, code in (
        (BriefRefused((PROBLEM,)), "asset.broken"),
        (AssetRefused(PROBLEM), "asset.broken"),
        (PictureRefused("blocked", code="maker.moderation"), "maker.moderation"),
        (Permanent("no"), "job.refused"),
    ):
        outcome = judged(error)
        assert (outcome.kind, outcome.retry_in, outcome.state) == (Kind.REJECTED, None, State.REJECTED)
        assert [problem.code for problem in outcome.problems] == [code]


def test_a_brief_that_kills_its_worker_is_rejected_as_poison_after_the_last_attempt():
    assert judged(WorkerDied("killed by SIGKILL"), attempt=1).retry_in is not None
    outcome = judged(WorkerDied("killed by SIGKILL"), attempt=3)
    assert (outcome.retry_in, outcome.state) == (None, State.REJECTED)
    assert outcome.problems[0].code == "job.poison"


def test_an_unknown_failure_is_tried_again_and_then_called_ours():
    assert judged(ValueError("oops"), attempt=1).retry_in is not None
    assert judged(ValueError("oops"), attempt=3).problems[0].code == "job.internal_error"


def test_a_job_whose_attempts_never_ended_is_poison():
    assert exhausted(4).problems[0].code == "job.poison"
    assert "3 times" in exhausted(4).problems[0].message


@given(st.integers(1, 200), st.floats(0, 1))
def test_no_delay_is_negative_or_over_the_cap(attempt, chance):
    assert 0.0 <= PATIENCE.delay(attempt, chance) <= PATIENCE.cap_s


def test_a_rate_limit_is_waited_for_and_never_counts_as_a_try():
    outcome = judged(RateLimited("429", retry_in=7.0), attempt=3)
    assert (outcome.kind, outcome.retry_in, outcome.asked, outcome.charge) == (Kind.RETRY, 7.0, 7.0, False)
    assert judged(RateLimited("429"), attempt=3, chance=0.5).retry_in == 4.0


def test_what_no_budget_covers_is_held_unless_calls_under_way_may_leave_something():
    assert (judged(OverBudget("no")).state, judged(OverBudget("no")).retry_in) == (State.HELD, None)
    assert judged(OverBudget("no", waits=True), attempt=3).retry_in == SETTLES_S
