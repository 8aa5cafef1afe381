"""What is removed is written down before it is gone; what is under way again is not removed."""

from briefmill.domain.job import State
from briefmill.ledger.offices import Offices
from briefmill.ports.upkeep import Removal
from ledger.ledgerkit import claimed, delivered, events, running


def removal(job: str = "", place: str = "outbox") -> Removal:
    return Removal(place=place, name="summer", size=10, why="older than 30 days", job=job)


def test_each_removal_is_a_row_about_its_job(ledger: Offices) -> None:
    job = delivered(ledger, tenant="acme")
    assert list(ledger.upkeep.removing([removal(job.id, "archive")])) == [removal(job.id, "archive")]
    row = list(ledger.trail.rows(job=job.id))[-1]
    assert (row.event, row.tenant) == ("retention.removed", "acme")
    assert dict(row.detail) == {"place": "archive", "name": "summer", "bytes": 10, "why": "older than 30 days"}
    assert ledger.records.job(job.id) == job
    assert ledger.trail.verify().bad_row == 0


def test_a_removal_that_belongs_to_no_job_is_a_row_of_the_house(ledger: Offices) -> None:
    assert ledger.upkeep.removing([removal(place="backups")])
    (row,) = ledger.trail.rows()
    assert (row.job, row.event) == ("", "retention.removed")


def test_many_are_rows_of_one_chain(ledger: Offices) -> None:
    jobs = [delivered(ledger, name, campaign=name) for name in "abc"]
    assert len(ledger.upkeep.removing([removal(job.id) for job in jobs])) == 3
    assert events(ledger).count("retention.removed") == 3
    assert ledger.trail.verify().bad_row == 0


def test_what_is_under_way_or_unknown_is_left_alone(ledger: Offices) -> None:
    job = ledger.journal.close(claimed(ledger).id, State.REJECTED, reason="no")
    ledger.records.retry(job.id)
    assert list(ledger.upkeep.removing([removal(job.id, "rejected"), removal("j_unknown")])) == []
    assert "retention.removed" not in events(ledger)


def test_a_set_that_goes_makes_no_duplicates_any_more(ledger: Offices) -> None:
    job = delivered(ledger, "a")
    assert running(ledger, "a").state is State.DUPLICATE
    ledger.upkeep.removing([removal(job.id)])
    again = running(ledger, "a")
    assert (again.state, again.revision) == (State.RUNNING, 2)
    row = next(row for row in ledger.trail.rows() if row.event == "retention.removed")
    assert row.detail["content"] == job.content


def test_nothing_to_remove_writes_nothing(ledger: Offices) -> None:
    assert list(ledger.upkeep.removing([])) == []
    assert list(ledger.trail.rows()) == []


def test_a_removal_that_failed_is_written_down_too(ledger: Offices) -> None:
    job = delivered(ledger)
    ledger.upkeep.failed(removal(job.id), "Permission denied")
    row = list(ledger.trail.rows(job=job.id))[-1]
    assert (row.event, row.detail["error"]) == ("retention.failed", "Permission denied")
