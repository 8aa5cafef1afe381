"""Takes things away safely: only what lies directly in its folder, never through a link, and never half-seen.

A folder is first renamed to a hidden name of its job, as everything half-built is called, so that nobody sees it
shrink, and so that what a crash leaves is swept at the next start. `measured` and the listings follow no link either.
"""

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from briefmill import files

_REFUSAL: Final = re.compile(r"\.(j_[0-9a-z]{16})(~\d+)?")
_RECEIPT_BYTES: Final = 64 << 20


def remove_folder(parent: Path, name: str, job: str) -> None:
    """Remove the folder `name` of `parent`; harmless when it is gone. Raises OSError, also where it is no folder."""
    place = _inside(parent, name)
    try:
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise NotADirectoryError(20, "it is no folder of its own any more", str(place))
    except FileNotFoundError:
        return
    part = parent / f".{name}.{job}.part"
    files.rename_noreplace(place, part)
    files.sync(parent)
    # rmtree works on descriptors here and follows no link that is swapped in meanwhile.
    assert shutil.rmtree.avoids_symlink_attacks, "Linux has it"
    shutil.rmtree(part)


def remove_file(parent: Path, name: str) -> None:
    """Remove a file of `parent`; harmless when it is gone. Raises OSError."""
    _inside(parent, name).unlink(missing_ok=True)


def remove_artefact(store: Path, address: str, since: float) -> bool:
    """Remove an artefact, unless it was of use after `since` (seconds since 1970); False where it was, or is gone."""
    place = store / address[:2] / address
    try:
        if place.lstat().st_mtime > since:
            return False
        place.unlink()
    except FileNotFoundError:
        return False
    return True


def measured(folder: Path) -> int:
    """The bytes of all files below a folder, as they are told; 0 for what is gone."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                size += Path(place, name).lstat().st_size
            except FileNotFoundError:
                continue
    return size


def folders(parent: Path) -> Iterator[str]:
    """The names of all real folders of `parent` that can be seen; none where it is gone."""
    try:
        with os.scandir(parent) as entries:
            found = [one.name for one in entries if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)]
    except (FileNotFoundError, NotADirectoryError):
        return
    yield from sorted(found)


def delivered_by(folder: Path) -> str:
    """The job whose delivery a folder is, by its receipt; empty where it is none."""
    receipt = folder / "receipt.json"
    try:
        status = receipt.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _RECEIPT_BYTES:
            return ""
        told: Any = json.loads(receipt.read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    job = told.get("job") if isinstance(told, dict) else None
    return job if isinstance(job, str) else ""


def refused_by(folder: Path) -> str:
    """The job whose refusal a folder is, by its name; empty where it is none."""
    match = _REFUSAL.search(folder.name)
    ours = match is not None and match.end() == len(folder.name) and (folder / "reasons.json").is_file()
    return match[1] if match is not None and ours else ""


def artefacts(store: Path) -> Iterator[tuple[str, int, float]]:
    """What a store holds: address, bytes, and when it was written (seconds since 1970)."""
    for shelf in folders(store):
        with os.scandir(store / shelf) as entries:
            for one in entries:
                if len(one.name) == 64 and one.name.startswith(shelf) and one.is_file(follow_symlinks=False):
                    status = one.stat(follow_symlinks=False)
                    yield one.name, status.st_size, status.st_mtime


def _inside(parent: Path, name: str) -> Path:
    if name in {"", ".", ".."} or "/" in name or "\0" in name:
        raise NotADirectoryError(20, "it is no name of a folder's entry", name)
    return parent / name
