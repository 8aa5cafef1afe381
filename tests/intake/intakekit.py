"""An intake to drive by hand: a real inbox, a clock to push, a ledger in memory, a reader of one line."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from briefmill.domain.brief import Asset, AssetRole, Brief, Copy, Product, Reading
from briefmill.domain.facts import Fact
from briefmill.domain.job import Job, Stage, State
from briefmill.domain.placement import Placement
from briefmill.errors import BriefRefused, Paused, Problem
from briefmill.intake import mounts
from briefmill.intake.admit import Office
from briefmill.intake.intake import Intake, Manners, Places
from briefmill.intake.settle import Policy
from briefmill.ledger.memory import MemoryLedger
from briefmill.ports import JobQuery
from briefmill.storage.memory import MemoryStore


@dataclass
class PushedClock:
    """Time that goes where a test pushes it."""

    pushed_s: float = 100.0

    def now(self):
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.pushed_s)

    def monotonic(self):
        return self.pushed_s

    def push(self, seconds):
        self.pushed_s += seconds


class Straight:
    """A door that calls at once, on the loop."""

    async def run(self, call, /, *args, **kwargs):
        return call(*args, **kwargs)


@dataclass
class Heard:
    """A listener that remembers."""

    facts: list[Fact] = field(default_factory=list)

    def hear(self, fact):
        self.facts.append(fact)

    def of(self, kind):
        return [fact for fact in self.facts if isinstance(fact, kind)]


@dataclass
class Rung:
    """A bell that counts."""

    rings: list[Stage] = field(default_factory=list)

    def ring(self, stage):
        self.rings.append(stage)

    async def heard(self, stage, timeout_s):
        return stage in self.rings


def brief(campaign="summer", assets=(), **wishes):
    placement = Placement(id="1x1", width=1080, height=1080)
    copy = Copy(locale="en", message="Hello")
    product = Product(id="cup", name="Cup", assets=tuple(assets))
    return Brief(
        campaign=campaign,
        title=campaign,
        products=(product,),
        locales=("en",),
        copies={"en": copy},
        placements=(placement,),
        **wishes,
    )


def picture(path, *, required=False):
    return Asset(path=path, role=AssetRole.PICTURE, required=required, field="products[0].image")


def reading(data: bytes, name: str) -> Reading:
    """`campaign [asset ...] end`: the dialect of these tests. `bad` is refused; a `!` before an asset requires it."""
    words = data.decode("utf-8", "replace").split()
    if words[0] == "bad":
        raise BriefRefused((Problem(code="brief.bad", message="This is bad.", fix="Mend it."),))
    if words[0] == "bug":
        raise ZeroDivisionError("a fault of ours")
    assets = [picture(word.lstrip("!"), required=word.startswith("!")) for word in words[1:] if word != "end"]
    return Reading(brief=brief(words[0], assets))


def complete(data: bytes, name: str) -> bool:
    return data.rstrip().endswith(b"end")


class House:
    """An inbox with its intake, driven by hand."""

    def __init__(self, path: Path, **manners: object) -> None:
        self.inbox, self.library = path / "inbox", path / "assets"
        self.refusals: list[tuple[Job, tuple[Problem, ...]]] = []
        self.originals: dict[str, object] = {}
        for folder in (self.inbox, self.library):
            folder.mkdir(exist_ok=True)
        mounts.mark(self.inbox)
        self.path = path
        self.lacking = ""
        self.clock = PushedClock()
        self.heard = Heard()
        self.bell = Rung()
        self.store = MemoryStore()
        self.ledger = MemoryLedger(self.clock)
        self.read: Callable[[bytes, str], Reading] = reading
        self.complete: Callable[[bytes, str], bool] = complete
        self.manners = replace(Manners(policy=Policy(quiet_s=2.0, grace_s=60.0), watcher="off"), **manners)
        self.restart()

    def restart(self) -> None:
        """A new process on the same inbox and ledger."""
        office = Office(
            journal=self.ledger.journal,
            records=self.ledger.records,
            listener=self.heard,
            clock=self.clock,
            bell=self.bell,
            door=Straight(),
        )
        self.intake = Intake(
            places=Places(inbox=self.inbox, work=self.path / "work", library=self.library),
            manners=self.manners,
            office=office,
            store=self.store,
            read=self._read,
            complete=self.complete,
            allowed=self.allowed,
        )
        self.intake.on_refusal(self.refuse)

    async def refuse(self, job, problems):
        self.refusals.append((job, problems))
        original = self.intake.original(job.id)
        self.originals[job.source] = None if original is None else original.name
        return f"{job.source}.{job.id}"

    def allowed(self):
        """What every job needs is there."""
        if self.lacking:
            raise Paused(f"{self.lacking} is missing", resource=self.lacking)

    def _read(self, data, name):
        return self.read(data, name)

    def drop(self, name, data="summer end"):
        raw = name if isinstance(name, bytes) else os.fsencode(name)
        path = self.inbox / os.fsdecode(raw)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    async def rounds(self, count=2, seconds=3.0):
        """So many scans, so far apart."""
        for _ in range(count):
            await self.intake.tick("interval")
            self.clock.push(seconds)

    def jobs(self):
        return {job.source: job for job in self.ledger.records.jobs(JobQuery(limit=0))}

    def states(self):
        return {name: str(job.state) for name, job in self.jobs().items()}

    def left(self):
        return sorted(path.name for path in self.inbox.iterdir() if path.name != ".briefmill")

    def claims(self):
        folder = self.inbox / ".briefmill" / "claimed"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def snapshot(self, source):
        admission = self.ledger.records.admission(self.jobs()[source].id)
        assert admission is not None
        return admission.snapshot

    def told(self, source):
        (problems,) = [problems for job, problems in self.refusals if job.source == source]
        return " ".join(f"{problem.message} {problem.fix}" for problem in problems)


def renaming(monkeypatch, inbox, stand_in):
    """Call `stand_in(source, target, rename)` for renames out of the inbox itself."""
    rename = Path.rename

    def renamed(source, target):
        if source.parent == inbox:
            return stand_in(source, target, rename)
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", renamed)


async def until(condition, seconds=5.0):
    """Let the loop and its threads go on until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is a folder, which sets no event
            await asyncio.sleep(0.01)


RUNNING, REJECTED, HELD, CANCELLED, DUPLICATE = (
    str(state) for state in (State.RUNNING, State.REJECTED, State.HELD, State.CANCELLED, State.DUPLICATE)
)
