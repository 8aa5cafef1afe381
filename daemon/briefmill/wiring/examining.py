"""The doctor's visit: what there is of a home and its machine is looked up here, and judged in `runtime`."""

import fcntl
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.errors import BriefmillError, ConfigError, FolderError, Paused
from briefmill.intake import mounts
from briefmill.keeping import rotation
from briefmill.ledger import freezing, wire
from briefmill.ledger.sql import SqlLedger
from briefmill.makers.openai import retirements
from briefmill.rules import brandfile
from briefmill.runtime import checkup, doctor
from briefmill.runtime.checkup import Backups, Clock, Key, Library, Model
from briefmill.runtime.doctor import Check, Drawn
from briefmill.settings import Settings, config_file
from briefmill.storage import grounds
from briefmill.wiring import ground, making, models, sealing
from briefmill.wiring.clock import SystemClock

LIBRARIES: Final = ("pillow", "opencv-python-headless", "numpy", "cryptography", "c2pa-python", "openai", "sqlalchemy")
SQLITE: Final = (3, 35)
"""RETURNING and dropped columns, which the migrations use."""

KEYS: Final = ("openai", "fallback")


def examine(settings: Settings, *, online: bool = False) -> list[doctor.Check]:
    """All of the doctor's checks for a home; `online`, providers are asked as well."""
    from PIL import features

    from briefmill.imaging.fonts import Library

    def database() -> str:
        path = settings.ledger
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
            maker=making.who_makes(settings),
            spaces=lambda: _spaces(settings),
            ground=_ground(settings),
            group=lambda: _group(settings),
            database=database,
            drawn=drawn,
            raqm=(features.version("raqm") or "yes") if features.check("raqm") else "",
            running=running(settings),
        )
    )
    signing = sealing.examined(settings, SystemClock().now())
    return [*examined, signing, *_beside(settings, drawn, online=online)]


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


def _beside(settings: Settings, drawn: Callable[[str, str], Drawn], *, online: bool) -> list[Check]:
    """All checks about what stands around a home; `online`, providers are asked about their models, too. Blocks."""
    now = datetime.now(UTC)
    env = settings.home / ".env"
    return [
        checkup.mounts({name: mounts.file_system(path) for name, path in settings.folders}),
        *checkup.clock(_clock(settings, now)),
        *checkup.keys(list(_keys(settings)), env, env.stat().st_mode & 0o777 if env.is_file() else None),
        *checkup.models(list(_models(settings, online=online)), now.date()),
        *checkup.locales({locale: drawn(_sample(locale), locale) for locale in sorted(_locales(settings))}),
        *checkup.libraries(list(_libraries())),
        checkup.backups(_backups(settings), now),
    ]


def running(settings: Settings) -> bool:
    """Whether a daemon holds this home. Blocks not at all."""
    with suppress(OSError), (settings.folders.state / "lock").open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _clock(settings: Settings, now: datetime) -> Clock:
    before = time.monotonic()
    ahead = {name: lead for name, path in settings.folders if (lead := _lead(path)) is not None}
    return Clock(now=now, ahead_s=ahead, recorded=_recorded(settings), monotonic=time.monotonic() >= before)


def _lead(folder: Path) -> float | None:
    """By how many seconds a folder's disk is ahead of us; None where nothing can be written to tell."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=files.WRITING) as file:
            before = time.time()
            file.write(b".")
            file.flush()
            written = os.fstat(file.fileno()).st_mtime
            after = time.time()
    except OSError:
        return None
    # A disk counts in ticks of a few milliseconds, which is no skew.
    return 0.0 if before - 0.1 <= written <= after + 0.1 else written - after


def _recorded(settings: Settings) -> datetime | None:
    with suppress(BriefmillError, sqlite3.Error), closing(freezing.opened(settings.ledger)) as ledger:
        (newest,) = ledger.execute("SELECT max(at) FROM audit").fetchone()
        return wire.maybe(newest or 0)
    return None


def _keys(settings: Settings) -> Iterator[Key]:
    sources = {entry.key: entry.source for entry in settings.explain() if entry.value}
    for section in KEYS:
        wanted = section == "openai" and "openai" in {settings.generate.maker, settings.words.maker}
        yield Key(name=f"{section}.api_key", source=sources.get(f"{section}.api_key", ""), wanted=wanted)


def _models(settings: Settings, *, online: bool) -> Iterator[Model]:
    """The models that would be asked for something, with what is known of their ends."""
    asked = models.looks(settings) if online else {}
    for name, (setting, model) in models.used(settings).items():
        yield _model(setting, model, asked.get(name))


def _model(setting: str, name: str, ask: Callable[[], tuple[str, date | None]] | None) -> Model:
    by, ends = f"as published by {retirements.READ}", retirements.ends(name)
    if ask is not None:
        try:
            _, told = ask()
        except Paused as error:
            return Model(setting=setting, name=name, ends=ends, by="the provider was asked", refused=str(error))
        except BriefmillError as error:
            return Model(setting=setting, name=name, ends=ends, by=f"{by}; not asked: {error}")
        ends, by = told or ends, "the provider was asked"
    return Model(setting=setting, name=name, ends=ends, by=by)


def _libraries() -> Iterator[Library]:
    yield Library(name="SQLite", version=sqlite3.sqlite_version, least=SQLITE)
    for name in LIBRARIES:
        yield Library(name=name, version=_version(name))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _locales(settings: Settings) -> set[str]:
    """The locales that brand files name, and those in which something was delivered."""
    found: set[str] = set()
    folder = config_file(settings.home, "brands")
    for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        with suppress(ConfigError):  # `brands check` tells what is wrong with it
            found |= set(brandfile.load(path).forbidden_words) - {brandfile.ALL}
    with suppress(BriefmillError, sqlite3.Error), closing(freezing.opened(settings.ledger)) as ledger:
        found |= {str(locale) for (locale,) in ledger.execute("SELECT DISTINCT locale FROM creatives")}
    return found


def _sample(locale: str) -> str:
    """Letters that people of a locale write: the names of days and months in it. Empty where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    try:
        known = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return ""
    tables: list[Mapping[object, str]] = [known.days["format"]["wide"], known.months["format"]["wide"]]
    return " ".join(word for table in tables for word in table.values())


def _backups(settings: Settings) -> Backups:
    folder = settings.backups
    found = rotation.found(folder)
    disks = {path.stat().st_dev for path in (folder, settings.folders.state) if path.is_dir()}
    return Backups(folder=folder, newest=found[0].made_at if found else None, beside=len(disks) == 1)
