"""A clock that only moves when told, and an ear that remembers."""

from datetime import UTC, datetime, timedelta

import pytest


class HandClock:
    def __init__(self):
        self._now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
        self._seconds = 100.0

    def now(self):
        return self._now

    def monotonic(self):
        return self._seconds

    def advance(self, seconds):
        self._now += timedelta(seconds=seconds)
        self._seconds += seconds


class Ear:
    def __init__(self):
        self.heard = []

    def hear(self, fact):
        self.heard.append(fact)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def ear():
    return Ear()
