"""Unpacks a backup into a home that nobody runs.

The parcel is read whole and its ledger examined before anything is written. Files appear whole, nothing that is there
is overwritten: where the home holds other bytes under the same name it is refused, or with `force` the old file is set
aside. The ledger gets its name last, when all that it names is on the disk, so that a restore that is cut off can only
be done again, and never leaves a ledger without its artefacts.
"""

import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import FolderError
from briefmill.keeping import manifest as manifests
from briefmill.keeping.backup import Health, Tell
from briefmill.keeping.manifest import Kept, Manifest, Root
from briefmill.keeping.parcel import Parcel

_REPLACED: Final = frozenset({Root.STATE, Root.CONFIG, Root.HOME, Root.AUTHORITY})
"""Folders in which a file with other bytes is in the way; elsewhere what is there stays, and is told."""

_SHOWN: Final = 5
_LOGS: Final = ("-wal", "-shm")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where each folder's files go. `aside` is the ending of the names of what is set aside."""

    bases: Mapping[Root, Path]
    aside: str
    force: bool = False


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was (or would be) done: files and bytes written, what was set aside, and what was there and stayed."""

    manifest: Manifest
    seal: str
    written: int = 0
    size: int = 0
    aside: tuple[Path, ...] = ()
    stayed: tuple[Path, ...] = ()
    health: Health | None = None


@dataclass(kw_only=True)
class _Progress:
    written: int = 0
    size: int = 0
    aside: list[Path] = field(default_factory=list)
    stayed: list[Path] = field(default_factory=list)


def check(parcel: Parcel, look: Callable[[Path], Health], room: Path, tell: Tell) -> Health:
    """Read all of a parcel and examine its ledger, in a folder `room` that may be written to. Raises FolderError."""
    whole, done = sum({one.member: one.size for one in parcel.manifest.files}.values()), 0

    def progress(count: int) -> None:
        nonlocal done
        done += count
        tell("verifying", done, whole)

    parcel.verify(progress)
    ledger = _ledger(parcel.manifest)
    with tempfile.TemporaryDirectory(dir=room, prefix=files.WRITING) as folder:
        copied = Path(folder, "ledger")
        with copied.open("wb") as file:
            file.writelines(parcel.pieces(ledger))
        health = look(copied)
    if health.faults:
        raise FolderError(f"The ledger in this backup is not sound: {'; '.join(health.faults)}.")
    if health.head != parcel.manifest.head:
        raise FolderError("The ledger in this backup is not the one that its manifest tells of.")
    return health


def unpack(parcel: Parcel, target: Target, *, dry_run: bool = False, tell: Tell = lambda *_, **__: None) -> Restored:
    """Write all that the target has a folder for; the parcel must have been checked. May be repeated after a crash.

    Raises FolderError where something is in the way and nothing shall be set aside, Paused for a full disk.
    """
    wanted = [one for one in parcel.manifest.files if one.root in target.bases]
    if not target.force and (hindrances := _hindrances(wanted, target, parcel)):
        shown = ", ".join(str(path) for path in hindrances[:_SHOWN])
        more = f" and {len(hindrances) - _SHOWN} more" if len(hindrances) > _SHOWN else ""
        raise FolderError(
            f"This home is in use: {shown}{more}. Restore into an empty folder, or with --force, which sets aside "
            "what is in the way."
        )
    done = _Progress()
    if not dry_run:
        _make_room(target, done)
    whole = sum(one.size for one in wanted)
    ledger = _ledger(parcel.manifest)
    with files.disk_errors("the home"):
        for one in wanted:
            if one is ledger:
                continue
            _place(parcel, one, target, done, dry_run=dry_run)
            tell("restoring", done.size, whole)
        if not dry_run:
            # One wait for all of them: what the ledger names must be on the disk before it is there itself.
            os.sync()
        _place(parcel, ledger, target, done, dry_run=dry_run)
        if not dry_run:
            files.sync(target.bases[Root.STATE])
            tell("restoring", whole, whole)
    return Restored(
        manifest=parcel.manifest,
        seal=parcel.seal,
        written=done.written,
        size=done.size,
        aside=tuple(done.aside),
        stayed=tuple(done.stayed),
    )


def _ledger(manifest: Manifest) -> Kept:
    return next(one for one in manifest.files if (one.root, one.path) == (Root.STATE, manifests.LEDGER))


def _hindrances(wanted: Collection[Kept], target: Target, parcel: Parcel) -> list[Path]:
    found = [path for path in _of_ledger(target) if os.path.lexists(path)]
    for one in wanted:
        place = target.bases[one.root] / one.where
        if one.root in _REPLACED and os.path.lexists(place) and place not in found and not _same(parcel, one, place):
            found.append(place)
    return found


def _make_room(target: Target, done: _Progress) -> None:
    """Set a ledger that is there aside, with its log: together they are one database, apart they are none."""
    state = target.bases[Root.STATE]
    state.mkdir(parents=True, exist_ok=True)
    for path in _of_ledger(target):
        if os.path.lexists(path):
            tail = path.name.removeprefix(manifests.LEDGER)
            _set_aside(path, state / f"{manifests.LEDGER}{target.aside}{tail}", done)


def _of_ledger(target: Target) -> list[Path]:
    state = target.bases[Root.STATE]
    return [state / f"{manifests.LEDGER}{tail}" for tail in ("", *_LOGS)]


def _set_aside(path: Path, to: Path, done: _Progress) -> None:
    try:
        files.rename_noreplace(path, to)
    except OSError as error:
        raise FolderError(f"{path} cannot be set aside: {error.strerror}.") from error
    done.aside.append(to)


def _place(parcel: Parcel, one: Kept, target: Target, done: _Progress, *, dry_run: bool) -> None:
    base = target.bases[one.root]
    place = base / one.where
    if os.path.lexists(place):
        if one.root not in _REPLACED or _same(parcel, one, place):
            done.stayed.append(place)
            return
        if dry_run:
            done.aside.append(place.with_name(place.name + target.aside))
        else:
            _set_aside(place, place.with_name(place.name + target.aside), done)
    done.written += 1
    done.size += one.size
    if dry_run:
        return
    folder = _folder(base, one.where)
    try:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=files.WRITING)
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parcel.pieces(one))
                os.fchmod(file.fileno(), one.mode)
                if one.root is Root.STATE:
                    file.flush()
                    os.fsync(file.fileno())
            files.rename_noreplace(temporary, place)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except PermissionError as error:
        raise FolderError(f"{error.filename or place} cannot be written: {error.strerror}.") from error


def _folder(base: Path, path: str) -> Path:
    """The folder of a path, made where it is missing; never through a link below `base`."""
    base.mkdir(parents=True, exist_ok=True)
    here = base
    for part in path.split("/")[:-1]:
        here /= part
        if here.is_symlink():
            raise FolderError(f"{here} is a link. Put a folder in its place: a restore writes through none.")
        here.mkdir(exist_ok=True)
    return here


def _same(parcel: Parcel, one: Kept, place: Path) -> bool:
    """Whether the file that is there has the very bytes."""
    if place.is_symlink() or not place.is_file() or place.stat().st_size != one.size:
        return False
    with place.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in parcel.pieces(one))
