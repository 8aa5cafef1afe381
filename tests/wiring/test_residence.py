"""What the watchdog, /readyz and the status line say of a house, and of one that still leaves."""

from types import SimpleNamespace

import pytest

from briefmill.errors import Paused
from briefmill.settings import Settings
from briefmill.wiring.house import GRACE_S, House, Residence


class Engine:
    def __init__(self, busy=0, late=()):
        self.busy, self.late, self.asked = busy, list(late), []

    def overdue(self, grace_s):
        self.asked.append(grace_s)
        return self.late


class Records:
    def __init__(self):
        self.error = None

    def counts(self):
        if self.error:
            raise self.error
        return {}


@pytest.fixture
def home(tmp_path):
    """Makes houses over one set of commons, all of it in hand."""
    records, gone = Records(), []
    clock = SimpleNamespace(seconds=0.0, monotonic=lambda: clock.seconds)
    commons = SimpleNamespace(
        clock=clock,
        ledger=SimpleNamespace(records=records, trouble=""),
        pauses=SimpleNamespace(missing={}, left=gone, leave=gone.append),
    )

    def house(**parts):
        closed = []
        made = House(
            settings=Settings.load(tmp_path, {}),
            commons=commons,
            intake=SimpleNamespace(last_tick=0.0, waiting=2, available=True),
            engine=parts.get("engine", Engine()),
            workers=SimpleNamespace(overdue=lambda _: parts.get("calls", 0), close=lambda: closed.append("workers")),
            retiring=SimpleNamespace(remark=lambda: ""),
            offload=SimpleNamespace(close=lambda: closed.append("offload")),
            ears=("intake.1", "engine.1"),
        )
        return made, closed

    return SimpleNamespace(house=house, commons=commons, records=records, clock=clock)


def test_a_house_that_moves_has_no_faults(home):
    house, _ = home.house()
    assert Residence(house).faults() == {}
    assert Residence(house).status() == "0 working, 2 in the inbox"


def test_a_scan_that_does_not_come_back_is_a_fault(home):
    house, _ = home.house()
    home.clock.seconds = 61.0
    assert Residence(house).faults() == {"scan": "no scan of the inbox for 61 s"}


def test_a_stage_over_its_deadline_is_a_fault_in_either_house(home):
    now, _ = home.house(engine=Engine(late=["generate has gone on for 970 s"]))
    before, _ = home.house(calls=2)
    residence = Residence(now)
    assert residence.faults() == {"stages": "generate has gone on for 970 s"}
    assert now.engine.asked == [GRACE_S]
    calm, _ = home.house()
    residence = Residence(calm)
    residence.leaving.append(before)
    assert residence.faults() == {"stages": "2 calls of worker processes cannot be stopped"}
    assert not residence.readiness()["stages"].ok


def test_while_something_is_missing_a_result_that_waits_is_no_hung_stage(home):
    house, _ = home.house(engine=Engine(late=["archive has gone on for 5000 s"]))
    home.commons.pauses.missing = {"ledger": "the disk is full"}
    assert "stages" not in Residence(house).faults()


def test_a_ledger_that_answers_wrongly_is_a_fault_and_one_that_cannot_now_is_none(home):
    house, _ = home.house()
    home.records.error = Paused("locked", resource="ledger")
    assert Residence(house).faults() == {}
    home.records.error = RuntimeError("no such table")
    assert Residence(house).faults() == {"ledger": "the ledger does not answer: no such table"}


def test_what_a_leaving_house_has_in_hand_counts_as_work(home):
    residence = Residence(home.house(engine=Engine(busy=1))[0])
    residence.leaving.append(home.house(engine=Engine(busy=3))[0])
    assert residence.busy == 4
    assert residence.status().startswith("4 working")


def test_a_refused_configuration_is_told_and_no_reason_to_be_unready(home):
    residence = Residence(home.house()[0])
    residence.refused = "briefmill.toml:4: intake.quiet_s"
    assert "refused: briefmill.toml:4" in residence.status()
    checks = residence.readiness()
    assert "briefmill.toml:4" in checks["configuration"].detail
    assert all(check.ok for check in checks.values())


def test_a_house_that_is_closed_takes_its_pauses_workers_and_threads_along(home):
    house, closed = home.house()
    house.close()
    assert closed == ["workers", "offload"]
    assert home.commons.pauses.left == ["intake.1", "engine.1"]
