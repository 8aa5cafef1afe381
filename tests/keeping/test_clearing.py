"""A home cleared by its own rules: what goes, what stays, and what is written down."""

import os

import pytest

from briefmill.domain.facts import Cleared, Failed
from briefmill.domain.job import State
from briefmill.keeping import removal
from briefmill.keeping.manifest import Root
from briefmill.wiring import caretaking, clearing, keeping
from keeping.keepkit import files_below, silent

DAY = 86400.0


class Heard(list):
    def hear(self, fact):
        self.append(fact)


@pytest.fixture
def cleared(household):
    """Clear the home a number of days from now, with some rules."""
    heard = Heard()

    def run(days=0.0, *, go_on=lambda: True, dry_run=False, **rules):
        household.environ = {f"BRIEFMILL_RETENTION__{key.upper()}": str(value) for key, value in rules.items()}
        ledger = household.ledger()
        try:
            one = clearing.Clearing(settings=household.settings, ledger=ledger, listener=heard, go_on=go_on)
            household.clock.push(days * DAY)
            now = household.clock.now()
            gone = one.planned(now) if dry_run else one.run(now)
            rows = [(row.job, dict(row.detail)) for row in ledger.trail.rows() if row.event == "retention.removed"]
            assert ledger.trail.verify().bad_row == 0
            return [(each.place, each.due.unit.name) for each in gone], rows
        finally:
            ledger.close()

    run.heard = heard
    return run


@pytest.fixture
def jobs(household):
    """An old delivered set, an old refusal, an old open job; a month later a new set."""
    ledger = household.ledger()
    found = {
        "old": household.delivered(ledger, "old"),
        "bad": household.rejected(ledger),
        "open": household.running(ledger, "open"),
    }
    household.clock.push(40 * DAY)
    # What waits is taken in its order, so the open job is moved on first.
    household.generated(ledger)
    ledger.close()
    household.age(40)
    return found


def entries(household, where):
    return sorted(path.name for path in (household.path / where).iterdir() if not path.name.startswith("."))


def test_by_default_nothing_that_the_user_owns_goes(household, jobs, cleared):
    before = {place: files_below(household.path / place) for place in ("outbox", "rejected", "archive", "inbox")}
    gone, _ = cleared(days=1000)
    assert {place for place, _ in gone} <= {"work"}
    assert before == {place: files_below(household.path / place) for place in before}


def test_an_old_set_goes_and_its_removal_is_written_down_before(household, jobs, cleared):
    (household.path / "outbox" / "by hand").mkdir()
    (household.path / "outbox" / "link").symlink_to(household.path / "archive")
    gone, rows = cleared(outbox_days=30, work_days=0)
    assert gone == [("outbox", "old")]
    assert entries(household, "outbox") == ["by hand", "link"]
    ((job, told),) = rows
    assert job == jobs["old"].id
    assert (told["place"], told["name"], told["why"]) == ("outbox", "old", "older than 30 days")
    assert [fact for fact in cleared.heard if isinstance(fact, Cleared)] == [
        Cleared(place="outbox", count=1, size=told["bytes"])
    ]


def test_the_same_brief_again_is_no_duplicate_of_what_is_gone(household, jobs, cleared):
    cleared(outbox_days=30, work_days=0)
    ledger = household.ledger()
    again = household.running(ledger, "old")
    assert (again.state, again.folder) == (State.RUNNING, "old.r2")
    ledger.close()


def test_a_dry_run_only_tells(household, jobs, cleared):
    before = files_below(household.path)
    gone, rows = cleared(outbox_days=30, rejected_days=30, archive_days=30, dry_run=True)
    assert {place for place, _ in gone} == {"outbox", "rejected", "archive", "work"}
    assert rows == []
    after = files_below(household.path)
    assert {name for name in before if before[name] != after.get(name)} <= {"state/briefmill.db-shm"}


def test_a_refusal_goes_with_what_it_could_have_been_tried_again_from(household, jobs, cleared):
    gone, _ = cleared(rejected_days=30, work_days=0)
    assert gone == [("rejected", f"bad.json.{jobs['bad'].id}")]
    assert entries(household, "rejected") == []


def test_a_refusal_that_a_person_sends_back_stays(household, jobs, cleared):
    ledger = household.ledger()
    ledger.records.retry(jobs["bad"].id)
    ledger.close()
    assert cleared(rejected_days=30, work_days=0) == ([], [])


def test_an_open_job_keeps_everything_it_goes_on_from(household, jobs, cleared):
    cleared(days=100, work_days=1, archive_days=1, outbox_days=1, rejected_days=1)
    ledger = household.ledger()
    admission = ledger.records.admission(jobs["open"].id)
    assert household.store.get(admission.snapshot.brief) == b"open"
    assert household.store.get(admission.snapshot.files["logo"]) == b"logo"
    (run,) = ledger.records.history(jobs["open"].id)
    picture = run.output["pictures"][0]["sha256"]
    assert (household.store.root / picture[:2] / picture).is_file()
    ledger.close()
    assert [path for path in household.store.root.rglob("*") if path.is_file()] != []
    assert entries(household, "inbox") == []


def test_while_no_working_copy_is_old_no_job_is_read(household, monkeypatch):
    ledger = household.ledger()
    try:
        household.delivered(ledger, "young")
        monkeypatch.setattr(type(ledger.records), "history", lambda *_: pytest.fail("a job was read"))
        household.environ = {"BRIEFMILL_RETENTION__WORK_DAYS": "30", "BRIEFMILL_RETENTION__WORK_MAX_BYTES": "10000000"}
        one = clearing.Clearing(settings=household.settings, ledger=ledger)
        household.clock.push(20 * DAY)
        assert one.run(household.clock.now()) == []
    finally:
        ledger.close()


def test_working_copies_of_closed_jobs_go_in_one_row(household, jobs, cleared):
    gone, rows = cleared(work_days=30)
    names = {name for place, name in gone}
    assert household.put("creative of old").sha256 in names
    ((job, told),) = rows
    assert job == ""
    assert (told["place"], told["name"]) == ("work", f"{len(gone)} artefacts")


def test_what_a_younger_job_names_is_as_young(household, cleared):
    ledger = household.ledger()
    household.delivered(ledger, "first")
    household.clock.push(35 * DAY)
    household.age(35)
    household.delivered(ledger, "second")
    ledger.close()
    # The logo of both was written again by nobody since: the second job's use of it is what counts.
    household.age(35)
    gone, _ = cleared(work_days=30)
    assert household.put("logo").sha256 not in {name for _, name in gone}
    assert household.put("creative of first").sha256 in {name for _, name in gone}


def test_the_archive_keeps_what_a_younger_job_shares(household, cleared):
    ledger = household.ledger()
    first = household.delivered(ledger, "first")
    household.clock.push(40 * DAY)
    household.delivered(ledger, "second")
    ledger.close()
    gone, _ = cleared(archive_days=30, work_days=0)
    assert gone == [("archive", first.id)]
    kept = {path.read_bytes() for path in household.archive.root.rglob("*") if path.is_file()}
    assert {b"logo", b"receipt of second", b"picture of second"} <= kept
    assert not {b"receipt of first", b"picture of first"} & kept


def test_what_others_have_in_the_archive_stays(household, jobs, cleared):
    others = household.archive.put(b"another home's", "text/plain")
    household.age(400)
    cleared(archive_days=30, work_days=0)
    assert household.archive.get(others) == b"another home's"


def test_too_many_bytes_go_from_the_oldest_on(household, cleared):
    ledger = household.ledger()
    for name in ("first", "second", "third"):
        household.delivered(ledger, name)
        household.clock.push(2 * 3600)
    ledger.close()
    size = removal.measured(household.path / "outbox" / "second")
    gone, _ = cleared(outbox_max_bytes=2 * size + 1, work_days=0)
    assert gone == [("outbox", "first")]


def test_the_newest_backup_stays_whatever_its_age(household, jobs, cleared):
    settings = household.settings
    for _ in range(2):
        keeping.make(settings, None, without=frozenset({Root.OUTBOX}), with_keys=False, tell=silent)
    for path in (household.path / "backups").iterdir():
        path.rename(path.with_name(path.name.replace("2026", "2020")))
    gone, _ = cleared(backups_days=1, work_days=0)
    assert [place for place, _ in gone] == ["backups"]
    assert len(entries(household, "backups")) == 1


def test_nothing_is_removed_while_a_backup_is_made(household, jobs, cleared):
    with caretaking.undisturbed(household.path / "state", wait=True):
        assert cleared(outbox_days=30) == ([], [])
    assert entries(household, "outbox") == ["old"]


def test_a_place_whose_drive_is_gone_is_passed_over(household, jobs, cleared, monkeypatch):
    from briefmill.storage.standing import Standing

    monkeypatch.setattr(Standing, "missing", lambda self: {"outbox": "not mounted"})
    assert cleared(outbox_days=30, work_days=0) == ([], [])
    assert entries(household, "outbox") == ["old"]


def test_what_cannot_be_removed_is_told_and_written_down(household, jobs, cleared, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", "outbox")

    monkeypatch.setattr(removal, "remove_folder", refuse)
    gone, _ = cleared(outbox_days=30, work_days=0)
    assert gone == []
    assert [fact.where for fact in cleared.heard if isinstance(fact, Failed)] == ["retention.outbox"]
    ledger = household.ledger()
    (failed,) = [row for row in ledger.trail.rows() if row.event == "retention.failed"]
    assert "Permission denied" in failed.detail["error"]
    ledger.close()


def test_a_stop_ends_it_after_the_removal_in_hand(household, cleared):
    ledger = household.ledger()
    for name in ("first", "second"):
        household.delivered(ledger, name)
    ledger.close()
    answers = iter([True, True, False])
    gone, rows = cleared(days=40, outbox_days=30, work_days=0, go_on=lambda: next(answers, False))
    assert len(gone) == len(rows) == 1


def test_an_artefact_that_is_put_again_is_of_use_again(household):
    address = household.put("logo").sha256
    place = household.store.root / address[:2] / address
    os.utime(place, (1000, 1000))
    household.put("logo")
    assert place.stat().st_mtime > 1_000_000
