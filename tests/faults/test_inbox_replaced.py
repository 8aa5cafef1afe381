"""The inbox itself goes: deleted, renamed away, replaced, without its marker, or hidden under another mount.

An inbox that is not ours is offline, never empty: nothing is taken from what stands in its place, no job is closed for
lack of its file, nothing is written there. When ours is back, everything goes on as if nothing had been.
"""

import shutil

import pytest

from briefmill.domain.facts import Failed, InboxAvailable
from briefmill.domain.job import State
from briefmill.intake import mounts
from faults import pocket
from faults.works import Works

STEPS = 5
"""Rounds of a brief's whole way; the inbox goes after each of them."""


def works_in(path):
    works = Works(path)
    identity = mounts.identity(works.inbox)
    works.manners = type(works.manners)(**{**vars(works.manners), "expected": lambda: identity})
    works.restart()
    return works


class Gone:
    """What can happen to an inbox, and how it comes back. What stands in its place meanwhile gets a brief, too."""

    def __init__(self, works):
        self.works, self.inbox = works, works.inbox
        self.away = works.path / "away"
        self.foreign = None

    def renamed(self):
        self.inbox.rename(self.away)

    def renamed_back(self):
        self.away.rename(self.inbox)

    def replaced(self):
        self.renamed()
        self.inbox.mkdir()
        self.foreign = self.works.drop("foreign.yaml", "foreign end")

    def replaced_back(self):
        shutil.rmtree(self.inbox)
        self.renamed_back()

    def another(self):
        """Somebody else's inbox, with a marker of its own."""
        self.replaced()
        mounts.mark(self.inbox)

    another_back = replaced_back

    def a_file(self):
        self.renamed()
        self.inbox.write_text("this was a folder")

    def a_file_back(self):
        self.inbox.unlink()
        self.renamed_back()

    def a_dead_link(self):
        self.renamed()
        self.inbox.symlink_to("/nowhere")

    def a_dead_link_back(self):
        self.inbox.unlink()
        self.renamed_back()

    def unmarked(self):
        mounts.marker(self.inbox).rename(self.away)

    def unmarked_back(self):
        self.away.rename(mounts.marker(self.inbox))


@pytest.mark.parametrize("after", range(STEPS))
@pytest.mark.parametrize("how", ["renamed", "replaced", "another", "a_file", "a_dead_link", "unmarked"])
async def test_an_inbox_that_is_not_ours_is_offline_and_nothing_is_closed_for_it(quick_path, how, after):
    works = works_in(quick_path)
    works.drop("a.yaml", "summer end")
    works.drop("bad.yaml", "bad end")
    await works.rounds(after, 1.0)
    gone = Gone(works)
    getattr(gone, how)()
    await works.rounds(3, 40.0)
    assert not works.intake.available
    assert {State.CANCELLED, State.HELD} & {job.state for job in works.jobs().values()} == set()
    works.restart()
    await works.rounds(3, 40.0)
    assert not works.intake.available
    assert works.intake.waiting == 1, "an inbox that is away is something to wait for"
    if gone.foreign is not None:
        assert gone.foreign.read_text() == "foreign end"
        assert "foreign.yaml" not in works.states()
    getattr(gone, f"{how}_back")()
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"], "bad.yaml": ["rejected"]}
    assert [fact.available for fact in works.heard.of(InboxAvailable)][-1]
    assert works.heard.of(Failed) == []
    works.check_delivery("summer")
    works.check_books()


async def test_a_deleted_inbox_that_is_made_anew_by_init_goes_on(quick_path):
    works = Works(quick_path)
    works.drop("lost.yaml", "lost end")
    await works.rounds(1)
    shutil.rmtree(works.inbox)
    await works.rounds(2)
    assert not works.intake.available
    works.inbox.mkdir()
    mounts.mark(works.inbox)
    works.drop("a.yaml", "summer end")
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert works.heard.of(Failed) == []


async def test_a_job_whose_file_went_with_the_inbox_is_told_as_cancelled_and_may_be_dropped_again(quick_path):
    works = Works(quick_path)
    works.drop("a.yaml", "summer end")
    job = works.ledger.journal.begin(source="a.yaml", source_raw=b"a.yaml")
    shutil.rmtree(works.inbox)
    works.inbox.mkdir()
    mounts.mark(works.inbox)
    await works.through()
    found = works.ledger.records.job(job.id)
    assert found.state is State.CANCELLED
    assert "left the inbox" in found.reason
    works.drop("a.yaml", "summer end")
    await works.through()
    assert works.published(works.outbox) == ["summer"]


async def hidden_by_a_mount(folder):
    works = works_in(pocket.Path(folder))
    works.drop("a.yaml", "summer end")
    await works.rounds(1)
    pocket.mounted(works.inbox, "size=1m")
    works.drop("foreign.yaml", "foreign end")
    await works.rounds(3, 40.0)
    assert not works.intake.available
    assert works.left() == ["foreign.yaml"]
    assert works.states() == {}
    mounts.mark(works.inbox)
    await works.rounds(3, 40.0)
    assert not works.intake.available, "a marker of its own makes it somebody else's"
    assert works.left() == ["foreign.yaml"]
    pocket.unmounted(works.inbox)
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"]}
    assert works.heard.of(Failed) == []


def test_an_inbox_that_is_hidden_under_a_mount_is_offline_until_it_is_seen_again(tmp_path):
    pocket.run(pocket.MOUNTS, hidden_by_a_mount, tmp_path)


async def unmounted_in_the_middle(folder):
    share, path = pocket.Path(folder) / "share", pocket.Path(folder) / "home"
    for made in (share, path / "inbox"):
        made.mkdir(parents=True)
    pocket.bound(share, path / "inbox")
    works = works_in(path)
    works.drop("a.yaml", "summer end")
    await works.rounds(2)
    works.drop("b.yaml", "autumn end")
    await works.rounds(1)
    pocket.unmounted(works.inbox)
    assert works.left() == works.claims() == []
    await works.rounds(3, 40.0)
    works.restart()
    await works.rounds(3, 40.0)
    assert not works.intake.available
    assert works.ended() == {"a.yaml": ["running"]}
    pocket.bound(share, path / "inbox")
    await works.through()
    assert works.ended() == {"a.yaml": ["delivered"], "b.yaml": ["delivered"]}
    assert works.left() == works.claims() == []
    assert works.heard.of(Failed) == []


def test_a_share_that_is_unmounted_in_the_middle_costs_no_job(tmp_path):
    pocket.run(pocket.MOUNTS, unmounted_in_the_middle, tmp_path)
