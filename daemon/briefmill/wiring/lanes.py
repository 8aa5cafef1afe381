"""The lanes of a home's engine: which stages one lease runs, how many at once, and with how many hands."""

import os

from briefmill.domain.job import Stage
from briefmill.engine.pipeline import Pipeline
from briefmill.engine.runner import Lane
from briefmill.ports import Listener
from briefmill.settings import Settings
from briefmill.wiring import gauges


def of(settings: Settings, pipeline: Pipeline, bucket: str | None, listener: Listener) -> list[Lane]:
    """The lanes. `bucket` is held for all jobs while a provider wants to be left alone."""
    engine = settings.engine
    return [
        Lane(
            stage=Stage.GENERATE,
            perform=gauges.judged(pipeline.generate, listener),
            concurrency=engine.generate_concurrency,
            lease_s=engine.lease_s,
            bucket=bucket,
        ),
        Lane(
            stage=Stage.RESIZE,
            perform=gauges.judged(pipeline.pixels, listener),
            concurrency=workers(settings),
            lease_s=engine.lease_s,
            timeout_s=None,  # the workers stop what takes too long, by how much there is to make
        ),
        Lane(
            stage=Stage.ARCHIVE,
            perform=gauges.published(pipeline.archive, listener),
            concurrency=engine.archive_concurrency,
            lease_s=engine.lease_s,
        ),
    ]


def workers(settings: Settings) -> int:
    """So many processes for pixels."""
    return settings.engine.workers or len(os.sched_getaffinity(0))


def threads(settings: Settings) -> int:
    """A thread for whatever each lane may have in hand, and as many as ever for renewals, the intake and the pulse."""
    engine = settings.engine
    return 16 + engine.generate_concurrency + workers(settings) + engine.archive_concurrency
