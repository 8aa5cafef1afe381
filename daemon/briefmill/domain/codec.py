"""Domain values to JSON and back, checked.

pydantic reads the plain dataclasses of this package by their annotations, so that none of them has to know it. It is
imported on first use: the help page of the command must not pay for it.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter


T = TypeVar("T")


def _make_adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


_adapter: "Callable[[Any], TypeAdapter[Any]]" = cache(_make_adapter)


def plain(value: object) -> Any:
    """The value as dicts, lists, strings and numbers, ready for any JSON writer."""
    return _adapter(type(value)).dump_python(value, mode="json")


def dumps(value: object) -> str:
    """The value as canonical JSON: sorted keys, no spaces, UTF-8 characters kept."""
    return canonical(plain(value))


def canonical(data: object) -> str:
    """JSON-ready data as canonical JSON, the form that is hashed and signed."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def loads(kind: type[T], text: str | bytes) -> T:
    """A value of `kind` from its JSON; raises ValueError (pydantic's) where it does not fit."""
    value: T = _adapter(kind).validate_json(text)
    return value


def load(kind: type[T], data: object) -> T:
    """A value of `kind` from JSON-ready data; raises ValueError (pydantic's) where it does not fit."""
    value: T = _adapter(kind).validate_python(data)
    return value


def document(data: object) -> bytes:
    """JSON-ready data as a document for people: indented, in the order given, UTF-8."""
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")
