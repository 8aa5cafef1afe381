"""Brings claimed jobs to the engine beside the scan, a few at a time: a bundle of gigabytes delays no other drop.

What must be tried again later keeps its place until its time has come; what concerns every job (a full disk) stops all
until `resume`. Nothing here is durable: after a restart the ledger names the claimed jobs again. Used on the loop only.
"""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from briefmill.domain import underway
from briefmill.domain.facts import Failed
from briefmill.domain.job import Job
from briefmill.errors import NotAllowed, Paused, Temporary
from briefmill.intake.admit import Admissions

AT_ONCE: Final = 4
"""So many claimed files are copied and read at the same time."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long a job waits before it is read again: after a passing trouble of its own, after a fault of ours."""

    again_s: float
    fault_s: float


@dataclass(kw_only=True)
class Admitting:
    """The claimed jobs on their way. `not_before` holds those that want a quiet time first, on the monotonic clock.

    `paused` is called with what every job lacks, `worked` after each job that found its way.
    """

    admissions: Admissions
    waits: Waits
    paused: Callable[[Paused], None]
    worked: Callable[[], None]
    beat: Callable[[], None]
    not_before: dict[str, float] = field(default_factory=dict)
    _known: dict[str, Job] = field(default_factory=dict)
    _queue: deque[Job] = field(default_factory=deque)
    _later: dict[str, Job] = field(default_factory=dict)
    _hands: set[asyncio.Task[None]] = field(default_factory=set)
    _closed: bool = False

    def __len__(self) -> int:
        """How many jobs are on their way."""
        return len(self._known)

    def jobs(self) -> frozenset[str]:
        """The jobs on their way."""
        return frozenset(self._known)

    def offer(self, jobs: Sequence[Job]) -> None:
        """Take these on, those that are not known already."""
        for job in jobs:
            if job.id not in self._known:
                self._known[job.id] = job
                self._later[job.id] = job

    def resume(self) -> None:
        """Go on with all whose time has come."""
        self._closed = False
        now = self.admissions.office.clock.monotonic()
        for job in [job for job in self._later.values() if self.not_before.get(job.id, 0.0) <= now]:
            del self._later[job.id]
            self.not_before.pop(job.id, None)
            self._queue.append(job)
        for _ in range(min(len(self._queue), AT_ONCE - len(self._hands))):
            hand = asyncio.create_task(self._work())
            self._hands.add(hand)
            hand.add_done_callback(self._hands.discard)

    def next_due(self) -> float | None:
        """When the next job wants another try, on the monotonic clock."""
        return min((self.not_before.get(job, 0.0) for job in self._later), default=None)

    async def drained(self) -> None:
        """Wait until nothing is under way; what must wait for its time, or for the end of a pause, is left."""
        while self._hands:
            ended = await asyncio.gather(*self._hands, return_exceptions=True)
            for error in ended:
                if isinstance(error, BaseException):
                    raise error

    async def stop(self) -> None:
        """Let go of what is under way; it is found again at the next start."""
        for hand in self._hands:
            hand.cancel()
        await asyncio.gather(*self._hands, return_exceptions=True)

    async def _work(self) -> None:
        while self._queue and not self._closed:
            job = self._queue.popleft()
            self.beat()
            try:
                again_s = await self._admit(job)
            except BaseException:
                self._known.pop(job.id, None)
                raise
            if again_s is None:
                self._known.pop(job.id, None)
            else:
                self.not_before[job.id] = self.admissions.office.clock.monotonic() + again_s
                self._later[job.id] = job

    async def _admit(self, job: Job) -> float | None:
        """Admit one; the seconds until it is to be tried again, None when it found its way."""
        listener = self.admissions.office.listener
        try:
            with underway.on(job.id):
                await self.admissions.admit(job)
        except Paused as paused:
            self._closed = True
            self.paused(paused)
            return 0.0
        except Temporary as error:
            return error.retry_in if error.retry_in is not None else self.waits.again_s
        except NotAllowed as error:
            # A person cancelled it while it was read: what they decided stands.
            listener.hear(Failed(where="intake.admit", error=f"{job.source}: {error}"))
        except Exception as error:  # noqa: BLE001 - its tries are counted: it is held after a few
            words = "".join(traceback.format_exception(error))
            listener.hear(Failed(where="intake.admit", error=repr(error), traceback=words))
            return self.waits.fault_s
        else:
            self.worked()
        return None
