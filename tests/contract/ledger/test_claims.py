"""What the engine may rely on."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from briefmill.domain.job import Stage, State
from briefmill.errors import Fenced
from briefmill.ledger.offices import Offices
from briefmill.ports import Claim, Failure, Finish, Intent, Wait
from ledger.ledgerkit import NOON, PushedClock, admission, creative, delivered, done, events, result, running, taken


def test_nothing_to_do_waits_for_the_bell(ledger: Offices) -> None:
    assert ledger.claims.claim(Stage.GENERATE, "anna", 60) == Wait(seconds=None)


def test_a_claim_brings_what_the_stage_needs(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    assert claim.job.id == job.id
    assert (claim.stages, claim.fence, claim.attempt, claim.outputs) == ((Stage.GENERATE,), 1, 1, {})
    assert (claim.snapshot, claim.reading) == (admission("a").snapshot, admission("a").reading)
    assert (claim.job.owner, claim.job.lease_until) == ("anna", NOON.replace(minute=1))


def test_priority_goes_before_age_and_age_before_the_rest(ledger: Offices, clock: PushedClock) -> None:
    expected = {}
    for content, priority in (("a", 5), ("b", 9), ("c", 5), ("d", 0)):
        expected[content] = running(ledger, content, priority=priority).id
        clock.push(1)
    order = [taken(ledger, Stage.GENERATE).job.id for _ in expected]
    assert order == [expected[content] for content in "dacb"]


def test_a_leased_job_is_waited_for(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(20)
    assert ledger.claims.claim(Stage.GENERATE, "bert", 60) == Wait(seconds=40)


def test_a_lapsed_lease_is_taken_over(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    taken(ledger, Stage.GENERATE, "anna", lease_s=60)
    clock.push(60)
    claim = taken(ledger, Stage.GENERATE, "bert")
    assert (claim.fence, claim.attempt, claim.job.owner) == (2, 2, "bert")
    *_, row = ledger.trail.rows()
    assert (row.event, row.detail["lapsed"]) == ("stage.claimed", "anna")


def test_no_two_callers_get_the_same_job(ledger: Offices) -> None:
    for number in range(200):
        running(ledger, str(number), campaign=str(number))
    got: list[str] = []
    start = threading.Barrier(8)

    def work(owner: str) -> list[str]:
        mine = []
        start.wait()
        while isinstance(claim := ledger.claims.claim(Stage.GENERATE, owner, 60), Claim):
            mine.append(claim.job.id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        for mine in pool.map(work, [f"worker {number}" for number in range(8)]):
            got += mine
    assert len(got) == 200
    assert len(set(got)) == 200
    assert ledger.trail.verify().bad_row == 0


def test_an_owner_has_a_name(ledger: Offices) -> None:
    with pytest.raises(ValueError, match="owner"):
        ledger.claims.claim(Stage.GENERATE, "", 60)


def test_a_lease_is_renewed_while_it_is_held(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(50)
    assert ledger.claims.renew(claim, 60)
    clock.push(50)
    assert ledger.claims.claim(Stage.GENERATE, "bert", 60) == Wait(seconds=10)


def test_a_lease_that_lapsed_unnoticed_is_not_lost(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(600)
    assert ledger.claims.renew(claim, 60)
    assert ledger.claims.finish(claim, done(claim)).stage is Stage.RESIZE


def test_a_lost_lease_is_not_renewed(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(60)
    taken(ledger, Stage.GENERATE, "bert")
    assert not ledger.claims.renew(claim, 60)


def test_a_finished_group_goes_on_to_the_next(ledger: Offices) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    job = ledger.claims.finish(claim, done(claim, pictures=[{"sha256": "ab"}]))
    assert (job.state, job.stage, job.attempt, job.owner) == (State.RUNNING, Stage.RESIZE, 0, "")
    assert job.lease_until is None
    pixels = taken(ledger, Stage.RESIZE)
    assert pixels.stages == (Stage.RESIZE, Stage.OVERLAY, Stage.COMPLIANCE)
    assert pixels.outputs == {Stage.GENERATE: {"pictures": [{"sha256": "ab"}]}}
    assert ledger.claims.finish(pixels, done(pixels, n=1)).stage is Stage.ARCHIVE
    assert list(taken(ledger, Stage.ARCHIVE).outputs) == list(Stage)[:4]


def test_a_whole_life_is_told_row_by_row(ledger: Offices) -> None:
    job = delivered(ledger)
    assert (job.state, job.stage, job.owner) == (State.DELIVERED, Stage.ARCHIVE, "")
    assert events(ledger, job.id) == [
        "job.seen",
        "job.claimed",
        "job.admitted",
        *("stage.claimed", "stage.finished"),
        *("stage.claimed", "stage.finished", "stage.finished", "stage.finished"),
        *("stage.claimed", "stage.finished", "job.delivered"),
    ]
    assert [run.stage for run in ledger.records.history(job.id)] == list(Stage)
    assert {run.attempt for run in ledger.records.history(job.id)} == {1}


def test_creatives_become_rows_and_a_second_one_of_a_place_replaces_the_first(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    ledger.claims.finish(claim, done(claim, creatives=(creative("b"), creative("a"))))
    claim = taken(ledger, Stage.RESIZE)
    ledger.claims.finish(claim, done(claim, creatives=(creative("b", "better"),)))
    assert list(ledger.records.creatives(job.id)) == [creative("a"), creative("b", "better")]


def test_a_late_finisher_is_refused_and_what_he_had_is_written_down(ledger: Offices, clock: PushedClock) -> None:
    job = running(ledger)
    late = taken(ledger, Stage.GENERATE, "anna", lease_s=60)
    entry = ledger.purse.intend(Intent(job=job.id, tenant="default", kind="image", key="k", estimate_micros=4))
    ledger.purse.settle(entry, cost_micros=42_000, outcome="ok", usage={})
    clock.push(60)
    current = taken(ledger, Stage.GENERATE, "bert")
    with pytest.raises(Fenced, match=job.id):
        ledger.claims.finish(late, done(late, pictures=["paid for"]))
    *_, row = ledger.trail.rows(job=job.id)
    assert (row.event, row.detail["owner"], row.detail["fence"], row.detail["fence_now"]) == (
        "stage.fenced",
        "anna",
        1,
        2,
    )
    assert row.detail["results"][0]["output"] == {"pictures": ["paid for"]}
    assert row.detail["spent_micros"] == 42_000
    assert ledger.records.history(job.id) == []
    assert ledger.claims.finish(current, done(current)).stage is Stage.RESIZE


def test_a_late_failure_is_refused_too(ledger: Offices, clock: PushedClock) -> None:
    job = running(ledger)
    late = taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(60)
    current = taken(ledger, Stage.GENERATE, "bert")
    with pytest.raises(Fenced):
        ledger.claims.fail(late, Failure(stage=Stage.GENERATE, error="boom", retry_in=None))
    assert ledger.records.job(job.id) == current.job
    assert events(ledger)[-1] == "stage.fenced"


def test_a_namesake_with_an_old_fence_is_fenced_off(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    late = taken(ledger, Stage.GENERATE, "anna", lease_s=60)
    clock.push(60)
    taken(ledger, Stage.GENERATE, "anna")
    with pytest.raises(Fenced):
        ledger.claims.finish(late, done(late))


def test_a_finish_whose_answer_was_lost_may_be_repeated(ledger: Offices) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    first = ledger.claims.finish(claim, done(claim))
    rows = len(events(ledger))
    assert ledger.claims.finish(claim, done(claim)) == first
    assert len(events(ledger)) == rows


def test_results_of_other_stages_and_an_endless_job_are_faults_of_ours(ledger: Offices) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    with pytest.raises(ValueError, match="archive"):
        ledger.claims.finish(claim, Finish(results=(result(Stage.ARCHIVE),)))
    for stage in (Stage.GENERATE, Stage.RESIZE):
        claim = claim if stage is Stage.GENERATE else taken(ledger, stage)
        ledger.claims.finish(claim, done(claim))
    last = taken(ledger, Stage.ARCHIVE)
    with pytest.raises(ValueError, match="rest"):
        ledger.claims.finish(last, done(last))
    with pytest.raises(ValueError, match="duplicate"):
        ledger.claims.finish(last, done(last, state=State.DUPLICATE))
    assert ledger.records.history(last.job.id)[-1].stage is Stage.COMPLIANCE


def test_a_failure_comes_back_after_its_time(ledger: Offices, clock: PushedClock) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    job = ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="503", retry_in=30))
    assert (job.state, job.attempt, job.owner, job.lease_until) == (State.RUNNING, 1, "", None)
    clock.push(10)
    assert ledger.claims.claim(Stage.GENERATE, "bert", 60) == Wait(seconds=20)
    clock.push(20)
    again = taken(ledger, Stage.GENERATE)
    assert (again.attempt, again.job.not_before) == (2, None)


def test_a_fault_that_was_not_the_jobs_gives_the_attempt_back(ledger: Offices) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    failure = Failure(stage=Stage.GENERATE, error="disk full", retry_in=0, charge=False)
    assert ledger.claims.fail(claim, failure).attempt == 0
    assert taken(ledger, Stage.GENERATE).attempt == 1


@pytest.mark.parametrize("state", [State.REJECTED, State.HELD])
def test_a_last_failure_brings_the_job_to_rest(ledger: Offices, state: State) -> None:
    running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    failure = Failure(stage=Stage.GENERATE, error="moderated", retry_in=None, state=state, detail={"code": 7})
    job = ledger.claims.fail(claim, failure)
    assert (job.state, job.reason, job.stage) == (state, "moderated", Stage.GENERATE)
    failed, rested = ledger.trail.rows(limit=2, newest=True)
    assert (failed.event, failed.detail["detail"]) == ("stage.failed", {"code": 7})
    assert rested.event == f"job.{state}"


def test_released_jobs_are_free_at_once_and_keep_their_attempts(ledger: Offices) -> None:
    running(ledger, "a")
    running(ledger, "b")
    mine, theirs = taken(ledger, Stage.GENERATE, "anna"), taken(ledger, Stage.GENERATE, "bert")
    assert ledger.claims.release("anna") == 1
    assert ledger.claims.due() == {Stage.GENERATE: 1}
    again = taken(ledger, Stage.GENERATE, "carl")
    assert (again.job.id, again.attempt) == (mine.job.id, 2)
    with pytest.raises(Fenced):
        ledger.claims.finish(mine, done(mine))
    assert ledger.claims.finish(theirs, done(theirs)).stage is Stage.RESIZE
    assert ledger.claims.release() == 1
    assert ledger.claims.release() == 0


def test_due_counts_what_could_be_claimed_now(ledger: Offices, clock: PushedClock) -> None:
    for content in "abc":
        running(ledger, content)
    claim = taken(ledger, Stage.GENERATE, lease_s=60)
    assert ledger.claims.due() == {Stage.GENERATE: 2}
    ledger.claims.finish(claim, done(claim))
    assert ledger.claims.due() == {Stage.GENERATE: 2, Stage.RESIZE: 1}
    taken(ledger, Stage.GENERATE, lease_s=60)
    clock.push(60)
    assert ledger.claims.due() == {Stage.GENERATE: 2, Stage.RESIZE: 1}
