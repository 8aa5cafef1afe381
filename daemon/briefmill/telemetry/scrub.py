"""Makes a value fit to be written: nothing in it can break a line, drive a terminal, or give a secret away.

File names, brief texts and other people's error messages all end up in log lines. Characters that are not printable
(control characters, escape sequences, direction overrides, lone surrogates of names that are not UTF-8) are written as
escapes. Secrets are taken out by the name of their field and by their own look.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

MASK: Final = "***"
LONGEST: Final = 8192
"""Characters of a value that are kept; a brief can carry megabytes in one field."""

_SHORT: Final = 64

_MULTILINE: Final = frozenset({"traceback"})
_SECRET_FIELD: Final = re.compile(
    r"(?i)(^|[_.-])(api[_-]?key|authorization|token|secret([_-]?key)?|password|passwd|cookie|credentials?)$"
)
_SECRET_TEXT: Final = re.compile(
    # An API key, also one that its owner has shortened with stars; a campaign called `sk-summer` is none.
    r"\bsk-(?=[\w-]*[\d*])[\w*-]{16,}"
    r"|(?P<before>\b[Bb]earer\s+)[\w.~+/=-]{6,}"
    # The password of a URL.
    r"|(?P<user>://[^\s/:@]*:)[^\s/@]+(?=@)"
)


def scrub(value: Any, *, key: str = "") -> Any:
    """The value with secrets masked and every text printable; `key` is the name of its field."""
    if value and _names_a_secret(key):
        return MASK
    if isinstance(value, str):
        multiline = key in _MULTILINE
        return _short(value) if len(value) <= _SHORT and not multiline else _text(value, multiline=multiline)
    if isinstance(value, Mapping):
        return {_text(str(name)): scrub(inner, key=str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [scrub(inner, key=key) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return _text(str(value))


@lru_cache(maxsize=1024)
def _names_a_secret(field: str) -> bool:
    return _SECRET_FIELD.search(field) is not None


@lru_cache(maxsize=4096)
def _short(text: str) -> str:
    """Most of what is told are the same few words: stages, outcomes, the job under way."""
    return _text(text)


def _text(text: str, *, multiline: bool = False) -> str:
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}... ({len(text)} characters)"
    text = _SECRET_TEXT.sub(lambda found: (found["before"] or found["user"] or "") + MASK, text)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or (multiline and c == "\n") else ascii(c)[1:-1] for c in text)
