"""A folder of ours is read-only for a while: a real remount (EROFS), or modes that forbid it (EACCES).

Whichever folder it is, the work that needs it pauses and says what is missing; when it may be written again, everything
comes to its end, and nothing was refused for it.
"""

from pathlib import Path

import pytest

from briefmill.domain.facts import Failed, PipelinePaused, PipelineResumed
from faults import pocket
from faults.works import Works

FOLDERS = ("inbox", "outbox", "rejected", "store", "archive", "work", "cache")
MOUNTED = (".", "inbox", "outbox", "rejected", "archive", "cache")
"""What may be a mount of its own; `.` is the whole home."""


async def closed_for_a_while(path, name, text, close, reopen):
    works = Works(path)
    folder = path / name
    folder.mkdir(exist_ok=True)
    works.drop("a.yaml", text)
    close(folder)
    await works.through(4)
    wanted = "rejected" if text == "bad end" else "delivered"
    needed = works.states().get("a.yaml") != wanted
    paused = [fact.resource for fact in works.heard.of(PipelinePaused)]
    failed = sorted({fact.error for fact in works.heard.of(Failed)})
    assert bool(paused) == needed, (name, works.states(), paused, failed)
    assert failed == [], (name, failed)
    assert set(paused) <= {"disk", "folder", "inbox"}, (name, paused)
    reopen(folder)
    works.clock.push(600)
    await works.through()
    assert works.ended() == {"a.yaml": [wanted]}, (name, works.ended(), works.jobs()["a.yaml"].reason)
    (job,) = works.jobs().values()
    if wanted == "delivered":
        works.check_delivery("summer")
    else:
        works.check_refusal(f"a.yaml.{job.id}", text)
    works.check_books()
    assert len(works.provider.paid) <= 1, (name, works.provider.paid)
    assert works.left() == works.claims() == []
    resumed = [fact.resource for fact in works.heard.of(PipelineResumed)]
    assert sorted(paused) == sorted(resumed)
    return needed


async def by_a_remount(folder, text):
    needed = set()
    for name in MOUNTED:
        path = Path(folder) / f"home-{name}"
        path.mkdir()

        def close(closed):
            pocket.bound(closed)
            pocket.remounted(closed, "bind", "ro")

        if await closed_for_a_while(path, name, text, close, lambda closed: pocket.remounted(closed, "bind", "rw")):
            needed.add(name)
    assert needed == {".", *NEEDED[text]} & set(MOUNTED), needed


async def by_modes(folder, name):
    for text, needed in NEEDED.items():
        path = Path(folder) / text.partition(" ")[0]
        path.mkdir()
        modes = {}

        def close(closed, modes=modes):
            modes |= {found: found.stat().st_mode for found in [closed, *closed.rglob("*")] if found.is_dir()}
            for found in modes:
                found.chmod(0o555)

        def reopen(closed, modes=modes):
            for found, mode in modes.items():
                found.chmod(mode)

        assert await closed_for_a_while(path, name, text, close, reopen) == (name in needed), text


NEEDED = {
    "summer end": {"inbox", "outbox", "store", "archive", "work", "cache"},
    "bad end": {"inbox", "rejected", "store", "work"},
}
"""The folders without which a brief that is delivered, or refused, cannot come to its end."""


@pytest.mark.parametrize("text", NEEDED)
def test_a_folder_on_a_disk_that_turned_read_only_delays_and_costs_nothing(tmp_path, text):
    pocket.run(pocket.MOUNTS, by_a_remount, tmp_path, text)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_whose_modes_forbid_writing_delays_and_costs_nothing(tmp_path, name):
    pocket.run(pocket.PLAIN, by_modes, tmp_path, name)
