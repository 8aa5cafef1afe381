"""Which address is which route, in OpenAI's manner and, with the deployment in the path, in Azure's."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Place:
    """A route as scenarios and the book name it, what is done there, and to which thing."""

    route: str
    action: str
    ident: str = ""


_PREFIX: Final = r"(?:/openai)?(?:/v1)?(?:/deployments/[^/]+)?"
_TABLE: Final = tuple(
    (method, re.compile(_PREFIX + pattern), route, action)
    for method, pattern, route, action in (
        ("POST", "/images/generations", "images.generations", "create"),
        ("POST", "/images/edits", "images.edits", "create"),
        ("POST", "/moderations", "moderations", "create"),
        ("POST", "/responses", "responses", "create"),
        ("POST", "/chat/completions", "chat.completions", "create"),
        ("GET", "/models", "models", "list"),
        ("GET", "/models/(?P<ident>[^/]+)", "models", "retrieve"),
        ("POST", "/files", "files", "create"),
        ("GET", "/files", "files", "list"),
        ("GET", "/files/(?P<ident>[^/]+)", "files", "retrieve"),
        ("DELETE", "/files/(?P<ident>[^/]+)", "files", "delete"),
        ("GET", "/files/(?P<ident>[^/]+)/content", "files", "content"),
        ("POST", "/batches", "batches", "create"),
        ("GET", "/batches", "batches", "list"),
        ("GET", "/batches/(?P<ident>[^/]+)", "batches", "retrieve"),
        ("POST", "/batches/(?P<ident>[^/]+)/cancel", "batches", "cancel"),
    )
)
PAID: Final = frozenset({"images.generations", "images.edits", "moderations", "responses", "chat.completions"})
"""The routes where work is done, that limits apply to; moderations cost nothing all the same."""


def find(method: str, path: str) -> Place | None:
    """The place at an address, None when there is none."""
    for wanted, pattern, route, action in _TABLE:
        match = pattern.fullmatch(path) if wanted == method else None
        if match is not None:
            return Place(route=route, action=action, ident=match.groupdict().get("ident") or "")
    return None
