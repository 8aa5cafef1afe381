"""Finds the files that a brief names: in its bundle, or beside it in the inbox, or in the home's shared assets.

A path in a brief is untrusted text. It is taken apart into plain names, each step is made without following a link, and
hidden names are never reached, so that no brief can read out of these folders. A name that differs only in case or
Unicode form is found, with a notice. What is missing is a notice, too, and a refusal only where the brief requires it.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from briefmill import files
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, Reading
from briefmill.errors import BriefRefused, Problem
from briefmill.intake import catalogue, pieces
from briefmill.intake.catalogue import Kind
from briefmill.intake.pieces import Piece


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder to look in: its path, its name for people."""

    folder: Path
    called: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """An asset that was found: in the bundle under `known`, else as a file to copy, below a place as `inside`."""

    asset: Asset
    known: str = ""
    piece: Piece | None = None
    place: Place | None = None
    inside: tuple[bytes, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Search:
    """What came of looking for all assets of a brief: the finds, and a notice for everything odd or missing."""

    found: tuple[Found, ...] = ()
    notices: tuple[Problem, ...] = ()


def find(reading: Reading, known: Iterable[str], places: Iterable[Place]) -> Search:
    """Look for every file the brief names. `known` are the paths of its bundle. Blocks.

    Raises BriefRefused for paths that lead outside and for required files that are missing, all of them at once.
    """
    bundle, where = frozenset(known), tuple(places)
    found: list[Found] = []
    notices: list[Problem] = []
    fatal: list[Problem] = []
    for asset in reading.brief.assets():
        if _leads_out(asset.path):
            fatal.append(_outside(asset))
            continue
        hit, written = _search(asset, bundle, where)
        if hit is None:
            (fatal if asset.required else notices).append(_missing(asset, bundle, where))
            continue
        found.append(hit)
        if written:
            notices.append(_differs(asset, written))
    if fatal:
        raise BriefRefused(tuple(fatal))
    return Search(found=tuple(found), notices=tuple(notices))


def added(snapshot: Snapshot, copies: Mapping[str, Ref]) -> Snapshot:
    """The snapshot with these files as well, by the path that the brief wrote."""
    return replace(snapshot, files={**snapshot.files, **copies})


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in {"", "."})


def _leads_out(path: str) -> bool:
    parts = _parts(path)
    return not parts or path.startswith(("/", "\\", "~")) or path[1:2] == ":" or ".." in parts or "\0" in path


def _outside(asset: Asset) -> Problem:
    return Problem(
        code="asset.outside",
        message=f"{asset.path!r} leads out of the brief's folder: no `..`, no absolute paths.",
        fix="Put the file beside the brief, or into its bundle, and give the path from there.",
        field=asset.field,
    )


def _search(asset: Asset, bundle: frozenset[str], places: tuple[Place, ...]) -> tuple[Found | None, str]:
    """The find and, where the name was written otherwise than the file's, that file's name."""
    parts = _parts(asset.path)
    wishes = [parts] if len(parts) > 1 else [parts, ("assets", *parts)]
    for wish in wishes:
        if (path := "/".join(wish)) in bundle:
            return Found(asset=asset, known=path), ""
    keys = {files.name_key("/".join(wish)) for wish in wishes}
    if twins := sorted(path for path in bundle if files.name_key(path) in keys):
        return Found(asset=asset, known=twins[0]), twins[0]
    for place in places:
        inside = _below(place.folder, parts)
        if inside is not None:
            path = files.printable(b"/".join(inside))
            written = "" if path == "/".join(parts) else path
            return Found(asset=asset, piece=_piece(place, inside, asset), place=place, inside=inside), written
    return None, ""


def _below(folder: Path, parts: tuple[str, ...]) -> tuple[bytes, ...] | None:
    """The true names of `parts` below `folder`, exact ones first; None when there is no such ordinary asset file."""
    inside: list[bytes] = []
    here = folder
    for part in parts:
        name = _true_name(here, part)
        if name is None or (inside and here.is_symlink()):
            return None
        inside.append(name)
        here = here / os.fsdecode(name)
    if here.is_symlink() or not here.is_file() or catalogue.classify(inside[-1]).kind is not Kind.ASSET:
        return None
    return tuple(inside)


def _true_name(folder: Path, part: str) -> bytes | None:
    if part.startswith("."):
        return None
    try:
        exact = os.fsencode(part)
        if os.path.lexists(folder / part):
            return exact
        names = [os.fsencode(path.name) for path in folder.iterdir()]
    except (OSError, ValueError):
        # Not there, not a folder, not ours to read, or no name at all (a lone surrogate, longer than any name).
        return None
    twins = sorted(name for name in names if files.same_name(name.decode("utf-8", "surrogateescape"), part))
    return twins[0] if twins else None


def _piece(place: Place, inside: tuple[bytes, ...], asset: Asset) -> Piece:
    size = (place.folder / os.fsdecode(b"/".join(inside))).lstat().st_size
    return Piece(path=asset.path, size=size, open=lambda: pieces.opened_beneath(place.folder, inside))


def _missing(asset: Asset, bundle: frozenset[str], places: tuple[Place, ...]) -> Problem:
    looked = [*(["the bundle"] if bundle else []), *(place.called for place in places)]
    if "://" in asset.path:
        message, fix = f"{asset.path} is an address; files are not fetched.", "Put the file itself beside the brief."
    else:
        message = f"{asset.path} was not found in {' or '.join(looked) or 'the bundle'}."
        fix = "Put it there under this name, or correct the name."
    return Problem(code="asset.missing", message=message, fix=fix, field=asset.field)


def _differs(asset: Asset, written: str) -> Problem:
    return Problem(
        code="asset.case",
        message=f"{asset.path} was found as {written}.",
        fix="Write both alike: other computers take them for two names.",
        field=asset.field,
    )
