"""Traces: one span for each job and one for each stage of it, from facts.

A job outlives processes, so that no span can be held open for it: each is made when its end is told, with the time at
which it began. The trace's id is reckoned from the job's, which keeps what two runs of the daemon (or two machines)
tell about one job in one trace, and lets a figure name its trace without anything being remembered.

OpenTelemetry is an extra: nothing of it is imported before `Tracing` is made.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from briefmill.domain import facts
from briefmill.telemetry.scrub import scrub

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor

FLUSH_MS: Final = 2000
"""How long the end of the daemon may wait for a collector; what it did not take by then is lost."""

_FAILED: Final = frozenset({"error", "retry", "lost"})


def trace_of(job: str) -> str:
    """The id of a job's trace, as 32 hexadecimal digits."""
    return f"{_ids(job)[0]:032x}"


class Tracing:
    """A listener that makes spans and hands them to a processor. Thread-safe. Raises ImportError without the extra.

    `now` gives nanoseconds since 1970.
    """

    def __init__(self, processor: "SpanProcessor", *, version: str, now: Callable[[], int] = time.time_ns) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

        wanted = self._wanted = _Wanted()

        class Ids(RandomIdGenerator):
            """Gives the ids that a job's own span must have, random ones otherwise."""

            def generate_trace_id(self) -> int:
                return wanted.trace or super().generate_trace_id()

            def generate_span_id(self) -> int:
                return wanted.span or super().generate_span_id()

        resource = Resource.create({"service.name": "briefmill", "service.version": version})
        self._provider = TracerProvider(resource=resource, id_generator=Ids(), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("briefmill", version)
        self._now = now

    def hear(self, fact: facts.Fact) -> None:
        """Make a span where a stage or a job ended."""
        match fact:
            case facts.StageEnded():
                told = {"briefmill.stage": str(fact.stage), "briefmill.outcome": fact.outcome}
                failed = scrub(fact.error) if fact.outcome in _FAILED else None
                self._span(f"stage {fact.stage}", fact, fact.duration_s, told, failed)
            case facts.Closed():
                trace, span = _ids(fact.job)
                self._wanted.trace, self._wanted.span = trace, span
                try:
                    told = {"briefmill.state": str(fact.state)}
                    self._span("job", fact, fact.age_s, told, None)
                finally:
                    self._wanted.trace = self._wanted.span = 0
            case _:
                return

    def close(self) -> None:
        """Hand over what is left."""
        self._provider.force_flush(FLUSH_MS)
        self._provider.shutdown()

    def _span(
        self,
        name: str,
        fact: facts.StageEnded | facts.Closed,
        seconds: float,
        told: Mapping[str, str],
        failed: str | None,
    ) -> None:
        from opentelemetry.trace import Status, StatusCode

        ends = self._now()
        attributes = {"briefmill.job": fact.job, "briefmill.tenant": fact.tenant, **told}
        context = None if isinstance(fact, facts.Closed) else _under(fact.job)
        span = self._tracer.start_span(
            name, context=context, start_time=ends - round(seconds * 1e9), attributes=attributes
        )
        if failed is not None:
            span.set_status(Status(StatusCode.ERROR, failed))
        span.end(ends)


class _Wanted(threading.local):
    """The ids that the next span of this thread must have; 0 for any."""

    trace: int = 0
    span: int = 0


def _ids(job: str) -> tuple[int, int]:
    """The ids of a job's trace and of its own span; neither may be 0."""
    digest = hashlib.sha256(job.encode()).digest()
    return int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:24]) or 1


def _under(job: str) -> "Context":
    """The context of a span that belongs to a job, whose own span may not have been made yet."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    trace, span = _ids(job)
    parent = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent))
