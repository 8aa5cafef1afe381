"""The process is killed at every step from a drop to its folder in the outbox or among the refusals, and starts again.

Every change of a folder, every transaction of the ledger and every paid call is a step. Whatever the step: each brief
ends in one place, which is whole, and nothing is made, published or recorded twice.
"""

import pytest

from faults.crashkit import Crash, at_every_step
from faults.works import Works, lived, rigged


@pytest.mark.parametrize(
    ("text", "state"),
    [("summer end", "delivered"), ("ugly end", "rejected"), ("bad end", "rejected")],
    ids=["delivered", "refused by a rule", "refused by the reader"],
)
async def test_killed_at_any_step_each_brief_ends_once_and_whole(quick_path, text, state):
    async def life(crash: Crash, path):
        works = Works(path)
        rigged(works, crash)
        works.drop("a.yaml", text)
        return await lived(works, crash)

    async for crash, works in at_every_step(quick_path, life):
        at = crash.last
        assert works.ended() == {"a.yaml": [state]}, at
        assert works.left() == [], at
        assert works.claims() == [], at
        job = works.jobs()["a.yaml"]
        if state == "delivered":
            assert works.published(works.outbox) == ["summer"], at
            assert works.published(works.rejected) == [], at
            assert works.check_delivery("summer")["job"] == job.id
        else:
            assert works.published(works.outbox) == [], at
            assert works.published(works.rejected) == [f"a.yaml.{job.id}"], at
            works.check_refusal(f"a.yaml.{job.id}", text)
        works.check_books()


def about_money(step):
    """A step from the intent to pay to where the answer is put down."""
    return "paid call" in step or "purse" in step or "/store" in step or "/cache" in step or step == "os.chmod"


async def test_killed_at_any_step_of_a_paid_call_it_is_repeated_once_at_most_and_its_cost_is_booked_once(quick_path):
    async def life(crash: Crash, path):
        works = Works(path)
        rigged(works, crash)
        works.drop("a.yaml", "summer end")
        return await lived(works, crash)

    booked = {}
    async for crash, works in at_every_step(quick_path, life, about_money):
        done = crash.steps[: crash.at]
        assert len(works.provider.paid) <= (2 if "before the paid call" in done else 1), crash.last
        if works.jobs()["a.yaml"].cost_micros != works.provider.price:
            booked[crash.last[-1]] = works.jobs()["a.yaml"].cost_micros
    assert booked == {}


async def test_killed_at_any_step_of_a_revision_the_first_delivery_stays_as_it_is(quick_path):
    async def life(crash: Crash, path):
        works = Works(path)
        works.drop("a.yaml", "summer end")
        await works.through()
        first = works.check_delivery("summer")
        rigged(works, crash)
        works.drop("a.yaml", "summer x.png end")
        return await lived(works, crash), first

    async for crash, (works, first) in at_every_step(quick_path, life):
        at = crash.last
        assert works.ended() == {"a.yaml": ["delivered", "delivered"]}, at
        assert works.published(works.outbox) == ["summer", "summer.r2"], at
        assert works.check_delivery("summer") == first
        assert works.check_delivery("summer.r2")["revision"] == 2
        assert len(works.provider.paid) == 1, "the revision needs no other picture"
        works.check_books()


def halfway(step):
    """A step that is done to a private file that nobody knows yet."""
    return ".part" in step or ".writing" in step


async def test_what_a_kill_leaves_in_private_folders_is_swept_at_the_next_start(quick_path):
    async def life(crash: Crash, path):
        works = Works(path)
        works.drop("a.yaml", "summer end")
        return await lived(works, crash)

    left = {}
    async for crash, works in at_every_step(quick_path, life, halfway):
        left |= dict.fromkeys(works.litter(), crash.last)
    assert left == {}
