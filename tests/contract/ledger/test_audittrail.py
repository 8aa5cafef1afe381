"""What the audit chain promises."""

import hashlib
import json

from briefmill.domain.job import Stage
from briefmill.ledger.offices import Offices
from ledger.ledgerkit import (
    claimed,
    delivered,
    done,
    running,
    taken,
)


def test_rows_are_found_by_job_number_and_from_the_end(ledger: Offices) -> None:
    first, second = running(ledger, "a"), running(ledger, "b")

    def numbers(**wish: object) -> list[int]:
        return [row.number for row in ledger.trail.rows(**wish)]

    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert numbers(job=second.id) == [4, 5, 6]
    assert numbers(after=4) == [5, 6]
    assert numbers(after=1, limit=2) == [2, 3]
    assert numbers(limit=2, newest=True) == [5, 6]
    assert numbers(limit=2, newest=True, job=first.id) == [2, 3]
    assert numbers(after=5, limit=3, newest=True) == [6]
    assert numbers(newest=True) == [1, 2, 3, 4, 5, 6]


def test_an_empty_chain_holds(ledger: Offices) -> None:
    report = ledger.trail.verify()
    assert (report.rows, report.bad_row, report.head) == (0, 0, "0" * 64)
    assert report.head == ledger.trail.head()


def test_a_head_noted_earlier_is_still_in_the_chain(ledger: Offices) -> None:
    running(ledger, "a")
    noted = ledger.trail.head()
    running(ledger, "b")
    assert ledger.trail.verify(head=noted).bad_row == 0
    report = ledger.trail.verify(head="f" * 64)
    assert (report.bad_row, "cut off" in report.reason) == (7, True)


def test_an_export_can_be_checked_with_nothing_of_ours(ledger: Offices) -> None:
    delivered(ledger)
    previous = "0" * 64
    for line in ledger.trail.export():
        row = json.loads(line)
        seal = row.pop("hash")
        assert row["previous"] == previous
        plain = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(plain.encode()).hexdigest() == seal
        previous = seal
    assert previous == ledger.trail.head()
    assert len(list(ledger.trail.export(after=10))) == 2


def test_a_long_chain_is_read_to_its_end(ledger: Offices) -> None:
    for number in range(340):
        claimed(ledger, str(number))
        ledger.journal.begin(source="x", source_raw=b"x")
    assert ledger.trail.verify().rows == 1020
    assert len(list(ledger.trail.rows(limit=700))) == 700
    assert len(list(ledger.trail.rows(limit=500))) == 500


def test_finished_rows_seal_what_was_recorded(ledger: Offices) -> None:
    job = running(ledger)
    claim = taken(ledger, Stage.GENERATE)
    ledger.claims.finish(claim, done(claim, pictures=[1]))
    *_, row = ledger.trail.rows(job=job.id)
    [run] = ledger.records.history(job.id)
    plain = json.dumps(run.output, sort_keys=True, separators=(",", ":"))
    assert row.detail["output_sha256"] == hashlib.sha256(plain.encode()).hexdigest()
