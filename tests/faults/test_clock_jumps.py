"""The wall clock jumps by years, back and forth, and files come with times of any century.

A clock is set wrong at a boot without network, is corrected by NTP in the middle of the work, or belongs to another
machine. None of it may lose a brief, keep one waiting for years, or give one job to two:
only the monotonic clock counts.
"""

import os
from dataclasses import dataclass
from datetime import timedelta

import pytest

from briefmill.domain.facts import Failed, Waiting
from briefmill.domain.job import Stage, State
from briefmill.errors import Temporary
from faults.works import Works
from intake.intakekit import RUNNING, PushedClock

YEAR_S = 365.25 * 86_400
JUMPS = pytest.mark.parametrize("years", [-30, -1, 1, 30])


@dataclass
class TornClock(PushedClock):
    """A wall clock that can be set; the monotonic one runs on."""

    wrong_by: timedelta = timedelta()

    def now(self):
        return super().now() + self.wrong_by

    def jump(self, years):
        self.wrong_by += timedelta(days=365.25 * years)


class TornWorks(Works):
    def restart(self):
        if not isinstance(self.clock, TornClock):
            self.clock = TornClock()
            self.ledger = type(self.ledger)(self.clock)
        super().restart()


@pytest.fixture
def works(quick_path):
    return TornWorks(quick_path)


@JUMPS
async def test_a_jump_between_any_two_steps_changes_nothing_about_a_brief(works, years):
    works.drop("a.yaml", "summer end")
    for _ in range(8):
        await works.through(1, seconds=1.0)
        works.clock.jump(years)
        years = -years
    assert works.ended() == {"a.yaml": ["delivered"]}
    works.check_delivery("summer")
    works.check_books()
    assert works.heard.of(Failed) == []


@JUMPS
async def test_a_jump_neither_shortens_nor_lengthens_the_quiet_time(works, years):
    works.drop("a.yaml", "summer end")
    await works.rounds(1, 1.0)
    works.clock.jump(years)
    await works.rounds(1, 0.0)
    assert works.states() == {}, "it has been quiet for a second only"
    works.clock.push(1.5)
    await works.rounds(1)
    assert works.states() == {"a.yaml": RUNNING}


@pytest.mark.parametrize("at_s", [0, 1, -(2**31), 2**31 + 10, 4_102_444_800, 16_725_225_600], ids="{}".format)
async def test_a_file_from_any_time_is_taken_like_any_other(works, at_s):
    path = works.drop("a.yaml", "summer end")
    bundle = works.drop("b/brief.yaml", "autumn end").parent
    for place in (path, bundle / "brief.yaml", bundle):
        os.utime(place, ns=(at_s * 10**9, at_s * 10**9 + 123))
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"], "b": ["delivered"]}


async def test_a_file_whose_time_changes_between_looks_is_not_quiet(works):
    path = works.drop("a.yaml", "summer end")
    for year in (2040, 1999, 2026, 1971):
        os.utime(path, (year * YEAR_S - 1970 * YEAR_S,) * 2)
        await works.rounds(1)
    assert works.states() == {}
    assert [fact.name for fact in works.heard.of(Waiting)]
    await works.rounds(2)
    assert works.states() == {"a.yaml": RUNNING}


@JUMPS
async def test_a_job_that_waits_for_its_next_try_waits_no_longer_for_a_jump(works, years):
    works.drop("a.yaml", "summer end")
    made = works.provider.make

    def busy(request):
        works.provider.make = made
        raise Temporary("503", retry_in=20.0)

    works.provider.make = busy
    await works.through(2, seconds=3.0)
    works.clock.jump(years)
    works.clock.push(60)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}


@JUMPS
async def test_a_bucket_that_was_held_opens_in_its_time(works, years):
    buckets = works.ledger.buckets
    buckets.shape("provider", rate=1.0, burst=1.0)
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    buckets.hold("provider", 20.0)
    works.clock.jump(years)
    works.clock.push(60)
    claim = works.ledger.claims.claim(Stage.GENERATE, "me", 60.0, bucket="provider")
    assert getattr(claim, "fence", 0) == 1, claim


@JUMPS
async def test_a_lease_is_lost_to_nobody_while_its_holder_finishes_once(works, years):
    """A jump forward makes a lease look lapsed. Whoever takes the job over then, one result counts."""
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    claims = works.ledger.claims
    mine = claims.claim(Stage.GENERATE, "me", 60.0)
    works.clock.jump(years)
    claims.claim(Stage.GENERATE, "another", 60.0)
    await works.through()
    works.clock.push(600)
    works.restart()
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert not claims.renew(mine, 60.0)
    works.check_books()


async def test_jobs_dropped_after_a_jump_back_have_ids_and_rows_of_their_own(works):
    for number, years in enumerate((0, -10, 10, -30, 30, 0)):
        works.clock.jump(years)
        works.drop(f"{number}.yaml", f"campaign{number} end")
        await works.through()
    jobs = works.jobs()
    assert len({job.id for job in jobs.values()}) == len(jobs) == 6
    assert {job.state for job in jobs.values()} == {State.DELIVERED}
    works.check_books()
