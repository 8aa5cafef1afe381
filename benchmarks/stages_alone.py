"""The pixel stages of a home's delivered jobs again, signing too, alone in this process. `stages_alone.py HOME`

Prints, as JSON, the median CPU seconds of a job and how many were measured. The first ones warm the process up.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from briefmill.domain import codec
from briefmill.domain.brief import Reading
from briefmill.domain.creative import Picture
from briefmill.domain.job import Stage, State
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import JobQuery
from briefmill.settings import Settings
from briefmill.stages import pixels
from briefmill.stages.task import PixelTask
from briefmill.storage.fs import FileStore
from briefmill.wiring import making, sealing
from briefmill.wiring.clock import SystemClock

WARM_UP = 2


def tasks(home, folder):
    """The task of each delivered job that drew its creatives itself; its store holds only what came in."""
    settings = Settings.load(home, os.environ)
    full = FileStore(settings.folders.state / "work" / "artefacts")
    ledger = SqlLedger(settings.ledger, SystemClock())
    try:
        for number, job in enumerate(ledger.records.jobs(JobQuery(states=(State.DELIVERED,), limit=0, oldest=True))):
            outputs = {run.stage: run.output for run in ledger.records.history(job.id)}
            admission = ledger.records.admission(job.id)
            fresh = FileStore(folder / str(number))
            pictures = codec.load(tuple[Picture, ...], outputs[Stage.GENERATE]["pictures"])
            for ref in (*(picture.ref for picture in pictures), *admission.snapshot.files.values()):
                fresh.put(full.get(ref), ref.media_type)
            yield PixelTask(
                brief=codec.loads(Reading, full.get(admission.reading)).brief,
                snapshot=admission.snapshot,
                pictures=pictures,
                making=making.for_workers(settings, fresh, sealing=sealing.of(settings, SystemClock().now())),
                on=job.updated_at.date(),
            )
    finally:
        ledger.close()


def main():
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        took = []
        for task in tasks(Path(sys.argv[1]), Path(folder)):
            began = time.process_time()
            pixels.run(task)
            took.append(time.process_time() - began)
    print(json.dumps({"cpu_s": statistics.median(took[WARM_UP:]), "jobs": len(took) - WARM_UP}))


if __name__ == "__main__":
    main()
