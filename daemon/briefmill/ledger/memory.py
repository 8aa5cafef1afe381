"""The ledger in memory: the twin for tests, gone with its process.

It shares every rule with the real one and differs only in the shelves. A transaction works on a copy of them, which
takes the place of the original at its end: one that fails leaves nothing behind. A lock makes it alone.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from briefmill.ledger.memovernight import MemoryPost
from briefmill.ledger.memshelves import MemoryAudit, MemoryBuckets, MemoryJobs, MemoryRuns, MemorySpend
from briefmill.ledger.offices import Offices
from briefmill.ledger.shelves import Page
from briefmill.ports import Clock

T = TypeVar("T")


class MemoryBooks:
    """Books in memory, one transaction at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._alone = threading.Lock()
        self._jobs = MemoryJobs()
        self._runs = MemoryRuns()
        self._spend = MemorySpend()
        self._buckets = MemoryBuckets()
        self._post = MemoryPost()
        self._audit = MemoryAudit()

    def write(self, work: Callable[[Page], T], *, lasting: bool = True) -> T:
        """One transaction, wholly or not at all."""
        with self._alone:
            jobs = MemoryJobs(kept=dict(self._jobs.kept))
            runs = MemoryRuns(runs=dict(self._runs.runs), made=dict(self._runs.made))
            spend = MemorySpend(expenses=dict(self._spend.expenses))
            buckets = MemoryBuckets(buckets=dict(self._buckets.buckets))
            post = self._post.copied()
            audit = MemoryAudit(links=list(self._audit.links))
            now = self._clock.now()
            answer = work(Page(now=now, jobs=jobs, runs=runs, spend=spend, buckets=buckets, post=post, audit=audit))
            self._jobs, self._runs, self._spend, self._buckets, self._audit = jobs, runs, spend, buckets, audit
            self._post = post
            return answer

    def read(self, work: Callable[[Page], T]) -> T:
        """One consistent view."""
        with self._alone:
            now = self._clock.now()
            return work(self._page(now))

    def _page(self, now: datetime) -> Page:
        return Page(
            now=now,
            jobs=self._jobs,
            runs=self._runs,
            spend=self._spend,
            buckets=self._buckets,
            post=self._post,
            audit=self._audit,
        )


class MemoryLedger(Offices):
    """The six ports in memory."""

    def __init__(self, clock: Clock, *, newid: Callable[[], str] | None = None) -> None:
        super().__init__(MemoryBooks(clock), newid=newid)
