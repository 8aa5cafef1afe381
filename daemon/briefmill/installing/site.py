"""Where an installation goes, and whether it can work there.

Paths are as the service will see them; `at` puts the prefix before them when the tree of another machine (an image that
is being built) is written instead of this machine's own.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill.errors import FolderError, UsageError

NAME: Final = "briefmill"
UNIT: Final = Path("/etc/systemd/system/briefmill.service")
CREDENTIALS: Final = Path("/etc/credstore")
PROGRAM: Final = Path("/opt/briefmill/bin/briefmill")
HOME: Final = Path("/var/lib/briefmill")
BOOTED: Final = Path("/run/systemd/system")

_USER: Final = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_PLAIN: Final = re.compile(r"(/[\w.@+-]+){2,}")
_HIDDEN: Final = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
"""What the unit's ProtectHome= and PrivateTmp= take out of the service's sight."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One installation. Raises UsageError for what the unit could not carry."""

    user: str = NAME
    home: Path = HOME
    program: Path = PROGRAM
    prefix: Path = Path("/")

    def __post_init__(self) -> None:
        if not _USER.fullmatch(self.user) or self.user == "root":
            raise UsageError(
                f"--user {self.user!r}: give a user of its own, in small letters, such as briefmill; not root."
            )
        for option, path in (("--home", self.home), ("--program", self.program)):
            # The unit's own language gives a meaning to blanks, quotes, % and \.
            if not _PLAIN.fullmatch(str(path)) or ".." in path.parts:
                raise UsageError(f"{option} {path}: give an absolute path of plain names, such as {HOME}.")
            for hidden in _HIDDEN:
                if path.is_relative_to(hidden):
                    raise UsageError(
                        f"{option} {path}: the service sees nothing of {hidden} (ProtectHome=, PrivateTmp=). "
                        f"Use a place such as {HOME if option == '--home' else PROGRAM}."
                    )

    @property
    def live(self) -> bool:
        """True for this machine, False for the tree of another one."""
        return self.prefix == Path("/")

    def at(self, path: Path) -> Path:
        """Where this path of the service is written now. Raises FolderError when a link leads out of the tree."""
        place = self.prefix / path.relative_to("/")
        if not self.live and not place.parent.resolve().is_relative_to(self.prefix.resolve()):
            raise FolderError(f"{place}: a link in it leads out of {self.prefix}. Give a tree without such links.")
        return place


def check(site: Site) -> None:
    """Raise UsageError or FolderError where the steps could not be done, or what they make would not start. Blocks."""
    if not site.prefix.is_dir():
        raise FolderError(f"{site.prefix} is no folder. Unpack the tree there first.")
    if not os.access(site.at(site.program), os.X_OK):
        raise UsageError(
            f"--program {site.program}: there is no such command{'' if site.live else f' in {site.prefix}'}. Install "
            f"Briefmill there first: `python3 -m venv {site.program.parents[1]}`, then its pip."
        )
    if site.live and not BOOTED.is_dir():
        raise UsageError("This machine was not started by systemd. With --prefix DIR the tree of another one is made.")


def permitted(site: Site) -> None:
    """Raise FolderError unless this user may do the steps."""
    if os.geteuid() != 0:
        where = "this machine's /etc" if site.live else str(site.prefix)
        raise FolderError(f"Only root may write to {where} and make users: run it again with sudo.")
