"""Packs a home into one file while its daemon works.

The ledger comes first, as it is at one moment; with it, in that very moment, the claims that its open jobs go on from.
Artefacts are named by their content and are only ever added to, so everything the ledger names at that moment can be
fetched afterwards. What retention or the cache's bounds remove meanwhile is told as absent; the wiring keeps both away
from a running backup. A ledger that is not sound is not packed: the backup would take the place of a good one.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from briefmill import files
from briefmill.errors import AuditBroken, FolderError
from briefmill.keeping import manifest as manifests
from briefmill.keeping import parcel
from briefmill.keeping.manifest import Manifest, Root

_ROOM: Final = ".packing"
HOLD_S: Final = 4.0
"""Writers are held up no longer than this for claims: they give up after ten seconds."""


class Tell(Protocol):
    """Hears how far it is: what is being done, bytes done and bytes in all."""

    def __call__(self, what: str, done: int, whole: int) -> None:
        """Take note; called often."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What an examination of a ledger's file said."""

    revision: str | None
    head: str
    rows: Mapping[str, int]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """Something of the inbox that an open job goes on from: its path there. `vital`: nothing else has its bytes."""

    path: str
    vital: bool


class Ledger(Protocol):
    """What is asked of the ledger's room."""

    def copy(
        self, target: Path, meanwhile: Callable[[Sequence[Claimed]], None], progress: Callable[[int, int], None]
    ) -> None:
        """Copy it as it is at one moment; `meanwhile` is called in that moment with what open jobs have claimed."""

    def addresses(self, copied: Path) -> frozenset[str]:
        """The SHA-256 of all artefacts that a copy names."""

    def look(self, copied: Path) -> Health:
        """Examine a copy."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to pack. `folders` are trees to be packed whole, by root; `stores` hold artefacts by content.

    `room` is a folder to work in, best on the disk of the inbox, whose claims are linked there; nobody else may be
    packing this home.
    `single` are files of their own, by root and path there; `more` gives addresses beside those of the ledger.
    `private` says of a path whether it is a key, which only goes along `with_keys`.
    """

    home: Path
    room: Path
    version: str
    now: datetime
    inbox: Path
    identity: str
    ledger: Ledger
    stores: Mapping[Root, Path]
    folders: Mapping[Root, Path]
    single: Mapping[tuple[Root, str], Path] = field(default_factory=dict)
    more: Callable[[], frozenset[str]] = frozenset
    private: Callable[[Path], bool] = lambda _: False
    with_keys: bool = False


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup: its file, its bytes, what it says of itself, and the seal to note elsewhere."""

    path: Path
    size: int
    seal: str
    manifest: Manifest


def pack(order: Order, to: Path, tell: Tell = lambda what, done, whole: None) -> Made:
    """Make the backup `to`, a new file (mode 0600), verified by reading it back; nothing is left when it fails.

    Raises FolderError, AuditBroken where the ledger is not sound, NotFound, Temporary, Paused.
    """
    with files.disk_errors(f"the backup {to}"):
        try:
            with parcel.beside(to) as made, _room(order.room) as room:
                seal, manifest = _packed(order, made, room, tell)
                with parcel.opened(made) as again:
                    once = {one.member: one.size for one in manifest.files}
                    counted = _Count("verifying", sum(once.values()), tell)
                    again.verify(counted.add)
        except FileExistsError as error:
            raise FolderError(f"{to} is there already. Give another name: a backup is never overwritten.") from error
        except PermissionError as error:
            raise FolderError(f"{error.filename or to} cannot be used: {error.strerror}.") from error
    return Made(path=to, size=to.stat().st_size, seal=seal, manifest=manifest)


def _packed(order: Order, made: Path, room: Path, tell: Tell) -> tuple[str, Manifest]:
    copied, claims = room / "ledger", _Claims(order.inbox, room / "inbox")
    order.ledger.copy(copied, claims.fetch, lambda done, whole: tell("ledger", done, whole))
    health = order.ledger.look(copied)
    if health.faults:
        raise AuditBroken(
            f"The ledger is not sound, and was not packed: {'; '.join(health.faults)}. `briefmill db check` tells all; "
            "restore an earlier backup."
        )
    named = order.ledger.addresses(copied) | order.more()
    listed = [(Root.STATE, manifests.LEDGER, copied), *claims.listed(), *_listed(order)]
    stored = [
        (root, f"{address[:2]}/{address}", base / address[:2] / address)
        for root, base in order.stores.items()
        for address in sorted(named)
    ]
    everything = [*listed, *(one for one in stored if one[2].is_file())]
    counted = _Count("packing", sum(_size(path) for _, _, path in everything), tell)
    with made.open("wb") as file:
        packer = parcel.Packer(file, counted.add)
        try:
            packer.remarks += claims.remarks
            for root, path, source in everything:
                packer.add(root, path, source)
            manifest = _manifest(order, health, packer, named)
            return packer.close(manifest), manifest
        finally:
            packer.discard()


def _manifest(order: Order, health: Health, packer: parcel.Packer, named: frozenset[str]) -> Manifest:
    there = {one.sha256 for one in packer.files if one.root in order.stores}
    return Manifest(
        format=manifests.FORMAT,
        version=order.version,
        made_at=order.now,
        home=str(order.home),
        inbox=order.identity,
        revision=health.revision,
        head=health.head,
        rows=dict(health.rows),
        keys=order.with_keys,
        files=tuple(packer.files),
        absent=tuple(sorted(named - there)) if order.stores else (),
        remarks=tuple(packer.remarks),
    )


def _listed(order: Order) -> Iterator[tuple[Root, str, Path]]:
    """The single files and the trees that are packed whole; keys only where they are asked for."""
    found = [(root, path, source) for (root, path), source in order.single.items() if source.is_file()]
    for root, base in order.folders.items():
        found += [(root, path, base / path) for path in tree(base)]
    for root, path, source in found:
        if order.with_keys or not order.private(source):
            yield root, path, source


def tree(base: Path) -> Iterator[str]:
    """The paths of all that is no folder below a folder, sorted, through no link; nothing half-written."""
    for folder, inside, names in os.walk(base):
        inside.sort()
        inside[:] = [name for name in inside if not name.startswith(files.WRITING)]
        for name in sorted(names):
            if not name.startswith(files.WRITING):
                yield Path(folder, name).relative_to(base).as_posix()
        for name in inside:
            if Path(folder, name).is_symlink():
                yield Path(folder, name).relative_to(base).as_posix()


class _Claims:
    """What open jobs have in the inbox, fetched in the ledger's own moment: linked where that can be, else copied."""

    def __init__(self, inbox: Path, room: Path) -> None:
        self._inbox = inbox
        self._room = room
        self._later: list[str] = []
        self.remarks: list[str] = []

    def fetch(self, wanted: Sequence[Claimed]) -> None:
        """Fetch all; when time runs out, only what nothing else has the bytes of."""
        end = time.monotonic() + HOLD_S
        for claimed in sorted(wanted, key=lambda one: not one.vital):
            source = self._inbox / claimed.path
            inside = [claimed.path] if not _is_folder(source) else [f"{claimed.path}/{path}" for path in tree(source)]
            if not claimed.vital and time.monotonic() > end:
                self._later += inside
                continue
            for path in inside:
                self._take(path)

    def listed(self) -> Iterator[tuple[Root, str, Path]]:
        """What was fetched, and what is to be packed from where it lies, if it still does."""
        for path in tree(self._room):
            yield Root.INBOX, path, self._room / path
        for path in self._later:
            yield Root.INBOX, path, self._inbox / path

    def _take(self, path: str) -> None:
        source, target = self._inbox / path, self._room / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not stat.S_ISREG(source.lstat().st_mode):
                self.remarks.append(f"left out, no plain file: inbox/{files.printable(os.fsencode(path))}")
                return
            try:
                os.link(source, target, follow_symlinks=False)
            except OSError:
                # Another device, no links, or not ours to link (protected_hardlinks): then by its bytes.
                shutil.copyfile(source, target, follow_symlinks=False)
        except FileNotFoundError:
            self.remarks.append(f"was gone: inbox/{files.printable(os.fsencode(path))}")


class _Count:
    """Adds up bytes for whoever wants to know."""

    def __init__(self, what: str, whole: int, tell: Tell) -> None:
        self._what, self._whole, self._tell, self._done = what, whole, tell, 0

    def add(self, count: int) -> None:
        self._done += count
        self._tell(self._what, self._done, self._whole)


@contextmanager
def _room(parent: Path) -> Iterator[Path]:
    """A folder to work in, gone afterwards; one that a kill had left is removed first."""
    room = parent / _ROOM
    if room.exists():
        shutil.rmtree(room)
    room.mkdir(mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
