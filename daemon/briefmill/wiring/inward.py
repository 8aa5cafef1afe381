"""What comes in: the reader of briefs and the intake, put together from the settings."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefmill import files
from briefmill.briefs import nodes, source
from briefmill.briefs import reader as readers
from briefmill.briefs.placements import Placements
from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Reading
from briefmill.errors import ConfigError, FolderError
from briefmill.intake import assets, catalogue, explain, mounts, owners
from briefmill.intake.admit import Office
from briefmill.intake.catalogue import Catalogue, Custom, Kind
from briefmill.intake.claim import ClaimFolder
from briefmill.intake.examine import Examiner
from briefmill.intake.intake import Intake, Manners, Places
from briefmill.intake.pieces import Limits
from briefmill.intake.settle import Policy
from briefmill.ports import Store
from briefmill.settings import Settings, config_file
from briefmill.wiring.clock import SystemClock


def placements(settings: Settings) -> Placements:
    """The placements of a home; read once, and again when the file has changed. Raises ConfigError."""
    path = config_file(settings.home, "placements.yaml")
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Placements.load(path)
    return _placements(path, changed)


@lru_cache(maxsize=2)
def _placements(path: Path, changed: int) -> Placements:
    # A tenth of a second in pure Python, and four doors of a daemon ask for it.
    del changed
    return Placements.load(path)


def reader(settings: Settings) -> Callable[[bytes, str], Reading]:
    """Reads a brief's bytes under its name with this home's placements and limits. Raises ConfigError at once."""
    catalogue = placements(settings)
    allowed = nodes.Limits(max_bytes=settings.intake.max_brief_bytes)
    return lambda data, name: readers.read(data, name=name, catalogue=catalogue, limits=allowed)


def complete(data: bytes, name: str) -> bool:
    """True unless a brief's bytes end in mid-sentence; what is plainly wrong is complete, and refused when read."""
    return source.complete(data, name) is not source.Completeness.TRUNCATED


def limits(settings: Settings) -> Limits:
    """How large a drop may be."""
    return Limits(brief_bytes=settings.intake.max_brief_bytes, bundle_bytes=settings.intake.max_bundle_bytes)


def policy(settings: Settings) -> Policy:
    """When a dropped file counts as arrived."""
    wishes = settings.intake
    return Policy(quiet_s=wishes.quiet_s, grace_s=wishes.grace_s, announced_only=wishes.done_marker == "required")


def names(settings: Settings) -> Catalogue:
    """What names mean in this home's inbox. Raises ConfigError."""
    wishes = settings.intake
    custom = {
        Kind.TEMPORARY: wishes.temporary_names,
        Kind.JUNK: wishes.junk_names,
        Kind.PLACEHOLDER: wishes.placeholder_names,
    }
    try:
        return catalogue.shipped().extended(
            [Custom(kind=kind, glob=glob) for kind, globs in custom.items() for glob in globs]
        )
    except ValueError as error:
        raise ConfigError(f"[intake] names: {error}.") from error


def claims(settings: Settings) -> ClaimFolder:
    """The claims of this home's inbox, under its own name. Raises FolderError."""
    try:
        return ClaimFolder(inbox=settings.folders.inbox, owner=owners.name_of(settings.folders.state))
    except OSError as error:
        raise FolderError(f"{settings.folders.state} cannot be used: {error.strerror or error}.") from error


def known_inbox(settings: Settings) -> str:
    """The identity of the inbox that this home serves; the first one met is noted. Raises OSError."""
    try:
        return _inbox_file(settings).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return accept_inbox(settings)


def accept_inbox(settings: Settings) -> str:
    """Take the inbox that is there now for ours, and give its identity; empty when it has none. Raises OSError."""
    identity = mounts.identity(settings.folders.inbox)
    if identity:
        settings.folders.state.mkdir(parents=True, exist_ok=True)
        files.write_durably(_inbox_file(settings), f"{identity}\n".encode())
    return identity


def _inbox_file(settings: Settings) -> Path:
    return settings.folders.state / "inbox"


def intake(
    settings: Settings,
    office: Office,
    store: Store,
    allowed: Callable[[], None] = lambda: None,
    tenant: Callable[[bytes], str] = lambda _: "default",
) -> Intake:
    """The intake of a home. Needs the running loop; `allowed` raises Paused while nothing may be written.

    `tenant` says whose a dropped name is.
    """
    wishes = settings.intake
    return Intake(
        places=Places(
            inbox=settings.folders.inbox,
            work=settings.folders.state / "work" / "incoming",
            library=settings.folders.assets,
            home=settings.home,
        ),
        manners=Manners(
            policy=policy(settings),
            names=names(settings),
            limits=limits(settings),
            interval_s=wishes.interval_s,
            watcher=wishes.watcher,
            marked=wishes.marker,
            expected=lambda: known_inbox(settings),
            owner=claims(settings).owner,
            max_claims=wishes.max_claims_per_scan,
            rerun=wishes.duplicates == "rerun",
            tenant=tenant,
        ),
        office=office,
        store=store,
        read=reader(settings),
        complete=complete,
        allowed=allowed,
    )


def claimed(settings: Settings) -> dict[str, str]:
    """What is claimed in this home's inbox, by whomever: job and the name of its file. Blocks. Raises FolderError."""
    folder = claims(settings)
    originals = {job: folder.original(job) for job in folder.jobs()}
    return {job: files.printable(os.fsencode(path.name)) for job, path in originals.items() if path is not None}


def others(settings: Settings) -> list[dict[str, str]]:
    """Who else serves this home's inbox, or once did: owner, host, home. Blocks. Raises FolderError."""
    return [{"owner": c.owner, "host": c.host, "home": c.home} for c in owners.others(claims(settings))]


def return_claim(settings: Settings, job: str) -> str:
    """Put what was claimed for this job back into the inbox; gives its name there. Blocks. Raises FolderError."""
    try:
        return claims(settings).put_back(job)
    except OSError as error:
        raise FolderError(f"{error.filename} cannot be moved back: {error.strerror or error}.") from error


def reread(settings: Settings, store: Store, snapshot: Snapshot) -> Reading:
    """Read a brief again as it was admitted, from its snapshot. Blocks. Raises BriefRefused."""
    reading = reader(settings)(store.get(snapshot.brief), snapshot.name)
    search = assets.find(reading, snapshot.files, ())
    return replace(reading, notices=reading.notices + search.notices)


def ignored_rules() -> tuple[str, ...]:
    """The names of the rules under which files are left alone, for the metric's labels."""
    return catalogue.shipped().rules()


def missing(settings: Settings) -> str:
    """Why this home's inbox cannot be trusted, empty when it can. Blocks."""
    place = _inbox_file(settings)
    expected = place.read_text(encoding="ascii", errors="replace").strip() if place.exists() else ""
    return mounts.missing(settings.folders.inbox, marked=settings.intake.marker, expected=expected)


def why(settings: Settings, path: Path) -> dict[str, Any]:
    """Why a path in the inbox is, or is not yet, being taken."""
    return explain.explain(
        path.absolute(),
        inbox=settings.folders.inbox,
        examiner=Examiner(
            complete=complete, limits=limits(settings), read=reader(settings), library=settings.folders.assets
        ),
        policy=policy(settings),
        names=names(settings),
        missing=missing(settings),
        now=SystemClock().now(),
    )
