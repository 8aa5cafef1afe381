"""What comes in and what goes out, without any socket: a request that was read, and an answer that is to be sent."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from briefmill.fake_openai import refusals

JSON: Final = "application/json"
_HALVES: Final = re.compile(rb"\\u[dD][89a-fA-F]")
"""What a surrogate, whole or half, is written with; only bodies with one are looked at again."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. Header names are in lower case; `path` is without the query, `query` without repeated names."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """The body as JSON. Raises Refusal (400)."""
        try:
            return parsed(self.body or b"null")
        except ValueError as error:
            raise refusals.invalid(
                "We could not parse the JSON body of your request. The OpenAI API expects a JSON payload."
            ) from error


def parsed(data: bytes) -> Any:
    """JSON as the API takes it: no NaN, no half of a surrogate pair, not too deep. Raises ValueError."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("the JSON is too deep") from error
    if _HALVES.search(data):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer and how it is to be sent. `pieces` above 1 sends it so, with `pause_s` after each.

    `cut` is empty, `after` (the line goes dead instead of the answer) or `middle` (half of the body is sent).
    """

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    latency_s: float = 0.0
    cut: str = ""
    pieces: int = 1
    pause_s: float = 0.0


def encoded(value: Any) -> bytes:
    """A body as JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def short_hash(words: str) -> str:
    """The first 16 hexadecimal digits of a text's SHA-256, empty for no text."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16] if words else ""
