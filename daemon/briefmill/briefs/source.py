"""The safe door to a brief's text: bytes in, a tree of nodes with places out, or a refusal that says why.

Decides between JSON and YAML by the content first and the name second, and brings every accepted shape of the top
level (the fields themselves, one list entry around them, a wrapper such as `campaign_brief`) to one mapping. What the
fields mean is the reader's affair. `complete` is the intake's question: does this parse to its end, or is somebody
still writing?
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from briefmill.briefs import encodings, jsontree, yamltree
from briefmill.briefs.nodes import Cut, Document, Kind, Limits, Node, moved, problem, refusal
from briefmill.errors import BriefRefused, Problem

_WRAPPERS: Final = frozenset(
    {"brief", "campaignbrief", "creativebrief", "campaigns", "briefs", "data", "input", "request", "payload", "root"}
)

# Possessive throughout: with backtracking, a file of nothing but line breaks costs the square of its size.
_YAML_BEGINS: Final = re.compile(r"(?:\s*+#.*+\n)*+\s*+(?:---|[\w-]++\s*+:)")


class Completeness(StrEnum):
    """Whether a text parses to its end. Only TRUNCATED is worth waiting for."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    BROKEN = "broken"


def parse(
    data: bytes, *, name: str, limits: Limits | None = None, yaml: Callable[[str, Limits], Document] = yamltree.read
) -> Document:
    """The fields of a brief. `name` decides only where the content leaves it open, `yaml` reads what is YAML.

    Raises BriefRefused with line and column; its subclass `nodes.Cut` where the text ends in the middle.
    """
    limits = limits or Limits()
    if len(data) > limits.max_bytes:
        raise refusal(
            "brief.too_large",
            f"the brief has {len(data)} bytes; {limits.max_bytes} are allowed",
            "Pictures do not belong into the brief: put them beside it.",
        )
    document = _tree(encodings.text_of(data), name, limits, yaml)
    root, notices = _fields(document.root)
    return Document(root=root, notices=document.notices + notices)


def complete(data: bytes, name: str) -> Completeness:
    """Whether these bytes parse to their end.

    A block of YAML that was cut between two lines cannot be told from a whole one: that case is left to the other
    steps of settling.
    """
    try:
        parse(data, name=name)
    except Cut:
        return Completeness.TRUNCATED
    except BriefRefused:
        return Completeness.BROKEN
    return Completeness.COMPLETE


def _tree(text: str, name: str, limits: Limits, yaml: Callable[[str, Limits], Document]) -> Document:
    named_json = name.lower().endswith(".json")
    starts_json = text.lstrip()[:1] in {"{", "["}
    if named_json and not starts_json and _YAML_BEGINS.match(text):
        raise refusal(
            "brief.syntax", "this is YAML in a file named .json", "Rename it to .yaml, or write JSON.", line=1, column=1
        )
    if named_json:
        return Document(root=jsontree.read(text, limits))
    if starts_json:
        # JSON indented with tabs is no YAML, yet it is a good brief; what is no JSON may still be YAML in braces.
        try:
            return Document(root=jsontree.read(text, limits))
        except BriefRefused as refused:
            if isinstance(refused, Cut) or refused.problems[0].code != "brief.syntax":
                raise
    return yaml(text, limits)


def _fields(root: Node) -> tuple[Node, tuple[Problem, ...]]:
    notices: list[Problem] = []
    for _ in range(4):
        inner = _unwrapped(root, notices)
        if inner is root:
            break
        root = inner
    if root.kind is not Kind.MAPPING:
        refused = refusal(
            "brief.not_fields",
            f"the file holds {root.kind.value}, not the fields of a brief",
            "Begin with a field such as `campaign: Summer Calm`.",
            line=root.line,
            column=root.column,
        )
        # The first word of a YAML brief that is still being written looks just like this.
        raise Cut(refused.problems) if root.scalar else refused
    return root, tuple(notices)


def _unwrapped(root: Node, notices: list[Problem]) -> Node:
    if root.kind is Kind.LIST:
        if len(root.items) > 1:
            raise refusal(
                "brief.several",
                f"the file holds a list of {len(root.items)} entries",
                "Put one brief into one file.",
                field=root.path,
                line=root.line,
            )
        if root.items and root.items[0].kind is Kind.MAPPING:
            notices.append(
                problem(
                    "brief.in_list",
                    "the brief stands in a list of one",
                    "The list is not needed.",
                    line=root.line,
                    column=root.column,
                )
            )
            return moved(root.items[0], f"{root.path}[0]" if root.path else "")
    if root.kind is Kind.MAPPING:
        real = [entry for entry in root.entries if not entry.key.startswith(("_", "$")) and entry.key != "version"]
        if len(real) == 1 and re.sub(r"[\W_]", "", real[0].key).lower() in _WRAPPERS:
            inner = real[0].node
            return inner if inner.kind in {Kind.MAPPING, Kind.LIST} else root
    return root
