"""What the desk may rely on."""

from dataclasses import replace

import pytest

from briefmill.domain.job import HEARTBEAT, Stage, State
from briefmill.errors import Fenced, NotAllowed, NotFound
from briefmill.ledger.offices import Offices
from briefmill.ports import Failure, Finish, JobQuery, Wait
from ledger.ledgerkit import PushedClock, claimed, creative, delivered, done, events, result, running, taken


@pytest.mark.parametrize("question", ["job", "history", "creatives", "admission", "retry"])
def test_an_unknown_job_is_not_found(ledger: Offices, question: str) -> None:
    with pytest.raises(NotFound, match="j_none"):
        getattr(ledger.records, question)("j_none")


def test_jobs_are_found_by_state_campaign_and_tenant_newest_first(ledger: Offices, clock: PushedClock) -> None:
    jobs = []
    for content, campaign, tenant in (("a", "x", "t"), ("b", "y", "t"), ("c", "x", "u")):
        jobs.append(running(ledger, content, campaign=campaign, tenant=tenant).id)
        clock.push(1)
    a, b, c = jobs
    ledger.records.cancel(a, reason="mistake")

    def found(**query: object) -> list[str]:
        return [job.id for job in ledger.records.jobs(JobQuery(**query))]

    assert found() == [c, b, a]
    assert found(limit=2) == [c, b]
    assert found(limit=0, campaign="x") == [c, a]
    assert found(tenant="t") == [b, a]
    assert found(states=(State.RUNNING, State.HELD)) == [c, b]
    assert found(states=(State.CANCELLED,), tenant="u") == []


def test_every_state_is_counted_even_with_nothing_in_it(ledger: Offices) -> None:
    running(ledger)
    claimed(ledger)
    assert ledger.records.counts() == dict.fromkeys(State, 0) | {State.RUNNING: 1, State.CLAIMED: 1}


def test_what_was_never_admitted_has_no_admission(ledger: Offices) -> None:
    assert ledger.records.admission(claimed(ledger).id) is None


def test_a_rejected_job_is_retried_where_it_stopped(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    ledger.claims.finish(claim, done(claim, pictures=[1]))
    claim = taken(ledger, Stage.RESIZE)
    refused = Finish(
        results=(result(Stage.RESIZE), result(Stage.OVERLAY), result(Stage.COMPLIANCE, outcome="rejected")),
        state=State.REJECTED,
        reason="contrast",
    )
    assert ledger.claims.finish(claim, refused).reason == "contrast"
    back = ledger.records.retry(job.id)
    assert (back.state, back.stage, back.attempt, back.reason, back.revision) == (
        State.RUNNING,
        Stage.RESIZE,
        0,
        "",
        1,
    )
    again = taken(ledger, Stage.RESIZE)
    assert again.outputs == {Stage.GENERATE: {"pictures": [1]}}
    ledger.claims.finish(again, done(again, better=True))
    assert taken(ledger, Stage.ARCHIVE).outputs[Stage.COMPLIANCE] == {"better": True}
    runs = [(run.revision, run.stage) for run in ledger.records.history(job.id)]
    pixels = (Stage.RESIZE, Stage.OVERLAY, Stage.COMPLIANCE)
    assert runs == [(1, Stage.GENERATE), *((1, stage) for stage in pixels), *((2, stage) for stage in pixels)]


def test_a_retry_does_not_wait_for_an_old_backoff(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="503", retry_in=3600))
    ledger.records.cancel(job.id, reason="stop")
    ledger.records.retry(job.id)
    assert taken(ledger, Stage.GENERATE).attempt == 1


def test_a_job_that_was_never_understood_goes_back_to_the_intake(ledger: Offices) -> None:
    refused = ledger.journal.close(claimed(ledger).id, State.REJECTED, reason="bad")
    assert ledger.records.retry(refused.id).state is State.CLAIMED
    unseen = ledger.journal.begin(source="x", source_raw=b"x")
    ledger.journal.close(unseen.id, State.HELD, reason="unreadable")
    assert ledger.records.retry(unseen.id).state is State.SETTLING


def test_a_file_that_was_never_taken_must_be_dropped_again(ledger: Offices) -> None:
    job = ledger.journal.begin(source="x", source_raw=b"x")
    ledger.records.cancel(job.id, reason="vanished")
    with pytest.raises(NotAllowed, match="Drop the file again"):
        ledger.records.retry(job.id)


def test_what_runs_or_was_delivered_is_not_retried(ledger: Offices) -> None:
    for job in (delivered(ledger), running(ledger, "b"), running(ledger, "b")):
        with pytest.raises(NotAllowed, match=str(job.state)):
            ledger.records.retry(job.id)


def test_cancelling_fences_the_running_attempt_off(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    cancelled = ledger.records.cancel(job.id, reason="wrong client")
    assert (cancelled.state, cancelled.reason, cancelled.owner) == (State.CANCELLED, "wrong client", "")
    assert cancelled.fence == claim.fence + 1
    assert not ledger.claims.renew(claim, 60)
    with pytest.raises(Fenced):
        ledger.claims.finish(claim, done(claim))
    assert ledger.claims.claim(Stage.GENERATE, "bert", 60) == Wait(seconds=None)
    assert events(ledger)[-2:] == ["job.cancelled", "stage.fenced"]


def test_what_rests_is_not_cancelled(ledger: Offices) -> None:
    job = delivered(ledger)
    with pytest.raises(NotAllowed, match="delivered"):
        ledger.records.cancel(job.id, reason="too late")


def test_jobs_are_found_by_the_name_they_were_dropped_under_and_oldest_first_where_asked(
    ledger: Offices, clock: PushedClock
) -> None:
    jobs = []
    for name in (b"a.json", b"b\xff.json", b"a.json"):
        jobs.append(ledger.journal.begin(source="x", source_raw=name))
        clock.push(1)
    find = ledger.records.jobs
    assert [job.id for job in find(JobQuery(source_raw=b"a.json"))] == [jobs[2].id, jobs[0].id]
    assert [job.id for job in find(JobQuery(source_raw=b"a.json", oldest=True, limit=1))] == [jobs[0].id]
    assert [job.id for job in find(JobQuery(oldest=True))] == [job.id for job in jobs]


def test_the_jobs_of_one_tenant_are_left_out_where_asked(ledger: Offices) -> None:
    for tenant in ("default", HEARTBEAT, "north"):
        ledger.journal.begin(source=tenant, source_raw=tenant.encode(), tenant=tenant)
    find = ledger.records.jobs
    assert {job.tenant for job in find(JobQuery(no_tenant=HEARTBEAT))} == {"default", "north"}
    assert [job.rehearsal for job in find(JobQuery(tenant=HEARTBEAT))] == [True]


def test_the_last_change_moves_with_every_change_of_any_job_and_with_nothing_else(ledger: Offices) -> None:
    assert ledger.records.last_change() == 0
    job = ledger.journal.begin(source="a", source_raw=b"a")
    first = ledger.records.last_change()
    assert first > 0
    ledger.records.jobs(JobQuery())
    assert ledger.records.last_change() == first
    ledger.records.cancel(job.id, reason="no")
    assert ledger.records.last_change() > first


def test_creatives_with_prints_are_found_whole_and_by_their_hash(
    ledger: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefmill.ledger.records._PORTION", 2)
    made = [replace(creative(f"{number}x1", f"pixels {number}"), prints="ab" * 80) for number in range(5)]
    blank = creative("blank", "blank")
    job = running(ledger)
    for stage in (Stage.GENERATE, Stage.RESIZE):
        claim = taken(ledger, stage)
        ledger.claims.finish(claim, done(claim))
    claim = taken(ledger, Stage.ARCHIVE)
    ledger.claims.finish(claim, done(claim, state=State.DELIVERED, creatives=(*made, blank)))
    portions = list(ledger.records.printed())
    assert [len(portion) for portion in portions] == [2, 2, 1]
    found = [one for portion in portions for one in portion]
    assert [(one.job, one.path, one.sha256) for one in found] == [(job.id, one.path, one.ref.sha256) for one in made]
    (same,) = ledger.records.printed(sha256=blank.ref.sha256)
    assert [one.path for one in same] == [blank.path]
    assert list(ledger.records.printed(sha256="0" * 64)) == []
