"""What a heartbeat is known by, and how it is cleared away."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from briefmill.domain.artefact import Snapshot
from briefmill.domain.job import HEARTBEAT, State
from briefmill.ledger.memory import MemoryLedger
from briefmill.ports import Admission
from briefmill.settings import Settings
from briefmill.storage.memory import MemoryStore
from briefmill.wiring import heartbeat, home, inward


class Clock:
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self):
        self.at += timedelta(seconds=1)
        return self.at

    def monotonic(self):
        return self.at.timestamp()


@pytest.fixture
def beats(tmp_path):
    return made(tmp_path)


def made(path, **environ):
    home.init(path, environ, dry_run=False)
    ledger = MemoryLedger(Clock())
    beats = heartbeat.Beats(settings=Settings.load(path, environ), records=ledger.records, store=MemoryStore())
    beats.ledger = ledger
    return beats


def inbox(beats):
    return sorted(path for path in beats.settings.folders.inbox.iterdir() if path.name != ".briefmill")


def begun(beats, tenant=HEARTBEAT):
    return beats.ledger.journal.begin(source="x", source_raw=b"x", tenant=tenant)


def test_what_is_sent_is_a_brief_that_is_understood(beats):
    beats.send()

    (path,) = inbox(beats)
    reading = inward.reader(beats.settings)(path.read_bytes(), path.name)
    assert reading.brief.creative_count == 1
    assert not reading.notices


def test_no_two_are_the_same_bytes_or_have_the_same_name(beats):
    beats.send()
    beats.send()

    one, other = inbox(beats)
    assert one.read_bytes() != other.read_bytes()


def test_only_the_one_that_was_just_written_is_known(beats):
    beats.send()
    (path,) = inbox(beats)

    assert beats.tenant(path.name.encode()) == HEARTBEAT
    assert beats.tenant(b"briefmill-heartbeat-" + b"0" * 32 + b".json") == "default"
    assert beats.tenant(b"summer.json") == "default"


def test_where_drops_are_marked_it_is_marked_before_it_is_there(tmp_path):
    beats = made(tmp_path, BRIEFMILL_INTAKE__DONE_MARKER="required")
    beats.send()

    name, marker = inbox(beats)
    assert marker.name == f"{name.name}.done"


def test_one_that_lies_in_the_inbox_or_is_open_in_the_ledger_is_under_way(beats):
    assert not beats.under_way()
    beats.send()
    assert beats.under_way()
    inbox(beats)[0].unlink()
    assert not beats.under_way()

    begun(beats, tenant="default")
    assert not beats.under_way()
    begun(beats)
    assert beats.under_way()


def test_one_that_was_held_is_cancelled_because_nobody_will_look_at_it(beats):
    job = begun(beats)
    beats.ledger.journal.close(job.id, State.HELD, reason="a budget")

    assert not beats.under_way()
    assert beats.records.job(job.id).state is State.CANCELLED


def test_what_a_kill_left_of_the_one_before_goes_with_the_next(beats):
    job = begun(beats)
    beats.ledger.journal.took(job.id)
    stored = {name: beats.store.put(name.encode(), "text/plain") for name in ("brief", "reading", "another's")}
    snapshot = Snapshot(name="x", brief=stored["brief"])
    beats.ledger.journal.admit(job.id, Admission(snapshot=snapshot, reading=stored["reading"], campaign="x"))
    beats.ledger.records.cancel(job.id, reason="killed")
    beats.archive.put(b"archived", "text/plain")

    beats.send()
    assert [name for name, ref in stored.items() if beats.store.has(ref)] == ["another's"]
    assert not beats.archive.root.exists()


def test_nothing_is_left_where_it_cannot_be_written(beats, monkeypatch):
    def full(*_):
        raise OSError("no room")

    monkeypatch.setattr(heartbeat.files, "rename_noreplace", full)
    with pytest.raises(OSError, match="no room"):
        beats.send()
    assert inbox(beats) == []


def test_what_another_run_left_goes_and_a_brief_that_borrows_the_name_stays(beats):
    beats.send()
    (ours,) = inbox(beats)
    theirs = ours.with_name("briefmill-heartbeat-" + "0" * 32 + ".json")
    theirs.write_text('{"campaign": "mine"}')

    beats.sweep()
    assert inbox(beats) == [theirs]


def test_nothing_is_swept_from_an_inbox_that_cannot_be_trusted(beats):
    beats.send()
    (beats.settings.folders.inbox / ".briefmill" / "marker").unlink()

    beats.sweep()
    assert len(inbox(beats)) == 1


def test_a_heartbeat_is_drawn_and_never_bought():
    bought, drawn = object(), SimpleNamespace(call=None)
    maker_for = heartbeat.maker_for(lambda *_: bought, drawn)

    assert maker_for(SimpleNamespace(rehearsal=False), False) is bought
    assert maker_for(SimpleNamespace(rehearsal=True), False).name == "procedural"
