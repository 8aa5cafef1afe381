"""On which line of a TOML file a key stands.

tomllib gives values without their places; an error message without a line sends people searching. This reads only as
much TOML as is needed to find a key that tomllib has already accepted: headers, and the start of `key = value` lines.
A line that it does not find is 0, and the message then names the file alone.
"""

import re
from typing import Final

_HEADER: Final = re.compile(r"^\s*\[\[?(?P<name>[^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*(?P<name>(?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_SYNTAX: Final = re.compile(r"\(at line (\d+), column \d+\)")


def of_key(text: str, path: tuple[str, ...]) -> int:
    """The line, counted from 1, where the key or table at `path` is written; 0 when it is not found."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header["name"])
            if table[: len(path)] == path:
                return number
        elif (key := _KEY.match(line)) and (*table, *_parts(key["name"]))[: len(path)] == path:
            return number
    return 0


def of_syntax_error(message: str) -> int:
    """The line that tomllib's own message names; 0 when it names none ("at end of document")."""
    found = _SYNTAX.search(message)
    return int(found[1]) if found else 0


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
