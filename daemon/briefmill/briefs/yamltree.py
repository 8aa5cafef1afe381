"""YAML to nodes, from the event stream of a parser: nothing is constructed, no tag is obeyed.

Briefs are read by ruamel.yaml, which knows YAML 1.2. What the house itself brings (`kept`: rules, layouts, placements)
is read at each start, by libyaml, in a twentieth of the time.

Plain scalars are read by the core schema of YAML 1.2, so Norway's `no`, a `16:9` and a date stay what the author
wrote. Aliases are written out and counted. Two habits of hand-written briefs are met: a colour without quotes
(`primary: #FF5733`, which YAML takes for a comment) is read as the colour and said aloud, and merge keys (`<<`) work.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from briefmill.briefs.nodes import (
    Budget,
    Cut,
    Document,
    Entry,
    Kind,
    Limits,
    Node,
    below,
    moved,
    problem,
    refusal,
    unique,
    whole,
)
from briefmill.errors import BriefRefused, Problem

_CORE: Final = (
    (re.compile(r"|~|null|Null|NULL"), Kind.NULL),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), Kind.TRUTH),
    (re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"), Kind.NUMBER),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), Kind.NUMBER),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), Kind.NUMBER),
)
_TAGS: Final = {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
} | {"!"}
# Where a tab may stand, and what ends a line: here libyaml does as YAML 1.1 has it.
_DISPUTED: Final = re.compile("[\t\x85\u2028\u2029]")
_LONGEST_LINE: Final = 65_536
_LOST_COLOUR: Final = re.compile(r"\s*#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})\b")


def read(text: str, limits: Limits) -> Document:
    """The tree of a YAML text. Raises BriefRefused with the place; Cut where the text ends too early."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    for number, line in enumerate(text.splitlines(), 1):
        # The scanner needs the square of the length of some lines; JSON may be one line, YAML need not.
        if len(line) > _LONGEST_LINE:
            raise refusal("brief.line_too_long", f"this line has {len(line)} characters", "Break it.", line=number)
    reader = _Reader(text, limits, YAML(typ="safe", pure=True).parse(text))
    try:
        return reader.document()
    except MarkedYAMLError as error:
        raise _syntax(text, error) from error
    except YAMLError as error:
        raise _character(text, error) from error


def kept(text: str, limits: Limits) -> Document:
    """The tree of a YAML text that is configuration: what `read` gives and raises, sooner.

    What libyaml refuses, `read` reads again, or says where it is wrong. Only the place of a value that is not there may
    be another: here it is where its key ends, there where the next thing begins.
    """
    import yaml

    # PyYAML may have been built without it.
    if not yaml.__with_libyaml__ or _DISPUTED.search(text):
        return read(text, limits)
    try:
        return _Reader(text, limits, yaml.parse(text, Loader=yaml.CSafeLoader)).document()
    except (yaml.YAMLError, BriefRefused):
        return read(text, limits)


def _syntax(text: str, error: Any) -> Exception:
    mark = error.problem_mark or error.context_mark
    line, column, index = (mark.line + 1, mark.column + 1, mark.index) if mark else (0, 0, 0)
    message = f"this is not YAML: {error.problem or error.context}"
    if error.context and error.problem and error.context_mark:
        message += f" ({error.context}, begun on line {error.context_mark.line + 1})"
    fix = ""
    if "\t" in (error.problem or "") or "\\t" in (error.problem or ""):
        fix = "Indent with spaces, not with tabs."
    elif "mapping values" in (error.problem or ""):
        fix = "Put text that holds a colon in quotes."
    elif re.search(r"[\[,]\s*#[0-9A-Fa-f]{3,8}\b", text):
        fix = 'Put colours in quotes ("#FF5733"): an open # begins a comment.'
    if index >= len(text.rstrip()):
        return Cut((problem("brief.cut", message, fix, line=line, column=column),))
    return refusal("brief.syntax", message, fix, line=line, column=column)


def _character(text: str, error: Any) -> Exception:
    at = getattr(error, "position", 0)
    before = text[:at] if isinstance(at, int) else ""
    return refusal(
        "brief.syntax",
        "there is a control character that YAML does not allow",
        "Remove it, or save the brief again as plain text.",
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
    )


class _Reader:
    def __init__(self, text: str, limits: Limits, events: Iterable[Any]) -> None:
        self._lines = text.splitlines()
        self._events: Iterator[Any] = iter(events)
        self._budget = Budget(limits)
        self._anchors: dict[str, Node] = {}
        self._open: set[str] = set()
        self._notices: list[Problem] = []

    def document(self) -> Document:
        root = Node(kind=Kind.NULL, path="", line=1, column=1)
        documents = 0
        for event in self._events:
            if type(event).__name__ == "DocumentStartEvent":
                node = self._value(next(self._events), "", 1)
                documents += node.kind is not Kind.NULL
                if documents > 1:
                    raise refusal(
                        "brief.several",
                        "the file holds several YAML documents (---)",
                        "Put one brief into one file.",
                        line=event.start_mark.line + 1,
                    )
                root = node if node.kind is not Kind.NULL else root
        return Document(root=root, notices=tuple(self._notices))

    def _value(self, event: Any, path: str, depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event, path, depth, line)
        self._budget.spend(1, depth, line)
        tag = str(event.tag) if event.tag else ""
        if tag and tag not in _TAGS:
            raise refusal(
                "brief.tag",
                f"the YAML tag {tag[:60]} is not allowed",
                "Remove it.",
                field=path,
                line=line,
                column=column,
            )
        node = _scalar(event, tag, path) if kind == "ScalarEvent" else self._container(event, kind, path, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _container(self, event: Any, kind: str, path: str, depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if event.anchor:
            self._open.add(event.anchor)
        node = Node(
            kind=Kind.LIST if kind == "SequenceStartEvent" else Kind.MAPPING, path=path, line=line, column=column
        )
        if node.kind is Kind.LIST:
            node = replace(node, items=self._items(path, depth + 1))
        else:
            node = replace(node, entries=self._entries(path, depth + 1))
        self._open.discard(event.anchor)
        return node

    def _items(self, path: str, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            node = self._value(event, f"{path}[{len(items)}]", depth)
            items.append(self._colour(node, event.start_mark.line, event.start_mark.column))
        return tuple(items)

    def _entries(self, path: str, depth: int) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        merged: list[Entry] = []
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise refusal(
                    "brief.key",
                    "the name of a field must be plain text",
                    "Write a word before the colon.",
                    field=path,
                    line=event.start_mark.line + 1,
                    column=event.start_mark.column + 1,
                )
            key, mark = whole(str(event.value)), event.start_mark
            after = event.end_mark
            node = self._value(next(self._events), below(path, key), depth)
            if key == "<<" and not event.style:
                merged.extend(self._merged(node, path, depth))
                continue
            node = self._colour(node, after.line, after.column + 1)
            entries.append(Entry(key=key, line=mark.line + 1, column=mark.column + 1, node=node))
        own = unique(entries, path)
        known = {entry.key for entry in own}
        for entry in merged:
            if entry.key not in known:
                known.add(entry.key)
                own += (entry,)
        return own

    def _merged(self, node: Node, path: str, depth: int) -> list[Entry]:
        sources = node.items if node.kind is Kind.LIST else (node,)
        if any(source.kind is not Kind.MAPPING for source in sources):
            raise refusal("brief.merge", "a merge key (<<) needs a group of fields", field=path, line=node.line)
        found = [
            replace(entry, node=moved(entry.node, below(path, entry.key)))
            for source in sources
            for entry in source.entries
        ]
        self._budget.spend(sum(entry.node.count() for entry in found), depth, node.line)
        return found

    def _alias(self, event: Any, path: str, depth: int, line: int) -> Node:
        node = self._anchors.get(event.anchor)
        if event.anchor in self._open or node is None:
            reason = "refers to itself" if event.anchor in self._open else "refers to nothing"
            raise refusal("brief.alias", f"the YAML alias *{event.anchor} {reason}", field=path, line=line)
        self._budget.spend(node.count(), depth + node.depth() - 1, line)
        return moved(node, path)

    def _colour(self, node: Node, line: int, column: int) -> Node:
        """A value that YAML took for a comment, but that is a colour, as that colour."""
        if node.kind is not Kind.NULL or line >= len(self._lines):
            return node
        match = _LOST_COLOUR.match(self._lines[line], column)
        if not match:
            return node
        place = problem(
            "brief.colour.unquoted",
            f"#{match.group(1)} was read as a colour, although YAML takes an open # for a comment",
            f'Write "#{match.group(1)}" in quotes.',
            field=node.path,
            line=line + 1,
            column=column + 1,
        )
        self._notices.append(place)
        return replace(node, kind=Kind.TEXT, text=f"#{match.group(1)}", line=line + 1, column=column + 1)


def _scalar(event: Any, tag: str, path: str) -> Node:
    text = whole(str(event.value))
    kind = Kind.TEXT
    if not event.style and tag not in {"tag:yaml.org,2002:str", "!"}:
        kind = next((kind for pattern, kind in _CORE if pattern.fullmatch(text)), Kind.TEXT)
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    return Node(kind=kind, path=path, line=line, column=column, text="" if kind is Kind.NULL else text)
