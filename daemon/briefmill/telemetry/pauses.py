"""Joins what several parts of the daemon say about one missing thing.

The intake and the engine each find out by themselves that the disk is full, and each that it has room again. People and
dashboards want one word at the beginning, when the first part lacks it, and one at the end, when the last part has it
back. A decorator of the port: every other fact passes as it is.
"""

import threading
from collections.abc import Mapping
from typing import Final

from briefmill.domain.facts import Fact, PipelinePaused, PipelineResumed
from briefmill.ports import Listener


class Pauses:
    """Knows who lacks what. Thread-safe."""

    def __init__(self, listener: Listener) -> None:
        self._listener: Final = listener
        self._lacking: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    @property
    def missing(self) -> Mapping[str, str]:
        """What is missing now, with the words of whoever said it first."""
        with self._lock:
            return {resource: next(iter(parts.values())) for resource, parts in self._lacking.items()}

    def of(self, part: str) -> Listener:
        """The listener for one part of the daemon."""
        return _Ear(part, self)

    def leave(self, part: str) -> None:
        """A part is gone for good: what it alone lacked, nobody lacks any more."""
        with self._lock:
            lacked = [resource for resource, parts in self._lacking.items() if part in parts]
        for resource in lacked:
            self.hear(part, PipelineResumed(resource=resource))

    def hear(self, part: str, fact: Fact) -> None:
        """Take a fact of this part and pass it on, unless it says of a pause what is known already."""
        with self._lock:
            # Told under the lock: the gauge must end as the last word says, not as the faster thread does.
            if self._news(part, fact):
                self._listener.hear(fact)
                return
        if not isinstance(fact, PipelinePaused | PipelineResumed):
            self._listener.hear(fact)

    def _news(self, part: str, fact: Fact) -> bool:
        match fact:
            case PipelinePaused():
                known = fact.resource in self._lacking
                self._lacking.setdefault(fact.resource, {})[part] = fact.reason
                return not known
            case PipelineResumed():
                parts = self._lacking.get(fact.resource, {})
                parts.pop(part, None)
                if parts:
                    return False
                return self._lacking.pop(fact.resource, None) is not None
            case _:
                return False


class _Ear:
    def __init__(self, part: str, pauses: Pauses) -> None:
        self._part = part
        self._pauses = pauses

    def hear(self, fact: Fact) -> None:
        self._pauses.hear(self._part, fact)
