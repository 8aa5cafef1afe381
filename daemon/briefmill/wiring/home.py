"""Making a home and examining one."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from briefmill import files
from briefmill.errors import AlreadyRunning, FolderError
from briefmill.intake import mounts
from briefmill.runtime import doctor
from briefmill.settings import Settings, shipped_config
from briefmill.storage import grounds
from briefmill.wiring import ground, inward, sealing
from briefmill.wiring.clock import SystemClock

NOT_COPIED = frozenset({"demo"})
"""Parts of the shipped configuration that a home does not need a copy of."""


def init(home: Path, environ: Mapping[str, str], *, dry_run: bool) -> list[Path]:
    """Make the folders, the inbox's marker and a commented configuration; returns what was (or would be) made.

    Changes nothing that is there. Raises FolderError where a folder cannot be made.
    """
    made: list[Path] = []
    shipped = shipped_config()
    for source in sorted(shipped.rglob("*")):
        inside = source.relative_to(shipped)
        target = home / "config" / inside
        ours = source.is_file() and not source.name.startswith(".") and inside.parts[0] not in NOT_COPIED
        if ours and not target.exists():
            made.append(target)
            if not dry_run:
                target.parent.mkdir(parents=True, exist_ok=True)
                # Durably: a power cut after `init` must not leave an empty configuration that refuses every command.
                files.write_durably(target, source.read_bytes())
    settings = Settings.load(home, environ)
    try:
        for _, folder in settings.folders:
            if not folder.is_dir():
                made.append(folder)
                if not dry_run:
                    folder.mkdir(parents=True)
    except OSError as error:
        raise FolderError(f"{error.filename} cannot be made: {error.strerror}.") from error
    marker = mounts.marker(settings.folders.inbox)
    if not marker.exists():
        made.append(marker)
        if not dry_run:
            mounts.mark(settings.folders.inbox)
    if not dry_run:
        made += sealing.prepare(settings, SystemClock().now())
        inward.accept_inbox(settings)
        ground.standing(settings).accept()
    return made


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold a home's state folder alone, as long as this process lives. Raises AlreadyRunning, FolderError."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "lock").open("a")
    except OSError as error:
        raise FolderError(
            f"{state} cannot be used: {error.strerror}. Run `briefmill init` or mend its rights."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        except OSError as error:
            raise FolderError(
                f"{state} cannot be locked: {error.strerror}. Give it a folder on a local disk."
            ) from error
        yield


def examine(settings: Settings) -> list[doctor.Check]:
    """All of the doctor's checks for a home."""
    from PIL import features

    from briefmill.imaging.fonts import Library
    from briefmill.ledger.sql import SqlLedger
    from briefmill.wiring.making import who_makes

    def database() -> str:
        path = settings.folders.state / "briefmill.db"
        if not path.exists():
            return "none yet; made at the first run"
        ledger = SqlLedger(path, SystemClock())
        try:
            report = ledger.trail.verify()
            ledger.claims.release("the doctor, who has none")  # a transaction like any other, but for nothing
        finally:
            ledger.close()
        if report.bad_row:
            raise FolderError(f"the audit trail does not hold from row {report.bad_row} on: {report.reason}")
        return f"{report.rows} audit rows, all hold"

    library = Library.build()

    def drawn(text: str, locale: str) -> doctor.Drawn:
        return doctor.Drawn(families=library.families(text, locale), missing=library.missing(text, locale))

    examined = doctor.examine(
        doctor.Patient(
            home=settings.home,
            folders=dict(settings.folders),
            listen=settings.telemetry.listen,
            watch_mode=str(mounts.watching(settings.folders.inbox, settings.intake.watcher)),
            marker=not settings.intake.marker or mounts.marker(settings.folders.inbox).exists(),
            unmounted=_unmounted(settings),
            maker=who_makes(settings),
            spaces=lambda: _spaces(settings),
            ground=_ground(settings),
            group=lambda: _group(settings),
            database=database,
            drawn=drawn,
            raqm=(features.version("raqm") or "yes") if features.check("raqm") else "",
        )
    )
    return [*examined, sealing.examined(settings, SystemClock().now())]


def _unmounted(settings: Settings) -> Mapping[str, str]:
    standing = ground.standing(settings)
    standing.recall()
    return standing.missing()


def _spaces(settings: Settings) -> list[doctor.Space]:
    return [
        doctor.Space(
            folder=room.name,
            free=room.free,
            floor=room.floor,
            inodes=room.inodes,
            least_inodes=room.least_inodes,
        )
        for room in ground.keep_free(settings).rooms()
    ]


def _ground(settings: Settings) -> doctor.Ground:
    kind = mounts.file_system(settings.folders.state)
    return doctor.Ground(kind=kind, refused=grounds.refused(kind), doubted=grounds.doubted(kind))


def _group(settings: Settings) -> str:
    number = ground.rights(settings).group
    return "delivered files keep the group they get" if number is None else f"delivered files go to group {number}"
