"""What the night's post promises, in every ledger."""

from dataclasses import replace

import pytest

from briefmill.domain.job import Stage, State
from briefmill.domain.money import Budget
from briefmill.errors import NotFound, OverBudget
from briefmill.ledger.offices import Offices
from briefmill.ports import Failure, Intent, JobQuery
from briefmill.ports.overnight import KIND, End, Leg, Parcel, Voyage
from ledger.ledgerkit import PushedClock, running, taken

HERE = End(leg=Leg.HERE, outcome="ok", cost_micros=30, usage={"output_tokens": 3})


def parcel(job: str, key: str = "k", estimate: int = 50, account: str = "openai") -> Parcel:
    return Parcel(
        job=job,
        tenant="default",
        key=key,
        account=account,
        grade="m medium overnight",
        estimate_micros=estimate,
        order={"arguments": {"prompt": "a cup"}, "request": {"name": "Cup"}},
    )


def asleep(ledger: Offices, content: str, *keys: str) -> str:
    """A job that has posted these wishes, and sleeps."""
    job = running(ledger, content, campaign=content)
    claim = taken(ledger, Stage.GENERATE)
    assert claim.job.id == job.id
    for key in keys:
        ledger.overnight.post(parcel(job.id, key))
    ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="waits", retry_in=3600.0, charge=False))
    return job.id


def packed(ledger: Offices, name: str = "b1", most: int = 100, *budgets: Budget) -> list[tuple[str, str]]:
    lines = ledger.overnight.pack(name, "openai", most=most, budgets=lambda _: budgets)
    return [(line.parcel.job, line.parcel.key) for line in lines]


def legs(ledger: Offices, job: str) -> dict[str, str]:
    return {line.parcel.key: str(line.leg) for line in ledger.overnight.lines(job=job)}


def test_a_wish_is_posted_once_and_kept_as_it_was(ledger: Offices) -> None:
    job = running(ledger)
    first = ledger.overnight.post(parcel(job.id))
    again = ledger.overnight.post(parcel(job.id))
    assert first == again
    assert (first.leg, first.parcel) == (Leg.COLLECTED, parcel(job.id))
    assert [row.event for row in ledger.trail.rows(job=job.id)][-1] == "overnight.collected"
    with pytest.raises(NotFound):
        ledger.overnight.post(parcel("j_nobody"))


def test_a_batch_takes_what_is_collected_and_reserves_it(ledger: Offices) -> None:
    first, second = asleep(ledger, "a", "k1", "k2"), asleep(ledger, "b", "k3")
    assert packed(ledger, "b1", 2) == [(first, "k1"), (first, "k2")]
    assert legs(ledger, second) == {"k3": "collected"}
    (standing,) = ledger.accounts.standing([Budget(limit_micros=1000)])
    assert (standing.reserved_micros, standing.unsure_micros) == (100, 0)
    (batch,) = ledger.overnight.batches()
    assert (batch.voyage, batch.lines, batch.account) == (Voyage.PACKED, 2, "openai")
    assert ledger.overnight.batches(account="other") == []


def test_a_reservation_lasts_as_long_as_the_night(ledger: Offices, clock: PushedClock) -> None:
    asleep(ledger, "a", "k1")
    packed(ledger)
    clock.push(20 * 3600)
    (standing,) = ledger.accounts.standing([Budget(limit_micros=1000)])
    assert (standing.reserved_micros, standing.unsure_micros) == (50, 0)
    assert ledger.purse.unsettled("k1") is None


def test_the_same_picture_travels_once_also_when_it_is_under_way_already(ledger: Offices) -> None:
    first, second = asleep(ledger, "a", "same"), asleep(ledger, "b", "same")
    assert packed(ledger, "b1") == [(first, "same")]
    third = asleep(ledger, "c", "same")
    assert packed(ledger, "b2") == []
    assert [one.name for one in ledger.overnight.batches()] == ["b1"]
    ledger.overnight.settle("b1", "same", HERE)
    assert [legs(ledger, job) for job in (first, second, third)] == [{"same": "here"}] * 3
    assert [ledger.records.job(job).cost_micros for job in (first, second, third)] == [30, 0, 0]


def test_a_job_goes_on_when_all_its_lines_have_come_to_an_end(ledger: Offices) -> None:
    job = asleep(ledger, "a", "k1", "k2")
    packed(ledger)
    ledger.overnight.sent("b1", "batch_7")
    assert [(one.voyage, one.ident) for one in ledger.overnight.batches()] == [(Voyage.SENT, "batch_7")]
    ledger.overnight.settle("b1", "k1", HERE)
    assert ledger.overnight.wake() == []
    ledger.overnight.settle("b1", "k2", HERE)
    ledger.overnight.settle("b1", "k2", HERE)
    assert ledger.overnight.wake() == [job]
    assert ledger.overnight.wake() == []
    claim = taken(ledger, Stage.GENERATE)
    assert (claim.job.id, claim.attempt) == (job, 1)
    assert legs(ledger, job) == {}
    ledger.overnight.close("b1")
    assert ledger.overnight.batches() == []
    assert ledger.records.job(job).cost_micros == 60


def test_a_job_that_somebody_is_at_is_not_woken_but_seen_again(ledger: Offices, clock: PushedClock) -> None:
    job = asleep(ledger, "a", "k1")
    packed(ledger)
    clock.push(3601)
    claim = taken(ledger, Stage.GENERATE)
    ledger.overnight.settle("b1", "k1", HERE)
    assert ledger.overnight.wake() == []
    ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="waits", retry_in=3600.0, charge=False))
    assert ledger.overnight.wake() == [job]


def test_what_was_not_made_is_collected_again_and_reserved_anew(ledger: Offices) -> None:
    job = asleep(ledger, "a", "k1", "k2")
    packed(ledger)
    ledger.overnight.settle("b1", "k1", End(leg=Leg.COLLECTED, outcome="failed"))
    ledger.overnight.close("b1")
    assert legs(ledger, job) == {"k1": "collected", "k2": "collected"}
    (standing,) = ledger.accounts.standing([Budget(limit_micros=1000)])
    assert (standing.reserved_micros, standing.unsure_micros) == (0, 50)
    assert packed(ledger, "b2") == [(job, "k1"), (job, "k2")]


def test_an_answer_that_is_no_picture_waits_for_its_job_and_wakes_it_once(ledger: Offices, clock: PushedClock) -> None:
    job = asleep(ledger, "a", "k1")
    packed(ledger)
    told = {"status": 400, "body": {"error": {"code": "moderation_blocked"}}}
    ledger.overnight.settle("b1", "k1", End(leg=Leg.FAILED, outcome="refused", answer=told))
    assert ledger.overnight.wake() == [job]
    (line,) = ledger.overnight.lines(job=job)
    assert (line.leg, line.answer) == (Leg.FAILED, told)
    clock.push(1)
    claim = taken(ledger, Stage.GENERATE)
    ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="5xx", retry_in=60.0))
    assert ledger.overnight.wake() == []
    ledger.overnight.forget(job, "k1")
    ledger.overnight.forget(job, "k1")
    assert legs(ledger, job) == {}


def test_over_budget_nothing_is_sent_and_what_waits_for_others_stays(ledger: Offices) -> None:
    job = asleep(ledger, "a", "k1", "k2", "k3")
    budget = Budget(limit_micros=120)
    assert packed(ledger, "b1", 100, budget) == [(job, "k1"), (job, "k2")]
    assert legs(ledger, job)["k3"] == "collected"
    for key in ("k1", "k2"):
        ledger.overnight.settle("b1", key, End(leg=Leg.HERE, outcome="ok", cost_micros=50))
    assert packed(ledger, "b2", 100, budget) == []
    (line,) = ledger.overnight.lines(leg=Leg.FAILED)
    assert line.parcel.key == "k3"
    assert "does not cover this" in str(line.answer["over"])


def test_lines_of_a_job_that_wants_nothing_any_more_are_dropped(ledger: Offices) -> None:
    gone, stays = asleep(ledger, "a", "k1"), asleep(ledger, "b", "k2")
    ledger.records.cancel(gone, reason="no")
    assert packed(ledger) == [(stays, "k2")]
    assert legs(ledger, gone) == {}
    assert ledger.overnight.wanted("b1")
    ledger.records.cancel(stays, reason="no")
    assert not ledger.overnight.wanted("b1")
    ledger.overnight.settle("b1", "k2", HERE)
    assert ledger.overnight.wake() == []
    assert ledger.overnight.lines() == []
    assert ledger.records.job(stays).cost_micros == 30


def test_accounts_do_not_carry_each_others_wishes(ledger: Offices) -> None:
    job = running(ledger)
    ledger.overnight.post(parcel(job.id, account="other"))
    assert packed(ledger) == []


def test_the_money_of_a_night_is_told_under_its_own_kind(ledger: Offices) -> None:
    asleep(ledger, "a", "k1")
    packed(ledger)
    ledger.overnight.settle("b1", "k1", HERE)
    assert [(each.heading, each.settled_micros) for each in ledger.accounts.sums("kind")] == [(KIND, 30)]
    assert list(ledger.accounts.learned("m medium overnight")) == [30]
    assert ledger.trail.verify().bad_row == 0


def test_a_batch_that_nobody_knows_cannot_have_been_sent(ledger: Offices) -> None:
    with pytest.raises(NotFound):
        ledger.overnight.sent("b9", "batch_7")


def test_a_call_for_now_does_not_wait_for_what_the_night_has_reserved(ledger: Offices) -> None:
    asleep(ledger, "a", "k1")
    packed(ledger)
    now = running(ledger, "b", campaign="b")
    call = Intent(job=now.id, tenant="default", kind="image", key="k9", estimate_micros=70)
    with pytest.raises(OverBudget) as caught:
        ledger.purse.intend(call, [Budget(limit_micros=100)])
    assert not caught.value.waits
    ledger.purse.intend(replace(call, estimate_micros=40, key="k8"), [Budget(limit_micros=100)])
    with pytest.raises(OverBudget) as caught:
        ledger.purse.intend(replace(call, estimate_micros=40), [Budget(limit_micros=100)])
    assert caught.value.waits


def test_nobody_is_late_with_what_waits_for_the_night(ledger: Offices) -> None:
    night, now = asleep(ledger, "a", "k1"), running(ledger, "b", campaign="b").id
    later = running(ledger, "c", campaign="c").id

    def oldest(limit: int) -> list[str]:
        query = JobQuery(states=(State.RUNNING,), limit=limit, oldest=True, at_work=True)
        return [job.id for job in ledger.records.jobs(query)]

    assert oldest(1) == [now]
    assert oldest(0) == [now, later]
    packed(ledger)
    assert oldest(1) == [now]
    ledger.overnight.settle("b1", "k1", HERE)
    assert oldest(1) == [night]
    assert [job.id for job in ledger.records.jobs(JobQuery(limit=0, oldest=True))] == [night, now, later]
