"""A home for the tests of keeping: real folders, a real ledger, jobs in every state that matters, no daemon."""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Creative
from briefmill.domain.job import Job, Stage, State
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import Admission, Claim, Finish, StageResult
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.wiring import home as homes
from briefmill.wiring import inward
from ledger.ledgerkit import PushedClock

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Household:
    """A home that was made by `init`, and somebody who works in it."""

    path: Path
    environ: dict[str, str] = field(default_factory=dict)
    clock: PushedClock = field(default_factory=PushedClock)

    def __post_init__(self):
        if not self.path.exists():
            homes.init(self.path, self.environ, dry_run=False)
        self.store.prepare()

    @property
    def settings(self):
        return Settings.load(self.path, self.environ)

    @property
    def store(self):
        return FileStore(self.path / "state" / "work" / "artefacts")

    @property
    def archive(self):
        return FileStore(self.path / "archive")

    def ledger(self):
        return SqlLedger(self.path / "state" / "briefmill.db", self.clock)

    def put(self, text: str) -> Ref:
        return self.store.put(text.encode(), "text/plain")

    def claimed(self, ledger, name: str = "brief.json", raw: bytes | None = None) -> Job:
        """A job whose file was taken and is not read yet."""
        raw = raw or name.encode()
        (self.path / "inbox" / os.fsdecode(raw)).write_bytes(b"dropped as " + raw)
        job = ledger.journal.begin(source=name, source_raw=raw)
        inward.claims(self.settings).take(raw, job.id)
        return ledger.journal.took(job.id)

    def running(self, ledger, campaign: str, text: str = "") -> Job:
        """A job that was admitted and waits at the first stage, with its claim."""
        job = self.claimed(ledger, f"{campaign}.json")
        snapshot = Snapshot(name="brief.json", brief=self.put(text or campaign), files={"logo": self.put("logo")})
        reading = self.put(f"reading of {campaign}")
        return ledger.journal.admit(job.id, Admission(snapshot=snapshot, reading=reading, campaign=campaign))

    def generated(self, ledger) -> Job:
        """Whatever waits first gets its picture."""
        claim = ledger.claims.claim(Stage.GENERATE, "anna", 60)
        assert isinstance(claim, Claim)
        picture = codec.plain(self.put(f"picture of {claim.job.campaign}"))
        return ledger.claims.finish(claim, Finish(results=(self._result(Stage.GENERATE, pictures=[picture]),)))

    def delivered(self, ledger, campaign: str) -> Job:
        """A job with a set in the outbox, its creatives in the store, and what it was made of in the archive."""
        self.running(ledger, campaign)
        self.generated(ledger)
        claim = ledger.claims.claim(Stage.RESIZE, "anna", 60)
        ref = self.put(f"creative of {campaign}")
        made = codec.plain(ref)
        results = tuple(self._result(stage, creatives=[made]) for stage in claim.stages)
        ledger.claims.finish(claim, Finish(results=results))
        claim = ledger.claims.claim(Stage.ARCHIVE, "anna", 60)
        entries = {
            "receipt.json": codec.plain(self.archive.put(f"receipt of {campaign}".encode(), "text/plain")),
            "masters/cup": codec.plain(self.archive.put(f"picture of {campaign}".encode(), "text/plain")),
            "inputs/logo": codec.plain(self.archive.put(b"logo", "text/plain")),
        }
        manifest = self.archive.put(json.dumps({"job": claim.job.id, "entries": entries}).encode(), "application/json")
        folder = self.publish("outbox", campaign, {"receipt.json": json.dumps({"job": claim.job.id}), "a.jpg": "x"})
        creative = Creative(
            product="cup", locale="en", placement="1x1", ref=ref, width=1, height=1, extension="jpg", layout="hero"
        )
        done = self._result(Stage.ARCHIVE, manifest=codec.plain(manifest), folder=folder.name)
        job = ledger.claims.finish(claim, Finish(results=(done,), state=State.DELIVERED, creatives=(creative,)))
        inward.claims(self.settings).discard(job.id)
        return job

    def rejected(self, ledger, name: str = "bad.json") -> Job:
        """A job that was refused as it was read, with its folder."""
        job = ledger.journal.close(self.claimed(ledger, name).id, State.REJECTED, reason="no message")
        self.publish("rejected", f"{name}.{job.id}", {"reasons.json": "{}", "REASONS.md": "no", name: "dropped"})
        inward.claims(self.settings).discard(job.id)
        return job

    def publish(self, where: str, name: str, files: dict[str, str]) -> Path:
        folder = self.path / where / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        return folder

    def age(self, days: float) -> None:
        """Make everything in the stores as old as that, by the pushed clock's time."""
        then = self.clock.now().timestamp() - days * 86400
        for store in (self.store.root, self.archive.root):
            for file in store.rglob("*"):
                if file.is_file():
                    os.utime(file, (then, then))

    def _result(self, stage, **output):
        return StageResult(stage=stage, outcome="ok", started_at=NOW, duration_s=1.0, output=output)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def silent(what, done, whole):
    """Hear of progress and say nothing."""
