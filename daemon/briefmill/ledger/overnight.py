"""Overnight: which picture calls wait for a batch, which travel, and what each brought.

The money of a line is reserved in the transaction that packs it, within the budgets, and settled in the one that writes
its end down. A job that waits holds no lease: it is asleep until `wake` finds that all its lines have come to an end.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from briefmill.domain.job import Job, Stage, State
from briefmill.domain.money import Budget
from briefmill.errors import NotFound, OverBudget
from briefmill.ledger import audit, spend, wire
from briefmill.ledger.shelves import Books, Page
from briefmill.ports import Intent
from briefmill.ports.overnight import KIND, Batch, End, Leg, Line, Parcel, Voyage

ENDED = frozenset({Leg.HERE, Leg.FAILED})


class Overnight:
    """The port `Overnight` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def post(self, parcel: Parcel) -> Line:
        """The line of this job and key, made where there is none. Raises NotFound for an unknown job."""
        return self._books.write(lambda page: _post(page, parcel))

    def forget(self, job: str, key: str) -> None:
        """A line's end was taken note of."""
        self._books.write(
            lambda page: page.post.drop([line.number for line in page.post.lines(job=job) if line.parcel.key == key])
        )

    def pack(self, name: str, account: str, *, most: int, budgets: Callable[[Job], Sequence[Budget]]) -> Sequence[Line]:
        """Make a batch of what is collected, and reserve its cost."""
        return self._books.write(lambda page: _pack(page, name, account, most, budgets))

    def sent(self, name: str, ident: str) -> None:
        """The provider has taken a batch. Raises NotFound."""
        self._books.write(lambda page: _sent(page, name, ident))

    def settle(self, name: str, key: str, end: End) -> None:
        """A batch brought this for a key."""
        self._books.write(lambda page: _settle(page, name, key, end))

    def close(self, name: str) -> None:
        """A batch has nothing more to bring."""
        self._books.write(lambda page: _close(page, name))

    def wake(self) -> Sequence[str]:
        """Let the jobs go on whose lines have all come to an end."""
        ended = self._books.read(lambda page: any(page.post.lines(leg=leg) for leg in ENDED))
        return self._books.write(_wake) if ended else []

    def lines(self, *, job: str = "", batch: str = "", leg: Leg | None = None) -> Sequence[Line]:
        """Lines, in the order in which they were posted."""
        return self._books.read(lambda page: page.post.lines(job=job, batch=batch, leg=leg))

    def batches(self, *, account: str = "") -> Sequence[Batch]:
        """The batches that are not closed, in their order."""
        open_ = self._books.read(lambda page: page.post.batches())
        return [batch for batch in open_ if account in {"", batch.account}]

    def wanted(self, name: str) -> bool:
        """True while a job that has not come to rest waits for a line of this batch."""
        return self._books.read(
            lambda page: any(_wants(page, line.parcel.job) for line in page.post.lines(batch=name, leg=Leg.PACKED))
        )


def _post(page: Page, parcel: Parcel) -> Line:
    job = page.jobs.entry(parcel.job).job
    for line in page.post.lines(job=parcel.job):
        if line.parcel.key == parcel.key:
            return line
    told = replace(parcel, order=wire.settled(parcel.order))
    line = page.post.add(Line(parcel=told, leg=Leg.COLLECTED, since=page.now))
    audit.note(page, "overnight.collected", job, key=parcel.key, account=parcel.account)
    return line


def _pack(page: Page, name: str, account: str, most: int, budgets: Callable[[Job], Sequence[Budget]]) -> Sequence[Line]:
    packed: dict[str, Line] = {}
    travels = {line.parcel.key: line.batch for line in page.post.lines(leg=Leg.PACKED)}
    waits: set[str] = set()
    for line in page.post.lines(leg=Leg.COLLECTED):
        parcel = line.parcel
        if parcel.account != account or parcel.key in waits:
            continue
        if not _wants(page, parcel.job):
            page.post.drop([line.number])
            continue
        if parcel.key in travels:
            # The same picture is under way: this job has it for nothing when it comes.
            page.post.save(replace(line, leg=Leg.PACKED, batch=travels[parcel.key], since=page.now))
            continue
        if len(packed) >= most:
            continue
        job = page.jobs.entry(parcel.job).job
        try:
            number = spend.intend(page, _intent(parcel), budgets(job))
        except OverBudget as over:
            waits |= {parcel.key} if over.waits else set()
            if not over.waits:
                page.post.save(replace(line, leg=Leg.FAILED, since=page.now, answer={"over": str(over)}))
            continue
        travels[parcel.key] = name
        packed[parcel.key] = replace(line, leg=Leg.PACKED, batch=name, expense=number, since=page.now)
        page.post.save(packed[parcel.key])
        audit.note(page, "overnight.packed", job, key=parcel.key, batch=name, entry=number)
    if packed:
        page.post.put(Batch(name=name, account=account, voyage=Voyage.PACKED, since=page.now, lines=len(packed)))
    return tuple(packed.values())


def _intent(parcel: Parcel) -> Intent:
    return Intent(
        job=parcel.job,
        tenant=parcel.tenant,
        kind=KIND,
        key=parcel.key,
        estimate_micros=parcel.estimate_micros,
        grade=parcel.grade,
    )


def _sent(page: Page, name: str, ident: str) -> None:
    batch = next((one for one in page.post.batches() if one.name == name), None)
    if batch is None:
        raise NotFound(f"There is no batch {name} under way.")
    page.post.put(replace(batch, voyage=Voyage.SENT, ident=ident))
    for line in page.post.lines(batch=name, leg=Leg.PACKED):
        if line.expense:
            job = page.jobs.entry(line.parcel.job).job
            audit.note(page, "overnight.sent", job, key=line.parcel.key, batch=name, ident=wire.printable(ident))


def _settle(page: Page, name: str, key: str, end: End) -> None:
    for line in page.post.lines(batch=name, leg=Leg.PACKED):
        if line.parcel.key != key:
            continue
        if line.expense:
            spend.settle(page, line.expense, end.cost_micros, end.outcome, end.usage)
        moved = replace(line, leg=end.leg, since=page.now, answer=wire.settled(end.answer))
        page.post.save(moved if end.leg is not Leg.COLLECTED else replace(moved, batch="", expense=0))


def _close(page: Page, name: str) -> None:
    for line in page.post.lines(batch=name, leg=Leg.PACKED):
        if line.expense:
            spend.settle(page, line.expense, 0, spend.UNKNOWN, {})
        page.post.save(replace(line, leg=Leg.COLLECTED, batch="", expense=0, since=page.now))
    batch = next((one for one in page.post.batches() if one.name == name), None)
    if batch is not None:
        page.post.put(replace(batch, voyage=Voyage.CLOSED))


def _wake(page: Page) -> Sequence[str]:
    ended: dict[str, list[Line]] = {}
    for line in page.post.lines():
        ended.setdefault(line.parcel.job, []).append(line)
    woken: list[str] = []
    for name, lines in ended.items():
        if any(line.leg not in ENDED for line in lines):
            continue
        if not _wants(page, name):
            page.post.drop([line.number for line in lines])
            continue
        entry = page.jobs.entry(name)
        if entry.job.owner or entry.job.not_before is None:
            continue  # Somebody is at it, or it is awake already: seen again at the next look.
        if all(line.leg is Leg.FAILED and line.since < entry.job.updated_at for line in lines):
            continue  # It has met these, and sleeps for another reason.
        page.jobs.save(replace(entry, job=replace(entry.job, not_before=None, updated_at=page.now)))
        page.post.drop([line.number for line in lines if line.leg is Leg.HERE])
        failed = sum(line.leg is Leg.FAILED for line in lines)
        audit.note(page, "overnight.woken", entry.job, pictures=len(lines) - failed, failed=failed)
        woken.append(name)
    return woken


def _wants(page: Page, job: str) -> bool:
    found = page.jobs.entry(job).job
    return found.state is State.RUNNING and found.stage is Stage.GENERATE
