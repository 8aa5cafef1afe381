"""Trying out what the daemon needs of a folder, where it counts: in that very folder, in a hidden one of our own.

Rights, mount options and file systems have too many ways to say no for anything but trying. Whatever is made is removed
again, also when a trial fails.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from briefmill import files

WAYS = {
    "kernel": "one rename that cannot overwrite",
    "links": "by links: this file system knows no rename that cannot overwrite",
    "reservations": "by reserved names: this file system knows neither links nor a rename that cannot overwrite",
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a folder can do. `publishing` is a key of WAYS; `folds_case` means that large and small letters are one."""

    publishing: str
    folds_case: bool


def run(folder: Path) -> Trial:
    """Make, write, fsync, rename across folders and remove. Raises OSError for the first that cannot be done."""
    with _ours(folder) as place:
        written, deeper = place / "written", place / "deeper"
        files.write_durably(written, b"Briefmill tries what it can do here.\n")
        deeper.mkdir()
        written.rename(deeper / "moved")
        files.sync(deeper)
        folds_case = (deeper / "MOVED").exists()
        (deeper / "moved").unlink()
        return Trial(publishing=files.noreplace_by(deeper), folds_case=folds_case)


def sticky(folder: Path) -> bool:
    """True where files of other people cannot be taken away, whatever may be written (the sticky bit, as on /tmp)."""
    status = folder.stat()
    return bool(status.st_mode & stat.S_ISVTX) and os.geteuid() not in {0, status.st_uid}


@contextmanager
def _ours(folder: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(dir=folder, prefix=".briefmill-probe-"))
    try:
        yield place
    finally:
        shutil.rmtree(place)
