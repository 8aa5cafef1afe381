"""Reads a scenario's YAML, and says of every mistake where it is and how to mend it.

ruamel keeps the line of every key; pydantic says what is wrong; here the two are brought together. YAML comes from a
person, so aliases are expanded only up to a limit and a key may be given once.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from briefmill.errors import ConfigError, Problem

LARGEST: Final = 1_000_000
"""Characters of a scenario."""
DEEPEST: Final = 20
MOST_NODES: Final = 50_000

Made = TypeVar("Made", bound=BaseModel)


def text(path: Path) -> str:
    """The words of a scenario file. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"The scenario {path} cannot be read: {error.strerror}. Name a file that exists.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"The scenario {path} is no UTF-8 text. Save it as UTF-8.") from error


def parsed(words: str, schema: type[Made], *, source: str) -> Made:
    """The scenario that the words describe. Raises ConfigError with every mistake in it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(words) > LARGEST:
        raise ConfigError(f"{source}: a scenario of {len(words)} characters is too large. Keep it under {LARGEST}.")
    try:
        tree = YAML(typ="rt").load(words)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else 0
        raise ConfigError(
            f"{source}: line {line}: this is no YAML: {error.problem}. Check indents and colons."
        ) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{source}: this is no YAML that can be read safely. Check its characters.") from error
    if tree is not None and not isinstance(tree, Mapping):
        raise ConfigError(f"{source}: a scenario is a mapping of names to values. Begin with `about:` or `rules:`.")
    nodes = [0]
    try:
        return schema.model_validate(_plain(tree if tree is not None else {}, nodes, source, 0))
    except ValidationError as error:
        known = _fields(schema.model_json_schema())
        problems = [str(_problem(one, tree, known)) for one in error.errors(include_url=False)]
        raise ConfigError("\n".join(f"{source}: {problem}" for problem in problems)) from error


def _plain(node: Any, nodes: list[int], source: str, depth: int) -> Any:
    """The tree in Python's own types: ruamel's carry comments and places that pydantic's strict mode refuses."""
    nodes[0] += 1
    if nodes[0] > MOST_NODES or depth > DEEPEST:
        raise ConfigError(f"{source}: the scenario is too deep, or its aliases make it too large. Write it flat.")
    if isinstance(node, Mapping):
        return {
            _plain(_name(key, node, source), nodes, source, depth + 1): _plain(value, nodes, source, depth + 1)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_plain(value, nodes, source, depth + 1) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    return str(node)


def _name(key: Any, node: Any, source: str) -> Any:
    """The key, where it may be one. YAML lets a mapping or a list be one, as in `{{}}`; no field has such a name."""
    if not isinstance(key, str | int | float | None):
        line = node.lc.line + 1
        raise ConfigError(
            f"{source}: line {line}: {key} is the name of no field. A name is a word; quote a text in braces."
        )
    return key


def _problem(error: ErrorDetails, tree: Any, known: Collection[str]) -> Problem:
    place, node, line, column = "", tree, 1, 1
    for step in error["loc"]:
        position = _position(node, step)
        if position is not None:
            line, column = position
        if isinstance(step, int):
            place += f"[{step}]"
            node = node[step] if isinstance(node, Sequence) and step < len(node) else None
        elif isinstance(node, Mapping) and step in node:
            place += f".{step}" if place else step
            node = node[step]
        elif step == error["loc"][-1] and error["type"] in {"missing", "extra_forbidden"}:
            place += f".{step}" if place else step
        # Any other step is the name of a union's branch, which nobody wrote.
    return Problem(
        code="scenario", message=f"{_words(error)}.", fix=_fix(error, known), field=place, line=line, column=column
    )


def _position(node: Any, step: int | str) -> tuple[int, int] | None:
    marks = getattr(node, "lc", None)
    data = getattr(marks, "data", None)
    if not data or step not in data:
        return None
    return data[step][0] + 1, data[step][1] + 1


def _words(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "There is no such field"
        case "missing":
            return "This is missing"
        case "union_tag_invalid":
            return (
                f"There is no fault {error['input'].get('fault')!r}" if isinstance(error["input"], dict) else "No fault"
            )
        case _:
            return error["msg"].removeprefix("Value error, ").rstrip(".").capitalize()


def _fix(error: ErrorDetails, known: Collection[str]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return _nearest(str(error["loc"][-1]), known) or "Leave it out, or look up the name in docs/fake-openai.md."
        case "missing":
            return "Add it."
        case "union_tag_invalid":
            tags = [tag.strip(" '") for tag in str(context.get("expected_tags", "")).split(",")]
            told = str(error["input"].get("fault")) if isinstance(error["input"], dict) else ""
            return _nearest(told, tags) or f"Faults are: {', '.join(tags)}."
        case _:
            return "Correct it, or leave it out."


def _fields(schema: Any) -> set[str]:
    """Every name that a JSON schema gives to a property, at any depth."""
    if isinstance(schema, list):
        return set().union(*(_fields(part) for part in schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*(_fields(part) for part in schema.values()))


def _nearest(told: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(told, sorted(known), 1)
    return f"Did you mean {found[0]}?" if found else ""
