"""The sections of the configuration about keeping a home: backups, and what may go in the end.

As in `tree`: every key with its type, its bounds, its default and one sentence about it.
"""

from pathlib import Path
from typing import Any

from pydantic import Field

from briefmill.settings.tree import Folder, Section


def _days(about: str, days: float = 0.0) -> Any:
    return Field(days, ge=0, le=36_500, description=about)


def _bytes(about: str) -> Any:
    return Field(0, ge=0, le=2**50, description=about)


class Backup(Section):
    """Where `briefmill backup` puts its files, and how many stay."""

    folder: Folder = Field(Path("backups"), description="Where backups go; best on another disk.")
    keep: int = Field(0, ge=0, le=10_000, description="The newest so many stay after a backup; 0 keeps all.")


class Retention(Section):
    """What may be removed in the end, by age and by size; 0 keeps for ever. Audit rows always stay."""

    outbox_days: float = _days("Days that a delivered campaign stays in the outbox; 0 for ever.")
    outbox_max_bytes: int = _bytes("Bytes of delivered campaigns at most, the oldest go first; 0 for no bound.")
    rejected_days: float = _days("Days that a refusal stays, and can be tried again; 0 for ever.")
    rejected_max_bytes: int = _bytes("Bytes of refusals at most, the oldest go first; 0 for no bound.")
    archive_days: float = _days("Days that the archive keeps what a delivered job was made of; 0 for ever.")
    archive_max_bytes: int = _bytes("Bytes in the archive at most, the oldest jobs' go first; 0 for no bound.")
    work_days: float = _days("Days that working copies of closed jobs stay in the state; 0 for ever.", 30.0)
    work_max_bytes: int = _bytes("Bytes of closed jobs' working copies at most, the oldest go first; 0 for no bound.")
    backups_days: float = _days("Days that a backup stays, the newest in any case; 0 for ever.")
    backups_max_bytes: int = _bytes("Bytes of backups at most, the newest stays in any case; 0 for no bound.")
    every_s: float = Field(
        3600.0, ge=1, le=2_592_000, description="Seconds between two looks of the daemon at what may go."
    )
