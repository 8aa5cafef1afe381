"""Makes a delivered set once more, from the archive alone: no outbox, no work store, no maker of pictures.

The archive's order is given to the pixel stages again, here and now, and every creative is held against what the
ledger has on it. Signatures differ from signing to signing, so a signed file is compared by its bytes before its
manifest was put in; one without a record of origin is compared as it is.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill import files
from briefmill.domain import codec
from briefmill.domain.artefact import Ref
from briefmill.domain.creative import Creative
from briefmill.domain.job import Stage
from briefmill.errors import FolderError, NotFound
from briefmill.ledger.sql import SqlLedger
from briefmill.settings import Settings
from briefmill.storage.fs import FileStore
from briefmill.wiring import making, sealing
from briefmill.wiring.clock import SystemClock

if TYPE_CHECKING:
    from briefmill.stages.order import Order


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """One creative, made again. `same` is whether it has the bytes that were delivered, before signing."""

    path: str
    same: bool
    delivered: str
    made: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """A set made again. `differences` names what is not as it was when the set was made: versions, the signer."""

    job: str
    creatives: tuple[Rebuilt, ...]
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """True when every creative has the bytes it had."""
        return all(one.same for one in self.creatives)


def rebuild(settings: Settings, job: str, *, to: Path | None = None) -> Report:
    """Make the set of a delivered job again, and put its files into the folder `to` if one is named.

    Raises NotFound where there is no such job or its archive has no order, FolderError for a `to` that has files in it.
    """
    from briefmill.stages import order, pixels

    delivered, manifest = _recorded(settings, job)
    archived = FileStore(settings.folders.archive)
    entries = _entries(archived, manifest)
    if "order.json" not in entries:
        raise NotFound(
            f"the archive of {job} holds no order: an older Briefmill delivered it, and only it can rebuild it."
        )
    told = order.loads(archived.get(entries["order.json"]))
    receipt: dict[str, Any] = json.loads(archived.get(entries["receipt.json"]))
    if to is not None and to.exists() and any(to.iterdir()):
        raise FolderError(f"{to} is not empty. Name a new folder.")
    with tempfile.TemporaryDirectory(prefix="briefmill-rebuild-") as scratch:
        work = FileStore(Path(scratch) / "artefacts")
        work.prepare()
        brands = Path(scratch) / "brands"
        brands.mkdir()
        _laid_out(told, archived, work)
        # The record's place in a file is reserved by the certificate that signs it.
        signed = sealing.of(settings, SystemClock().now()) if _was_signed(delivered) else None
        work_done = pixels.run(order.task(told, work, brands, signed))
        if to is not None:
            paths = {one.path for one in delivered}
            _written(tuple(one for one in work_done.creatives if one.path in paths), work, to)
    made = {one.path: one for one in work_done.creatives}
    return Report(
        job=job,
        creatives=tuple(_compared(one, made.get(one.path)) for one in delivered),
        differences=tuple(_differences(receipt, delivered, signed.fingerprint if signed else "")),
    )


def _recorded(settings: Settings, job: str) -> tuple[tuple[Creative, ...], Ref]:
    """What the ledger has of a delivered job: its creatives, and where its archive is."""
    ledger = SqlLedger(settings.ledger, SystemClock())
    try:
        outputs = {run.stage: run.output for run in ledger.records.history(job)}
        creatives = tuple(ledger.records.creatives(job))
    finally:
        ledger.close()
    if Stage.ARCHIVE not in outputs:
        raise NotFound(
            f"{job} was never delivered, so nothing of it is archived. `briefmill jobs list` shows the jobs."
        )
    return creatives, codec.load(Ref, outputs[Stage.ARCHIVE]["manifest"])


def _entries(archived: FileStore, manifest: Ref) -> dict[str, Ref]:
    # A file name that was no text is in it as the bytes that it was.
    listing = json.loads(archived.get(manifest).decode("utf-8", "surrogateescape"))
    return codec.load(dict[str, Ref], listing["entries"])


def _laid_out(told: "Order", archived: FileStore, work: FileStore) -> None:
    """Put all that an order refers to into a work store; the archive is only read."""
    refs = [*told.snapshot.files.values(), *(picture.ref for picture in told.pictures)]
    for picture in told.pictures:
        refs += [picture.cutout.matte, picture.cutout.source] if picture.cutout else []
    refs += [told.brand_file] if told.brand_file else []
    for ref in refs:
        work.gather(archived.pieces(ref), ref)


def _was_signed(creatives: tuple[Creative, ...]) -> bool:
    return any(one.provenance is not None for one in creatives)


def _compared(then: Creative, now: Creative | None) -> Rebuilt:
    before, after = _pure(then), _pure(now) if now is not None else ""
    return Rebuilt(path=then.path, same=before == after, delivered=before, made=after)


def _pure(creative: Creative) -> str:
    """The SHA-256 of a creative's bytes before it was signed."""
    return creative.provenance.unsigned if creative.provenance else creative.ref.sha256


def _differences(receipt: Mapping[str, Any], delivered: tuple[Creative, ...], signer: str) -> list[str]:
    """What is not as it was, in words."""
    then, now = dict(receipt.get("versions", {})), making.versions()
    told = [
        f"{name} was {then[name]} and is {now.get(name, 'not there')}"
        for name in sorted(then)
        if then[name] != now.get(name)
    ]
    signers = {one.provenance.signer for one in delivered if one.provenance}
    if signers and not signer:
        told.append("the files had a record of origin, and provenance is off now")
    elif signers and signers != {signer}:
        told.append("the files were signed with another certificate; room was kept for a manifest of another size")
    return told


def _written(creatives: tuple[Creative, ...], work: FileStore, to: Path) -> None:
    try:
        for one in creatives:
            path = to / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_durably(path, work.get(one.ref), mode=0o644)
    except OSError as error:
        raise FolderError(f"{to} cannot be written: {error.strerror}. Mend its rights.") from error
