"""The watcher hears nothing at all: every event is lost, and nobody says so. (A share, an overlay, a dead library.)

Events only shorten the wait. Whatever way a file comes in by, the next scan finds it, and a watcher that should have
told of it is counted as deaf.
"""

import asyncio
import os

import pytest

from briefmill.domain.facts import Scanned
from briefmill.intake import hints
from briefmill.intake.settle import Policy
from intake.intakekit import RUNNING, House, until


def written(inbox, outside):
    (inbox / "a.yaml").write_text("summer end")


def moved_in(inbox, outside):
    (outside / "a.yaml").write_text("summer end")
    (outside / "a.yaml").rename(inbox / "a.yaml")


def linked_in(inbox, outside):
    """What OpenSSH's sftp-server does for a rename."""
    (inbox / ".a.upload").write_text("summer end")
    os.link(inbox / ".a.upload", inbox / "a.yaml")
    (inbox / ".a.upload").unlink()


def renamed_from_a_temporary_name(inbox, outside):
    (inbox / "a.yaml.part").write_text("summer end")
    (inbox / "a.yaml.part").rename(inbox / "a.yaml")


def moved_over_another(inbox, outside):
    (inbox / "a.yaml").write_text("autumn")
    moved_in(inbox, outside)


def grown(inbox, outside):
    (inbox / "a.yaml").write_text("summer ")
    with (inbox / "a.yaml").open("a") as file:
        file.write("end")


def bundled(inbox, outside):
    (inbox / "a.yaml").mkdir()
    (inbox / "a.yaml" / "brief.yaml").write_text("summer end")


def made_readable(inbox, outside):
    (inbox / "a.yaml").write_text("summer end")
    (inbox / "a.yaml").chmod(0o000)
    (inbox / "a.yaml").chmod(0o644)


WAYS = (written, moved_in, linked_in, renamed_from_a_temporary_name, moved_over_another, grown, bundled, made_readable)


@pytest.fixture(params=["deaf", "off"])
def watcher(request, monkeypatch):
    """A watcher that is there and never tells, or none."""
    if request.param == "off":
        return "off"
    monkeypatch.setattr(hints.Hints, "_on_event", lambda self, event: None)
    return "native"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_file_that_no_event_tells_of_is_taken_within_two_scans_of_being_quiet(tmp_path, way, watcher):
    outside = tmp_path / "outside"
    outside.mkdir()
    house = House(tmp_path, watcher=watcher, interval_s=0.02, policy=Policy(quiet_s=0.0))
    stop = asyncio.Event()
    task = asyncio.create_task(house.intake.run(stop))
    await until(lambda: house.heard.of(Scanned))
    before = len(house.heard.of(Scanned))
    way(house.inbox, outside)
    # Time stands still but for this: each scan is a moment after the one before.
    house.clock.push(1)
    async with asyncio.timeout(10):
        while house.states() != {"a.yaml": RUNNING}:
            seen = len(house.heard.of(Scanned))
            await until(lambda seen=seen: len(house.heard.of(Scanned)) > seen)
            house.clock.push(1)
    scans = house.heard.of(Scanned)[before:]
    assert len(scans) <= 6
    stop.set()
    await task
    assert {fact.trigger for fact in house.heard.of(Scanned)} == {"start", "interval"}
    if watcher == "native":
        assert sum(fact.unannounced for fact in house.heard.of(Scanned)) >= 1, "a deaf watcher is counted"
