"""The ledger in a file: several programs at once, and readers beside a busy writer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from briefmill.domain.job import Stage, State
from briefmill.errors import Temporary
from briefmill.ledger import dialects
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Claim
from ledger.ledgerkit import PushedClock, claimed, delivered, running, sqlite


def test_two_programs_on_one_file_share_one_chain_and_never_one_job(tmp_path: Path) -> None:
    path, clock = tmp_path / "briefmill.db", PushedClock()
    with sqlite(path, clock) as daemon, sqlite(path, clock) as other:
        for number in range(40):
            running(daemon, str(number), campaign=str(number))

        def work(ledger: SqlLedger) -> list[str]:
            got = []
            while isinstance(claim := ledger.claims.claim(Stage.GENERATE, "same name", 60), Claim):
                got.append(claim.job.id)
            return got

        with ThreadPoolExecutor(2) as pool:
            mine, theirs = pool.map(work, [daemon, other])
        assert len(mine) + len(theirs) == len({*mine, *theirs}) == 40
        assert daemon.trail.verify().bad_row == 0
        assert daemon.trail.head() == other.trail.head()


def test_what_one_program_cancels_the_other_sees(tmp_path: Path) -> None:
    path, clock = tmp_path / "briefmill.db", PushedClock()
    with sqlite(path, clock) as daemon, sqlite(path, clock) as command:
        job = running(daemon)
        claim = daemon.claims.claim(Stage.GENERATE, "anna", 60)
        assert isinstance(claim, Claim)
        command.records.cancel(job.id, reason="wrong client")
        assert not daemon.claims.renew(claim, 60)


def test_readers_do_not_wait_for_a_writer_and_see_only_what_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "briefmill.db"
    with sqlite(path, PushedClock()) as ledger:
        job = claimed(ledger)
        engines = dialects.connect(path)
        with engines.writer.begin() as connection:
            connection.exec_driver_sql("UPDATE jobs SET state = 'held'")
            with sqlite(path, PushedClock()) as reader:
                assert reader.records.job(job.id).state is State.CLAIMED
        engines.close()
        assert ledger.records.job(job.id).state is State.HELD


def test_everything_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    path, clock = tmp_path / "briefmill.db", PushedClock()
    with sqlite(path, clock) as ledger:
        job, head = delivered(ledger), ledger.trail.head()
        history = ledger.records.history(job.id)
    assert [file.name for file in tmp_path.iterdir()] == ["briefmill.db"]
    with sqlite(path, clock) as ledger:
        assert ledger.records.job(job.id) == job
        assert ledger.records.history(job.id) == history
        assert ledger.trail.verify(head=head).head == head


def test_a_closed_ledger_takes_nothing(tmp_path: Path) -> None:
    ledger = SqlLedger(tmp_path / "briefmill.db", PushedClock())
    ledger.close()
    ledger.close()
    with pytest.raises(Temporary, match="closed"):
        claimed(ledger)


def test_ids_sort_by_the_time_they_were_given(tmp_path: Path) -> None:
    clock = PushedClock()
    with sqlite(tmp_path / "briefmill.db", clock) as ledger:
        ids = []
        for _ in range(5):
            ids.append(claimed(ledger).id)
            clock.push(0.01)
    assert ids == sorted(set(ids))


def test_a_claim_walks_an_index_however_many_jobs_there_are(tmp_path: Path) -> None:
    path = tmp_path / "briefmill.db"
    with sqlite(path, PushedClock()):
        engines = dialects.connect(path)
        with engines.reader.connect() as connection:
            plan = connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT * FROM jobs WHERE stage = 'generate' AND state = 'running' "
                "AND not_before <= 5 AND lease_until <= 5 ORDER BY priority, created_at, id LIMIT 1"
            ).all()
        engines.close()
    assert ["jobs_waiting" in step[-1] and "TEMP B-TREE" not in step[-1] for step in plan] == [True]
