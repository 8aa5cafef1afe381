"""The shelf of the night's post in the tables `overnight` and `batches`: storage, no decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from briefmill.ledger import tables, wire
from briefmill.ports.overnight import Batch, Leg, Line, Parcel, Voyage


class SqlPost:
    """Lines and batches in their tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, line: Line) -> Line:
        """Keep a new line; gives it with its number."""
        number = (self._connection.execute(select(func.max(tables.overnight.c.number))).scalar() or 0) + 1
        self._connection.execute(insert(tables.overnight), _row(line) | {"number": number})
        return replace(line, number=number)

    def save(self, line: Line) -> None:
        """Replace what is known of a line."""
        kept = tables.overnight
        self._connection.execute(update(kept).where(kept.c.number == line.number).values(_row(line)))

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget lines."""
        for number in numbers:
            self._connection.execute(delete(tables.overnight).where(tables.overnight.c.number == number))

    def lines(self, *, job: str = "", batch: str = "", leg: Leg | None = None) -> Sequence[Line]:
        """Lines by job, batch and leg, in the order of their numbers."""
        kept = tables.overnight.c
        wanted = select(tables.overnight).order_by(kept.number)
        if job:
            wanted = wanted.where(kept.job == job)
        if batch:
            wanted = wanted.where(kept.batch == batch)
        if leg is not None:
            wanted = wanted.where(kept.leg == leg.value)
        return [_line(row) for row in self._connection.execute(wanted).mappings()]

    def put(self, batch: Batch) -> None:
        """Keep a batch in place of the one of the same name."""
        kept = tables.batches
        row = {
            "name": batch.name,
            "tenant": "",
            "account": batch.account,
            "ident": wire.printable(batch.ident),
            "voyage": batch.voyage.value,
            "lines": batch.lines,
            "since": wire.micros(batch.since),
        }
        changed = self._connection.execute(update(kept).where(kept.c.name == batch.name).values(row))
        if not changed.rowcount:
            self._connection.execute(insert(kept), row)

    def batches(self) -> Sequence[Batch]:
        """The batches that are not closed, the oldest first."""
        kept = tables.batches.c
        wanted = select(tables.batches).where(kept.voyage != Voyage.CLOSED.value).order_by(kept.since, kept.name)
        return [
            Batch(
                name=row["name"],
                account=row["account"],
                ident=row["ident"],
                voyage=Voyage(row["voyage"]),
                lines=row["lines"],
                since=wire.moment(row["since"]),
            )
            for row in self._connection.execute(wanted).mappings()
        ]


def _row(line: Line) -> dict[str, Any]:
    parcel = line.parcel
    plain = ("job", "tenant", "key", "account", "grade", "estimate_micros")
    return {
        **{name: getattr(parcel, name) for name in plain},
        "parcel": wire.dumps(parcel.order),
        "leg": line.leg.value,
        "since": wire.micros(line.since),
        "batch": line.batch,
        "expense": line.expense,
        "answer": wire.dumps(line.answer),
    }


def _line(row: Mapping[Any, Any]) -> Line:
    plain = ("job", "tenant", "key", "account", "grade", "estimate_micros")
    parcel = Parcel(order=wire.mapping(row["parcel"]), **{name: row[name] for name in plain})
    return Line(
        number=row["number"],
        parcel=parcel,
        leg=Leg(row["leg"]),
        since=wire.moment(row["since"]),
        batch=row["batch"],
        expense=row["expense"],
        answer=wire.mapping(row["answer"]),
    )
