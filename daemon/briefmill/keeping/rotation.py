"""The backups of a folder: how they are named, which are there, and which are too many.

Only files with a name of ours count, so that nothing else in the folder is ever touched; the newest stays in any case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from briefmill.errors import FolderError

_NAME: Final = re.compile(r"briefmill-(\d{8}T\d{6}Z)(~\d+)?\.zip")
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One backup in the folder: when it was made, by its name, and its bytes."""

    path: Path
    made_at: datetime
    size: int


def name(now: datetime, folder: Path) -> Path:
    """A free name for a backup made now."""
    stamp = now.astimezone(UTC).strftime(_STAMP)
    wanted, number = folder / f"briefmill-{stamp}.zip", 1
    while wanted.exists():
        number += 1
        wanted = folder / f"briefmill-{stamp}~{number}.zip"
    return wanted


def found(folder: Path) -> list[Backup]:
    """The backups in a folder, the newest first. None where there is no such folder."""
    backups = []
    for path in folder.iterdir() if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match and path.is_file() and not path.is_symlink():
            made = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            backups.append(Backup(path=path, made_at=made, size=path.stat().st_size))
    return sorted(backups, key=lambda one: (one.made_at, one.path.name), reverse=True)


def rotate(folder: Path, keep: int, *, dry_run: bool = False) -> Sequence[Backup]:
    """Remove all but the newest `keep`; gives what went, or would. Raises FolderError."""
    gone = found(folder)[max(0, keep) :]
    if not dry_run:
        for backup in gone:
            try:
                backup.path.unlink(missing_ok=True)
            except OSError as error:
                raise FolderError(f"{backup.path} cannot be removed: {error.strerror}.") from error
    return gone
