"""Reads a file of rules or demands (YAML, kept by hand) into a pydantic model, and says where it is wrong.

A wrong file is an operator's fault and stops no brief for good: it is a ConfigError with path, line and what would be
right, never a refusal. What the keys mean is the model's business.
"""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from briefmill.briefs import encodings, yamltree
from briefmill.briefs.nodes import Kind, Limits, Node
from briefmill.errors import BriefRefused, ConfigError

Model = TypeVar("Model", bound=BaseModel)

TOLD = 5
"""So many mistakes of one file are told at once."""


def read(path: Path, model: type[Model], *, largest: int, what: str, example: str) -> Model:
    """The file as a model; an empty file is an empty mapping. Raises ConfigError.

    `largest` is in bytes, `what` says what such a file is, `example` names the file that shows all keys.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > largest:
        raise ConfigError(f"{path} has more than {largest} bytes. {what}")
    if not data.strip():
        return _checked(path, model, None, example)
    try:
        root = yamltree.kept(encodings.text_of(data), Limits(max_bytes=largest)).root
    except BriefRefused as refused:
        problem = refused.problems[0]
        raise ConfigError(f"{path}, line {max(1, problem.line)}: {problem.message} {problem.fix}".rstrip()) from refused
    return _checked(path, model, root, example)


def _checked(path: Path, model: type[Model], root: Node | None, example: str) -> Model:
    try:
        return model.model_validate((_plain(root) if root else None) or {})
    except ValidationError as error:
        faults = error.errors()[:TOLD]
        raise ConfigError("; ".join(_told(path, root, fault, example) for fault in faults)) from error


def _plain(node: Node) -> Any:
    if node.kind is Kind.MAPPING:
        return {entry.key: _plain(entry.node) for entry in node.entries}
    if node.kind is Kind.LIST:
        return [_plain(item) for item in node.items]
    return None if node.kind is Kind.NULL else node.text


def _told(path: Path, root: Node | None, fault: Any, example: str) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        message = f"there is no such key; {example} shows them all"
    elif fault["type"] == "missing":
        message = f"`{fault['loc'][-1]}` is missing"
    if root is None:
        return f"{path}: the file: {message}"
    line, column, written = _place(root, fault["loc"])
    return f"{path}, line {line}, column {column}: {written or 'the file'}: {message}"


def _place(node: Node, loc: tuple[object, ...]) -> tuple[int, int, str]:
    """Line, column and path of the deepest part of `loc` that stands in the file."""
    line, column = node.line, node.column
    for step in loc:
        # A step that is not there is a key that is missing, or the name of one of several models.
        if node.kind is Kind.MAPPING:
            entry = next((entry for entry in node.entries if entry.key == step), None)
            if entry is not None:
                line, column, node = entry.line, entry.column, entry.node
        elif isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line, column = node.line, node.column
    return line, column, node.path
