"""The shelves in a database: storage and look-ups in portable SQL, no decisions.

Every statement is SQLAlchemy Core over `tables`; the caller's transaction is the connection's. Nothing here commits.
The statements that every stage needs are built once, below: building one costs more than running it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget, Standing, Sum
from briefmill.errors import NotFound
from briefmill.ledger import rows, spend, tables, wire
from briefmill.ledger.shelves import HORIZON, Bucket, Entry, Expense, Page
from briefmill.ledger.sqlovernight import SqlPost
from briefmill.ports import AuditRow, JobQuery, StageRun
from briefmill.ports.overnight import KIND

_JOBS: Final = tables.jobs.c
_RUNS: Final = tables.stage_runs.c
_LINKS: Final = tables.audit.c

_JOB_BY_ID: Final = select(tables.jobs).where(_JOBS.id == bindparam("key"))
_JOB_SAVE: Final = update(tables.jobs).where(_JOBS.id == bindparam("key"))
_JOB_ADD: Final = insert(tables.jobs)
_FREE: Final = (
    _JOBS.state == bindparam("running"),
    or_(_JOBS.not_before <= bindparam("at"), _JOBS.updated_at > bindparam("horizon")),
    _JOBS.lease_until <= bindparam("at"),
)
_JOB_WAITING: Final = (
    select(tables.jobs)
    .where(_JOBS.stage == bindparam("waits"), *_FREE)
    .order_by(_JOBS.priority, _JOBS.created_at, _JOBS.id)
    .limit(1)
)
_JOBS_DUE: Final = select(_JOBS.stage, func.count()).where(*_FREE).group_by(_JOBS.stage)
_READY: Final = case((_JOBS.not_before > _JOBS.lease_until, _JOBS.not_before), else_=_JOBS.lease_until)
_JOB_READY: Final = select(func.min(_READY)).where(
    _JOBS.stage == bindparam("waits"), _JOBS.state == bindparam("running"), bindparam("at") < _READY
)
_RUN_ADD: Final = insert(tables.stage_runs)
_RUNS_OF: Final = select(tables.stage_runs).where(_RUNS.job == bindparam("key"))
_LINK_ADD: Final = insert(tables.audit)
_PLACE: Final = ("job", "product", "locale", "placement")
_CREATIVE_ADD: Final = insert(tables.creatives)
_CREATIVE_CHANGE: Final = update(tables.creatives).where(
    *(tables.creatives.c[name] == bindparam(f"same_{name}") for name in _PLACE)
)
_SPEND: Final = tables.spend.c
_OPEN: Final = _SPEND.outcome.in_(spend.UNSURE)
_SETTLED: Final = case((_OPEN, 0), else_=_SPEND.cost_micros)
_UNSURE: Final = case((_OPEN, _SPEND.estimate_micros), else_=0)
_WRONG: Final = case((_SPEND.outcome.in_(("failed", "refused")), 1), else_=0)
_DAY_MICROS: Final = 86_400_000_000
_VARIABLES: Final = 500
"""Values in one statement: every database takes so many."""
_LINK_LAST: Final = select(tables.audit).order_by(_LINKS.number.desc()).limit(1)


def page(connection: Connection, now: datetime) -> Page:
    """The page of the connection's transaction."""
    return Page(
        now=now,
        jobs=SqlJobs(connection),
        runs=SqlRuns(connection),
        spend=SqlSpend(connection),
        buckets=SqlBuckets(connection),
        post=SqlPost(connection),
        audit=SqlAudit(connection),
    )


class SqlJobs:
    """The shelf of jobs in the table `jobs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entries: Sequence[Entry]) -> None:
        """New jobs; raises ValueError when an id is taken."""
        try:
            if entries:
                self._connection.execute(_JOB_ADD, [rows.from_entry(entry) for entry in entries])
        except IntegrityError as error:
            raise ValueError(f"there is a job {entries[0].job.id}, or one after it, already") from error

    def entry(self, job: str) -> Entry:
        """Raises NotFound."""
        found = self._first(_JOB_BY_ID, {"key": job})
        if found is None:
            raise NotFound(f"There is no job {job}.")
        return found

    def entries(self, jobs: Sequence[str]) -> Sequence[Entry]:
        """Many at once, in the order asked for. Raises NotFound."""
        found: dict[str, Entry] = {}
        for start in range(0, len(jobs), _VARIABLES):
            wanted = select(tables.jobs).where(_JOBS.id.in_(jobs[start : start + _VARIABLES]))
            found |= {row["id"]: rows.entry(dict(row)) for row in self._connection.execute(wanted).mappings()}
        for job in jobs:
            if job not in found:
                raise NotFound(f"There is no job {job}.")
        return [found[job] for job in jobs]

    def save(self, *entries: Entry) -> None:
        """Replace what is known of these jobs."""
        if entries:
            self._connection.execute(_JOB_SAVE, [rows.from_entry(entry) | {"key": entry.job.id} for entry in entries])

    def waiting(self, stage: Stage, at: datetime) -> Entry | None:
        """The first job, by priority, age and id, that may be claimed at this moment."""
        return self._first(_JOB_WAITING, {"waits": stage.value} | _at(at))

    def ready_at(self, stage: Stage, after: datetime) -> datetime | None:
        """The first moment after `after` at which a job of this stage may be claimed."""
        first = self._connection.execute(_JOB_READY, {"waits": stage.value} | _at(after)).scalar()
        return wire.maybe(first or 0)

    def due(self, at: datetime) -> Mapping[Stage, int]:
        """How many may be claimed at this moment, by stage."""
        return {Stage(stage): count for stage, count in self._connection.execute(_JOBS_DUE, _at(at))}

    def leased(self, owner: str | None) -> Sequence[Entry]:
        """Running jobs that somebody owns, by id."""
        theirs = _JOBS.owner != "" if owner is None else _JOBS.owner == owner
        wanted = select(tables.jobs).where(_JOBS.state == State.RUNNING.value, _JOBS.owner != "", theirs)
        found = self._connection.execute(wanted.order_by(_JOBS.id)).mappings()
        return [rows.entry(dict(row)) for row in found]

    def alike(self, job: Job, states: frozenset[State]) -> str:
        """The id of the oldest other job of this tenant with the same content in one of the states, else empty."""
        wanted = select(_JOBS.id).where(
            _JOBS.tenant == job.tenant,
            _JOBS.content == job.content,
            _JOBS.id != job.id,
            _JOBS.state.in_(sorted(state.value for state in states)),
        )
        return self._connection.execute(wanted.order_by(_JOBS.created_at, _JOBS.id).limit(1)).scalar() or ""

    def last_revision(self, tenant: str, campaign: str) -> int:
        """The highest revision ever given to this campaign, 0 for none."""
        wanted = select(func.max(_JOBS.revision)).where(_JOBS.tenant == tenant, _JOBS.campaign == campaign)
        return self._connection.execute(wanted).scalar() or 0

    def find(self, query: JobQuery) -> Sequence[Job]:
        """Jobs, newest first unless asked otherwise."""
        by_age = (_JOBS.created_at, _JOBS.id)
        wanted = select(tables.jobs).order_by(*(by_age if query.oldest else (key.desc() for key in by_age)))
        if query.states:
            wanted = wanted.where(_JOBS.state.in_(sorted(state.value for state in query.states)))
        if query.campaign:
            wanted = wanted.where(_JOBS.campaign == query.campaign)
        if query.tenant:
            wanted = wanted.where(_JOBS.tenant == query.tenant)
        if query.no_tenant:
            wanted = wanted.where(_JOBS.tenant != query.no_tenant)
        if query.source_raw:
            wanted = wanted.where(_JOBS.source_raw == query.source_raw)
        if query.limit:
            wanted = wanted.limit(query.limit)
        return [rows.job(dict(row)) for row in self._connection.execute(wanted).mappings()]

    def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state that has any."""
        counted = self._connection.execute(select(_JOBS.state, func.count()).group_by(_JOBS.state))
        return {State(state): count for state, count in counted}

    def _first(self, wanted: Select[Any], known: Mapping[str, object]) -> Entry | None:
        row = self._connection.execute(wanted, known).mappings().first()
        return None if row is None else rows.entry(dict(row))


def _at(moment: datetime) -> dict[str, object]:
    return {"running": State.RUNNING.value, "at": wire.micros(moment), "horizon": wire.micros(moment + HORIZON)}


class SqlRuns:
    """Recorded stages in `stage_runs`, finished files in `creatives`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, run: StageRun, *, tenant: str, fence: int) -> None:
        """Add a stage run; raises ValueError when (job, stage, revision) is there already."""
        try:
            self._connection.execute(_RUN_ADD, rows.from_run(run, tenant=tenant, fence=fence))
        except IntegrityError as error:
            raise ValueError(f"{run.stage} of {run.job} is recorded already in run {run.revision}") from error

    def history(self, job: str) -> Sequence[StageRun]:
        """All stage runs of a job, in no particular order."""
        return [rows.run(dict(row)) for row in self._connection.execute(_RUNS_OF, {"key": job}).mappings()]

    def recorded(self, job: str, fence: int) -> frozenset[Stage]:
        """The stages that the holder of this fence has recorded."""
        wanted = select(_RUNS.stage).where(_RUNS.job == job, _RUNS.fence == fence)
        return frozenset(Stage(stage) for stage in self._connection.execute(wanted).scalars())

    def keep(self, job: Job, creatives: Sequence[Creative], at: datetime) -> None:
        """Add creatives; one of the same product, locale and placement is replaced."""
        for creative in creatives:
            row = rows.from_creative(creative) | {"tenant": job.tenant, "job": job.id, "created_at": wire.micros(at)}
            same = {f"same_{name}": row[name] for name in _PLACE}
            if not self._connection.execute(_CREATIVE_CHANGE, row | same).rowcount:
                self._connection.execute(_CREATIVE_ADD, row)

    def creatives(self, job: str) -> Sequence[Creative]:
        """The creatives of a job, by product, locale and placement."""
        kept = tables.creatives.c
        wanted = select(tables.creatives).where(kept.job == job)
        made = [rows.creative(dict(row)) for row in self._connection.execute(wanted).mappings()]
        return sorted(made, key=lambda creative: (creative.product, creative.locale, creative.placement))

    def printed(self, after: Sequence[str], sha256: str, limit: int) -> Sequence[tuple[str, Creative]]:
        """The next creatives with their jobs, after those of a place."""
        kept = tables.creatives.c
        place = (kept.job, kept.product, kept.locale, kept.placement)
        wanted = select(tables.creatives).order_by(*place).limit(limit)
        wanted = wanted.where(kept.sha256 == sha256 if sha256 else kept.prints != "")
        if after:
            wanted = wanted.where(tuple_(*place) > tuple_(*after))
        found = self._connection.execute(wanted).mappings()
        return [(str(row["job"]), rows.creative(dict(row))) for row in found]


class SqlSpend:
    """Paid calls in the table `spend`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, expense: Expense) -> int:
        """Keep an intent; gives its number, counting from 1."""
        number = (self._connection.execute(select(func.max(tables.spend.c.number))).scalar() or 0) + 1
        self._connection.execute(insert(tables.spend), rows.from_expense(expense) | {"number": number})
        return number

    def expense(self, number: int) -> Expense:
        """Raises NotFound."""
        wanted = select(tables.spend).where(tables.spend.c.number == number)
        row = self._connection.execute(wanted).mappings().first()
        if row is None:
            raise NotFound(f"There is no expense {number}.")
        return rows.expense(dict(row))

    def save(self, expense: Expense) -> None:
        """Replace what is known of this call."""
        known = rows.from_expense(expense)
        self._connection.execute(update(tables.spend).where(tables.spend.c.number == expense.number).values(known))

    def total(self, job: str) -> int:
        """What a job has cost so far."""
        wanted = select(func.sum(tables.spend.c.cost_micros)).where(tables.spend.c.job == job)
        return int(self._connection.execute(wanted).scalar() or 0)

    def unsettled(self, key: str) -> int | None:
        """The number of the last call with this key that has no outcome; None when there is none."""
        calls = tables.spend.c
        number: int | None = self._connection.execute(
            select(func.max(calls.number)).where(calls.key == key, calls.outcome == "", calls.kind != KIND)
        ).scalar()
        return number

    def left_open(self, job: str, key: str) -> Sequence[Expense]:
        """The calls of a job with this key that have no outcome."""
        calls = tables.spend.c
        wanted = select(tables.spend).where(calls.job == job, calls.key == key, calls.outcome == "")
        return [rows.expense(dict(row)) for row in self._connection.execute(wanted).mappings()]

    def standing(self, budget: Budget, since: datetime | None, alive: datetime) -> Standing:
        """What of a budget is gone."""
        under_way = and_(_SPEND.outcome == "", or_(_SPEND.intended_at >= wire.micros(alive), _SPEND.kind == KIND))
        reserved = case((under_way, _SPEND.estimate_micros), else_=0)
        slow = case((and_(_SPEND.outcome == "", _SPEND.kind == KIND), _SPEND.estimate_micros), else_=0)
        told = (_SETTLED, reserved, _UNSURE, slow)
        wanted = select(*(func.sum(figure) for figure in told)).where(*_since(since))
        if budget.tenant:
            wanted = wanted.where(tables.spend.c.tenant == budget.tenant)
        if budget.campaign:
            wanted = wanted.where(tables.spend.c.campaign == budget.campaign)
        settled, held, unsure, night = (int(figure or 0) for figure in self._connection.execute(wanted).one())
        return Standing(
            budget=budget,
            settled_micros=settled,
            reserved_micros=held,
            unsure_micros=unsure - held,
            overnight_micros=night,
        )

    def learned(self, grade: str, limit: int) -> Sequence[int]:
        """What the last calls of this grade that went well have cost, newest first."""
        calls = tables.spend.c
        wanted = select(calls.cost_micros).where(calls.grade == grade, calls.outcome == "ok", calls.cost_micros > 0)
        found = self._connection.execute(wanted.order_by(calls.number.desc()).limit(limit)).scalars()
        return [int(cost) for cost in found]

    def sums(self, by: str, since: datetime | None) -> Sequence[Sum]:
        """What was spent since then under each heading."""
        calls = tables.spend.c
        heading = calls.intended_at // _DAY_MICROS if by == "day" else calls[by]
        told = (heading.label("heading"), func.count(), func.sum(_SETTLED), func.sum(_UNSURE), func.sum(_WRONG))
        found = self._connection.execute(select(*told).where(*_since(since)).group_by("heading"))
        return spend.in_order(
            by,
            (
                Sum(
                    heading=wire.moment(int(name) * _DAY_MICROS).date().isoformat() if by == "day" else str(name),
                    calls=int(count),
                    settled_micros=int(settled or 0),
                    unsure_micros=int(unsure or 0),
                    failed=int(failed or 0),
                )
                for name, count, settled, unsure, failed in found
            ),
        )


class SqlBuckets:
    """Token buckets in the table `buckets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bucket(self, name: str) -> Bucket | None:
        """The bucket, None when nobody spoke of it before."""
        wanted = select(tables.buckets).where(tables.buckets.c.name == name)
        row = self._connection.execute(wanted).mappings().first()
        return None if row is None else rows.bucket(dict(row))

    def put(self, bucket: Bucket) -> None:
        """Keep this bucket in place of the one of the same name."""
        row = rows.from_bucket(bucket)
        changed = self._connection.execute(
            update(tables.buckets).where(tables.buckets.c.name == bucket.name).values(row)
        )
        if not changed.rowcount:
            self._connection.execute(insert(tables.buckets), row)


class SqlAudit:
    """The chain in the table `audit`, which only grows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own_last: AuditRow | None = None

    def head(self) -> AuditRow | None:
        """The last row; a transaction that wrote one knows it without asking, since it is alone."""
        if self._own_last is not None:
            return self._own_last
        row = self._connection.execute(_LINK_LAST).mappings().first()
        return None if row is None else rows.link(dict(row))

    def append(self, links: Sequence[AuditRow]) -> None:
        """Add rows, in their order."""
        self._connection.execute(_LINK_ADD, [rows.from_link(link) for link in links])
        self._own_last = links[-1]

    def rows(self, *, job: str, after: int, limit: int, newest: bool) -> Sequence[AuditRow]:
        """At most `limit` (0: all) rows behind number `after`, of this job unless empty, always in order."""
        wanted = select(tables.audit).where(_LINKS.number > after)
        wanted = wanted.order_by(_LINKS.number.desc() if newest else _LINKS.number)
        if job:
            wanted = wanted.where(_LINKS.job == job)
        if limit:
            wanted = wanted.limit(limit)
        found = [rows.link(dict(row)) for row in self._connection.execute(wanted).mappings()]
        return found[::-1] if newest else found

    def jobs(self, *, event: str, after: int) -> Sequence[str]:
        """The jobs that this event befell behind number `after`, in order, each once."""
        wanted = select(_LINKS.job).where(_LINKS.number > after, _LINKS.event == event).order_by(_LINKS.number)
        return list(dict.fromkeys(self._connection.execute(wanted).scalars()))


def _since(moment: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if moment is None else (_SPEND.intended_at >= wire.micros(moment),)
