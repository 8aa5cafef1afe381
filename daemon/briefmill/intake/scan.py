"""One full look at the inbox: the truth about what lies there.

Names are classified once, when they are new; only what may be taken is looked at (lstat) in every scan, and a folder
with all that is in it, within bounds: an inbox full of files that are none of ours costs one `scandir`. Links are seen,
never followed. Everything here blocks; the intake calls it through `aiofiles`.
"""

import hashlib
import itertools
import os
import stat
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from briefmill import files
from briefmill.intake import catalogue
from briefmill.intake.catalogue import Catalogue, Kind, Named
from briefmill.intake.settle import Look, Shape

MOST_FILES: Final = 2000
DEEPEST: Final = 8
"""How much of a folder is looked at; the bundle's own limits refuse what goes beyond."""

_SHAPES: Final = ((stat.S_ISREG, Shape.FILE), (stat.S_ISDIR, Shape.FOLDER), (stat.S_ISLNK, Shape.LINK))


READY: Final = b".ready"
"""In a folder it says that all of it is there; beside a file or folder, `NAME.done` does."""

LOOKED_AT: Final = frozenset({Kind.BRIEF, Kind.BUNDLE, Kind.CONFLICT})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something in the inbox. `look` is None where nothing depends on one: the name alone says that it is left alone.

    A picture is looked at once, when it is new; who wants to use it compares.
    """

    name: bytes
    named: Named
    look: Look | None = None


@dataclass(kw_only=True)
class _Tree:
    """What a walk through a folder has summed up so far."""

    names: Catalogue
    size: int = 0
    blocks: int = 0
    count: int = 0
    absent: bool = False
    arriving: str = ""
    announced: bool = False
    digest: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=16))


@dataclass(kw_only=True)
class Scanner:
    """Scans one inbox. Remembers the names that it leaves alone; used by one caller at a time."""

    inbox: Path
    catalogue: Catalogue
    _passed: dict[bytes, tuple[bool, Entry]] = field(default_factory=dict)

    def scan(self, *, blocks: bool = True) -> list[Entry]:
        """Everything in the inbox but our own folder. `blocks` False: this file system does not count blocks.

        Raises OSError where the inbox itself cannot be read; an entry that vanishes meanwhile is left out.
        """
        passed: dict[bytes, tuple[bool, Entry]] = {}
        entries: list[Entry] = []
        announced: set[bytes] = set()
        arriving: dict[bytes, bytes] = {}
        with os.scandir(os.fsencode(self.inbox)) as found:
            for item in found:
                name, folder = item.name, item.is_dir(follow_symlinks=False)
                before = self._passed.get(name)
                if before is not None and before[0] == folder:
                    entry: Entry | None = before[1]
                else:
                    entry = self._entry(item, folder=folder, blocks=blocks)
                if entry is None:
                    continue
                entries.append(entry)
                if entry.named.kind not in LOOKED_AT:
                    passed[name] = folder, replace(entry, look=None) if entry.look else entry
                if entry.named.kind is Kind.MARKER:
                    announced.add(entry.named.of)
                elif entry.named.kind is Kind.TEMPORARY:
                    # Firefox and aria2 put NAME there at once and write NAME.part, NAME.aria2 beside it.
                    arriving[name.rpartition(b".")[0]] = name
        self._passed = passed
        if not announced and not arriving:
            return entries
        return [_beside(entry, announced, arriving) for entry in entries]

    def _entry(self, item: os.DirEntry[bytes], *, folder: bool, blocks: bool) -> Entry | None:
        if item.name == catalogue.OWN:
            return None
        try:
            named = self.catalogue.classify(item.name, folder=folder)
            if named.kind is Kind.OTHER and b"." not in item.name and item.is_symlink():
                # Without an extension it looks like a link to a bundle's folder: said so rather than passed over.
                named = Named(kind=Kind.BUNDLE, rule="plain.bundle")
            wanted = named.kind in LOOKED_AT or named.kind is Kind.ASSET
            look = look_at(item.path, blocks=blocks, names=self.catalogue) if wanted else None
            return Entry(name=item.name, named=named, look=look)
        except FileNotFoundError:
            return None


def _beside(entry: Entry, announced: AbstractSet[bytes], arriving: Mapping[bytes, bytes]) -> Entry:
    """The entry with what its neighbours tell of it."""
    look = entry.look
    if look is None:
        return entry
    if not announced.isdisjoint(_called(entry.name)):
        look = replace(look, announced=True)
    if entry.name in arriving:
        look = replace(look, arriving=files.printable(arriving[entry.name]))
    return entry if look is entry.look else replace(entry, look=look)


def _called(name: bytes) -> tuple[bytes, bytes]:
    """What a marker may call this entry: its whole name, or the name without its extension."""
    return name, name.rpartition(b".")[0] or name


def markers(path: Path) -> list[Path]:
    """The markers beside an entry that say it is whole."""
    called = {os.fsdecode(name) for name in _called(os.fsencode(path.name))}
    places = [path.with_name(f"{name}.done") for name in sorted(called)]
    # os.path.isfile knows that a name too long to exist does not; Path.is_file raises.
    return [place for place in places if os.path.isfile(place)]  # noqa: PTH113


def look_at(path: bytes, *, blocks: bool = True, names: Catalogue | None = None) -> Look:
    """One look at a path, with all that is in it where it is a folder. Raises OSError.

    `names` says which of a folder's files are still being written; the shipped catalogue where none is given.
    """
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
    tree = _Tree(names=names or catalogue.shipped())
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
        announced=tree.announced,
    )


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
        if depth == 0 and item.name.lower() == READY:
            tree.announced = True
        is_folder = item.is_dir(follow_symlinks=False)
        if not tree.arriving and tree.names.classify(item.name, folder=is_folder).kind is Kind.TEMPORARY:
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
