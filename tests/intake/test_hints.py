"""The bell: real events on a real folder, and everything that can make it deaf."""

import asyncio
import ctypes
import errno
import logging
import shutil
from pathlib import Path

import pytest

from briefmill.domain.facts import InboxAvailable, Overflowed, Scanned, WatcherRepaired
from briefmill.errors import Paused
from briefmill.intake import hints, mounts
from briefmill.intake.hearing import Hearing
from briefmill.intake.hints import Hints
from briefmill.intake.mounts import Watching
from briefmill.intake.settle import Policy
from intake.intakekit import RUNNING, Heard, House, until

NATIVE = Watching(mode="native", reason="test")


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
async def bell(tmp_path):
    rings = []
    watched = Hints(tmp_path, NATIVE, lambda trigger, name: rings.append((trigger, name)))
    if watched.start():
        pytest.skip("no inotify here")
    watched.rings = rings
    yield watched
    watched.stop()


async def test_a_new_a_moved_and_a_written_file_ring_with_their_name(bell, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_text("x")
    outside.rename(tmp_path / "moved.yaml")
    (tmp_path / "new.yaml").write_text("x")
    (tmp_path / "part").write_text("x")
    (tmp_path / "part").rename(tmp_path / "renamed.yaml")
    await until(lambda: {b"moved.yaml", b"new.yaml", b"renamed.yaml"} <= {name for _, name in bell.rings})


async def test_reading_and_our_own_folder_do_not_ring(bell, tmp_path):
    (tmp_path / "a.yaml").write_text("x")
    await until(lambda: (b"a.yaml") in {name for _, name in bell.rings})
    (tmp_path / ".briefmill").mkdir()
    (tmp_path / "a.yaml").read_text()
    bell.rings.clear()
    (tmp_path / "last.yaml").write_text("x")
    await until(lambda: b"last.yaml" in {name for _, name in bell.rings})
    assert {name for _, name in bell.rings} == {b"last.yaml"}


async def test_a_name_of_any_bytes_rings(bell, tmp_path):
    (tmp_path / "caf\udce9.yaml").write_text("x")
    await until(lambda: b"caf\xe9.yaml" in {name for _, name in bell.rings})


async def test_an_overflow_noted_in_the_log_of_watchdog_rings(bell):
    logging.getLogger(hints.OVERFLOW_LOGGER).warning("Inotify queue overflowed; filesystem events were lost")
    await until(lambda: ("overflow", b"") in bell.rings)


async def test_a_stopped_watcher_listens_to_no_log(bell):
    bell.stop()
    logging.getLogger(hints.OVERFLOW_LOGGER).warning("Inotify queue overflowed; filesystem events were lost")
    await asyncio.sleep(0)
    assert bell.rings == []


async def test_the_log_that_tells_of_overflows_is_really_the_one_of_watchdog():
    from watchdog.observers import inotify_c

    assert inotify_c.logger.name == hints.OVERFLOW_LOGGER


async def test_a_replaced_folder_is_noticed_and_watched_anew(bell, tmp_path):
    assert bell.repair() == ""
    tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-away"))
    tmp_path.mkdir()
    assert "replaced" in bell.repair()
    assert bell.repair() == ""
    (tmp_path / "new.yaml").write_text("x")
    await until(lambda: b"new.yaml" in {name for _, name in bell.rings})


async def test_a_deleted_folder_kills_the_watcher_which_is_noticed_once_the_folder_is_back(bell, tmp_path):
    shutil.rmtree(tmp_path)
    await until(lambda: bell.fault() != "")
    tmp_path.mkdir()
    # It may get the same inode number: then the thread's death is what tells, an instant later.
    await until(lambda: bell.repair() != "")
    (tmp_path / "new.yaml").write_text("x")
    await until(lambda: b"new.yaml" in {name for _, name in bell.rings})


async def test_a_polling_watcher_rings_too(tmp_path):
    rings = []
    watched = Hints(tmp_path, Watching(mode="polling", reason="test"), lambda *ring: rings.append(ring), poll_s=0.02)
    assert watched.start() == ""
    try:
        await asyncio.to_thread((tmp_path / "a.yaml").write_text, "x")
        await until(lambda: ("event", b"a.yaml") in rings)
    finally:
        watched.stop()


async def test_without_a_folder_the_scan_stands_alone_and_that_is_said(tmp_path):
    heard = Heard()
    hearing = Hearing(tmp_path / "nothing", NATIVE, heard, guarded=False)
    await hearing.start()
    await hearing.stop()
    assert "scans alone" in heard.of(WatcherRepaired)[0].reason


async def test_a_kernel_without_watches_left_costs_no_descriptor_however_often_it_is_tried(bell, monkeypatch):
    from watchdog.observers import inotify_c

    def none_left(*_):
        ctypes.set_errno(errno.ENOSPC)
        return -1

    bell.stop()
    with monkeypatch.context() as patched:
        patched.setattr(inotify_c, "inotify_add_watch", none_left)
        before = descriptors()
        for _ in range(5):
            assert "cannot be watched" in bell.start()
            assert bell.repair() == ""
        assert descriptors() == before
    assert "nothing was watched" in bell.repair()
    assert bell.fault() == ""


async def test_what_no_event_told_of_is_counted_a_scan_later(tmp_path):
    hearing = Hearing(tmp_path, NATIVE, Heard(), guarded=False)
    await hearing.start()
    try:
        hearing.ring("event", b"heard.yaml")
        assert hearing.unannounced({b"heard.yaml", b"unheard.yaml", b"late.yaml"}, "interval") == 0
        hearing.ring("event", b"late.yaml")
        assert hearing.unannounced(set(), "interval") == 1
        assert hearing.unannounced({b"at-start.yaml"}, "start") == 0
        assert hearing.unannounced(set(), "interval") == 0
    finally:
        await hearing.stop()


async def test_an_overflow_asks_for_a_scan_of_its_own(tmp_path):
    heard = Heard()
    hearing = Hearing(tmp_path, NATIVE, heard, guarded=False)
    assert hearing.answer() == "interval"
    hearing.ring("event", b"a")
    assert hearing.answer() == "event"
    hearing.ring("overflow", b"")
    assert hearing.answer() == "overflow"
    assert len(heard.of(Overflowed)) == 1


class Running:
    """An intake that runs by itself on real time, with short waits."""

    def __init__(self, tmp_path, **manners):
        self.house = House(tmp_path, policy=Policy(quiet_s=0.0, grace_s=60.0), **manners)
        self.stop = asyncio.Event()

    async def __aenter__(self):
        self.house.clock.monotonic = asyncio.get_running_loop().time
        self.house.restart()
        self.task = asyncio.create_task(self.house.intake.run(self.stop))
        await until(lambda: self.house.heard.of(Scanned))
        return self.house

    async def __aexit__(self, *_):
        self.stop.set()
        await asyncio.wait_for(self.task, 5)


async def test_every_file_is_taken_when_no_event_ever_comes(tmp_path):
    async with Running(tmp_path, watcher="off", interval_s=0.05) as house:
        for number in range(10):
            house.drop(f"{number}.yaml", f"campaign-{number} end")
        await until(lambda: len(house.states()) == 10 and set(house.states().values()) == {RUNNING})
    assert {fact.trigger for fact in house.heard.of(Scanned)} == {"start", "interval"}


async def test_an_event_wakes_the_scan_long_before_its_time(tmp_path):
    async with Running(tmp_path, watcher="native", interval_s=3600.0) as house:
        house.drop("a.yaml")
        await until(lambda: house.states() == {"a.yaml": RUNNING})
    assert "event" in {fact.trigger for fact in house.heard.of(Scanned)}
    assert sum(fact.unannounced for fact in house.heard.of(Scanned)) == 0


async def test_a_replaced_inbox_is_told_repaired_and_goes_on(tmp_path):
    async with Running(tmp_path, watcher="native", interval_s=0.1) as house:
        house.inbox.rename(tmp_path / "away")
        house.inbox.mkdir()
        await until(lambda: house.heard.of(InboxAvailable))
        mounts.mark(house.inbox)
        await until(lambda: house.heard.of(WatcherRepaired))
        house.drop("a.yaml")
        await until(lambda: house.states() == {"a.yaml": RUNNING})
    assert "replaced" in house.heard.of(WatcherRepaired)[0].reason
    assert "repair" in {fact.trigger for fact in house.heard.of(Scanned)}


@pytest.mark.parametrize(
    ("number", "resource"), [(errno.ENOSPC, "disk"), (errno.EROFS, "disk"), (errno.EMFILE, "machine")]
)
async def test_a_note_that_cannot_be_kept_now_is_a_pause_and_not_an_inbox_that_is_gone(tmp_path, number, resource):
    def unwritable():
        raise OSError(number, "no")

    heard = Heard()
    hearing = Hearing(tmp_path, NATIVE, heard, guarded=True, expected=unwritable)
    with pytest.raises(Paused) as told:
        await hearing.present()
    assert told.value.resource == resource
    assert hearing.available
    assert not heard.facts


async def test_a_note_that_may_not_be_read_makes_the_inbox_unavailable_and_says_so(tmp_path):
    def forbidden():
        raise PermissionError(errno.EACCES, "Permission denied")

    heard = Heard()
    hearing = Hearing(tmp_path, NATIVE, heard, guarded=True, expected=forbidden)
    assert not await hearing.present()
    (fact,) = heard.facts
    assert fact.reason == "the note of the inbox's identity cannot be read: Permission denied"
