"""A bundle arrives file by file, in any order, with pauses longer than the quiet time between the files.

Whole is what the brief says is whole: until the files that it names are there, the folder is waited for, within its
grace time. A zip is whole when its directory is, which comes last.
"""

import io
import itertools
import json
import zipfile

import pytest

from briefmill.domain.job import State
from briefmill.ports import JobQuery
from faults.works import Works, literate

BRIEF = {
    "campaign": "Slow Tea",
    "message": "Pour, wait",
    "brand": {"name": "Halden", "logo": "brand/logo.png"},
    "products": [{"name": "Pot", "image": "pictures/pot.png"}],
}
FILES = {
    "brief.json": json.dumps(BRIEF).encode(),
    "brand/logo.png": b"a logo",
    "pictures/pot.png": b"a pot",
    "notes.txt": b"nobody asks for me",
}
NEEDED = {"brief.json", "brand/logo.png", "pictures/pot.png"}


@pytest.fixture
def works(quick_path):
    return literate(Works(quick_path))


def taken(works):
    return [job for job in works.jobs().values() if str(job.state) != "settling"]


@pytest.mark.parametrize("order", list(itertools.permutations(FILES)), ids="-".join)
async def test_files_in_any_order_with_long_pauses_are_one_bundle(works, order):
    there = set()
    for name in order:
        works.drop(f"tea/{name}", FILES[name])
        there.add(name)
        if there >= NEEDED:
            break
        await works.rounds(4, 3.0)
        assert taken(works) == [], there
    for name in set(FILES) - there:
        works.drop(f"tea/{name}", FILES[name])
    await works.through()
    assert works.ended() == {"tea": ["delivered"]}
    assert set(works.snapshot("tea").files) == set(FILES) - {"brief.json"}


@pytest.mark.parametrize("missing", sorted(NEEDED))
async def test_what_never_comes_is_told_after_the_grace_time(works, missing):
    for name in set(FILES) - {missing}:
        works.drop(f"tea/{name}", FILES[name])
    await works.rounds(18, 3.0)
    assert taken(works) == []
    await works.through(4)
    (job,) = works.jobs().values()
    # A picture that is missing is made, and told as a notice; without a brief there is nothing to make.
    assert works.ended() == {"tea": ["rejected" if missing == "brief.json" else "delivered"]}, job.reason
    if missing == "brief.json":
        kept = works.rejected / f"tea.{job.id}" / "tea"
        found = {path.relative_to(kept).as_posix(): path.read_bytes() for path in kept.rglob("*") if path.is_file()}
        assert found == {name: data for name, data in FILES.items() if name != missing}


async def test_a_zip_that_grows_piece_by_piece_is_not_opened_before_its_end(works):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    data = packed.getvalue()
    path = works.inbox / "tea.zip"
    for start in range(0, len(data), 97):
        with path.open("ab") as file:
            file.write(data[start : start + 97])
        if start + 97 < len(data):
            await works.rounds(2, 3.0)
            assert taken(works) == [], start
    await works.through()
    assert works.ended() == {"tea.zip": ["delivered"]}
    assert set(works.snapshot("tea.zip").files) == set(FILES) - {"brief.json"}


async def test_a_folder_that_is_renamed_while_it_arrives_is_taken_under_its_last_name(works):
    works.drop("new folder/brief.json", FILES["brief.json"])
    await works.rounds(2, 3.0)
    (works.inbox / "new folder").rename(works.inbox / "tea")
    await works.rounds(2, 3.0)
    for name in NEEDED:
        works.drop(f"tea/{name}", FILES[name])
    await works.through()
    assert works.ended() == {"tea": ["delivered"]}
    assert works.left() == []


async def test_a_file_that_comes_after_its_bundle_was_taken_is_not_lost(works):
    for name in NEEDED:
        works.drop(f"tea/{name}", FILES[name])
    await works.through()
    assert works.ended() == {"tea": ["delivered"]}
    works.drop("tea/late.png", b"too late")
    await works.through(12, 8.0)
    assert works.ended()["tea"] == ["delivered", "rejected"]
    (job,) = works.ledger.records.jobs(JobQuery(states=(State.REJECTED,)))
    assert (works.rejected / f"tea.{job.id}" / "tea" / "late.png").read_bytes() == b"too late"
