"""The books of a storm: what was dropped, against what became of it, seen from outside.

The dropper writes down a `Drop` for every brief it wrote whole; `balance` reads the ledger (read-only), the outbox, the
rejected folder and the inbox of each home, and says of every drop where it is. Four figures must be zero at the end:

- lost: a drop that is in no terminal place and waits nowhere, or whose place does not hold the bytes that were dropped;
- doubled: a drop with two places, a brief delivered twice, a job closed twice, or closed and still lying in the inbox;
- torn: something visible that is not whole: no receipt, a creative missing, changed or undecodable, no reasons;
- paid twice: a request key that was settled as paid more than once.

Nothing of the product is imported here: its own functions must not judge it.
"""

import collections
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

CLOSED = ("delivered", "rejected", "duplicate", "cancelled")
_REFUSAL = re.compile(r"\.(j_[0-9a-z]{16})(~\d+)?$")
_TOLD = frozenset({"REASONS.md", "reasons.json", "contact-sheet.jpg", "index.html", "page.css"})


@dataclass(frozen=True, kw_only=True)
class Drop:
    """One thing put into an inbox: its name there, and the SHA-256 of its brief's bytes as the dropper wrote them."""

    name: str
    sha256: str

    @classmethod
    def of(cls, name: str, brief: bytes) -> "Drop":
        """A drop of that name with these bytes as its brief."""
        return cls(name=name, sha256=hashlib.sha256(brief).hexdigest())


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folders of one home, as its user sees them."""

    state: Path
    inbox: Path
    outbox: Path
    rejected: Path

    @classmethod
    def of(cls, home: Path, inbox: Path | None = None) -> "Places":
        """Those of a home with the usual names, perhaps with an inbox elsewhere."""
        return cls(
            state=home / "state", inbox=inbox or home / "inbox", outbox=home / "outbox", rejected=home / "rejected"
        )


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What the books say. The tuples hold one sentence for each fault."""

    drops: int = 0
    states: collections.Counter[str] = field(default_factory=collections.Counter)
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    torn: tuple[str, ...] = ()
    paid_twice: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """All that must not be: what was left lying about is no fault, it is only told."""
        return (*self.lost, *self.doubled, *self.torn, *self.paid_twice, *self.broken)

    @property
    def open(self) -> int:
        """Drops that are under way, or wait in the inbox."""
        return self.states["open"] + self.states["waiting"]


@dataclass(frozen=True, kw_only=True)
class _Job:
    id: str
    state: str
    source: str
    content: str
    duplicate_of: str
    closings: int


@dataclass(kw_only=True)
class _Reading:
    """One home, read once: its jobs, and by job the hashes that its published folder vouches for."""

    places: Places
    jobs: dict[str, _Job] = field(default_factory=dict)
    delivered: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=dict)
    claims: dict[str, set[str]] = field(default_factory=dict)
    torn: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def balance(drops: Iterable[Drop], homes: Sequence[Places], fold: Callable[[str], str] = str) -> Balance:
    """Read everything and account for every drop. The homes may share one inbox.

    `fold` makes one of the names that the inbox's file system takes for one. A name may have been dropped many times
    with other bytes: a job is only about a drop when it has the drop's name and bytes.
    """
    drops = [Drop(name=fold(drop.name), sha256=drop.sha256) for drop in drops]
    readings = [_read(places) for places in homes]
    lying = [
        {fold(name): sha256 for name, sha256 in _lying(inbox).items()} for inbox in {places.inbox for places in homes}
    ]
    sources = collections.defaultdict(list)
    for reading in readings:
        for job in reading.jobs.values():
            sources[fold(job.source)].append((reading, job))
    states: collections.Counter[str] = collections.Counter()
    lost, doubled = [], [fault for reading in readings for fault in reading.doubled]
    for drop in drops:
        ends = [end for reading, job in sources[drop.name] if (end := _end(drop, reading, job))]
        # A recorded duplicate is no second place: after a power cut one drop may be seen twice and known again.
        placed = [end for end in ends if end not in {"duplicate", "open"}]
        if any(found.get(drop.name) == drop.sha256 for found in lying) and "held" not in ends:
            placed += [end for end in ends if end == "duplicate"][:1]
            placed += ["waiting"]
        states[(placed or ends or ["lost"])[0]] += 1
        if not placed and not ends:
            lost.append(f"lost: {drop.name} ({', '.join(_told(sources[drop.name])) or 'no job of that name'})")
        if len(placed) > 1:
            doubled.append(f"doubled: {drop.name} is {' and '.join(placed)}")
    doubled += _twice_delivered(readings)
    gathered = {
        name: tuple(fault for reading in readings for fault in getattr(reading, name))
        for name in ("torn", "paid_twice", "broken", "left")
    }
    return Balance(drops=len(drops), states=states, lost=tuple(lost), doubled=tuple(doubled), **gathered)


def _told(known: Sequence[tuple[_Reading, _Job]]) -> list[str]:
    return [f"{job.id} is {job.state}, without these bytes" for _, job in known]


def _end(drop: Drop, reading: _Reading, job: _Job) -> str:
    """The place that this job gave the drop, empty when the job is not about these bytes, or says so in vain."""
    match job.state:
        case "delivered":
            vouched = drop.sha256 in reading.delivered.get(job.id, ())
        case "rejected" | "cancelled":
            vouched = drop.sha256 in reading.refused.get(job.id, ())
        case "duplicate":
            first = reading.jobs.get(job.duplicate_of)
            kept = reading.delivered if first is not None and first.state == "delivered" else reading.refused
            vouched = first is not None and first.content == job.content and drop.sha256 in kept.get(first.id, ())
        case "held":
            lying = reading.claims.get(job.id, set()) | {_lying(reading.places.inbox, drop.name).get(drop.name, "")}
            vouched = drop.sha256 in lying
        case _:
            return "open"
    return job.state if vouched else ""


def _twice_delivered(readings: Sequence[_Reading]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for reading in readings:
        for job, hashes in reading.delivered.items():
            # The first of a receipt's inputs is the brief.
            brief = next(iter(hashes), "")
            if seen.setdefault(brief, job) != job:
                yield f"doubled: {job} and {seen[brief]} delivered the same brief"


def _read(places: Places) -> _Reading:
    reading = _Reading(places=places)
    try:
        _read_ledger(reading)
    except sqlite3.DatabaseError as error:
        reading.broken.append(f"broken: {error}")
    _read_outbox(reading)
    _read_rejected(reading)
    claimed = places.inbox / ".briefmill" / "claimed"
    for claim in sorted(claimed.iterdir()) if claimed.is_dir() else ():
        job = reading.jobs.get(claim.name)
        reading.claims[claim.name] = _hashes(claim)
        if job is not None and job.state in CLOSED:
            reading.left.append(f"left: a claim of {claim.name}, which is {job.state}")
    return reading


def _read_ledger(reading: _Reading) -> None:
    with closing(sqlite3.connect(f"file:{reading.places.state / 'briefmill.db'}?mode=ro", uri=True)) as ledger:
        if (told := ledger.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            reading.broken.append(f"broken: the database says {told}")
        marks = ", ".join("?" * len(CLOSED))
        query = f"SELECT job, count(*) FROM audit WHERE event IN ({marks}) GROUP BY job"
        closings = dict(ledger.execute(query, [f"job.{state}" for state in CLOSED]))
        for job, state, raw, content, first in ledger.execute(
            "SELECT id, state, source_raw, content, duplicate_of FROM jobs"
        ):
            count = closings.get(job, 0)
            source = raw.decode("utf-8", "surrogateescape")
            reading.jobs[job] = _Job(
                id=job, state=state, source=source, content=content, duplicate_of=first, closings=count
            )
            if count != (state in CLOSED):
                reading.doubled.append(f"doubled: {job} ({source}) is {state} and was closed {count} times")
        paid = "SELECT key, count(*) FROM spend WHERE outcome = 'ok' GROUP BY tenant, key HAVING count(*) > 1"
        reading.paid_twice += [f"paid twice: {key} was settled {count} times" for key, count in ledger.execute(paid)]


def _read_outbox(reading: _Reading) -> None:
    for folder in _visible(reading, reading.places.outbox):
        try:
            receipt = json.loads((folder / "receipt.json").read_bytes())
            job, inputs = receipt["job"], [item["sha256"] for item in receipt["inputs"]]
            creatives = [(folder / item["path"], item["sha256"]) for item in receipt["creatives"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            reading.torn.append(f"torn: {folder.name} has no whole receipt ({type(error).__name__})")
            continue
        reading.torn += [f"torn: {folder.name}: {fault}" for fault in _faulty(creatives)]
        if job in reading.delivered:
            reading.doubled.append(f"doubled: {job} has a second folder, {folder.name}")
        known = reading.jobs.get(job)
        if known is None or known.state != "delivered":
            # While the daemon runs this is the moment between the rename and the ledger's row.
            reading.left.append(f"left: {folder.name} is published, its job is {known.state if known else 'unknown'}")
        reading.delivered[job] = set(inputs[:1]) or {""}


def _faulty(creatives: Sequence[tuple[Path, str]]) -> Iterator[str]:
    if not creatives:
        yield "it holds no creative"
    for path, sha256 in creatives:
        try:
            data = path.read_bytes()
            with Image.open(path) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            yield f"{path.name} cannot be shown ({error})"
            continue
        if hashlib.sha256(data).hexdigest() != sha256:
            yield f"{path.name} is not what the receipt says"


def _read_rejected(reading: _Reading) -> None:
    for folder in _visible(reading, reading.places.rejected):
        found = _REFUSAL.search(folder.name)
        try:
            json.loads((folder / "reasons.json").read_bytes())
            whole = (folder / "REASONS.md").stat().st_size > 0 and found is not None
        except (OSError, ValueError):
            whole = False
        originals = [path for path in folder.iterdir() if path.name not in _TOLD] if folder.is_dir() else []
        if not whole or found is None or not originals:
            reading.torn.append(f"torn: {folder.name} lacks its reasons or its original")
            continue
        if found[1] in reading.refused:
            reading.doubled.append(f"doubled: {found[1]} has a second refusal, {folder.name}")
        reading.refused[found[1]] = set().union(*map(_hashes, originals))


def _visible(reading: _Reading, parent: Path) -> Iterator[Path]:
    """The entries that a user sees; hidden ones are noted as left over."""
    for entry in sorted(parent.iterdir()) if parent.is_dir() else ():
        if not entry.name.startswith("."):
            yield entry
        elif entry.name != ".gitkeep":
            reading.left.append(f"left: {parent.name}/{entry.name}")


def _lying(inbox: Path, name: str = "") -> dict[str, str]:
    """What lies in the inbox for anybody to see: name to hash of the brief; of one entry only, when it is named."""
    entries = [inbox / name] if name else list(inbox.iterdir())
    return {
        entry.name: next(iter(sorted(_hashes(entry, briefs=True))), "")
        for entry in entries
        if entry.name != ".briefmill" and (entry.exists() or entry.is_symlink())
    }


def _hashes(path: Path, *, briefs: bool = False) -> set[str]:
    """The hashes of a file, or of all files in a folder; with `briefs` only of those that may be a brief."""
    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
    wanted = [file for file in inside if file.is_file() and not (briefs and file.suffix == ".png")]
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in wanted}
