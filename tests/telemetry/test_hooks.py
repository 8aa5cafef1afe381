"""Listeners are kept apart from each other's failures."""

import threading

from briefmill.domain.facts import Failed, Overflowed, Stopping
from briefmill.telemetry.hooks import Listeners


class Deaf:
    def hear(self, fact):
        raise RuntimeError(f"no ears for {fact.event}")


class DeafToFailures:
    def __init__(self):
        self.heard = []

    def hear(self, fact):
        if isinstance(fact, Failed):
            raise LookupError("not that")  # noqa: TRY004 - no type error: a listener may fail in any way
        self.heard.append(fact)


def test_every_listener_hears_every_fact_in_order(ear):
    told = [Overflowed(), Stopping(reason="SIGTERM"), Overflowed()]
    listeners = Listeners((ear, ear))

    for fact in told:
        listeners.hear(fact)

    assert ear.heard == [fact for fact in told for _ in range(2)]


def test_a_failing_listener_is_reported_once_and_the_others_hear_on(ear):
    listeners = Listeners((Deaf(), ear))

    listeners.hear(Overflowed())
    listeners.hear(Stopping(reason="SIGTERM"))

    assert [type(fact) for fact in ear.heard] == [Overflowed, Failed, Stopping]
    report = ear.heard[1]
    assert report.where == "telemetry.Deaf"
    assert "watcher.overflowed" in report.error
    assert "no ears" in report.traceback


def test_a_listener_that_fails_at_the_report_is_reported_itself(ear):
    second = DeafToFailures()
    listeners = Listeners((Deaf(), second, ear))

    listeners.hear(Overflowed())

    assert second.heard == [Overflowed()]
    assert [getattr(fact, "where", fact.event) for fact in ear.heard] == [
        "watcher.overflowed",
        "telemetry.Deaf",
        "telemetry.DeafToFailures",
    ]


def test_with_only_failing_listeners_nothing_is_raised():
    listeners = Listeners((Deaf(), Deaf()))

    listeners.hear(Overflowed())
    listeners.hear(Overflowed())


def test_many_threads_hear_of_a_failure_only_once(ear):
    listeners = Listeners((Deaf(), ear))
    threads = [threading.Thread(target=listeners.hear, args=(Overflowed(),)) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(isinstance(fact, Failed) for fact in ear.heard) == 1
    assert sum(isinstance(fact, Overflowed) for fact in ear.heard) == 20
