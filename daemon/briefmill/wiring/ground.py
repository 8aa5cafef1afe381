"""What a home stands on: the disk under its state, the room that is kept free, whose its delivered files are."""

import os

from briefmill.delivery import group
from briefmill.delivery.filling import Rights
from briefmill.errors import ConfigError
from briefmill.intake import mounts
from briefmill.settings import Settings
from briefmill.storage import grounds
from briefmill.storage.floor import Floor
from briefmill.storage.standing import Standing


def check(settings: Settings) -> None:
    """Raise ConfigError where the state lies on another machine's disk. Blocks."""
    if why := grounds.refused(mounts.file_system(settings.folders.state)):
        raise ConfigError(f"folders.state ({settings.folders.state}): {why}. Give it a folder on a local disk.")


def keep_free(settings: Settings) -> Floor:
    """The floor of free disk under all folders that are written to."""
    least, share = settings.disk.least
    folders = {name: path for name, path in settings.folders if name != "assets"}
    return Floor(folders, least_bytes=least, share=share)


def standing(settings: Settings) -> Standing:
    """The drives under the folders that work is delivered into."""
    kept = ("outbox", "rejected", "archive")
    folders = {name: path for name, path in settings.folders if name in kept}
    return Standing(folders=folders, notes=settings.folders.state / "mounts.json")


def rights(settings: Settings) -> Rights:
    """Whose the delivered files are. Raises ConfigError."""
    mine = {*os.getgroups(), os.getegid()}
    return Rights(
        file_mode=settings.output.file_mode,
        dir_mode=settings.output.dir_mode,
        group=group.resolve(settings.output.group, mine=mine, root=os.geteuid() == 0),
    )
