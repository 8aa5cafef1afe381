"""Rows to values and back: the one place where a column's name meets a field's name."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Creative, Exactness, Provenance
from briefmill.domain.job import Job, Stage, State
from briefmill.ledger import wire
from briefmill.ledger.shelves import Bucket, Entry, Expense
from briefmill.ports import Admission, AuditRow, StageRun

Row = Mapping[str, Any]

_JOB_FIELDS: Final = tuple(field.name for field in fields(Job))


def from_entry(entry: Entry) -> dict[str, Any]:
    """A row of `jobs`."""
    row = {name: getattr(entry.job, name) for name in _JOB_FIELDS}
    row.update(
        state=entry.job.state.value,
        stage=entry.job.stage.value if entry.job.stage else "",
        run=entry.run,
        taken=int(entry.taken),
        admission=wire.dumps(entry.admission) if entry.admission else "",
    )
    for name in ("created_at", "updated_at", "not_before", "lease_until"):
        row[name] = wire.micros(row[name])
    return row


def job(row: Row) -> Job:
    """The job of a row of `jobs`."""
    known = {name: row[name] for name in _JOB_FIELDS}
    known.update(
        state=State(row["state"]),
        stage=Stage(row["stage"]) if row["stage"] else None,
        created_at=wire.moment(row["created_at"]),
        updated_at=wire.moment(row["updated_at"]),
        not_before=wire.maybe(row["not_before"]),
        lease_until=wire.maybe(row["lease_until"]),
    )
    return Job(**known)


def entry(row: Row) -> Entry:
    """All of a row of `jobs`."""
    admission = wire.loads(Admission, row["admission"]) if row["admission"] else None
    return Entry(job=job(row), run=row["run"], taken=bool(row["taken"]), admission=admission)


def from_run(run: StageRun, *, tenant: str, fence: int) -> dict[str, Any]:
    """A row of `stage_runs`."""
    return {
        "tenant": tenant,
        "job": run.job,
        "stage": run.stage.value,
        "revision": run.revision,
        "attempt": run.attempt,
        "fence": fence,
        "outcome": run.outcome,
        "started_at": wire.micros(run.started_at),
        "duration_s": run.duration_s,
        "output": wire.dumps(run.output),
    }


def run(row: Row) -> StageRun:
    """The stage run of a row of `stage_runs`."""
    return StageRun(
        job=row["job"],
        stage=Stage(row["stage"]),
        revision=row["revision"],
        attempt=row["attempt"],
        outcome=row["outcome"],
        started_at=wire.moment(row["started_at"]),
        duration_s=row["duration_s"],
        output=wire.mapping(row["output"]),
    )


def from_creative(creative: Creative) -> dict[str, Any]:
    """A row of `creatives`, but for tenant, job and time."""
    return {
        "product": creative.product,
        "locale": creative.locale,
        "placement": creative.placement,
        "sha256": creative.ref.sha256,
        "size": creative.ref.size,
        "media_type": creative.ref.media_type,
        "width": creative.width,
        "height": creative.height,
        "extension": creative.extension,
        "quality": creative.quality,
        "alt_text": wire.printable(creative.alt_text),
        "layout": creative.layout,
        "logo": creative.logo,
        "prints": creative.prints,
        "exactness": wire.dumps(creative.exactness) if creative.exactness else "",
        "provenance": wire.dumps(creative.provenance) if creative.provenance else "",
    }


def creative(row: Row) -> Creative:
    """The creative of a row of `creatives`."""
    names = ("product", "locale", "placement", "width", "height", "extension", "quality", "alt_text")
    plain = (*names, "layout", "logo", "prints")
    ref = Ref(sha256=row["sha256"], size=row["size"], media_type=row["media_type"])
    return Creative(
        ref=ref,
        exactness=wire.loads(Exactness, row["exactness"]) if row["exactness"] else None,
        provenance=wire.loads(Provenance, row["provenance"]) if row["provenance"] else None,
        **{name: row[name] for name in plain},
    )


def from_expense(expense: Expense) -> dict[str, Any]:
    """A row of `spend`, but for its number."""
    plain = ("job", "tenant", "kind", "key", "estimate_micros", "cost_micros", "outcome", "campaign", "grade")
    row: dict[str, Any] = {name: getattr(expense, name) for name in plain}
    row.update(
        intended_at=wire.micros(expense.intended_at),
        settled_at=wire.micros(expense.settled_at),
        usage=wire.dumps(expense.usage),
    )
    return row


def expense(row: Row) -> Expense:
    """The paid call of a row of `spend`."""
    plain = ("number", "job", "tenant", "kind", "key", "estimate_micros", "cost_micros", "outcome", "campaign", "grade")
    return Expense(
        intended_at=wire.moment(row["intended_at"]),
        settled_at=wire.maybe(row["settled_at"]),
        usage=wire.mapping(row["usage"]),
        **{name: row[name] for name in plain},
    )


def from_bucket(bucket: Bucket) -> dict[str, Any]:
    """A row of `buckets`; buckets are shared by all tenants of a ledger."""
    row: dict[str, Any] = {name: getattr(bucket, name) for name in ("name", "rate", "burst", "tokens")}
    return row | {"tenant": "", "at": wire.micros(bucket.at), "held_until": wire.micros(bucket.held_until)}


def bucket(row: Row) -> Bucket:
    """The bucket of a row of `buckets`."""
    plain = {name: row[name] for name in ("name", "rate", "burst", "tokens")}
    return Bucket(at=wire.moment(row["at"]), held_until=wire.maybe(row["held_until"]), **plain)


def from_link(row: AuditRow) -> dict[str, Any]:
    """A row of `audit`."""
    plain = ("number", "tenant", "job", "event", "previous", "hash")
    known: dict[str, Any] = {name: getattr(row, name) for name in plain}
    return known | {"at": wire.micros(row.at), "detail": wire.dumps(row.detail)}


def link(row: Row) -> AuditRow:
    """The audit row of a row of `audit`; what somebody made unreadable stays visible and fails its hash."""
    plain = {name: row[name] for name in ("number", "tenant", "job", "event", "previous", "hash")}
    try:
        return AuditRow(at=wire.moment(row["at"]), detail=wire.mapping(row["detail"]), **plain)
    except (ValueError, TypeError, OverflowError):
        unreadable = {"unreadable": [str(row["at"]), str(row["detail"])]}
        return AuditRow(at=wire.moment(0), detail=unreadable, **plain)
