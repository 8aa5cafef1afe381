"""The receipt of a delivered set: what was understood, what went in, who made what, and everything that was found.

A pure function over values; the same facts make `index.html` (`page`). Keys are never renamed; a change of their
meaning raises `SCHEMA`. Whoever publishes it writes the JSON.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Reading
from briefmill.domain.copywriting import Task
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.job import Job
from briefmill.domain.verdict import Finding, Severity, Verdict
from briefmill.stages.order import Order
from briefmill.stages.parting import LeftOut
from briefmill.stages.translate import Written

SCHEMA: Final = "briefmill.receipt/1"


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts:
    """Everything that a receipt tells of.

    `made_at` is UTC. `versions` are those of Briefmill (`briefmill`) and the libraries that touched the files, by
    name. `timings` are seconds of wall-clock time by stage. `law` is the day whose law was asked, and each duty to
    disclose with how it was met (`rules.disclosure.Duty`). `order` is what was told to the pixel
    stages, None where an older version made the creatives. `left_out` are those that were made and kept back.
    """

    job: Job
    snapshot: Snapshot
    reading: Reading
    pictures: tuple[Picture, ...]
    creatives: tuple[Creative, ...]
    findings: tuple[Finding, ...]
    made_at: datetime
    versions: Mapping[str, str]
    timings: Mapping[str, float] = field(default_factory=dict)
    words: tuple[Written, ...] = ()
    law: Mapping[str, Any] = field(default_factory=dict)
    order: Order | None = None
    order_ref: Ref | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def cost_usd(self) -> float:
        """US dollars that the ledger has on this job."""
        return self.job.cost_micros / 1e6

    @property
    def versions_used(self) -> Mapping[str, str]:
        """The versions without those of makers that made nothing here, sorted by name."""
        makers = {picture.maker for picture in self.pictures}
        return {
            name: version for name, version in sorted(self.versions.items()) if name != "openai" or "openai" in makers
        }


def build(facts: ReceiptFacts, delivered: Mapping[str, Ref | bytes] | None = None) -> dict[str, Any]:
    """The receipt, JSON-ready, its keys in the order to read them in.

    `delivered` is everything that lies beside it, by POSIX path in the folder: `briefmill receipts verify` holds the
    folder to it.
    """
    job, brief = facts.job, facts.reading.brief
    return {
        "schema": SCHEMA,
        "job": job.id,
        "campaign": brief.campaign,
        "title": brief.title,
        "revision": job.revision,
        "folder": job.folder,
        "source": job.source,
        "tenant": job.tenant,
        "dropped_at": job.created_at.isoformat(),
        "made_at": facts.made_at.isoformat(),
        "versions": dict(facts.versions_used),
        "cost_usd": facts.cost_usd,
        "verdict": _verdict(facts.findings),
        "understood": _understood(facts.reading),
        "inputs": list(_inputs(facts.snapshot)),
        "settings": _settings(facts.order) if facts.order else None,
        "order": {"sha256": facts.order_ref.sha256, "bytes": facts.order_ref.size} if facts.order_ref else None,
        "pictures": [_picture(picture, facts) for picture in facts.pictures],
        "words": [_written(one) for one in facts.words],
        "creatives": [_creative(creative, facts) for creative in facts.creatives],
        "left_out": [_left_out(one) for one in facts.left_out],
        "files": [_listed(path, data) for path, data in sorted((delivered or {}).items())],
        "findings": [_finding(finding) for finding in facts.findings],
        "law": dict(facts.law),
        "timings_s": {stage: round(seconds, 3) for stage, seconds in facts.timings.items()},
    }


def _verdict(findings: tuple[Finding, ...]) -> dict[str, Any]:
    counts = dict.fromkeys(Severity, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return {
        "passed": Verdict(findings=findings).passed,
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "advice": counts[Severity.ADVICE],
    }


def _understood(reading: Reading) -> dict[str, Any]:
    brief = reading.brief
    return {
        "brand": brief.brand.name,
        "palette": list(brief.brand.palette),
        "products": [{"id": product.id, "name": product.name} for product in brief.products],
        "locales": list(brief.locales),
        "source_locale": brief.source_locale,
        "messages": {locale: copy.message for locale, copy in brief.copies.items()},
        "placements": [
            {"id": placement.id, "width": placement.width, "height": placement.height} for placement in brief.placements
        ],
        "regions": list(brief.regions),
        "audience": brief.audience,
        "aliases": [codec.plain(alias) for alias in reading.aliases],
        "notices": [codec.plain(notice) for notice in reading.notices],
    }


def _inputs(snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    yield _file(snapshot.name, snapshot.brief)
    for path in sorted(snapshot.files):
        yield _file(path, snapshot.files[path])


def _file(path: str, ref: Ref) -> dict[str, Any]:
    return {"path": path, "sha256": ref.sha256, "bytes": ref.size, "media_type": ref.media_type}


def _listed(path: str, data: Ref | bytes) -> dict[str, Any]:
    if isinstance(data, Ref):
        return {"path": path, "sha256": data.sha256, "bytes": data.size}
    return {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _picture(picture: Picture, facts: ReceiptFacts) -> dict[str, Any]:
    return {
        "product": picture.product,
        "origin": picture.origin.value,
        "asset": picture.asset,
        "sha256": picture.ref.sha256,
        "bytes": picture.ref.size,
        "width": picture.width,
        "height": picture.height,
        "maker": picture.maker,
        "model": picture.model,
        "prompt": picture.prompt,
        "prompt_written_by": _writer(facts, Task.PROMPT, picture.product, "") if picture.prompt else None,
        "seed": picture.seed,
        "cost_usd": picture.cost_micros / 1e6,
        "cached": picture.cached,
        "references": list(picture.references),
        "cutout": codec.plain(picture.cutout) if picture.cutout is not None else None,
    }


def _writer(facts: ReceiptFacts, task: Task, product: str, locale: str) -> str | None:
    """Which machine wrote the alt text or the prompt of a place; None where it is made of the brief's own words."""
    place = task, product, locale
    mine = (one.copy for one in facts.words if (one.task, one.product, one.locale) == place and one.copy.texts)
    return next((f"{copy.maker} {copy.model}" for copy in mine), None)


def _written(one: Written) -> dict[str, Any]:
    return {
        "task": one.task.value,
        "product": one.product,
        "locale": one.locale,
        "source_locale": one.source_locale,
        "texts": dict(one.copy.texts),
        "maker": one.copy.maker,
        "model": one.copy.model,
        "cost_usd": one.copy.cost_micros / 1e6,
        "cached": one.copy.cached,
        "approved": one.approved,
        "unfit": list(one.copy.unfit),
    }


def _settings(order: Order) -> dict[str, Any]:
    """What decides pixels and findings beside the brief; the layouts in full are in the order."""
    return {
        "format": order.press.extension,
        "quality": order.press.quality,
        "same_type_size": order.same_type_size,
        "search_logos": order.search_logos,
        "layouts": [layout.name for layout in order.layouts],
        "thresholds": codec.plain(order.thresholds),
        "brand_file": order.brand_file.sha256 if order.brand_file else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    told: dict[str, Any] = codec.plain(finding)
    # JSON has no infinity; a measure without bounds is one that was not taken.
    endless = {key for key, value in told.items() if isinstance(value, float) and not math.isfinite(value)}
    return told | dict.fromkeys(endless)


def _left_out(one: LeftOut) -> dict[str, Any]:
    creative = one.creative
    return {
        "path": creative.path,
        "product": creative.product,
        "locale": creative.locale,
        "placement": creative.placement,
        "sha256": creative.ref.sha256,
        "bytes": creative.ref.size,
        "findings": [_finding(finding) for finding in one.findings],
    }


def _creative(creative: Creative, facts: ReceiptFacts) -> dict[str, Any]:
    brief = facts.reading.brief
    product = next(product for product in brief.products if product.id == creative.product)
    copy = brief.copy_for(product, creative.locale)
    return {
        "path": creative.path,
        "product": creative.product,
        "locale": creative.locale,
        "placement": creative.placement,
        "sha256": creative.ref.sha256,
        "bytes": creative.ref.size,
        "media_type": creative.ref.media_type,
        "width": creative.width,
        "height": creative.height,
        "quality": creative.quality,
        "layout": creative.layout,
        "logo": creative.logo or None,
        "exactness": codec.plain(creative.exactness) if creative.exactness is not None else None,
        "provenance": codec.plain(creative.provenance) if creative.provenance is not None else None,
        "alt_text": creative.alt_text,
        "alt_text_written_by": _writer(facts, Task.ALT, product.id, creative.locale),
        "copy_borrowed_from": copy.written_for if copy.borrowed else None,
        "copy_written_by": copy.written_by or None,
        "copy_written_parts": list(copy.written_parts),
        "copy_approved": copy.approved if copy.written_by else None,
    }
