"""Reads a batch's input file: JSON lines, each a request of its own.

What is wrong is told as the API tells it, all at once, and fails the whole batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from briefmill.fake_openai.message import parsed

MOST_LINES: Final = 50_000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One request of a batch."""

    custom_id: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Input:
    """The lines of a file, or what is wrong with it."""

    lines: tuple[Line, ...] = ()
    errors: tuple[dict[str, Any], ...] = ()


def read(data: bytes, endpoint: str) -> Input:
    """The requests in a file for one endpoint such as `/v1/images/generations`."""
    rows = [(number, row) for number, row in enumerate(data.splitlines(), 1) if row.strip()]
    if not rows:
        return Input(errors=(_error("empty_file", "The input file is empty.", None),))
    if len(rows) > MOST_LINES:
        words = f"The batch has {len(rows)} requests; {MOST_LINES} are the most."
        return Input(errors=(_error("too_many_tasks", words, None),))
    lines: list[Line] = []
    errors: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, row in rows:
        made = _line(row, number, endpoint, seen)
        if isinstance(made, Line):
            lines.append(made)
        else:
            errors.append(made)
    models = {str(line.body.get("model")) for line in lines}
    if len(models) > 1:
        errors.append(_error("mismatched_model", "All requests of a batch must name the same model.", None, "model"))
    return Input(lines=tuple(lines), errors=tuple(errors))


def _line(row: bytes, number: int, endpoint: str, seen: set[str]) -> Line | dict[str, Any]:
    try:
        told = parsed(row)
    except ValueError:
        return _error("invalid_json_line", "This line is not parseable as valid JSON.", number)
    if not isinstance(told, dict):
        return _error("invalid_json_line", "This line is no JSON object.", number)
    wrong = next(_wrongs(told, endpoint), None)
    if wrong is not None:
        code, param, words = wrong
        return _error(code, words, number, param)
    if told["custom_id"] in seen:
        words = f"The custom_id '{told['custom_id']}' was used for another request of this batch."
        return _error("duplicate_custom_id", words, number, "custom_id")
    seen.add(told["custom_id"])
    return Line(custom_id=told["custom_id"], body=told["body"])


def _wrongs(told: dict[str, Any], endpoint: str) -> Iterator[tuple[str, str, str]]:
    for param in ("custom_id", "method", "url", "body"):
        if param not in told:
            yield "missing_required_parameter", param, f"Missing required parameter: '{param}'."
    if not isinstance(told.get("custom_id"), str) or not told["custom_id"]:
        yield "invalid_type", "custom_id", "The custom_id must be a text."
    if told.get("method") != "POST":
        yield "invalid_method", "method", "The method must be POST."
    if told.get("url") != endpoint:
        yield "invalid_url", "url", f"The URL provided for this request does not match the batch endpoint {endpoint}."
    if not isinstance(told.get("body"), dict):
        yield "invalid_type", "body", "The body must be an object."


def _error(code: str, message: str, line: int | None, param: str | None = None) -> dict[str, Any]:
    return {"code": code, "message": message, "line": line, "param": param}
