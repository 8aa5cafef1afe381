"""Writers that take their time: a byte every few seconds, a pause in mid-sentence, line by line with the file closed.

With the real readers of JSON, YAML and zip. However a file grows, and however often it stands still, it is taken once
it is whole, or refused after the grace time, and never taken half.
"""

import io
import json
import os
import zipfile

import pytest

from briefmill.domain.facts import Failed
from briefmill.intake import lease
from briefmill.intake.lease import Writer
from faults.works import Works, literate

WHOLE = {
    "brief.json": json.dumps({"campaign": "Slow Tea", "message": "Pour, wait", "products": ["Pot", "Cup"]}).encode(),
    "indented.json": json.dumps({"campaign": "Slow Tea", "message": "Wait", "products": ["Pot"]}, indent=2).encode(),
    "brief.yaml": b"campaign: Slow Tea\nmessage: Pour, wait\nproducts:\n- name: Pot\n- name: Cup\n",
    "flow.yml": b"{campaign: Slow Tea, message: 'Pour, wait', products: [Pot, Cup]}\n",
}
BOUNDED = tuple(name for name in WHOLE if name != "brief.yaml")


def packed(data):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as into:
        into.writestr("brief.json", data)
        into.writestr("pot.png", bytes(range(256)) * 8)
    return archive.getvalue()


@pytest.fixture
def works(quick_path):
    return literate(Works(quick_path))


def settled(works):
    return [job for job in works.jobs().values() if str(job.state) != "settling"]


@pytest.mark.parametrize("name", [*WHOLE, "bundle.zip"])
async def test_a_byte_every_few_seconds_is_waited_for_to_the_last_one(works, name):
    data = WHOLE.get(name) or packed(WHOLE["brief.json"])
    with (works.inbox / name).open("wb", buffering=0) as file:
        for at in range(len(data)):
            file.write(data[at : at + 1])
            # A look every second second, never two equal ones a quiet time apart.
            await works.rounds(1, 1.9)
            assert settled(works) == []
    await works.through()
    assert works.ended() == {name: ["delivered"]}
    assert works.heard.of(Failed) == []


@pytest.mark.parametrize("name", BOUNDED)
async def test_a_pause_in_mid_sentence_longer_than_the_quiet_time_is_not_the_end(works, name):
    data = WHOLE[name].rstrip()
    for at in range(1, len(data), 7):
        path = works.inbox / f"{at}-{name}"
        path.write_bytes(data[:at])
    await works.rounds(8, 5.0)
    assert settled(works) == [], "40 s of silence, with every file closed"
    for path in sorted(works.inbox.glob("*-*")):
        at = int(path.name.partition("-")[0])
        with path.open("ab") as file:
            file.write(data[at:])
    await works.through(8, 5.0)
    states = [state for states in works.ended().values() for state in states]
    assert states.count("delivered") == 1
    assert set(states) == {"delivered", "duplicate"}, works.ended()


@pytest.mark.parametrize("name", BOUNDED)
async def test_what_never_becomes_whole_is_refused_after_the_grace_time_with_its_bytes(works, name):
    data = WHOLE[name][: len(WHOLE[name]) // 2]
    works.drop(name, data)
    await works.rounds(19, 3.0)
    assert settled(works) == []
    await works.through(4)
    (job,) = works.jobs().values()
    assert works.ended() == {name: ["rejected"]}
    assert (works.rejected / f"{name}.{job.id}" / name).read_bytes() == data


async def test_block_yaml_that_is_closed_between_its_lines_is_made_with_all_of_them(works):
    path = works.inbox / "brief.yaml"
    for line in (b"campaign: Slow Tea\n", b"message: Pour, wait\n", b"products:\n", b"- name: Pot\n"):
        with path.open("ab") as file:
            file.write(line)
        await works.rounds(2, 3.0)
        if b"Pot" not in line:
            assert settled(works) == []
    await works.through()
    assert works.ended() == {"brief.yaml": ["delivered"]}


async def test_a_writer_that_begins_anew_again_and_again_is_taken_when_it_stops(works):
    path = works.inbox / "brief.json"
    for number in range(6):
        path.write_bytes(WHOLE["brief.json"].replace(b"Slow Tea", b"Tea %d" % number))
        await works.rounds(1, 1.5)
        assert settled(works) == []
        path.write_bytes(b"")
        await works.rounds(1, 1.5)
    path.write_bytes(WHOLE["brief.json"])
    await works.through()
    assert works.ended() == {"brief.json": ["delivered"]}
    assert works.published(works.outbox) == ["slow-tea"]


async def test_a_file_that_is_replaced_by_a_rename_at_every_look_is_taken_once_it_rests(works):
    for number in range(6):
        fresh = works.inbox / f".upload-{number}"
        fresh.write_bytes(WHOLE["brief.json"].replace(b"Slow Tea", b"Tea %d" % number))
        fresh.rename(works.inbox / "brief.json")
        await works.rounds(1, 1.5)
        assert settled(works) == []
    await works.through()
    assert works.published(works.outbox) == ["tea-5"]


async def test_a_writer_on_this_machine_that_keeps_the_file_open_is_waited_for_for_hours(works):
    """Beyond any grace time, because the kernel knows of it."""
    path = works.inbox / "brief.json"
    with path.open("wb", buffering=0) as file:
        file.write(WHOLE["brief.json"])
        if lease.writer(bytes(path)) is not Writer.OPEN:
            pytest.skip("this file system does not tell who writes")
        await works.rounds(10, 600.0)
        assert settled(works) == []
    await works.through()
    assert works.ended() == {"brief.json": ["delivered"]}


async def test_a_file_that_shrinks_and_grows_to_the_same_size_is_not_quiet(works):
    path = works.drop("brief.json", WHOLE["brief.json"].replace(b"Slow", b"Fast"))
    await works.rounds(1, 1.5)
    status = path.stat()
    path.write_bytes(WHOLE["brief.json"])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    await works.rounds(1, 1.5)
    assert settled(works) == [], "the change time tells of it, whatever the other times are set to"
    await works.through()
    assert works.published(works.outbox) == ["slow-tea"]
