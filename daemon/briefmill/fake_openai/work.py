"""What a route makes of a request that passed every check: a body, and what it took to make it."""

from dataclasses import dataclass
from typing import Any

from briefmill.fake_openai.catalogue import Model
from briefmill.fake_openai.charges import Usage


@dataclass(frozen=True, kw_only=True)
class Task:
    """A request that may be worked on. `seed` is the scenario's, `now` in seconds since 1970.

    `asked` has passed the contract; `prompt` is all of its words.
    """

    route: str
    asked: dict[str, Any]
    model: Model
    prompt: str
    seed: int
    now: float
    request_id: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """What was made. `images` counts pictures; `events` are the names of a stream's events, with their bodies."""

    body: dict[str, Any]
    usage: Usage
    images: int = 0
    events: tuple[tuple[str, dict[str, Any]], ...] = ()
