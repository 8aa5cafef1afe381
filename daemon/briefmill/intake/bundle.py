"""What was dropped, opened for reading: a brief alone, or a bundle (folder or zip) of one brief and its files.

The outside world is met here and in `archive`: links, special files, paths that climb out, folders without end. All of
it is refused with words a marketer can act on, and nothing is ever written to a place that a dropped name chose. The
brief of a bundle is the only .json, .yaml or .yml at the shallowest depth that has one; the paths of its files count
from its folder, so that a zip with a single folder in it is looked through.
"""

import itertools
import os
import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from briefmill import files
from briefmill.intake import archive, catalogue, pieces
from briefmill.intake.catalogue import Kind
from briefmill.intake.pieces import Limits, Piece


@dataclass(frozen=True, kw_only=True)
class Drop:
    """A drop whose outside is in order. `name` is the brief's file name, printable; `files` is all that came with it.

    `alone` is True for a brief without a bundle, whose files may lie beside it in the inbox.
    """

    name: str
    brief: Piece
    files: tuple[Piece, ...] = ()
    alone: bool = False


def opened(path: Path, limits: Limits) -> Drop:
    """Open whatever lies at `path`. Blocks. Raises BriefRefused, and OSError where the file system fails."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise pieces.refused("drop.link", "This is a link, not a file.", "Copy the file itself into the inbox.")
    if stat.S_ISDIR(status.st_mode):
        return _bundle(_folder(path, limits), limits, "folder")
    if not stat.S_ISREG(status.st_mode):
        words = "This is a pipe, a socket or a device, not a file."
        raise pieces.refused("drop.special", words, "Drop an ordinary file.")
    if is_zip(os.fsencode(path.name)):
        return _bundle(archive.found(path, limits), limits, "zip")
    brief = _piece(path.parent, [os.fsencode(path.name)], status.st_size)
    _check_size(brief, limits)
    return Drop(name=brief.path, brief=brief, alone=True)


def is_zip(name: bytes) -> bool:
    """True for a name that says zip."""
    return name.lower().endswith(b".zip")


def is_brief(name: bytes) -> bool:
    """True for a name that may be a brief's, also that of a conflict copy."""
    named = catalogue.classify(name)
    return named.kind is Kind.BRIEF or (named.kind is Kind.CONFLICT and not is_zip(name))


def ends(path: Path) -> bool:
    """True when the zip at `path` has its directory, which is written last. Blocks."""
    with pieces.opened_beneath(path.parent, [os.fsencode(path.name)]) as file:
        return zipfile.is_zipfile(file)


def _folder(root: Path, limits: Limits) -> list[Piece]:
    found: list[Piece] = []
    total = folders = 0
    waiting: list[list[bytes]] = [[]]
    while waiting:
        below = waiting.pop()
        with os.scandir(os.path.join(os.fsencode(root), *below)) as items:  # noqa: PTH118 - bytes have no Path
            entries = sorted(itertools.islice(items, limits.files + 1), key=lambda item: item.name)
        for item in entries:
            parts = [*below, item.name]
            if pieces.unwanted(item.name, folder=item.is_dir(follow_symlinks=False)):
                continue
            status = item.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                waiting.append(parts)
                folders += 1
            else:
                _must_be_a_file(parts, status.st_mode)
                total += status.st_size
                found.append(_piece(root, parts, status.st_size))
            pieces.within(limits, count=len(found) + folders, depth=len(parts), total=total)
    return found


def _must_be_a_file(parts: Sequence[bytes], mode: int) -> None:
    if not stat.S_ISREG(mode):
        path = files.printable(b"/".join(parts))
        what = "a link" if stat.S_ISLNK(mode) else "a pipe, a socket or a device"
        words = f"{path} in the bundle is {what}, not a file."
        raise pieces.refused("bundle.not_a_file", words, "Put the file itself in its place.")


def _piece(root: Path, parts: Sequence[bytes], size: int) -> Piece:
    path = files.printable(b"/".join(parts))
    return Piece(path=path, size=size, open=lambda: pieces.opened_beneath(root, parts))


def _bundle(found: Sequence[Piece], limits: Limits, what: str) -> Drop:
    brief = _the_brief(found, what)
    _check_size(brief, limits)
    home = PurePosixPath(brief.path).parent
    inside = [
        Piece(path=str(PurePosixPath(piece.path).relative_to(home)), size=piece.size, open=piece.open)
        for piece in found
        if piece is not brief and PurePosixPath(piece.path).is_relative_to(home)
    ]
    return Drop(name=PurePosixPath(brief.path).name, brief=brief, files=tuple(inside))


def _check_size(brief: Piece, limits: Limits) -> None:
    if brief.size == 0:
        words = f"{brief.path} is empty."
        raise pieces.refused("brief.empty", words, "Save the brief again and drop it anew.")
    if brief.size > limits.brief_bytes:
        words = f"{brief.path} is too large for a brief: {brief.size} bytes; {limits.brief_bytes} are allowed."
        fix = "Pictures do not belong into the brief: put them beside it."
        raise pieces.refused("brief.too_large", words, fix)


def _the_brief(found: Sequence[Piece], what: str) -> Piece:
    briefs = [piece for piece in found if is_brief(PurePosixPath(piece.path).name.encode())]
    if not briefs:
        raise pieces.refused(
            "bundle.no_brief",
            f"There is no brief in this {what}: a bundle needs one brief.",
            "Put one .json, .yaml or .yml file with the campaign into it.",
        )
    shallowest = min(len(PurePosixPath(piece.path).parts) for piece in briefs)
    top = [piece for piece in briefs if len(PurePosixPath(piece.path).parts) == shallowest]
    if len(top) > 1:
        names = ", ".join(sorted(piece.path for piece in top)[:10])
        raise pieces.refused(
            "bundle.several_briefs",
            f"There are {len(top)} briefs in this {what}: {names}. A bundle needs one brief.",
            "Make one bundle for each brief; put other data into a folder below.",
        )
    return top[0]
