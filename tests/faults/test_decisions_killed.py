"""The process is killed at every step while it carries out what a person decided about a job, and starts again.

To release, to cancel and to retry are one transaction each; what follows from them is many steps, and whichever was the
last one, the decision stands, what was dropped is in one place, and nobody has to decide twice.
"""

import pytest

from briefmill.domain.job import State
from faults.crashkit import Killed, armed, at_every_step, buried
from faults.works import Works, lived, rigged
from intake.intakekit import reading

COPY = "a (Anna's conflicted copy 2026-03-01).yaml"


async def held(works):
    """A conflict copy that waits in the inbox for somebody to decide."""
    works.drop(COPY, "summer end")
    await works.through()
    (job,) = works.jobs().values()
    assert job.state is State.HELD
    assert works.left() == [COPY]
    return job


async def refused(works):
    """A refused brief, by a reader that is mended afterwards."""
    works.drop("a.yaml", "bad end")
    await works.through()
    (job,) = works.jobs().values()
    assert job.state is State.REJECTED
    works.read = lambda data, name: reading(data.replace(b"bad", b"summer"), name)
    return job


async def begun(works):
    """A job that waits for its first stage."""
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    (job,) = works.jobs().values()
    assert job.state is State.RUNNING
    return job


async def cancelled(works):
    """A job that somebody cancelled, put aside."""
    job = await begun(works)
    works.ledger.records.cancel(job.id, reason="Not now.")
    await works.through()
    assert works.published(works.rejected) == [f"a.yaml.{job.id}"]
    return job


def release(works, job):
    works.ledger.records.retry(job.id)


def cancel(works, job):
    works.ledger.records.cancel(job.id, reason="Not this one.")


@pytest.mark.parametrize(
    ("before", "decide", "state", "kept"),
    [
        (held, release, "delivered", ""),
        (held, cancel, "cancelled", "summer end"),
        (refused, release, "delivered", "bad end"),
        (begun, cancel, "cancelled", "summer end"),
        (cancelled, release, "delivered", "summer end"),
    ],
    ids=["held, released", "held, cancelled", "refused, retried", "running, cancelled", "cancelled, retried"],
)
async def test_killed_at_any_step_a_decision_is_carried_out_and_what_was_dropped_is_kept(
    quick_path, before, decide, state, kept
):
    async def life(crash, path):
        works = Works(path)
        job = await before(works)
        rigged(works, crash)
        decide(works, job)
        await lived(works, crash)
        return works, works.ledger.records.job(job.id)

    async for crash, (works, job) in at_every_step(quick_path, life):
        assert works.ended() == {job.source: [state]}, crash.last
        assert works.left() == [], crash.last
        assert works.claims() == [], crash.last
        refusals = [f"{job.source}.{job.id}"] if kept else []
        assert works.published(works.rejected) == refusals, crash.last
        for name in refusals:
            works.check_refusal(name, kept)
        if state == "delivered":
            assert works.published(works.outbox) == ["summer"], crash.last
            works.check_delivery("summer")
        else:
            assert works.published(works.outbox) == [], crash.last
        works.check_books()


async def test_a_delivery_that_was_cut_off_and_is_then_cancelled_leaves_nothing_in_the_outbox(quick_path):
    async def life(crash, path):
        works = Works(path)
        rigged(works, crash)
        job = await begun(works)
        try:
            with armed(crash):
                await works.through()
        except Killed:
            await buried(crash)
            works.restart()
            cancel(works, job)
        await works.through()
        return works

    left = {}
    async for crash, works in at_every_step(quick_path, life, lambda step: "/outbox/." in step):
        if crash.deaths:
            assert list(works.ended().values()) == [["cancelled"]], crash.last
            left |= dict.fromkeys(works.published(works.outbox), crash.last)
    assert left == {}
