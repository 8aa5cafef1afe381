"""An intake with all that follows it: five stages, an outbox and a folder of refusals on a real disk, driven by hand.

The pixel stages are done by `Hands`, which make small files instead of pictures; everything else is the product's own.
The ledger is the twin in memory, which lives through a crash as a database does.
"""

import hashlib
import json
from functools import partial
from pathlib import Path

from briefmill import files
from briefmill.briefs import reader
from briefmill.briefs.placements import Placements
from briefmill.delivery.publish import FolderPublisher
from briefmill.domain.creative import Creative, MadePicture
from briefmill.domain.job import TERMINAL, Stage, State
from briefmill.domain.verdict import Finding, Severity
from briefmill.engine.attempt import Patience
from briefmill.engine.gate import Gate
from briefmill.engine.pipeline import Pipeline, Recipe
from briefmill.engine.runner import Bench, Lane, serve_one
from briefmill.errors import NotFound
from briefmill.makers.cached import CachedMaker, Flights
from briefmill.makers.meter import Meter, settle_found
from briefmill.makers.metered import MeteredMaker
from briefmill.makers.shelf import Shelf
from briefmill.ports import Intent, JobQuery, Package
from briefmill.stages import task
from briefmill.stages.layoutbook import Book
from briefmill.storage.fs import FileStore
from briefmill.storage.standing import Standing
from briefmill.wiring import inward, making
from faults.crashkit import Killed, armed, buried
from intake.intakekit import House, Straight

SHIPPED = Path(__file__).parents[2] / "config" / "placements.yaml"
PICTURE_BYTES = 4096
LIVE = frozenset(State) - TERMINAL - {State.HELD}


class Hands:
    """In place of the worker processes. A campaign called `ugly` breaks a rule."""

    def __init__(self, store, clock):
        self.store, self.clock = store, clock

    def call(self, target, order, *, timeout_s):
        if target == task.PROBE:
            return 64, 64
        assert target == task.RUN
        campaign = order.brief
        creatives = tuple(
            Creative(
                product=product.id,
                locale=locale,
                placement=placement.id,
                ref=self.store.put(f"{campaign.campaign} {product.id} {locale} {placement.id}".encode(), "image/jpeg"),
                width=placement.width,
                height=placement.height,
                extension="jpg",
            )
            for product in campaign.products
            for locale in campaign.locales
            for placement in campaign.placements
        )
        ugly = Finding(rule="logo.missing", severity=Severity.ERROR, message="No logo.", fix="Bring one.")
        timing = task.Timing(started_at=self.clock.now(), duration_s=0.1)
        return task.PixelWork(
            creatives=creatives,
            findings=(ugly,) if campaign.campaign == "ugly" else (),
            sheet=self.store.put(f"sheet of {campaign.campaign}".encode(), "image/jpeg"),
            timings=dict.fromkeys((Stage.RESIZE, Stage.OVERLAY, Stage.COMPLIANCE), timing),
        )


class Provider:
    """A maker of pictures that is paid, and counts for what."""

    name = "provider"
    price = 40_000

    def __init__(self):
        self.paid = []

    def make(self, request):
        self.paid.append(request.product)
        return MadePicture(
            data=f"a picture of {request.name}".encode(),
            media_type="image/jpeg",
            maker=self.name,
            model="one",
            prompt=request.prompt,
            seed=request.seed,
            cost_micros=self.price,
        )


class Works(House):
    """All of a home in one process; `through` drives it to where nothing more happens."""

    def __init__(self, path, **manners):
        self.outbox, self.rejected = path / "outbox", path / "rejected"
        for folder in (self.outbox, self.rejected):
            folder.mkdir(exist_ok=True)
        self.provider, self.budgets = Provider(), ()
        super().__init__(path, **manners)

    def restart(self):
        """A new process: everything is made anew over the folders and the ledger."""
        self.store, self.flights = FileStore(self.path / "store"), Flights()
        for name in ("store", "archive", "cache"):
            files.sweep(self.path / name)
        super().restart()
        standing = Standing(folders={"outbox": self.outbox, "rejected": self.rejected}, notes=self.path / "mounts.json")
        standing.renew()
        self.publisher = FolderPublisher(
            outbox=self.outbox, rejected=self.rejected, store=self.store, present=standing.check
        )
        self.publisher.sweep(self._rests)
        pipeline = Pipeline(
            store=self.store,
            archive_store=FileStore(self.path / "archive"),
            publisher=self.publisher,
            workers=Hands(self.store, self.clock),
            offload=Straight(),
            clock=self.clock,
            recipe=Recipe(
                maker_for=self._maker,
                prompt=lambda brief, product: product.name,
                making=task.Making(store=self.store, brands=self.path / "brands", layouts=Book()),
                versions={},
            ),
            original=lambda job: self.intake.original(job.id) or self.publisher.original(job),
            reread=lambda snapshot: self._read(self.store.get(snapshot.brief), snapshot.name),
            earlier=lambda job: making.last_made(self.ledger.records, job),
        )
        self.intake.on_refusal(pipeline.refuse)
        self.intake.on_retry(self.publisher.original)
        self.intake.on_cancel(self.publisher.withdraw)
        self.intake.on_loss(self.publisher.clear)
        self.bench = Bench(
            ledger=self.ledger.claims,
            buckets=self.ledger.buckets,
            bell=self.bell,
            offload=Straight(),
            listener=self.heard,
            clock=self.clock,
            gate=Gate(self.clock, self.heard),
            owner="this daemon",
            refuse=pipeline.refuse,
            rest=self._rest,
            patience=Patience(attempts=4, base_s=1.0),
            chance=lambda: 1.0,
            allowed=self.allowed,
        )
        self.lanes = [
            Lane(stage=Stage.GENERATE, perform=pipeline.generate),
            Lane(stage=Stage.RESIZE, perform=pipeline.pixels),
            Lane(stage=Stage.ARCHIVE, perform=pipeline.archive),
        ]
        self.ledger.claims.release(None)

    def _maker(self, job, has_time):
        store, index = self.store, self.path / "cache"

        def cached(inner):
            return CachedMaker(
                inner,
                variant="one",
                shelf=Shelf(index, store),
                flights=self.flights,
                reserve_bytes=PICTURE_BYTES,
                found=partial(settle_found, self.ledger.purse),
            )

        metered = MeteredMaker(
            self.provider,
            Meter(provider=self.provider.name, purse=self.ledger.purse, listener=self.heard, budgets=self.budgets),
            intent=lambda request: Intent(
                job=job.id,
                tenant=job.tenant,
                kind="image",
                key=cached(self.provider).key(request),
                estimate_micros=self.provider.price,
            ),
            keep=cached(self.provider).keep,
        )
        return cached(metered)

    def _rests(self, job):
        """Whether this job is ours and at rest."""
        try:
            return self.ledger.records.job(job).state in TERMINAL
        except NotFound:
            return False

    async def _rest(self, job):
        await self.intake.discard(job.id)

    async def through(self, most=12, seconds=16.0):
        """Rounds of everything (scan, claim, admit, and each stage for as long as it has work) until all is at rest."""
        for _ in range(most):
            await self.rounds(1, seconds)
            for lane in self.lanes:
                while await serve_one(self.bench, lane) is None:
                    pass
            if self.intake.waiting == 0 and not any(self.ledger.records.counts()[state] for state in LIVE):
                return

    def a_package(self, job):
        """A delivery of a campaign called summer."""
        picture = self.store.put(b"a picture", "image/jpeg")
        return Package(
            job=job, folder="summer", files={"cup/1x1.jpg": picture, "receipt.json": json.dumps({"job": job}).encode()}
        )

    # ------------------------------------------------------------------------------------------- what is to be seen

    def ended(self):
        """The states that each dropped name came to, in the order of the jobs."""
        found = {}
        for job in reversed(self.ledger.records.jobs(JobQuery(limit=0))):
            found.setdefault(job.source, []).append(str(job.state))
        return found

    def published(self, folder):
        """What people see in a folder, and what they should not see."""
        return sorted(path.name for path in folder.iterdir())

    def check_delivery(self, name):
        """A folder of the outbox is whole: every creative of its receipt, byte for byte, and nothing else."""
        folder = self.outbox / name
        receipt = json.loads((folder / "receipt.json").read_text())
        listed = {creative["path"]: creative["sha256"] for creative in receipt["creatives"]}
        assert listed
        for path, sha256 in listed.items():
            assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == sha256
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert found == {*listed, "receipt.json", "index.html", "contact-sheet.jpg"}
        assert (folder / "index.html").read_text().rstrip().endswith("</html>")
        return receipt

    def check_refusal(self, name, original):
        """A folder of refusals holds the reasons, for people and machines, and the untouched original."""
        folder = self.rejected / name
        told = json.loads((folder / "reasons.json").read_text())
        assert told["job"] in name
        assert (folder / "REASONS.md").read_text().startswith("#")
        (kept,) = [
            path for path in folder.iterdir() if path.name not in {"reasons.json", "REASONS.md", "contact-sheet.jpg"}
        ]
        assert kept.read_text() == original
        return told

    def check_books(self):
        """What must hold whatever happened: the audit chain, each stage of a job recorded once, nothing hidden."""
        assert self.ledger.trail.verify().bad_row == 0
        for job in self.ledger.records.jobs(JobQuery(limit=0)):
            stages = [run.stage for run in self.ledger.records.history(job.id)]
            assert len(stages) == len(set(stages)), (job.source, stages)
        hidden = [name for folder in (self.outbox, self.rejected) for name in self.published(folder) if name[0] == "."]
        assert hidden == []

    def litter(self):
        """Half-made private files: nobody will ever ask for them."""
        names = ("*.part", ".writing-*", ".copying")
        return sorted(str(path.relative_to(self.path)) for name in names for path in self.path.rglob(name))


def literate(works):
    """The works with the real readers of JSON, YAML and zip instead of the dialect of the tests."""
    placements = Placements.load(SHIPPED)
    works.read = lambda data, name: reader.read(data, name=name, catalogue=placements)
    works.complete = inward.complete
    works.restart()
    return works


PORTS = {
    "journal": ("begin_all", "took_all", "took", "admit", "close"),
    "claims": ("claim", "finish", "fail", "release"),
    "purse": ("intend", "settle"),
}
"""The transactions that a death may come before or after."""


def rigged(works, crash):
    """Let the works die before or after any transaction and any paid call, too."""
    for office, calls in PORTS.items():
        for call in calls:
            owner = getattr(works.ledger, office)
            setattr(owner, call, crash.around(getattr(owner, call), f"{office}.{call}"))
    works.provider.make = crash.around(works.provider.make, "the paid call")


async def lived(works, crash):
    """Work until all is at rest, over the death."""
    with armed(crash):
        while True:
            try:
                await works.through()
                await works.rounds(1)
            except Killed:
                await buried(crash)
                works.clock.push(600)
                works.restart()
            else:
                return works
