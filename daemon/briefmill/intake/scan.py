"""One full look at the inbox: the truth about what lies there.

Names are classified first, which costs nothing; only what may be taken is looked at (lstat), and a folder with all that
is in it, within bounds. Links are seen, never followed. Blocks; the intake calls it through `aiofiles`.
"""

import hashlib
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.intake import catalogue
from briefmill.intake.catalogue import Kind, Named
from briefmill.intake.settle import Look, Shape

MOST_FILES: Final = 2000
DEEPEST: Final = 8
"""How much of a folder is looked at; the bundle's own limits refuse what goes beyond."""

_SHAPES: Final = ((stat.S_ISREG, Shape.FILE), (stat.S_ISDIR, Shape.FOLDER), (stat.S_ISLNK, Shape.LINK))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something in the inbox. `look` is None where the name alone says that it is left alone."""

    name: bytes
    named: Named
    look: Look | None = None


@dataclass(kw_only=True)
class _Tree:
    """What a walk through a folder has summed up so far."""

    size: int = 0
    blocks: int = 0
    count: int = 0
    absent: bool = False
    arriving: str = ""
    digest: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))


def scan(inbox: Path, *, blocks: bool = True) -> list[Entry]:
    """Everything in the inbox but our own folder. `blocks` False: this file system does not count blocks.

    Raises OSError where the inbox itself cannot be read; an entry that vanishes meanwhile is left out.
    """
    with os.scandir(os.fsencode(inbox)) as found:
        seen = (_entry(item, blocks=blocks) for item in found if item.name != catalogue.OWN)
        return [entry for entry in seen if entry is not None]


def look_at(path: bytes, *, blocks: bool = True) -> Look:
    """One look at a path, with all that is in it where it is a folder. Raises OSError."""
    status = os.lstat(path)
    shape = next((shape for test, shape in _SHAPES if test(status.st_mode)), Shape.SPECIAL)
    if shape is not Shape.FOLDER:
        return Look(
            device=status.st_dev,
            inode=status.st_ino,
            shape=shape,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            ctime_ns=status.st_ctime_ns,
            blocks=status.st_blocks if blocks else None,
        )
    tree = _Tree()
    for member in _walk(path, b"", 0, tree):
        _add(tree, *member, blocks=blocks)
    return Look(
        device=status.st_dev,
        inode=status.st_ino,
        shape=shape,
        size=tree.size,
        mtime_ns=status.st_mtime_ns,
        ctime_ns=0,  # a folder's own change time tells nothing that its tree does not
        blocks=tree.blocks if blocks else None,
        tree=tree.digest.hexdigest(),
        absent=tree.absent,
        arriving=tree.arriving,
    )


def _entry(item: os.DirEntry[bytes], *, blocks: bool) -> Entry | None:
    try:
        named = catalogue.classify(item.name, folder=item.is_dir(follow_symlinks=False))
        if named.kind is Kind.OTHER and b"." not in item.name and item.is_symlink():
            # Without an extension it looks like a link to a bundle's folder: said so rather than passed over.
            named = Named(kind=Kind.BUNDLE, rule="plain.bundle")
        wanted = named.kind in {Kind.BRIEF, Kind.BUNDLE, Kind.CONFLICT, Kind.ASSET}
        return Entry(name=item.name, named=named, look=look_at(item.path, blocks=blocks) if wanted else None)
    except FileNotFoundError:
        return None


def _walk(folder: bytes, below: bytes, depth: int, tree: _Tree) -> Iterator[tuple[bytes, os.stat_result]]:
    try:
        with os.scandir(folder) as found:
            items = sorted(itertools.islice(found, MOST_FILES + 1), key=lambda item: item.name)
    except OSError:
        # Gone, or not ours to read: who takes it will find out, and one folder must not stop the scan of all.
        return
    for item in items:
        tree.count += 1
        if tree.count > MOST_FILES:
            return
        inside = below + item.name
        is_folder = item.is_dir(follow_symlinks=False)
        if not tree.arriving and catalogue.classify(item.name, folder=is_folder).kind is Kind.TEMPORARY:
            tree.arriving = files.printable(inside)
        try:
            yield inside, item.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        if is_folder and depth < DEEPEST:
            yield from _walk(item.path, inside + b"/", depth + 1, tree)


def _add(tree: _Tree, inside: bytes, status: os.stat_result, *, blocks: bool) -> None:
    # A folder's change time moves when its own name moves, which the claim does; a file's tells of `cp -p`.
    changed = 0
    if stat.S_ISREG(status.st_mode):
        tree.size += status.st_size
        tree.blocks += status.st_blocks
        tree.absent = tree.absent or (blocks and status.st_size > 0 and status.st_blocks == 0)
        changed = status.st_ctime_ns
    told = (inside, status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, changed)
    tree.digest.update(repr(told).encode())
