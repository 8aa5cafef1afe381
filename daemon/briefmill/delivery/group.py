"""The group that delivered files belong to: looked up once, at the start, where a mistake can be told in words."""

import grp
from collections.abc import Collection
from typing import Final

from briefmill.errors import ConfigError

NO_GROUP: Final = 2**32 - 1
"""The number that stands for none in chown(2)."""


def resolve(wish: str, *, mine: Collection[int], root: bool) -> int | None:
    """The number of a group given by name or number; None for "", which leaves files as they come.

    `mine` are the groups this process is in; others can be given only by `root`. Raises ConfigError.
    """
    if not wish:
        return None
    number = _number(wish)
    if not root and number not in mine:
        raise ConfigError(
            f"output.group: this user is not in the group {wish!r}, so it cannot give files to it. Add the user to the "
            "group (and start again from a new login), or name another one."
        )
    return number


def _number(wish: str) -> int:
    if wish.isascii() and wish.isdigit() and int(wish) < NO_GROUP:
        # A number is taken as it is: shares know groups that this machine has no name for.
        return int(wish)
    try:
        return grp.getgrnam(wish).gr_gid
    except (KeyError, ValueError) as error:
        raise ConfigError(
            f"output.group: there is no group {wish!r} here. `getent group` lists them; empty leaves files as they are."
        ) from error
