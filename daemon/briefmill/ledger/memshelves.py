"""The shelves in memory: dicts and a list, to be copied as a whole by who wants to undo."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget, Standing, Sum
from briefmill.errors import NotFound
from briefmill.ledger import spend
from briefmill.ledger.shelves import HORIZON, Bucket, Entry, Expense
from briefmill.ports import AuditRow, JobQuery, StageRun
from briefmill.ports.overnight import KIND


@dataclass(frozen=True, kw_only=True)
class MemoryJobs:
    """The shelf of jobs."""

    kept: dict[str, Entry] = field(default_factory=dict)

    def add(self, entries: Sequence[Entry]) -> None:
        """New jobs; raises ValueError when an id is taken."""
        for entry in entries:
            if entry.job.id in self.kept:
                raise ValueError(f"there is a job {entry.job.id} already")
            self.kept[entry.job.id] = entry

    def entry(self, job: str) -> Entry:
        """Raises NotFound."""
        if job not in self.kept:
            raise NotFound(f"There is no job {job}.")
        return self.kept[job]

    def entries(self, jobs: Sequence[str]) -> Sequence[Entry]:
        """Many at once, in the order asked for. Raises NotFound."""
        return [self.entry(job) for job in jobs]

    def save(self, *entries: Entry) -> None:
        """Replace what is known of these jobs."""
        self.kept.update({entry.job.id: entry for entry in entries})

    def waiting(self, stage: Stage, at: datetime) -> Entry | None:
        """The first job, by priority, age and id, that may be claimed at this moment."""
        free = [entry for entry in self._running() if entry.job.stage is stage and _ready(entry.job, at) <= at]
        return min(free, key=lambda entry: (entry.job.priority, entry.job.created_at, entry.job.id), default=None)

    def ready_at(self, stage: Stage, after: datetime) -> datetime | None:
        """The first moment after `after` at which a job of this stage may be claimed."""
        moments = [_ready(entry.job, after) for entry in self._running() if entry.job.stage is stage]
        return min((moment for moment in moments if moment > after), default=None)

    def due(self, at: datetime) -> Mapping[Stage, int]:
        """How many may be claimed at this moment, by stage."""
        stages = (entry.job.stage for entry in self._running() if _ready(entry.job, at) <= at)
        return Counter(stage for stage in stages if stage is not None)

    def leased(self, owner: str | None) -> Sequence[Entry]:
        """Running jobs that somebody owns, by id."""
        owned = [entry for entry in self._running() if entry.job.owner and owner in {None, entry.job.owner}]
        return sorted(owned, key=lambda entry: entry.job.id)

    def alike(self, job: Job, states: frozenset[State]) -> str:
        """The id of the oldest other job of this tenant with the same content in one of the states, else empty."""
        same = [
            other
            for other in self._jobs()
            if (other.tenant, other.content) == (job.tenant, job.content)
            and other.id != job.id
            and other.state in states
        ]
        return min(((other.created_at, other.id) for other in same), default=(None, ""))[1]

    def last_revision(self, tenant: str, campaign: str) -> int:
        """The highest revision ever given to this campaign, 0 for none."""
        same = (job.revision for job in self._jobs() if (job.tenant, job.campaign) == (tenant, campaign))
        return max(same, default=0)

    def find(self, query: JobQuery) -> Sequence[Job]:
        """Jobs, newest first unless asked otherwise."""
        found = [
            job
            for job in self._jobs()
            if (not query.states or job.state in query.states)
            and query.campaign in {"", job.campaign}
            and query.tenant in {"", job.tenant}
            and query.no_tenant != job.tenant
            and query.source_raw in {b"", job.source_raw}
        ]
        ordered = sorted(found, key=lambda job: (job.created_at, job.id), reverse=not query.oldest)
        return ordered[: query.limit] if query.limit else ordered

    def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state that has any."""
        return Counter(job.state for job in self._jobs())

    def _jobs(self) -> Iterable[Job]:
        return (entry.job for entry in self.kept.values())

    def _running(self) -> Iterable[Entry]:
        return (entry for entry in self.kept.values() if entry.job.state is State.RUNNING)


def _ready(job: Job, at: datetime) -> datetime:
    """When this job may be claimed, seen from `at`; `at` itself where nothing keeps it."""
    waits = job.not_before if job.updated_at <= at + HORIZON else None
    return max(waits or at, job.lease_until or at)


@dataclass(frozen=True, kw_only=True)
class MemoryRuns:
    """Recorded stages, each with the fence that recorded it, and creatives by their place in the folder."""

    runs: dict[tuple[str, Stage, int], tuple[StageRun, int]] = field(default_factory=dict)
    made: dict[tuple[str, str, str, str], Creative] = field(default_factory=dict)

    def record(self, run: StageRun, *, tenant: str, fence: int) -> None:
        """Add a stage run; raises ValueError when (job, stage, revision) is there already."""
        key = (run.job, run.stage, run.revision)
        if key in self.runs:
            raise ValueError(f"{run.stage} of {run.job} is recorded already in run {run.revision}")
        self.runs[key] = (run, fence)

    def history(self, job: str) -> Sequence[StageRun]:
        """All stage runs of a job, in no particular order."""
        return [run for run, _ in self.runs.values() if run.job == job]

    def recorded(self, job: str, fence: int) -> frozenset[Stage]:
        """The stages that the holder of this fence has recorded."""
        return frozenset(run.stage for run, held in self.runs.values() if run.job == job and held == fence)

    def keep(self, job: Job, creatives: Sequence[Creative], at: datetime) -> None:
        """Add creatives; one of the same product, locale and placement is replaced."""
        for creative in creatives:
            self.made[job.id, creative.product, creative.locale, creative.placement] = creative

    def creatives(self, job: str) -> Sequence[Creative]:
        """The creatives of a job, by product, locale and placement."""
        return [self.made[key] for key in sorted(self.made) if key[0] == job]

    def printed(self, after: Sequence[str], sha256: str, limit: int) -> Sequence[tuple[str, Creative]]:
        """The next creatives with their jobs, after those of a place."""
        wanted = ((key, self.made[key]) for key in sorted(self.made) if key > tuple(after))
        found = [(key[0], one) for key, one in wanted if (one.ref.sha256 == sha256 if sha256 else one.prints)]
        return found[:limit]


@dataclass(frozen=True, kw_only=True)
class MemorySpend:
    """Paid calls by their number."""

    expenses: dict[int, Expense] = field(default_factory=dict)

    def add(self, expense: Expense) -> int:
        """Keep an intent; gives its number, counting from 1."""
        number = len(self.expenses) + 1
        self.expenses[number] = replace(expense, number=number)
        return number

    def expense(self, number: int) -> Expense:
        """Raises NotFound."""
        if number not in self.expenses:
            raise NotFound(f"There is no expense {number}.")
        return self.expenses[number]

    def save(self, expense: Expense) -> None:
        """Replace what is known of this call."""
        self.expenses[expense.number] = expense

    def total(self, job: str) -> int:
        """What a job has cost so far."""
        return sum(expense.cost_micros or 0 for expense in self.expenses.values() if expense.job == job)

    def unsettled(self, key: str) -> int | None:
        """The number of the last call with this key that has no outcome; None when there is none."""
        calls = (e for e in self.expenses.values() if e.key == key and not e.outcome and e.kind != KIND)
        return max((e.number for e in calls), default=None)

    def left_open(self, job: str, key: str) -> Sequence[Expense]:
        """The calls of a job with this key that have no outcome."""
        return [e for e in self.expenses.values() if (e.job, e.key, e.outcome) == (job, key, "")]

    def standing(self, budget: Budget, since: datetime | None, alive: datetime) -> Standing:
        """What of a budget is gone."""
        gone = [
            e for e in self._since(since) if budget.tenant in {"", e.tenant} and budget.campaign in {"", e.campaign}
        ]
        under_way = [e for e in gone if not e.outcome and (e.intended_at >= alive or e.kind == KIND)]
        held = sum(map(_unsure, under_way))
        return Standing(
            budget=budget,
            settled_micros=sum(map(_settled, gone)),
            reserved_micros=held,
            unsure_micros=sum(map(_unsure, gone)) - held,
            overnight_micros=sum(_unsure(e) for e in under_way if e.kind == KIND),
        )

    def learned(self, grade: str, limit: int) -> Sequence[int]:
        """What the last calls of this grade that went well have cost, newest first."""
        paid = [
            e.cost_micros for e in self.expenses.values() if (e.grade, e.outcome) == (grade, "ok") and e.cost_micros
        ]
        return paid[::-1][:limit]

    def sums(self, by: str, since: datetime | None) -> Sequence[Sum]:
        """What was spent since then under each heading."""
        headings: dict[str, list[Expense]] = {}
        for expense in self._since(since):
            name = expense.intended_at.date().isoformat() if by == "day" else str(getattr(expense, by))
            headings.setdefault(name, []).append(expense)
        return spend.in_order(
            by,
            (
                Sum(
                    heading=name,
                    calls=len(found),
                    settled_micros=sum(map(_settled, found)),
                    unsure_micros=sum(map(_unsure, found)),
                    failed=sum(expense.outcome in {"failed", "refused"} for expense in found),
                )
                for name, found in headings.items()
            ),
        )

    def _since(self, since: datetime | None) -> list[Expense]:
        return [e for e in self.expenses.values() if since is None or e.intended_at >= since]


def _settled(expense: Expense) -> int:
    return 0 if expense.outcome in spend.UNSURE else expense.cost_micros or 0


def _unsure(expense: Expense) -> int:
    return expense.estimate_micros if expense.outcome in spend.UNSURE else 0


@dataclass(frozen=True, kw_only=True)
class MemoryBuckets:
    """Token buckets by name."""

    buckets: dict[str, Bucket] = field(default_factory=dict)

    def bucket(self, name: str) -> Bucket | None:
        """The bucket, None when nobody spoke of it before."""
        return self.buckets.get(name)

    def put(self, bucket: Bucket) -> None:
        """Keep this bucket in place of the one of the same name."""
        self.buckets[bucket.name] = bucket


@dataclass(frozen=True, kw_only=True)
class MemoryAudit:
    """The chain as a list."""

    links: list[AuditRow] = field(default_factory=list)

    def head(self) -> AuditRow | None:
        """The last row."""
        return self.links[-1] if self.links else None

    def append(self, rows: Sequence[AuditRow]) -> None:
        """Add rows, in their order."""
        self.links.extend(rows)

    def rows(self, *, job: str, after: int, limit: int, newest: bool) -> Sequence[AuditRow]:
        """At most `limit` (0: all) rows behind number `after`, of this job unless empty, always in order."""
        found = [row for row in self.links if row.number > after and job in {"", row.job}]
        if not limit:
            return found
        return found[-limit:] if newest else found[:limit]

    def jobs(self, *, event: str, after: int) -> Sequence[str]:
        """The jobs that this event befell behind number `after`, in order, each once."""
        return list(dict.fromkeys(row.job for row in self.links if row.number > after and row.event == event))
