"""What comes in: the reader of briefs and the intake, put together from the settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from briefmill.briefs import nodes, source
from briefmill.briefs import reader as readers
from briefmill.briefs.placements import Placements
from briefmill.domain.brief import Reading
from briefmill.intake import catalogue, explain
from briefmill.intake.admit import Office
from briefmill.intake.examine import Examiner
from briefmill.intake.intake import Intake, Manners, Places
from briefmill.intake.pieces import Limits
from briefmill.intake.settle import Policy
from briefmill.ports import Store
from briefmill.settings import Settings, config_file
from briefmill.wiring.clock import SystemClock


def reader(settings: Settings) -> Callable[[bytes, str], Reading]:
    """Reads a brief's bytes under its name with this home's placements and limits. Raises ConfigError at once."""
    placements = Placements.load(config_file(settings.home, "placements.yaml"))
    allowed = nodes.Limits(max_bytes=settings.intake.max_brief_bytes)
    return lambda data, name: readers.read(data, name=name, catalogue=placements, limits=allowed)


def complete(data: bytes, name: str) -> bool:
    """True unless a brief's bytes end in mid-sentence; what is plainly wrong is complete, and refused when read."""
    return source.complete(data, name) is not source.Completeness.TRUNCATED


def limits(settings: Settings) -> Limits:
    """How large a drop may be."""
    return Limits(brief_bytes=settings.intake.max_brief_bytes, bundle_bytes=settings.intake.max_bundle_bytes)


def policy(settings: Settings) -> Policy:
    """When a dropped file counts as arrived."""
    return Policy(quiet_s=settings.intake.quiet_s, grace_s=settings.intake.grace_s)


def intake(settings: Settings, office: Office, store: Store) -> Intake:
    """The intake of a home. Needs the running loop."""
    wishes = settings.intake
    return Intake(
        places=Places(
            inbox=settings.folders.inbox,
            work=settings.folders.state / "work" / "incoming",
            library=settings.folders.assets,
        ),
        manners=Manners(
            policy=policy(settings),
            limits=limits(settings),
            interval_s=wishes.interval_s,
            watcher=wishes.watcher,
            marked=wishes.marker,
            max_claims=wishes.max_claims_per_scan,
            rerun=wishes.duplicates == "rerun",
        ),
        office=office,
        store=store,
        read=reader(settings),
        complete=complete,
    )


def ignored_rules() -> tuple[str, ...]:
    """The names of the rules under which files are left alone, for the metric's labels."""
    return catalogue.rules()


def why(settings: Settings, path: Path) -> dict[str, Any]:
    """Why a path in the inbox is, or is not yet, being taken."""
    return explain.explain(
        path.absolute(),
        inbox=settings.folders.inbox,
        examiner=Examiner(
            complete=complete, limits=limits(settings), read=reader(settings), library=settings.folders.assets
        ),
        policy=policy(settings),
        marked=settings.intake.marker,
        now=SystemClock().now(),
    )
