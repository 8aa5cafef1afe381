"""Making a home, and having one alone."""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from briefmill import files
from briefmill.errors import AlreadyRunning, FolderError
from briefmill.intake import mounts
from briefmill.settings import Settings, shipped_config
from briefmill.wiring import ground, inward, sealing
from briefmill.wiring.clock import SystemClock

NOT_COPIED = frozenset({"demo", "rules"})
"""Parts of the shipped configuration that a home needs no copy of; rules of law are renewed with each release."""


def init(home: Path, environ: Mapping[str, str], *, dry_run: bool) -> list[Path]:
    """Make the folders, the inbox's marker and a commented configuration; returns what was (or would be) made.

    Changes nothing that is there. Raises FolderError where a folder cannot be made.
    """
    made: list[Path] = []
    shipped = shipped_config()
    for source in sorted(shipped.rglob("*")):
        inside = source.relative_to(shipped)
        target = home / "config" / inside
        ours = source.is_file() and not source.name.startswith(".") and inside.parts[0] not in NOT_COPIED
        if ours and not target.exists():
            made.append(target)
            if not dry_run:
                target.parent.mkdir(parents=True, exist_ok=True)
                # Durably: a power cut after `init` must not leave an empty configuration that refuses every command.
                files.write_durably(target, source.read_bytes())
    settings = Settings.load(home, environ)
    try:
        for _, folder in settings.folders:
            if not folder.is_dir():
                made.append(folder)
                if not dry_run:
                    folder.mkdir(parents=True)
    except OSError as error:
        raise FolderError(f"{error.filename} cannot be made: {error.strerror}.") from error
    marker = mounts.marker(settings.folders.inbox)
    if not marker.exists():
        made.append(marker)
        if not dry_run:
            mounts.mark(settings.folders.inbox)
    if not dry_run:
        made += sealing.prepare(settings, SystemClock().now())
        inward.accept_inbox(settings)
        ground.standing(settings).accept()
    return made


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold a home's state folder alone, as long as this process lives. Raises AlreadyRunning, FolderError."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "lock").open("a")
    except OSError as error:
        raise FolderError(
            f"{state} cannot be used: {error.strerror}. Run `briefmill init` or mend its rights."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning from error
        except OSError as error:
            raise FolderError(
                f"{state} cannot be locked: {error.strerror}. Give it a folder on a local disk."
            ) from error
        yield
