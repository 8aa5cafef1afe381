"""The tree that every brief becomes before anybody asks what it means: text with its place, nothing else.

Scalars stay as they were written, so that `16:9`, `no` and `2026-03-01` are never turned into something else; what a
number or a yes is, is decided by whoever needs one. Every node knows its path in the file (`products[0].name`) and the
line and column it begins at, so that each complaint can point there. The two parsers build these; neither runs a
constructor, so no file can make an object.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from briefmill.errors import BriefRefused, Problem


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one brief may hold. Sizes in bytes, lengths in characters, the rest are counts.

    `max_nodes` counts every value after YAML aliases are written out, which is what stops an alias bomb.
    """

    max_bytes: int = 1 << 20
    max_depth: int = 32
    max_nodes: int = 20_000
    max_products: int = 200
    max_locales: int = 60
    max_placements: int = 60
    max_creatives: int = 2000
    max_message: int = 500
    max_name: int = 200
    max_description: int = 5000


class Kind(StrEnum):
    """What stands at a place of the file."""

    NULL = "nothing"
    TRUTH = "a yes or no"
    NUMBER = "a number"
    TEXT = "text"
    LIST = "a list"
    MAPPING = "a group of fields"


@dataclass(frozen=True, kw_only=True)
class Node:
    """One value of the file. `text` is a scalar as written; `items` are a list's, `entries` a mapping's."""

    kind: Kind
    path: str
    line: int
    column: int
    text: str = ""
    items: tuple["Node", ...] = ()
    entries: tuple["Entry", ...] = ()

    @property
    def scalar(self) -> bool:
        """True for text, a number, a yes or no."""
        return self.kind in {Kind.TEXT, Kind.NUMBER, Kind.TRUTH}

    @property
    def empty(self) -> bool:
        """True where the author left it open: null, blank text, an empty list or mapping."""
        return not (self.text.strip() or self.items or self.entries)

    def count(self) -> int:
        """How many nodes this tree has, itself included."""
        return 1 + sum(item.count() for item in self.items) + sum(entry.node.count() for entry in self.entries)

    def depth(self) -> int:
        """How many levels this tree has, its own included."""
        below = [item.depth() for item in self.items] + [entry.node.depth() for entry in self.entries]
        return 1 + max(below, default=0)

    def leaves(self) -> Iterator["Node"]:
        """Every scalar below, in the order of the file."""
        if self.scalar:
            yield self
        for item in self.items:
            yield from item.leaves()
        for entry in self.entries:
            yield from entry.node.leaves()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A key of a mapping, as written, with its own place, and its value."""

    key: str
    line: int
    column: int
    node: Node


@dataclass(frozen=True, kw_only=True)
class Document:
    """A brief that was read to its end: its fields, and what was odd about the file itself."""

    root: Node
    notices: tuple[Problem, ...] = ()


class Cut(BriefRefused):
    """The text ends in the middle: somebody may still be writing it."""


def whole(text: str) -> str:
    """Text in which the two escaped halves of a character are one again, and a lone half is U+FFFD."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def below(path: str, key: str) -> str:
    """The path of the field `key` in the mapping at `path`."""
    return f"{path}.{key}" if path else key


def moved(node: Node, path: str) -> Node:
    """The same tree seen from another place of the file: what a YAML alias stands for."""
    return replace(
        node,
        path=path,
        items=tuple(moved(item, f"{path}[{index}]") for index, item in enumerate(node.items)),
        entries=tuple(replace(entry, node=moved(entry.node, below(path, entry.key))) for entry in node.entries),
    )


def refusal(code: str, message: str, fix: str = "", *, field: str = "", line: int = 0, column: int = 1) -> BriefRefused:
    """A refusal of the whole file for one reason."""
    return BriefRefused((problem(code, message, fix, field=field, line=line, column=column),))


def problem(code: str, message: str, fix: str = "", *, field: str = "", line: int = 0, column: int = 1) -> Problem:
    """A problem whose message is a sentence, so that its fix can follow in the same line."""
    words = message[:1].upper() + message[1:]
    ended = words if words.endswith((".", "!", "?")) else f"{words}."
    return Problem(code=code, message=ended, fix=fix, field=field, line=line, column=column if line else 0)


class Budget:
    """Counts the nodes of one file while it is being read, so that a hostile one is stopped early."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._spent = 0

    def spend(self, count: int, depth: int, line: int) -> None:
        """Take note of `count` more nodes, the deepest at `depth`; raises BriefRefused beyond the limits."""
        self._spent += count
        if depth > self._limits.max_depth:
            raise refusal(
                "brief.too_deep",
                f"the fields are nested more than {self._limits.max_depth} levels deep",
                "A brief needs four or five.",
                line=line,
            )
        if self._spent > self._limits.max_nodes:
            raise refusal(
                "brief.too_many_values",
                f"the brief holds more than {self._limits.max_nodes} values, YAML aliases written out",
                "Split it into several briefs.",
                line=line,
            )


def unique(entries: list[Entry], path: str) -> tuple[Entry, ...]:
    """The entries, or a refusal that names both places of a key written twice."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.key, entry)
        if first is not entry:
            raise refusal(
                "brief.key_twice",
                f"this field is written twice, first on line {first.line}, column {first.column}",
                "Remove one of them.",
                field=below(path, entry.key),
                line=entry.line,
                column=entry.column,
            )
    return tuple(entries)
