"""JSON to nodes, with the place of every key.

The standard library's reader tells no places and keeps the last of two equal keys, so the structure is walked here;
strings are still unescaped by it. Strict JSON, but the usual slips of hand-written files (a comma too many, single
or typographic quotes, a comment) are named in the message instead of being called a syntax error.
"""

import json
import re
from bisect import bisect_right
from typing import Final, NoReturn

from briefmill.briefs.nodes import Budget, Cut, Entry, Kind, Limits, Node, below, problem, refusal, unique, whole

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD: Final = re.compile(r"[-+.\w]+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {"true": Kind.TRUTH, "false": Kind.TRUTH, "null": Kind.NULL}
_SLIPS: Final = {
    "'": "JSON puts text in double quotes, not in single ones.",
    "“": 'These are typographic quotes; JSON needs straight ones (").',
    "”": 'These are typographic quotes; JSON needs straight ones (").',
    "„": 'These are typographic quotes; JSON needs straight ones (").',
    "/": "JSON has no comments; remove it, or put it in a field named _comment.",
    "#": "JSON has no comments; remove it, or put it in a field named _comment.",
}


def read(text: str, limits: Limits) -> Node:
    """The tree of a JSON text. Raises BriefRefused with the place; Cut where the text ends too early."""
    reader = _Reader(text, limits)
    node = reader.value("", 1)
    reader.finish()
    return node


class _Reader:
    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._at = 0
        self._budget = Budget(limits)
        self._lines = [0, *(match.end() for match in re.finditer(r"\n", text))]

    def value(self, path: str, depth: int) -> Node:
        self._skip()
        line, column = self._place(self._at)
        self._budget.spend(1, depth, line)
        start = self._text[self._at : self._at + 1]
        if start == "{":
            return Node(kind=Kind.MAPPING, path=path, line=line, column=column, entries=self._mapping(path, depth + 1))
        if start == "[":
            return Node(kind=Kind.LIST, path=path, line=line, column=column, items=self._list(path, depth + 1))
        if start == '"':
            return Node(kind=Kind.TEXT, path=path, line=line, column=column, text=self._string())
        word = _WORD.match(self._text, self._at)
        if not word:
            self._fail("a value is missing here", at=self._at)
        written = word.group()
        kind = _WORDS.get(written) or (Kind.NUMBER if _NUMBER.fullmatch(written) else None)
        if kind is None:
            at_end = word.end() == len(self._text)
            self._fail(f'"{written[:40]}" is not JSON', "Put text in double quotes.", at=word.start(), cut=at_end)
        self._at = word.end()
        return Node(kind=kind, path=path, line=line, column=column, text="" if kind is Kind.NULL else written)

    def finish(self) -> None:
        self._skip()
        if self._at < len(self._text):
            self._fail("the brief is complete, but the file goes on", "A file holds one brief.", at=self._at)

    def _mapping(self, path: str, depth: int) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        self._at += 1
        while not self._closed("}", first=not entries):
            if not self._text.startswith('"', self._at):
                self._fail("the name of a field in double quotes is missing here", at=self._at)
            line, column = self._place(self._at)
            key = self._string()
            self._skip()
            if not self._text.startswith(":", self._at):
                self._fail(f"after the field {key[:40]} a colon is missing", at=self._at)
            self._at += 1
            entries.append(Entry(key=key, line=line, column=column, node=self.value(below(path, key), depth)))
        return unique(entries, path)

    def _list(self, path: str, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        self._at += 1
        while not self._closed("]", first=not items):
            items.append(self.value(f"{path}[{len(items)}]", depth))
        return tuple(items)

    def _closed(self, bracket: str, *, first: bool) -> bool:
        """Step over the closing bracket (True), or over the comma before the next member (False)."""
        self._skip()
        if self._text.startswith(bracket, self._at):
            self._at += 1
            return True
        if first:
            return False
        if not self._text.startswith(",", self._at):
            self._fail(f"a comma or {bracket} is missing here", at=self._at)
        comma = self._at
        self._at += 1
        self._skip()
        if self._text[self._at : self._at + 1] in {"}", "]"}:
            self._fail("there is a comma after the last entry", "Remove this comma.", at=comma)
        return False

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if not match:
            self._fail_string()
        try:
            text: str = json.loads(match.group())
        except ValueError:
            self._fail("this text holds a backslash that means nothing", "Write \\\\ for a backslash.", at=self._at)
        self._at = match.end()
        return whole(text)

    def _fail_string(self) -> NoReturn:
        newline = self._text.find("\n", self._at)
        if newline == -1:
            self._fail("this text has no closing quote", at=self._at, cut=True)
        self._fail(
            "this text has no closing quote on its line, or holds a control character",
            "Close it with a double quote; a line break within text is written \\n.",
            at=self._at,
        )

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def _fail(self, message: str, fix: str = "", *, at: int, cut: bool = False) -> NoReturn:
        line, column = self._place(at)
        if cut or at >= len(self._text):
            words = message if cut else f"the file ends here, but the brief is not complete: {message}"
            raise Cut((problem("brief.cut", words, fix, line=line, column=column),))
        raise refusal("brief.syntax", message, fix or _SLIPS.get(self._text[at], ""), line=line, column=column)
