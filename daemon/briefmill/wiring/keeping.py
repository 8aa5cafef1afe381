"""A home's backups: what belongs into one, where it goes, and how it comes back."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from briefmill import __version__, files
from briefmill.domain.job import State
from briefmill.errors import AlreadyRunning, FolderError, UsageError
from briefmill.intake import mounts
from briefmill.keeping import backup as backups
from briefmill.keeping import parcel, restore, rotation
from briefmill.keeping.backup import Claimed, Health, Made, Order, Tell
from briefmill.keeping.manifest import Manifest, Root
from briefmill.keeping.restore import Restored, Target
from briefmill.ledger import freezing, inspection
from briefmill.provenance import authority
from briefmill.settings import Settings
from briefmill.wiring import caretaking, home, inward, sealing
from briefmill.wiring.clock import SystemClock

OPTIONAL: Final = (Root.ARCHIVE, Root.CACHE, Root.ASSETS, Root.REJECTED, Root.OUTBOX)
"""Folders that a backup may go without."""

_PRIVATE: Final = b"PRIVATE KEY-----"
_HEAD: Final = 1 << 16
_LEFT_S: Final = 86400.0
"""What nobody has written to for a day was left by a kill."""


def make(
    settings: Settings, to: Path | None, *, without: frozenset[Root] = frozenset(), with_keys: bool, tell: Tell
) -> Made:
    """Make a backup: into `to`, a new file or a folder; without it into the home's own folder for them.

    Raises FolderError, NotFound, AuditBroken, Temporary, Paused, UsageError.
    """
    place = _place(settings, to)
    with caretaking.undisturbed(settings.folders.state, wait=True):
        return backups.pack(_order(settings, without, with_keys=with_keys), place, tell)


def before_migrating(settings: Settings, tell: Tell) -> Made:
    """A backup of the ledger and the configuration alone: what a migration may spoil."""
    everything = frozenset(OPTIONAL) | {Root.ARTEFACTS, Root.INBOX}
    return make(settings, None, without=everything, with_keys=False, tell=tell)


def rotate(settings: Settings, to: Path | None, keep: int, *, dry_run: bool) -> Sequence[rotation.Backup]:
    """Remove all but the newest `keep` backups of the folder that `make` writes into."""
    place = settings.backups if to is None else to
    return rotation.rotate(place if place.is_dir() else place.parent, keep, dry_run=dry_run)


def verify(path: Path, tell: Tell) -> tuple[Manifest, str]:
    """Read a backup whole and examine its ledger; gives what it holds, and its seal. Raises FolderError."""
    with parcel.opened(path) as opened, tempfile.TemporaryDirectory() as room:
        restore.check(opened, _look, Path(room), tell)
        return opened.manifest, opened.seal


def bring_back(
    path: Path,
    where: Path,
    environ: Mapping[str, str],
    *,
    expected: str = "",
    force: bool = False,
    with_config: bool = True,
    dry_run: bool = False,
    tell: Tell,
) -> Restored:
    """Restore a backup into the home `where`, which nobody may be running. `expected` is the seal it must have.

    Raises FolderError, AlreadyRunning, ConfigError, Paused.
    """
    with parcel.opened(path) as opened:
        if expected and opened.seal != expected.lower():
            raise FolderError(f"{path} is another backup: its seal is {opened.seal}.")
        settings = _settings(opened, where, environ, with_config=with_config)
        with tempfile.TemporaryDirectory() as room:
            health = restore.check(opened, _look, Path(room), tell)
        _check_inbox(settings, opened.manifest.inbox, force=force)
        target = Target(
            bases=_bases(settings, with_config=with_config, with_keys=opened.manifest.keys),
            aside=f".before-restore-{SystemClock().now():%Y%m%dT%H%M%SZ}",
            force=force,
        )
        if dry_run:
            _check_free(settings.folders.state)
            done = restore.unpack(opened, target, dry_run=True, tell=tell)
        else:
            with home.locked(settings.folders.state):
                done = restore.unpack(opened, target, tell=tell)
                home.init(where, environ, dry_run=False)
    return Restored(
        manifest=done.manifest,
        seal=done.seal,
        written=done.written,
        size=done.size,
        aside=done.aside,
        stayed=done.stayed,
        health=health,
    )


class _Books:
    """The ledger of a home, as a backup asks it."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.ledger
        self._claims = inward.claims(settings)
        self._archive = settings.folders.archive

    def copy(
        self, target: Path, meanwhile: Callable[[Sequence[Claimed]], None], progress: Callable[[int, int], None]
    ) -> None:
        freezing.copy(
            self._path,
            target,
            meanwhile=lambda pending: meanwhile([one for job in pending for one in self._of(job)]),
            progress=progress,
        )

    def addresses(self, copied: Path) -> frozenset[str]:
        """Those of the ledger, and those that the archive's manifests name beyond them (the receipt)."""
        named = freezing.addresses(copied)
        manifests = (caretaking.archived(self._archive, told) for told in freezing.archived(copied))
        return named.union(*manifests)

    def look(self, copied: Path) -> Health:
        return _look(copied)

    def _of(self, job: freezing.Pending) -> Iterator[Claimed]:
        own, name = self._claims.root.parent, os.fsdecode(job.name)
        inbox = self._claims.inbox
        for kind in ("tries", "held"):
            if (own / kind / job.job).is_file():
                yield Claimed(path=(own / kind / job.job).relative_to(inbox).as_posix(), vital=True)
        original = self._claims.original(job.job)
        if original is not None:
            yield Claimed(path=original.relative_to(inbox).as_posix(), vital=not job.admitted)
        elif not job.admitted and job.state in {State.SETTLING, State.HELD} and os.path.lexists(inbox / name):
            yield Claimed(path=name, vital=True)


def _look(path: Path) -> Health:
    health = inspection.look(path)
    return Health(revision=health.revision, head=health.chain.head, rows=health.rows, faults=health.faults)


def _order(settings: Settings, without: frozenset[Root], *, with_keys: bool) -> Order:
    state = settings.folders.state
    shelf = caretaking.shelf_of(settings)
    keys, config = _key_files(settings), settings.home / "config"
    folders = {
        Root.CACHE: shelf.index,
        Root.AUTHORITY: sealing.folder(settings),
        Root.CONFIG: config,
        Root.ASSETS: settings.folders.assets,
        Root.REJECTED: settings.folders.rejected,
        Root.OUTBOX: settings.folders.outbox,
    }
    stores = {Root.ARTEFACTS: state / "work" / "artefacts", Root.ARCHIVE: settings.folders.archive}

    def cached() -> frozenset[str]:
        return frozenset() if Root.CACHE in without else frozenset(entry.ref.sha256 for entry in shelf.entries())

    return Order(
        home=settings.home,
        room=state,
        version=__version__,
        now=SystemClock().now(),
        inbox=settings.folders.inbox,
        identity=mounts.identity(settings.folders.inbox),
        ledger=_Books(settings),
        stores={root: base for root, base in stores.items() if root not in without},
        folders={root: base for root, base in folders.items() if root not in without},
        single={
            (Root.STATE, "owner"): state / "owner",
            (Root.STATE, "inbox"): state / "inbox",
            (Root.HOME, ".env"): settings.home / ".env",
        },
        more=cached,
        private=lambda path: path in keys or (path.is_relative_to(config) and _holds_key(path)),
        with_keys=with_keys,
    )


def _key_files(settings: Settings) -> frozenset[Path]:
    own = sealing.folder(settings)
    brought = {settings.home / settings.provenance.key} if settings.provenance.key else set()
    return frozenset({settings.home / ".env", own / authority.KEY, own / authority.ROOT_KEY, *brought})


def _holds_key(path: Path) -> bool:
    """Whether a file of the configuration carries a private key (PEM), whatever its name."""
    with suppress(OSError), path.open("rb") as file:
        return _PRIVATE in file.read(_HEAD)
    return False


def _place(settings: Settings, to: Path | None) -> Path:
    now = SystemClock().now()
    if to is not None and not to.is_dir():
        if to.suffix != ".zip":
            raise UsageError(f"{to} is no folder, and a backup is a .zip. Name a folder, or a file that ends in .zip.")
        if not to.parent.is_dir():
            raise FolderError(f"{to.parent} is not there. Make it first.")
        return to
    place = settings.backups if to is None else to
    for name, path in settings.folders:
        if place.resolve().is_relative_to(path.resolve()):
            raise FolderError(f"{place} lies inside folders.{name}. Put backups beside it, best on another disk.")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.sweep(place, before=now.timestamp() - _LEFT_S)
    except OSError as error:
        raise FolderError(f"{error.filename or place} cannot be used: {error.strerror}.") from error
    return rotation.name(now, place)


def _settings(opened: parcel.Parcel, where: Path, environ: Mapping[str, str], *, with_config: bool) -> Settings:
    """The settings that will be in force once the backup is back, checked before anything is written."""
    if not with_config:
        return Settings.load(where, environ)
    with tempfile.TemporaryDirectory() as made:
        draft = Path(made).resolve()
        for one in opened.manifest.of(Root.CONFIG) + opened.manifest.of(Root.HOME):
            base = draft / "config" if one.root is Root.CONFIG else draft
            place = base / one.where
            if place.suffix == ".toml" or place.name == ".env":
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("wb") as file:
                    file.writelines(opened.pieces(one))
        settings = Settings.load(draft, environ)
    folders = {
        name: where / path.relative_to(draft) if path.is_relative_to(draft) else path for name, path in settings.folders
    }
    return settings.model_copy(update={"home": where, "folders": settings.folders.model_copy(update=folders)})


def _bases(settings: Settings, *, with_config: bool, with_keys: bool) -> dict[Root, Path]:
    folders, own = settings.folders, sealing.folder(settings)
    bases = {
        Root.STATE: folders.state,
        Root.ARTEFACTS: folders.state / "work" / "artefacts",
        Root.CACHE: folders.state / "cache",
        # An authority without its keys can only be looked at; a new one is made beside it.
        Root.AUTHORITY: own if with_keys else own.with_name(f"{own.name}.before"),
        Root.ARCHIVE: folders.archive,
        Root.ASSETS: folders.assets,
        Root.INBOX: folders.inbox,
        Root.REJECTED: folders.rejected,
        Root.OUTBOX: folders.outbox,
    }
    return bases | ({Root.CONFIG: settings.home / "config", Root.HOME: settings.home} if with_config else {})


def _check_inbox(settings: Settings, identity: str, *, force: bool) -> None:
    """An inbox outside of the home may be a share: what is not mounted must not be filled, nor another one."""
    inbox = settings.folders.inbox
    if force or inbox.is_relative_to(settings.home):
        return
    if wrong := mounts.missing(inbox, marked=settings.intake.marker, expected=identity):
        raise FolderError(f"{wrong}. It is not the inbox that this backup was made of; --force takes it all the same.")


def _check_free(state: Path) -> None:
    """Raise AlreadyRunning while a daemon runs here; writes nothing."""
    with suppress(FileNotFoundError), (state / "lock").open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
