"""Reads `multipart/form-data` into the names and values that the JSON form of a call would have.

A form knows only text and files. Numbers and truth values become what they stand for where the parameter is one; names
such as `image[]` are lists, `svg[model]` is a mapping. The standard library's parser of messages reads the headers of a
part; the parts themselves are split at the boundary as bytes, because that parser looks for lines, which pictures have
none of.
"""

import email.message
import email.parser
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from briefmill.fake_openai import refusals

NUMBERS: Final = frozenset({"n", "output_compression", "partial_images", "frame_count", "frame_duration_ms", "seconds"})
TRUTHS: Final = {"true": True, "false": False}
_NAME: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


@dataclass(frozen=True, kw_only=True)
class Form:
    """The values by name, and the file names that came with files."""

    values: dict[str, Any]
    file_names: dict[str, str] = field(default_factory=dict)


def read(content_type: str, body: bytes) -> Form:
    """The form in a body. Raises Refusal (400) when there is none."""
    boundary = _header(f"content-type: {content_type}".encode("latin-1", "replace")).get_boundary()
    if not boundary:
        raise refusals.invalid("Could not parse multipart form: there is no boundary.")
    values: dict[str, Any] = {}
    file_names: dict[str, str] = {}
    for name, value, file_name in _parts(body, b"\r\n--" + boundary.encode("latin-1", "replace")):
        _put(values, name, value)
        if file_name:
            file_names.setdefault(name.removesuffix("[]"), file_name)
    if "image" in values and not isinstance(values["image"], list):
        values["image"] = [values["image"]]
    return Form(values=values, file_names=file_names)


def _parts(body: bytes, mark: bytes) -> Iterator[tuple[str, Any, str]]:
    _before, *parts = (b"\r\n" + body).split(mark)
    if not parts or not parts[-1].startswith(b"--"):
        raise refusals.invalid("Could not parse multipart form: it does not end.")
    for part in parts[:-1]:
        head, found, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = _header(head)
        name = headers.get_param("name", header="content-disposition")
        if not found or not isinstance(name, str):
            raise refusals.invalid("Could not parse multipart form: a part has no name.")
        file_name = headers.get_filename() or ""
        is_file = bool(file_name) or "content-type" in headers
        yield name, data if is_file else _value(name, data), file_name


def _header(lines: bytes) -> email.message.Message:
    return email.parser.BytesHeaderParser().parsebytes(lines + b"\r\n\r\n")


def _value(name: str, data: bytes) -> Any:
    text = data.decode("utf-8", "replace")
    last = name.removesuffix("[]").rstrip("]").rsplit("[", 1)[-1]
    if last in NUMBERS and re.fullmatch(r"-?\d{1,12}", text):
        return int(text)
    return TRUTHS.get(text, text) if last == "stream" else text


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    match = _NAME.fullmatch(name)
    if match is None:
        raise refusals.invalid(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    node = values
    for step, following in itertools.pairwise(path):
        if following == "":
            break
        inner = node.setdefault(step, {})
        if not isinstance(inner, dict):
            raise refusals.invalid(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
        node = inner
    else:
        step = path[-1]
        # The same name twice is a list, as `image` is when it comes without brackets.
        node[step] = [*_listed(node[step]), value] if step in node else value
        return
    node[step] = [*_listed(node.get(step, [])), value]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
