"""What the intake may rely on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from briefmill.domain.job import Stage, State
from briefmill.errors import NotAllowed
from briefmill.ledger.offices import Offices
from briefmill.ports import Admission, JobQuery, Source
from ledger.ledgerkit import NOON, PushedClock, admission, claimed, delivered, done, events, ref, running, taken


def test_a_file_is_written_down_before_it_is_touched(ledger: Offices) -> None:
    job = ledger.journal.begin(source="b.json", source_raw=b"b\xff.json")
    assert (job.state, job.source, job.source_raw, job.tenant) == (
        State.SETTLING,
        "b.json",
        b"b\xff.json",
        "default",
    )
    assert job.created_at == NOON
    assert ledger.records.job(job.id) == job
    assert events(ledger, job.id) == ["job.seen"]


def test_many_files_are_written_down_and_taken_in_their_order(ledger: Offices) -> None:
    sources = [Source(name=f"{number}.json", raw=b"%d" % number) for number in range(5)]
    jobs = ledger.journal.begin_all(sources)
    assert [(job.source, job.source_raw, job.state) for job in jobs] == [
        (source.name, source.raw, State.SETTLING) for source in sources
    ]
    assert ledger.journal.unfinished() == jobs
    claimed = ledger.journal.took_all([job.id for job in reversed(jobs)])
    assert [(job.id, job.state) for job in claimed] == [(job.id, State.CLAIMED) for job in reversed(jobs)]
    assert len(events(ledger)) == 10
    assert ledger.trail.verify().bad_row == 0
    assert ledger.journal.begin_all([]) == ()
    assert ledger.journal.took_all([]) == ()


def test_one_that_was_cancelled_meanwhile_stays_so_and_spoils_nothing_for_the_others(ledger: Offices) -> None:
    one, other = ledger.journal.begin_all([Source(name="a", raw=b"a"), Source(name="b", raw=b"b")])
    ledger.records.cancel(one.id, reason="no")
    states = [job.state for job in ledger.journal.took_all([one.id, other.id])]
    assert states == [State.CANCELLED, State.CLAIMED]


def test_taking_the_file_may_be_repeated(ledger: Offices) -> None:
    job = ledger.journal.begin(source="b.json", source_raw=b"b.json")
    first = ledger.journal.took(job.id)
    assert first.state is State.CLAIMED
    assert ledger.journal.took(job.id) == first
    assert events(ledger) == ["job.seen", "job.claimed"]


def test_a_running_job_is_not_taken_again(ledger: Offices) -> None:
    job = running(ledger)
    with pytest.raises(NotAllowed, match="running"):
        ledger.journal.took(job.id)


def test_an_understood_brief_starts_at_the_first_stage(ledger: Offices) -> None:
    job = ledger.journal.admit(claimed(ledger).id, admission("a", priority=2))
    assert (job.state, job.stage, job.revision, job.priority) == (State.RUNNING, Stage.GENERATE, 1, 2)
    assert job.content == admission("a").snapshot.content
    assert ledger.records.admission(job.id) == admission("a", priority=2)


def test_admitting_may_be_repeated(ledger: Offices) -> None:
    job = running(ledger)
    assert ledger.journal.admit(job.id, admission("a")) == job
    assert events(ledger).count("job.admitted") == 1


def test_a_file_not_taken_yet_is_not_admitted(ledger: Offices) -> None:
    job = ledger.journal.begin(source="b.json", source_raw=b"b.json")
    with pytest.raises(NotAllowed, match="settling"):
        ledger.journal.admit(job.id, admission("a"))


def test_the_same_content_again_is_a_duplicate_of_the_oldest(ledger: Offices) -> None:
    first = running(ledger)
    second, third = running(ledger), running(ledger)
    assert [job.state for job in (second, third)] == [State.DUPLICATE] * 2
    assert [job.duplicate_of for job in (second, third)] == [first.id] * 2
    assert first.id in second.reason
    assert second.revision == 0
    assert ledger.journal.admit(second.id, admission("a")) == second


@pytest.mark.parametrize("state", [State.HELD, State.DELIVERED, State.REJECTED, State.CANCELLED])
def test_only_what_lives_or_was_delivered_makes_duplicates(ledger: Offices, state: State) -> None:
    if state is State.DELIVERED:
        delivered(ledger)
    elif state is State.CANCELLED:
        ledger.records.cancel(running(ledger).id, reason="mistake")
    else:
        running(ledger)
        claim = taken(ledger, Stage.GENERATE)
        ledger.claims.finish(claim, done(claim, state=state))
    again = running(ledger)
    assert again.state is (State.DUPLICATE if state in {State.HELD, State.DELIVERED} else State.RUNNING)


def test_a_rerun_of_the_same_content_is_the_next_revision(ledger: Offices) -> None:
    running(ledger)
    again = running(ledger, rerun=True)
    assert (again.state, again.revision, again.folder) == (State.RUNNING, 2, "summer.r2")


def test_revisions_count_per_campaign_and_tenant_and_are_never_given_twice(ledger: Offices) -> None:
    ledger.records.cancel(running(ledger, "a").id, reason="mistake")
    assert running(ledger, "b").revision == 2
    assert running(ledger, "c", campaign="winter").revision == 1
    assert running(ledger, "b", tenant="acme").revision == 1


def test_equal_drops_at_the_same_moment_become_one_job_and_duplicates(ledger: Offices) -> None:
    jobs = [claimed(ledger) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(lambda job: ledger.journal.admit(job.id, admission("a")).state, jobs))
    assert sorted(states) == [State.DUPLICATE] * 7 + [State.RUNNING]


@pytest.mark.parametrize("state", [State.REJECTED, State.HELD, State.DUPLICATE, State.CANCELLED])
def test_the_intake_closes_with_a_reason(ledger: Offices, state: State) -> None:
    job = claimed(ledger)
    closed = ledger.journal.close(job.id, state, reason="no message", detail={"line": 3})
    assert (closed.state, closed.reason) == (state, "no message")
    assert ledger.journal.close(job.id, state, reason="again") == closed
    [row] = ledger.trail.rows(job=job.id, after=2)
    assert (row.event, row.detail) == (f"job.{state}", {"reason": "no message", "detail": {"line": 3}})


@pytest.mark.parametrize("state", [State.DELIVERED, State.RUNNING, State.SETTLING])
def test_the_intake_cannot_close_into_other_states(ledger: Offices, state: State) -> None:
    job = claimed(ledger)
    with pytest.raises(NotAllowed):
        ledger.journal.close(job.id, state, reason="")
    assert ledger.records.job(job.id) == job


def test_a_running_job_is_out_of_the_intakes_hands(ledger: Offices) -> None:
    job = running(ledger)
    with pytest.raises(NotAllowed):
        ledger.journal.close(job.id, State.REJECTED, reason="too late")


def test_a_restart_finds_the_unfinished_oldest_first(ledger: Offices, clock: PushedClock) -> None:
    first = claimed(ledger, "first")
    clock.push(1)
    second = ledger.journal.begin(source="second", source_raw=b"second")
    clock.push(1)
    running(ledger)
    ledger.journal.close(claimed(ledger).id, State.REJECTED, reason="bad")
    assert [job.id for job in ledger.journal.unfinished()] == [first.id, second.id]


def test_text_that_no_database_takes_becomes_visible(ledger: Offices) -> None:
    job = ledger.journal.begin(source="b\udcff\0.json", source_raw=b"b\xff\0.json")
    assert ledger.records.job(job.id).source == "b\\udcff\\x00.json"
    ledger.journal.took(job.id)
    ledger.journal.close(job.id, State.REJECTED, reason="no \udcff", detail={"name": "b\udcff\0"})
    assert ledger.records.job(job.id).reason == "no \\udcff"
    *_, last = ledger.trail.rows()
    assert last.detail["detail"] == {"name": "b\udcff\0"}
    assert ledger.trail.verify().bad_row == 0


def test_an_id_that_is_taken_leaves_nothing_behind(ledger: Offices) -> None:
    ledger.journal._newid = lambda: "j_same"
    ledger.journal.begin(source="first", source_raw=b"first")
    with pytest.raises(ValueError, match="j_same"):
        ledger.journal.begin(source="second", source_raw=b"second")
    assert [job.source for job in ledger.records.jobs(JobQuery())] == ["first"]
    assert events(ledger) == ["job.seen"]


def test_an_admission_comes_back_as_it_went_in(ledger: Offices) -> None:
    known: Admission = admission("a", campaign="été — 夏", priority=0)
    files = {"ein ordner/größe.png": ref("x"), "b.otf": ref("y")}
    known = replace(known, snapshot=replace(known.snapshot, files=files))
    job = ledger.journal.admit(claimed(ledger).id, known)
    assert ledger.records.admission(job.id) == known
    assert taken(ledger, Stage.GENERATE).snapshot == known.snapshot
