"""Names and contents that meet: the same bytes twice, one name again and again, twins of case, conflict copies.

Identity is content, not name: equal bytes are made once, other bytes under the same name are another brief, and names
that a share would take for one take nothing away from each other.
"""

import asyncio
import itertools

import pytest

from briefmill.domain.job import State
from faults.works import Works

NFC, NFD = "caf\u00e9.yaml", "cafe\u0301.yaml"


@pytest.fixture
def works(quick_path):
    return Works(quick_path)


async def test_the_same_bytes_under_fifty_names_at_once_are_made_once(works):
    for number in range(50):
        works.drop(f"{number}.yaml", "summer end")
    await works.through()
    states = [state for states in works.ended().values() for state in states]
    assert sorted(set(states)) == ["delivered", "duplicate"]
    assert states.count("delivered") == 1
    assert works.published(works.outbox) == ["summer"]
    assert works.left() == works.claims() == []
    assert works.provider.paid == ["cup"]
    works.check_books()


async def test_one_name_with_other_bytes_each_time_is_another_brief_each_time(works):
    for number in range(12):
        works.drop("brief.yaml", f"campaign{number} end")
        await works.rounds(2)
    await works.through()
    assert works.ended() == {"brief.yaml": ["delivered"] * 12}
    assert works.published(works.outbox) == sorted(f"campaign{number}" for number in range(12))


async def test_a_refusal_of_one_name_again_and_again_takes_no_other_s_place(works):
    for number in range(5):
        works.drop("brief.yaml", f"bad {number} end")
        await works.through()
    assert works.ended() == {"brief.yaml": ["rejected"] * 5}
    kept = sorted((folder / "brief.yaml").read_text() for folder in works.rejected.iterdir())
    assert kept == [f"bad {number} end" for number in range(5)]


@pytest.mark.parametrize("names", [("Summer.yaml", "summer.YAML", "SUMMER.yml"), (NFC, NFD)], ids=["case", "form"])
@pytest.mark.parametrize("text", ["campaign{} end", "bad {} end"], ids=["delivered", "refused"])
async def test_twins_are_briefs_of_their_own(works, names, text):
    for number, name in enumerate(names):
        works.drop(name, text.format(number))
    await works.through()
    assert sorted(works.ended()) == sorted(names)
    assert {state for states in works.ended().values() for state in states} <= {"delivered", "rejected"}
    shown = works.published(works.outbox) + works.published(works.rejected)
    assert len({name.casefold() for name in shown}) == len(names)


@pytest.mark.parametrize("titles", [("Summer", "SUMMER", "summer"), (NFC, NFD)], ids=["case", "form"])
async def test_campaigns_that_are_twins_do_not_overwrite_each_other(works, titles):
    for number, title in enumerate(titles):
        works.drop(f"{number}.yaml", f"{title} end")
    await works.through()
    assert list(works.ended().values()) == [["delivered"]] * len(titles)
    folders = works.published(works.outbox)
    assert len(folders) == len(titles)
    jobs = {works.check_delivery(folder)["job"] for folder in folders}
    assert len(jobs) == len(titles)


async def test_two_jobs_that_publish_one_name_at_the_same_time_both_appear(works):
    packages = [
        works.publisher.deliver(package)
        for package in map(works.a_package, [f"j_{number:016d}" for number in range(8)])
    ]
    names = await asyncio.gather(*packages)
    assert sorted(names) == sorted(["summer", *(f"summer~{number}" for number in range(2, 9))])
    assert works.published(works.outbox) == sorted(names)


CONFLICTS = (
    "brief (Anna's conflicted copy 2026-03-01).yaml",
    "brief.sync-conflict-20260301-101112-ABCDEFG.yaml",
    "brief (conflicted copy 2026-03-01 101112).yaml",
    "brief_conflict-20260301-101112.yaml",
    "brief.Conflict.yaml",
)


@pytest.mark.parametrize("order", list(itertools.permutations(("original", "copy", "release"))), ids="-".join)
async def test_a_conflict_copy_waits_for_a_person_and_both_versions_are_made_when_they_say_so(works, order):
    if order.index("release") < order.index("copy"):
        order = (*(step for step in order if step != "release"), "release")
    for step in order:
        if step == "original":
            works.drop("brief.yaml", "summer end")
        elif step == "copy":
            works.drop(CONFLICTS[0], "autumn end")
        else:
            works.ledger.records.retry(works.jobs()[CONFLICTS[0]].id)
        await works.through()
    assert works.ended() == {"brief.yaml": ["delivered"], CONFLICTS[0]: ["delivered"]}
    assert works.published(works.outbox) == ["autumn", "summer"]
    assert works.left() == []


async def test_conflict_copies_of_every_tool_are_held_and_cost_nothing_until_somebody_decides(works):
    works.drop("brief.yaml", "summer end")
    for number, name in enumerate(CONFLICTS):
        works.drop(name, f"version{number} end")
    await works.through()
    works.restart()
    await works.through()
    assert works.published(works.outbox) == ["summer"]
    assert works.left() == sorted(CONFLICTS)
    held = {job.source: job for job in works.jobs().values() if job.state is State.HELD}
    assert set(held) == set(CONFLICTS)
    assert all("brief.yaml" in job.reason for job in held.values())
    for job in held.values():
        works.ledger.records.cancel(job.id, reason="The other one is right.")
    await works.through()
    assert works.left() == []
    kept = sorted(next(folder.glob("brief*.yaml")).read_text() for folder in works.rejected.iterdir())
    assert kept == [f"version{number} end" for number in range(len(CONFLICTS))]
