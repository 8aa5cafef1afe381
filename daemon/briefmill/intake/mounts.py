"""What the inbox lies on: the marker that tells an empty inbox from a vanished mount, and how it can be watched.

The marker carries an identity. Another inbox mounted in the place of ours has one, too, and must not be emptied by us;
the same share mounted again has ours, whatever device number it comes back with.

Kernel events see local writers only. On network and FUSE file systems they report our own writes and miss everybody
else's, so that a probe would give a false yes: the kind of file system decides, and the scan is there in any case.
"""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill import files

MARKER: Final = Path(".briefmill") / "marker"

_WORDS: Final = """\
This file tells Briefmill that the folder around it is really the inbox, and not the empty place where a network drive
should be mounted. Without it nothing is taken. `briefmill init` makes it anew.

identity: {identity}
"""
_IDENTITY: Final = re.compile(r"^identity: ([0-9a-f]{16})$", re.MULTILINE)

REMOTE: Final = frozenset(
    {
        "9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse", "fuseblk", "gfs2", "glusterfs", "lustre", "ncpfs", "nfs",
        "nfs4", "ocfs2", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    }
)  # fmt: skip
"""File system types whose other writers raise no event here."""


@dataclass(frozen=True, kw_only=True)
class Watching:
    """How the inbox is watched (`native`, `polling` or `off`), and why, in words."""

    mode: str
    reason: str

    def __str__(self) -> str:
        return f"{self.mode}: {self.reason}"


def marker(inbox: Path) -> Path:
    """Where the inbox's marker is, or would be."""
    return inbox / MARKER


def mark(inbox: Path) -> None:
    """Put the marker into the inbox; harmless when it is there."""
    place = marker(inbox)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        files.write_durably(place, _WORDS.format(identity=secrets.token_hex(8)).encode())


def identity(inbox: Path) -> str:
    """The identity in the inbox's marker, empty where there is none. Blocks."""
    try:
        found = _IDENTITY.search(marker(inbox).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def missing(inbox: Path, *, marked: bool, expected: str = "") -> str:
    """Why the inbox cannot be trusted, empty when it can. Blocks.

    It must be a folder, and `marked` where asked; where its marker has an identity, that must be the `expected` one.
    """
    if not inbox.is_dir():
        return f"{inbox} is not there"
    if not marked:
        return ""
    if not marker(inbox).is_file():
        return f"{inbox} has no marker: its drive is not mounted, or `briefmill init` has not made it an inbox"
    found = identity(inbox)
    if expected and found not in {"", expected}:
        return f"{inbox} is another inbox than before: mount the right one, or accept it with `briefmill init`"
    return ""


def counts_blocks(inbox: Path) -> bool:
    """False where the file system says of our own marker that it takes no space: then blocks tell nothing here."""
    try:
        status = marker(inbox).stat()
    except OSError:
        return True
    return status.st_size == 0 or status.st_blocks > 0


def watching(inbox: Path, wish: str) -> Watching:
    """How to watch: the wish (auto, native, polling, off), or for auto what the file system allows."""
    kind = file_system(inbox)
    if wish != "auto":
        return Watching(mode=wish, reason=f"set in the configuration; the file system is {kind or 'unknown'}")
    if not kind:
        return Watching(mode="polling", reason="the file system is unknown")
    if kind in REMOTE or kind.startswith(("fuse.", "nfs")):
        return Watching(mode="polling", reason=f"{kind} does not tell of other machines' writes")
    return Watching(mode="native", reason=f"{kind} is local and tells of every write")


def file_system(path: Path, table: Path = Path("/proc/self/mountinfo")) -> str:
    """The type of the file system that holds `path`, from the mount table; empty when it cannot be told."""
    try:
        real = os.fsencode(path.resolve())
        lines = table.read_bytes().splitlines()
    except OSError:
        return ""
    best, kind = b"", ""
    for line in lines:
        # mountinfo: id parent major:minor root MOUNT-POINT options [tags] - TYPE source super-options; proc(5)
        before, _, after = line.partition(b" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = fields[4].decode("unicode_escape").encode("latin-1")
        inside = real == point or real.startswith(point.rstrip(b"/") + b"/")
        if inside and len(point) >= len(best):
            best, kind = point, after.split()[0].decode("ascii", "replace")
    return kind
