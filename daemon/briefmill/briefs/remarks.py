"""What there is to say about a brief while it is read: problems, notices, and which key became what.

One collector for the whole reading, so that an author hears of everything at once. Nothing here decides; a reading
with a problem is refused by the reader, at its end.
"""

import re
import sys
from typing import Final

from briefmill.briefs.nodes import Entry, Node, problem
from briefmill.domain.brief import Alias
from briefmill.errors import Problem

_INDEX: Final = re.compile(r"\[\d+\]")
_ENOUGH: Final = 100
"""So many remarks of a kind are told one by one; a file with more is no brief that somebody wrote."""
_LAST_INDEX: Final = re.compile(r"\[\d+\]$")


class Remarks:
    """Collects in the order of discovery."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []
        self.aliases: dict[str, str] = {}
        self.unused: dict[str, None] = {}
        self._untold: list[Problem] = []
        self._swallowed = 0

    @property
    def patient(self) -> bool:
        """False once there is so much to say that suggestions no longer help anybody."""
        return len(self.problems) + len(self.notices) < _ENOUGH

    def refuse(self, place: Node | Entry | None, code: str, message: str, fix: str = "", *, field: str = "") -> None:
        """Note something that makes the brief impossible."""
        self._say(self.problems, _at(place, code, message, fix, field))

    def notice(self, place: Node | Entry | None, code: str, message: str, fix: str = "", *, field: str = "") -> None:
        """Note something odd that the author should know."""
        self._say(self.notices, _at(place, code, message, fix, field))

    def slip(self, entry: Entry, path: str, meant: str) -> None:
        """Note a key that is probably misspelt: a notice, and a likely reason where the brief is refused."""
        told = _at(entry, "brief.key.unknown", "this field is not known", f"Did you mean {meant}?", path)
        self._say(self.notices, told)
        self._say(self._untold, told)

    def _say(self, told: list[Problem], said: Problem) -> None:
        if said in told:
            return
        if len(told) < _ENOUGH:
            told.append(said)
        else:
            self._swallowed += 1

    def _and_more(self) -> tuple[Problem, ...]:
        return (problem("brief.more", f"and {self._swallowed} more like these"),) if self._swallowed else ()

    def alias(self, written: str, became: str) -> None:
        """Note how a key was understood."""
        self.aliases.setdefault(written, became)

    def leave(self, path: str) -> None:
        """Note a field that is understood but changes nothing."""
        self.aliases.pop(path, None)
        self.aliases.pop(_LAST_INDEX.sub("", path), None)
        self.unused.setdefault(path)

    def refusal(self) -> tuple[Problem, ...]:
        """All problems in the order of the file, with the misspelt keys that may be behind them."""
        ordered = sorted(self.problems, key=lambda problem: problem.line)
        return (*ordered, *self._untold, *self._and_more()) if ordered else ()

    def told(self) -> tuple[Problem, ...]:
        """All notices; the fields that are not used make one line."""
        # What concerns no single line comes last.
        ordered = sorted(self.notices, key=lambda notice: notice.line or sys.maxsize)
        if not self.unused:
            return (*ordered, *self._and_more())
        paths = list(dict.fromkeys(_INDEX.sub("[]", path) for path in self.unused))
        listed = ", ".join(paths[:_ENOUGH]) + (f" and {len(paths) - _ENOUGH} more" if len(paths) > _ENOUGH else "")
        line = problem("brief.unused", f"understood, but without influence on the creatives: {listed}")
        return (*ordered, *self._and_more(), line)

    def said(self) -> tuple[Alias, ...]:
        """All aliases, in the order of the file."""
        return tuple(Alias(written=written, became=became) for written, became in self.aliases.items())


def _at(place: Node | Entry | None, code: str, message: str, fix: str, field: str) -> Problem:
    path = field or (place.path if isinstance(place, Node) else "")
    line, column = (place.line, place.column) if place else (0, 1)
    return problem(code, message, fix, field=path, line=line, column=column)
