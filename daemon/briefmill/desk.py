"""What a face may ask: about briefs, jobs, placements and the audit trail. Answers are plain dicts, ready for JSON.

A face never starts a job: `submit` drops a brief into the inbox, whole at once, as any user would, and the daemon takes
it from there.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from briefmill import files
from briefmill.briefs.placements import Placements
from briefmill.domain import codec, money
from briefmill.domain.brief import AssetRole, Brief, Product, Reading
from briefmill.domain.creative import Frame
from briefmill.domain.job import HEARTBEAT, Job, State
from briefmill.domain.money import Quote
from briefmill.domain.rendering import Rendering
from briefmill.domain.verdict import Finding
from briefmill.errors import BriefRefused, FolderError, NotAllowed, NotFound, Problem
from briefmill.ports import AuditRow, AuditTrail, JobQuery, Records
from briefmill.ports.overnight import PRICE, Line
from briefmill.stages import generate


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A brief that was read without being taken.

    `files` are the paths of the assets that were found; `notices` those of the reading and of the search for them.
    """

    reading: Reading
    files: frozenset[str]
    notices: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Who would make missing pictures. `quote` gives the price of one in a frame that goes by so many others.

    `words` tells what would be written for a brief, by whom, at what price.
    """

    name: str
    paid: bool
    quote: Callable[[Frame, Rendering, int], Quote]
    words: Callable[[Looked], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """A home's inbox and what can be asked of it.

    `look` reads a brief where it lies, `why` tells whether a path is being taken. `claimed` are the jobs and names of
    all claims in it, by whomever; `others` who else serves it; `put_back` returns a claim and gives its name there.
    """

    path: Path
    look: Callable[[Path], Looked]
    why: Callable[[Path], dict[str, Any]]
    claimed: Callable[[], dict[str, str]]
    others: Callable[[], list[dict[str, str]]]
    put_back: Callable[[str], str]


class Desk:
    """One home's desk. Blocks; may be used from any thread."""

    def __init__(
        self,
        *,
        records: Records,
        trail: AuditTrail,
        placements: Placements,
        inbox: Inbox,
        maker: Maker,
        camera: generate.Camera,
        overnight: Callable[[str], Sequence[Line]] = lambda _: (),
        judge: Callable[[Brief], Sequence[Finding]] = lambda _: (),
    ) -> None:
        self._records = records
        self._trail = trail
        self._placements = placements
        self._inbox = inbox
        self._maker = maker
        self._camera = camera
        self._overnight = overnight
        self._judge = judge

    # ------------------------------------------------------------------------------------------------------- briefs

    def check(self, path: Path) -> dict[str, Any]:
        """What is understood of a brief, bundle folder or zip, and every problem at once."""
        try:
            looked = self._inbox.look(path)
        except BriefRefused as refused:
            problems = [_problem(problem) for problem in refused.problems]
            return {"problems": problems, "understood": None, "aliases": [], "notices": [], "findings": []}
        return {
            "problems": [],
            "understood": _understood(looked.reading.brief),
            "aliases": [codec.plain(alias) for alias in looked.reading.aliases],
            "notices": [_problem(notice) for notice in looked.notices],
            "findings": self._judged(looked.reading.brief),
        }

    def _judged(self, brief: Brief) -> list[dict[str, Any]]:
        """What the rules about words find, before anything is made."""
        return [codec.plain(finding) for finding in self._judge(brief)]

    def plan(self, path: Path) -> dict[str, Any]:
        """The exact list of pictures and creatives, the paid calls, the estimated cost. Raises BriefRefused."""
        looked = self._inbox.look(path)
        brief = looked.reading.brief
        planned = [picture for product in brief.products for picture in self._pictures(brief, product, looked.files)]
        if brief.overnight:
            planned = [_by_night(picture, quote) for picture, quote in planned]
        pictures = [picture for picture, _ in planned]
        price = money.together([quote for picture, quote in planned if picture["paid"]])
        return {
            "campaign": brief.campaign,
            "pictures": pictures,
            "creatives": [
                {
                    "path": f"{product.id}/{locale}/{placement.id}",
                    "pixels": f"{placement.width} x {placement.height}",
                    "format": placement.formats[0],
                }
                for product in brief.products
                for locale in brief.locales
                for placement in brief.placements
            ],
            "findings": self._judged(brief),
            "delivery": "overnight" if brief.overnight else "now",
            "calls": sum(1 for picture in pictures if picture["paid"]),
            "estimate_usd": price.p50 / 1e6,
            "p95_usd": price.p95 / 1e6,
            "learned_from_calls": price.learned,
            "words": self._maker.words(looked),
        }

    def _pictures(
        self, brief: Brief, product: Product, files: frozenset[str]
    ) -> Iterator[tuple[dict[str, Any], Quote]]:
        order = generate.order(brief, product, files, self._camera)
        if not order.frames and order.supplied is not None:
            path = order.supplied.path
            told = {"picture": f"supplied: {path}", "pixels": "as supplied", "estimate_usd": 0.0, "p95_usd": 0.0}
            yield {"product": product.id, **told, "paid": False}, Quote()
            return
        what = f"scene for {order.supplied.path}, made" if order.exact and order.supplied else "made"
        for frame in order.frames:
            quote = self._maker.quote(frame, brief.rendering, len(order.references))
            told = {
                "product": product.id,
                "picture": f"{what} by {self._maker.name}",
                "pixels": f"{frame.width} x {frame.height}",
                "estimate_usd": quote.p50 / 1e6,
                "p95_usd": quote.p95 / 1e6,
                "paid": self._maker.paid,
            }
            yield told, quote

    def submit(self, path: Path, *, name: str = "") -> str:
        """Drop a copy into the inbox under its own or another name; returns the name it has there.

        Raises BriefRefused when it would be refused anyway, and NotAllowed when the name is taken.
        """
        self._inbox.look(path)
        inbox = self._inbox.path
        target = inbox / (name or path.name)
        if target.name != (name or path.name) or target.parent != inbox:
            raise NotAllowed(f"{name!r} is not a file name. Give a plain name without folders.")
        if not inbox.is_dir():
            raise FolderError(f"The inbox {inbox} is not there. Mount it, or run `briefmill init`.")
        # The dot keeps the half-made copy out of the daemon's sight; the rename shows it whole.
        arriving = inbox / f".{target.name}.{secrets.token_hex(4)}.submitting"
        try:
            if path.is_dir():
                shutil.copytree(path, arriving, symlinks=True)
            else:
                shutil.copyfile(path, arriving)
            files.rename_noreplace(arriving, target)
        except FileExistsError as error:
            _remove(arriving)
            words = f"{target.name} is in the inbox already. Wait until it is taken, or give another --name."
            raise NotAllowed(words) from error
        except OSError as error:
            _remove(arriving)
            raise FolderError(f"{path.name} could not be copied into the inbox: {error.strerror or error}.") from error
        return target.name

    def explain(self, path: Path) -> dict[str, Any]:
        """Why a path in the inbox is, or is not yet, being taken; or what became of it."""
        told = self._inbox.why(path)
        jobs = self._records.jobs(JobQuery(source_raw=os.fsencode(path.name), limit=1))
        if jobs and told["verdict"] != "outside":
            job = jobs[0]
            if told["verdict"] == "gone":
                place = f", as {job.folder} in the outbox" if job.state is State.DELIVERED else ""
                words = f"{job.state}{place}{': ' if job.reason else ''}{job.reason}"
                return {**told, "verdict": "taken", "reason": words, "job": job.id}
            if job.state is State.HELD:
                return {**told, "verdict": "held", "reason": job.reason, "job": job.id}
        return told

    def unknown_claims(self) -> dict[str, Any]:
        """What is claimed in the inbox and not known to this home's ledger, and who else serves this inbox."""
        unknown = [{"job": job, "file": name} for job, name in self._inbox.claimed().items() if not self._knows(job)]
        return {"claims": unknown, "others": self._inbox.others()}

    def _knows(self, job: str) -> bool:
        try:
            self._records.job(job)
        except NotFound:
            return False
        return True

    def return_claim(self, job: str) -> str:
        """Put a claim that this ledger does not know back into the inbox; gives its name there.

        Raises NotFound when there is no such claim, NotAllowed when the job is known here.
        """
        if self._knows(job):
            raise NotAllowed(f"{job} is known here: use `briefmill jobs retry` or `cancel`.")
        if job not in self._inbox.claimed():
            raise NotFound(f"Nothing is claimed under {job} in this inbox.")
        return self._inbox.put_back(job)

    # --------------------------------------------------------------------------------------------------- placements

    def placements(self, words: Sequence[str] = (), *, network: str = "") -> list[dict[str, Any]]:
        """The configured placements in which all words occur, of a network where one is named."""
        return [codec.plain(placement) for placement in self._placements.search(words, network)]

    def placement(self, text: str) -> list[dict[str, Any]]:
        """What an id, ratio, size or channel stands for. Raises NotFound when nothing does."""
        return [codec.plain(placement) for placement in self._placements.resolve(text)]

    def outdated_placements(self, *, today: date, days: int) -> list[dict[str, Any]]:
        """Placements whose rules were last read more than so many days ago, the oldest first, with their age in `days`.

        A row that does not say when it was read is the oldest of all; its `days` is None.
        """
        aged = [(row, row.unchecked_days(today)) for row in self._placements.all()]
        old = [(row, age) for row, age in aged if age is None or age > days]
        old.sort(key=lambda each: (each[1] is not None, -(each[1] or 0)))
        return [{**codec.plain(row), "days": age} for row, age in old]

    def blueprint(self, wanted: Sequence[str] = (), *, network: str = "") -> bytes:
        """A sheet, as PNG, of placements drawn with what they demand; all of them (of a network) where none is named.

        Raises NotFound for a wording that stands for nothing, or a network without placements.
        """
        from briefmill.imaging import blueprint, fonts

        named = {row.id: row for text in wanted for row in self._placements.resolve(text)}
        rows = tuple(named.values()) or self._placements.search(network=network)
        if not rows:
            raise NotFound(f'No placement is of a network "{network[:80]}". `briefmill placements list` shows them.')
        return blueprint.draw("Placements", rows, library=fonts.Library.build())

    # --------------------------------------------------------------------------------------------------------- jobs

    def jobs(
        self, *, states: tuple[State, ...] = (), campaign: str = "", tenant: str = "", limit: int = 50
    ) -> list[dict[str, Any]]:
        """Jobs, newest first; `limit` 0 for all. Heartbeats only where their tenant is asked for."""
        hidden = "" if tenant == HEARTBEAT else HEARTBEAT
        query = JobQuery(states=states, campaign=campaign, tenant=tenant, limit=limit, no_tenant=hidden)
        return [_job(job) for job in self._records.jobs(query)]

    def job(self, job: str) -> dict[str, Any]:
        """One job with its stages and creatives, and what of it was removed by rule since. Raises NotFound."""
        found = _job(self._records.job(job))
        found["stages"] = [codec.plain(run) for run in self._records.history(job)]
        found["creatives"] = [
            {
                "path": creative.path,
                "sha256": creative.ref.sha256,
                "bytes": creative.ref.size,
                "width": creative.width,
                "height": creative.height,
            }
            for creative in self._records.creatives(job)
        ]
        found["overnight"] = [_travelling(line) for line in self._overnight(job)]
        found["removed"] = [_removed(row) for row in self._trail.rows(job=job) if row.event == "retention.removed"]
        return found

    def retry(self, job: str) -> dict[str, Any]:
        """Send a job back to work. Raises NotFound, NotAllowed."""
        return _job(self._records.retry(job))

    def release(self, job: str) -> dict[str, Any]:
        """Let a held job go on. Raises NotFound, NotAllowed."""
        if self._records.job(job).state is not State.HELD:
            raise NotAllowed(f"{job} is not held. `briefmill jobs retry` is for rejected and cancelled jobs.")
        return self.retry(job)

    def cancel(self, job: str, *, reason: str) -> dict[str, Any]:
        """Stop a job. Raises NotFound, NotAllowed."""
        return _job(self._records.cancel(job, reason=reason))

    # -------------------------------------------------------------------------------------------------------- audit

    def audit(self, *, job: str = "", newest: bool = False, limit: int = 0) -> list[dict[str, Any]]:
        """Rows of the audit chain, in order."""
        return [codec.plain(row) for row in self._trail.rows(job=job, newest=newest, limit=limit)]

    def export_audit(self) -> Iterator[dict[str, Any]]:
        """All rows, one after the other."""
        return (codec.plain(row) for row in self._trail.rows())

    def verify_audit(self) -> dict[str, Any]:
        """Walk the chain: rows, first bad row (0: none), reason, head."""
        report: dict[str, Any] = codec.plain(self._trail.verify())
        return report


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _by_night(picture: dict[str, Any], quote: Quote) -> tuple[dict[str, Any], Quote]:
    """A planned picture at the price of a batch."""
    half = money.part(quote, PRICE)
    return {**picture, "estimate_usd": half.p50 / 1e6, "p95_usd": half.p95 / 1e6}, half


def _travelling(line: Line) -> dict[str, Any]:
    return {"leg": str(line.leg), "batch": line.batch, "since": line.since.isoformat(), "key": line.parcel.key}


def _removed(row: AuditRow) -> dict[str, Any]:
    told = {key: row.detail.get(key) for key in ("place", "name", "why")}
    return {"at": row.at.isoformat(), **told}


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": str(job.state),
        "source": job.source,
        "campaign": job.campaign,
        "tenant": job.tenant,
        "revision": job.revision,
        "created_at": job.created_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
        "cost_usd": job.cost_micros / 1e6,
        "stage": None if job.stage is None else str(job.stage),
        "attempt": job.attempt,
        "reason": job.reason,
        "duplicate_of": job.duplicate_of,
        "folder": job.folder,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {**codec.plain(problem), "text": str(problem)}


def _understood(brief: Brief) -> dict[str, Any]:
    return {
        "campaign": brief.campaign,
        "title": brief.title,
        "brand": brief.brand.name,
        "products": [product.name for product in brief.products],
        "locales": list(brief.locales),
        "messages": {locale: copy.message for locale, copy in brief.copies.items()},
        "placements": [placement.id for placement in brief.placements],
        "regions": list(brief.regions),
        "pictures": {
            product.id: [asset.path for asset in product.assets if asset.role is not AssetRole.FONT]
            for product in brief.products
        },
        "creatives": brief.creative_count,
    }
