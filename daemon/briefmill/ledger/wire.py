r"""How values look in a row: moments as integers, structures as canonical JSON, text that any database can hold.

A moment is microseconds since 1970 UTC, so that it compares and sorts as a number in every database; 0 means never.
JSON is canonical (`domain.codec`), because the audit chain hashes it. What comes from outside may hold what UTF-8
cannot: a lone surrogate from a file name that was no text. In JSON it becomes its `\udcxx` escape and comes back as
it was; in plain text it becomes visible.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from briefmill.domain import codec

T = TypeVar("T")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def micros(moment: datetime | None) -> int:
    """The moment as microseconds since 1970 UTC, 0 for None."""
    return 0 if moment is None else (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The moment of these microseconds, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def maybe(micros: int) -> datetime | None:
    """The moment of these microseconds, None for 0."""
    return moment(micros) if micros else None


def dumps(value: object) -> str:
    """Any domain value, or a mapping of such, as canonical JSON that encodes to UTF-8 whatever it holds."""
    data = codec.plain(dict(value) if isinstance(value, Mapping) else value)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", codec.canonical(data))


def loads(kind: type[T], text: str) -> T:
    """A domain value from its JSON; raises ValueError where it does not fit."""
    return codec.load(kind, json.loads(text))


def mapping(text: str) -> dict[str, Any]:
    """A JSON object as a dict; raises ValueError for anything else."""
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError(f"a JSON object was expected, not {type(data).__name__}")  # noqa: TRY004 - one error for bad text
    return data


def settled(value: Mapping[str, object]) -> dict[str, Any]:
    """The mapping as it will be read back, so that the twin in memory answers like the database."""
    return mapping(dumps(value))


def printable(text: str) -> str:
    """The text with lone surrogates and NUL characters made visible: no database takes them all."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
