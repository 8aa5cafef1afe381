"""The heartbeat of a home, put together: what is sent, how it is known, what it never touches, how it is cleared away.

A heartbeat is a real brief with a name that nobody can guess, which this process has just written: that alone makes its
job one of the tenant `domain.job.HEARTBEAT`, and from the ledger's row on it is known by the tenant, over a restart,
too. It is made by the built-in maker, past every cache and every budget; its folders are built and taken away unseen;
its archive is a store of its own on the archive's disk. When it rests, all that was stored for it is deleted. Its job
and audit rows stay: the chain is append-only.
"""

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from briefmill import files
from briefmill.domain import codec
from briefmill.domain.job import HEARTBEAT, Job, State
from briefmill.engine.workers import Workers
from briefmill.intake import mounts
from briefmill.intake.intake import Intake
from briefmill.makers.procedural import ProceduralMaker
from briefmill.ports import ImageMaker, JobQuery, Records, Store
from briefmill.runtime.heartbeat import Heartbeat
from briefmill.runtime.supervisor import Part
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.telemetry.beats import NAME
from briefmill.wiring import caretaking
from briefmill.wiring.house import Commons

OPEN: Final = (State.SETTLING, State.CLAIMED, State.RUNNING)
FOLDER: Final = ".heartbeat"
"""Where on the archive's disk a heartbeat is archived: beside what is archived, and not in it."""

_OURS: Final = re.compile(rf"{NAME}-([0-9a-f]{{32}})\.json")


@dataclass(kw_only=True)
class Beats:
    """The heartbeats of one home. Implements runtime.heartbeat.Sender."""

    settings: Settings
    records: Records
    store: Store
    sent: set[bytes] = field(default_factory=set)
    """The name of the one that this process has written last; shared with the house that follows this one."""

    @property
    def archive(self) -> FileStore:
        """The store that heartbeats are archived in."""
        return FileStore(self.settings.folders.archive / FOLDER)

    def tenant(self, name: bytes) -> str:
        """Whose a dropped name is."""
        return HEARTBEAT if name in self.sent else "default"

    def archive_of(self, job: Job) -> Store | None:
        """Where a heartbeat is archived; None for anything else."""
        return self.archive if job.rehearsal else None

    def under_way(self) -> bool:
        """Whether one has not come to its end. One that was held for a person is cancelled: nobody will look at it."""
        for held in self.records.jobs(JobQuery(tenant=HEARTBEAT, states=(State.HELD,), limit=0)):
            self.records.cancel(held.id, reason="A heartbeat is not held; the next one follows.")
            self.clear(held)
        inbox = self.settings.folders.inbox
        if any((inbox / os.fsdecode(name)).exists() for name in self.sent):
            return True
        return bool(self.records.jobs(JobQuery(tenant=HEARTBEAT, states=OPEN, limit=1)))

    def send(self) -> None:
        """Write one into the inbox. Raises OSError."""
        for before in self.records.jobs(JobQuery(tenant=HEARTBEAT, limit=1)):
            self.clear(before)  # a kill may have come between its end and its clearing away
        inbox = self.settings.folders.inbox
        token = secrets.token_hex(16)
        name = f"{NAME}-{token}.json"
        self.sent.clear()
        self.sent.add(name.encode())
        arriving = inbox / f".{name}.submitting"
        try:
            arriving.write_bytes(brief(token))
            if self.settings.intake.done_marker == "required":
                (inbox / f"{name}.done").touch()
            files.rename_noreplace(arriving, inbox / name)
        except BaseException:
            for left in (arriving, inbox / f"{name}.done"):
                left.unlink(missing_ok=True)
            raise

    def sweep(self) -> None:
        """Remove what a run before this one had sent and not taken: to this process it would be anybody's brief."""
        inbox = self.settings.folders.inbox
        if mounts.missing(inbox, marked=self.settings.intake.marker, expected=""):
            return
        with os.scandir(inbox) as entries:
            found = [(entry.name, match[1]) for entry in entries if (match := _OURS.fullmatch(entry.name))]
        for name, token in found:
            # Only what we have written ourselves, to the last byte: the name alone is anybody's to choose.
            if (inbox / name).is_file() and (inbox / name).read_bytes() == brief(token):
                (inbox / name).unlink(missing_ok=True)
                (inbox / f"{name}.done").unlink(missing_ok=True)

    def clear(self, job: Job) -> None:
        """Delete what was stored for a heartbeat that rests. Blocks. Idempotent."""
        told: list[object] = [dict(run.output) for run in self.records.history(job.id)]
        told += [codec.plain(creative) for creative in self.records.creatives(job.id)]
        if (admission := self.records.admission(job.id)) is not None:
            told += [codec.plain(admission.snapshot), codec.plain(admission.reading)]
        for address in caretaking.addresses(told):
            self.store.delete(address)
        shutil.rmtree(self.archive.root, ignore_errors=True)


def brief(token: str) -> bytes:
    """The smallest brief that passes every station. `token` makes it other bytes than the one before it.

    Its product is nobody else's: what is stored for it is deleted by its content.
    """
    told = {
        "campaign": NAME,
        "message": {"en": "All is well"},
        "brand": {"name": "Briefmill", "palette": ["#123F4A", "#F2B84B"]},
        "products": [{"id": "beat", "name": "Heartbeat of Briefmill"}],
        "placements": ["1:1"],
        "notes": f"Sent by Briefmill to itself; it goes away by itself. {token}",
    }
    return json.dumps(told, indent=2).encode() + b"\n"


def maker_for(otherwise: Callable[[Job, bool], ImageMaker], workers: Workers) -> Callable[[Job, bool], ImageMaker]:
    """The makers of a home, with the built-in one, past the cache, for heartbeats."""
    drawing = ProceduralMaker(workers.call)
    return lambda job, has_time: drawing if job.rehearsal else otherwise(job, has_time)


def parts(beats: Beats, commons: Commons, intake: Intake) -> list[Part]:
    """The eternal task that sends them; none where there shall be none at all."""
    if not commons.beating:
        return []

    def hindrance() -> str:
        if missing := commons.pauses.missing:
            return "paused: " + ", ".join(sorted(missing))
        return "" if intake.available else "the inbox is offline"

    heart = Heartbeat(
        every_s=beats.settings.telemetry.heartbeat,
        sender=beats,
        hindrance=hindrance,
        clock=commons.clock,
        listener=commons.listener,
    )
    return [Part(name="heartbeat", run=heart.run, patience_s=2.0)]
