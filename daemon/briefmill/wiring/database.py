"""The database of a home, for its commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefmill.errors import AuditBroken, ConfigError, NotFound
from briefmill.keeping.backup import Tell
from briefmill.ledger import freezing, inspection
from briefmill.ledger import migrate as migrations
from briefmill.ledger.sql import SqlLedger
from briefmill.settings import Settings
from briefmill.wiring import home, keeping
from briefmill.wiring.clock import SystemClock


@dataclass(frozen=True, kw_only=True)
class Migrated:
    """What was (or would be) done: the tables before and after, the steps between, the backup from before."""

    before: str | None
    after: str
    steps: Sequence[str] = ()
    backup: Path | None = None


def look(settings: Settings) -> tuple[Path, inspection.Health | None]:
    """Where the database is, and how it is; None where there is none yet. Raises Temporary, Paused."""
    path = settings.ledger
    return path, inspection.look(path) if path.exists() else None


def migrate(settings: Settings, *, dry_run: bool, tell: Tell) -> Migrated:
    """Bring the tables up to date, after a backup; nobody may be running this home.

    Raises NotFound without a database, ConfigError for one from the future, AuditBroken for one that is not sound,
    AlreadyRunning.
    """
    path = settings.ledger
    if not path.exists():
        raise NotFound(f"There is no database at {path} yet: it is made at the first run.")
    before = freezing.revision(path)
    steps = _steps(before)
    if not steps or dry_run:
        return Migrated(before=before, after=migrations.HEAD, steps=steps)
    with home.locked(settings.folders.state):
        if faults := inspection.look(path).faults:
            raise AuditBroken(f"The database is not sound: {'; '.join(faults)}. Restore a backup: docs/backup.md.")
        made = keeping.before_migrating(settings, tell)
        SqlLedger(path, SystemClock()).close()
    return Migrated(before=before, after=migrations.HEAD, steps=steps, backup=made.path)


def _steps(standing: str | None) -> list[str]:
    """What lies between these tables and ours, a line for each migration. Raises ConfigError."""
    told = migrations.stories()
    if standing is not None and standing not in told:
        raise ConfigError(
            f"The database was written by a newer Briefmill (tables {standing}; this one knows them up to "
            f"{migrations.HEAD}). Install that version again, or restore the backup from before the update."
        )
    numbers = list(told)
    first = 0 if standing is None else numbers.index(standing) + 1
    return [f"{number}: {told[number]}" for number in numbers[first:]]
