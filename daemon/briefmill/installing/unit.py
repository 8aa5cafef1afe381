"""The unit's text for one installation: the shipped one, with its own user, home and program; and read again."""

import re
from pathlib import Path
from typing import Final

from briefmill.errors import FolderError
from briefmill.installing.site import HOME, NAME, Site

SHIPPED: Final = "briefmill.service"

_STATE: Final = Path("/var/lib")


def text(shipped: str, site: Site) -> str:
    """The unit for `site`. Raises FolderError when the shipped one lacks a line that has to be changed."""
    service = shipped
    service = _line(service, "User", site.user)
    service = _line(service, "Group", site.user)
    service = _line(service, "ExecStart", f"{site.program} run")
    service = re.sub(r"BRIEFMILL_HOME=\S+", f"BRIEFMILL_HOME={site.home}", service)
    if site.home.parent == _STATE:
        return _line(service, "StateDirectory", site.home.name)
    # systemd makes and owns what lies in /var/lib; a home elsewhere only has to be let in.
    service = _line(service, "StateDirectory", None)
    service = _line(service, "StateDirectoryMode", None)
    return service.replace("ProtectSystem=strict\n", f"ProtectSystem=strict\nReadWritePaths={site.home}\n", 1)


def installed(unit: Path) -> tuple[str, Path]:
    """User and home of a unit that is installed, so that an upgrade keeps them; the usual ones where there is none."""
    try:
        service = unit.read_text("utf-8", "replace")
    except FileNotFoundError:
        service = ""
    user = re.search(r"^User=(\S+)$", service, flags=re.MULTILINE)
    home = re.search(r"^Environment=.*\bBRIEFMILL_HOME=(\S+)", service, flags=re.MULTILINE)
    return user[1] if user else NAME, Path(home[1]) if home else HOME


def _line(service: str, key: str, value: str | None) -> str:
    """The text with `key=` set to `value`, or without it."""
    line = "" if value is None else f"{key}={value}\n"
    found, count = re.subn(rf"^{key}=.*\n", lambda _: line, service, flags=re.MULTILINE)
    if count != 1:
        raise FolderError(
            f"The shipped unit has {count} lines of {key}=, and one is expected. Install Briefmill again."
        )
    return found
