"""When a heartbeat is sent, and when it is not."""

import asyncio

import pytest

from briefmill.domain.facts import Failed, HeartbeatEnded, HeartbeatExpected, HeartbeatWaits
from briefmill.errors import Temporary
from briefmill.runtime.heartbeat import AGAIN_S, LOOK_S, Heartbeat


class Ears(list):
    def hear(self, fact):
        self.append(fact)


class Hands:
    """A sender whose heartbeats end when told; `fault` is raised by the next."""

    def __init__(self):
        self.sent, self.busy, self.fault = 0, False, None

    def under_way(self):
        return self.busy

    def send(self):
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.sent += 1


class Clock:
    seconds = 0.0

    def monotonic(self):
        return self.seconds


class Case:
    def __init__(self, every_s=900.0):
        self.hands, self.ears, self.clock, self.hindrance = Hands(), Ears(), Clock(), ""
        self.heart = Heartbeat(
            every_s=every_s, sender=self.hands, hindrance=lambda: self.hindrance, clock=self.clock, listener=self.ears
        )

    def after(self, seconds):
        self.clock.seconds += seconds
        return self.heart.look()


@pytest.fixture
def case():
    return Case()


def test_one_is_sent_at_once_and_then_each_time_it_is_due(case):
    assert case.after(0) == 900
    assert case.after(899) == pytest.approx(1)
    assert case.hands.sent == 1
    assert case.after(1) == 900
    assert case.hands.sent == 2
    assert case.ears == []


def test_while_one_is_under_way_no_second_one_is_sent_and_that_is_said_once(case):
    case.hands.busy = True
    for _ in range(3):
        assert case.after(LOOK_S) == LOOK_S
    assert case.hands.sent == 0
    assert [fact.outcome for fact in case.ears] == ["late"]

    case.hands.busy = False
    case.after(LOOK_S)
    assert case.hands.sent == 1


def test_while_nothing_could_be_made_none_is_sent_and_each_reason_is_said_once(case):
    for reason in ("paused: disk", "paused: disk", "the inbox is offline"):
        case.hindrance = reason
        case.after(LOOK_S)
    assert case.hands.sent == 0
    assert case.ears == [HeartbeatWaits(reason="paused: disk"), HeartbeatWaits(reason="the inbox is offline")]


def test_after_a_long_pause_one_is_sent_and_not_as_many_as_were_left_out(case):
    case.hindrance = "paused: disk"
    for _ in range(10):
        case.after(900)
    case.hindrance = ""
    case.after(0)
    case.after(0)
    assert case.hands.sent == 1


def test_what_keeps_one_from_being_sent_is_told_and_tried_again(case):
    for fault in (OSError("no room"), Temporary("the ledger is locked")):
        case.hands.fault = fault
        assert case.after(0) == AGAIN_S
    case.after(0)
    assert [(type(fact), fact.where) for fact in case.ears] == [(Failed, "heartbeat")] * 2
    assert case.hands.sent == 1


async def test_it_says_how_often_one_is_to_be_expected_and_ends_when_told():
    case, stop = Case(), asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(case.heart.run(stop), 10)
    assert case.ears[0] == HeartbeatExpected(every_s=900.0)
    assert not any(isinstance(fact, HeartbeatEnded) for fact in case.ears)


async def test_where_none_are_wanted_that_is_said_and_none_is_sent():
    case, stop = Case(every_s=0.0), asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(case.heart.run(stop), 10)
    assert case.ears == [HeartbeatExpected(every_s=0.0)]
    assert case.hands.sent == 0
