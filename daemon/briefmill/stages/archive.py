"""Stage 5: everything that is needed to defend or repeat a set goes into the archive store, and is read back.

What is archived: the original brief, every supplied file, the source pictures (masters) and mattes, the order with the
brand's file, the receipt and what signs it. The manifest that names them all is an artefact itself; its reference is
recorded in the ledger.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from briefmill.domain import codec
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import Picture
from briefmill.errors import Permanent, Temporary
from briefmill.ports import Store


@dataclass(frozen=True, kw_only=True)
class Archived:
    """Where the archive has it: the manifest, and what it names."""

    manifest: Ref
    entries: Mapping[str, Ref]


def run(
    job: str,
    snapshot: Snapshot,
    pictures: tuple[Picture, ...],
    documents: Mapping[str, Ref | bytes],
    *,
    work: Store,
    to: Store,
) -> Archived:
    """Copy a job's lasting parts from the work store to the archive store and verify each by reading it back.

    `documents` are the receipt, its signature and what else is written about the set, by name; those that are given as
    a reference lie in the work store.

    Idempotent. Raises Temporary when what was written cannot be read back as it was, Paused when there is no room.
    """
    entries: dict[str, Ref] = {f"brief/{snapshot.name}": _copied(work, to, snapshot.brief)}
    for path, ref in snapshot.files.items():
        entries[f"inputs/{path}"] = _copied(work, to, ref)
    for picture in pictures:
        shape = f"-{picture.width}x{picture.height}" if picture.placements else ""
        entries[f"masters/{picture.product}{shape}"] = _copied(work, to, picture.ref)
        if picture.cutout is not None:
            entries[f"mattes/{picture.product}{shape}"] = _copied(work, to, picture.cutout.matte)
    for name, document in documents.items():
        entries[name] = (
            _copied(work, to, document)
            if isinstance(document, Ref)
            else _verified(to, to.put(document, "application/json"))
        )
    listing = codec.canonical({"job": job, "entries": {name: codec.plain(ref) for name, ref in entries.items()}})
    manifest = listing.encode("utf-8", "surrogateescape")
    return Archived(manifest=_verified(to, to.put(manifest, "application/json")), entries=entries)


def _copied(work: Store, to: Store, ref: Ref) -> Ref:
    """A piece at a time: what a bundle brings need not fit into memory."""
    return _verified(to, to.gather(work.pieces(ref), ref))


def _verified(store: Store, ref: Ref) -> Ref:
    try:
        deque(store.pieces(ref), maxlen=0)  # the last piece tells whether they are what their address says
    except Permanent as error:
        # Not the brief's fault: it is written anew at the next try.
        store.delete(ref.sha256)
        raise Temporary(f"the archive gave back other bytes than were written for {ref.sha256}") from error
    return ref
