"""Briefmill's own stages on the job. `ours.py JOB SOURCE OUT REPEAT [--analyse]`

Without `--analyse`: resize and overlay, as the workers run them, files kept in the store. With it: all three pixel
stages and the rows of the job in a real ledger, claim and finish of the lease included.
"""

import argparse
import json
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import cv2

from briefmill.domain import codec
from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product, Reading
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.ports import Admission, Claim, Finish, StageResult
from briefmill.stages import layoutbook, overlay, pixels
from briefmill.stages.resize import Source
from briefmill.stages.task import Making, PixelTask, Press
from briefmill.storage.fs import FileStore

HOUSE = Path(__file__).parents[2]


@cache
def book():
    """The layouts, read once, as a daemon does at its start."""
    return layoutbook.read(HOUSE / "config" / "layouts")


def order(job, source, out):
    """The job as a task for the stages."""
    store = FileStore(Path(out))
    picture, logo = Path(source).read_bytes(), Path(job["logo"]).read_bytes()
    mark = store.put(logo, "image/png")
    brief = Brief(
        campaign="bench",
        title="Bench",
        products=(Product(id="p", name="Product"),),
        locales=tuple(job["messages"]),
        copies={locale: Copy(locale=locale, message=text) for locale, text in job["messages"].items()},
        placements=tuple(Placement(id=n, width=p["width"], height=p["height"]) for n, p in job["placements"].items()),
        brand=Brand(name="b", palette=("#3C7A5B", "#F3E9D2"), logo=Asset(path="logo.png", role=AssetRole.LOGO)),
    )
    return PixelTask(
        brief=brief,
        snapshot=Snapshot(name="b.yaml", brief=mark, files={"logo.png": mark}),
        pictures=(Picture(product="p", ref=store.put(picture, "image"), origin=Origin.SUPPLIED, width=1, height=1),),
        making=Making(
            store=store,
            brands=HOUSE / "config" / "brands",
            layouts=book(),
            press=Press(quality=job["quality"]),
        ),
    )


def render(task):
    """Resize and overlay alone."""
    cv2.setNumThreads(1)
    store = task.making.store
    studio = overlay.Studio(
        kit=overlay.kit_for(task.brief, task.snapshot, store),
        layouts=task.making.layouts.for_brand(task.brief.brand),
        press=task.making.press,
    )
    source = Source(store.get(task.pictures[0].ref), task.brief.placements)
    copies = [task.brief.copies[locale] for locale in task.brief.locales]
    for placement in task.brief.placements:
        sitting = overlay.Sitting(source, placement, copies, studio)
        for copy in copies:
            plan = sitting.plan(copy)
            printed = overlay.run(sitting, sitting.framed(plan, copy), plan, copy)
            store.put(printed.encoded.data, printed.encoded.media_type)


class Books:
    """A real ledger, and the rows that a job leaves in it."""

    def __init__(self, folder):
        from briefmill.ledger.sql import SqlLedger
        from briefmill.wiring.clock import SystemClock

        self.ledger = SqlLedger(Path(folder) / "briefmill.db", SystemClock())

    def job(self, task, number):
        """One job from its first row to its composed set."""
        ledger, store = self.ledger, task.making.store
        job = ledger.journal.begin(source=f"{number}.yaml", source_raw=b"%d" % number)
        ledger.journal.took(job.id)
        reading = store.put(codec.dumps(Reading(brief=task.brief)).encode(), "application/json")
        snapshot = Snapshot(name="b.yaml", brief=store.put(b"%d" % number, "text/plain"))
        ledger.journal.admit(job.id, Admission(snapshot=snapshot, reading=reading, campaign=f"bench-{number}"))
        claim = self.claim(Stage.GENERATE)
        made = {"pictures": [codec.plain(picture) for picture in task.pictures]}
        ledger.claims.finish(claim, Finish(results=(self.row(Stage.GENERATE, made),)))
        claim = self.claim(Stage.RESIZE)
        work = pixels.run(task)
        rows = (
            self.row(Stage.RESIZE, {}),
            self.row(Stage.OVERLAY, {"creatives": [codec.plain(one) for one in work.creatives]}),
            self.row(Stage.COMPLIANCE, {"findings": [codec.plain(one) for one in work.findings]}),
        )
        ledger.claims.finish(claim, Finish(results=rows))

    def claim(self, stage):
        claim = self.ledger.claims.claim(stage, "bench", 60.0)
        assert isinstance(claim, Claim), claim
        return claim

    def row(self, stage, output):
        return StageResult(stage=stage, outcome="ok", started_at=datetime.now(UTC), duration_s=0.1, output=output)


def main():
    asked = argparse.ArgumentParser()
    for name in ("job", "source", "out"):
        asked.add_argument(name)
    asked.add_argument("repeat", type=int)
    asked.add_argument("--analyse", action="store_true")
    options = asked.parse_args()
    job = json.loads(Path(options.job).read_text("utf-8"))
    with tempfile.TemporaryDirectory(dir=options.out) as folder:
        books = Books(folder) if options.analyse else None
        for number in range(options.repeat):
            # A folder of its own, so that the store writes every file as if for the first time.
            with tempfile.TemporaryDirectory(dir=options.out) as fresh:
                task = order(job, options.source, fresh)
                if books is not None:
                    books.job(task, number)
                else:
                    render(task)


if __name__ == "__main__":
    main()
