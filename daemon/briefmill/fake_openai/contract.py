"""Is this a request that the API would take? Asked of the SDK's own types.

The official SDK carries, as TypedDicts, every parameter of every call, newer than any published specification. They are
turned into validators here: strict, and with unknown names refused. Where the types allow any iterable, JSON has only
arrays; where they allow a file, a form has bytes. A dict of lists is checked at once, not when somebody iterates.
"""

import collections
import functools
from collections.abc import Mapping
from typing import Any, Final, Required, get_type_hints

import typing_extensions
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from briefmill.fake_openai import refusals

MOST_INPUTS: Final = 16
"""Pictures that one edit takes."""


def check(what: str, asked: Any) -> dict[str, Any]:
    """The request, when it is one. `what` is a key of `_TYPES`. Raises Refusal (400), counted as invalid."""
    if not isinstance(asked, dict):
        raise refusals.invalid("We expected a JSON object in the body of your request.")
    try:
        _validator(what).validate_python(asked, strict=True, extra="forbid")
    except ValidationError as error:
        raise _refusal(error, asked) from error
    return asked


def _refusal(error: ValidationError, asked: Mapping[str, Any]) -> refusals.Refusal:
    # A union complains once for each of its branches. The complaint that came furthest helps most, and among those the
    # one of the branch that has the fewest.
    placed = [(_place(detail["loc"], asked), detail) for detail in error.errors(include_url=False, include_input=False)]
    branches = collections.Counter(detail["loc"][:-1] for _, detail in placed)
    param, worst = max(
        placed,
        key=lambda one: (one[0].count(".") + one[0].count("["), -branches[one[1]["loc"][:-1]], len(one[1]["loc"])),
    )
    match worst["type"]:
        case "missing":
            return refusals.invalid(
                f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
            )
        case "extra_forbidden":
            return refusals.invalid(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")
        case "literal_error":
            told = (detail.get("ctx", {}).get("expected", "") for place, detail in placed if place == param)
            expected = ", ".join(dict.fromkeys(one for one in told if one))
            return refusals.invalid(
                f"Invalid value for '{param}'. Supported values are: {expected}.", param=param, code="invalid_value"
            )
        case _:
            return refusals.invalid(f"Invalid type for '{param}': {worst['msg']}.", param=param, code="invalid_type")


def _place(steps: tuple[int | str, ...], asked: Any) -> str:
    """The path in the API's manner; the names of a union's branches are not part of it."""
    shown, node = "", asked
    for at, step in enumerate(steps):
        if isinstance(step, int):
            shown += f"[{step}]"
            node = node[step] if isinstance(node, list) and step < len(node) else None
        elif isinstance(node, Mapping) and (step in node or (at == len(steps) - 1 and step.islower())):
            shown += f".{step}" if shown else step
            node = node.get(step)
    return shown


@functools.cache
def _validator(what: str) -> SchemaValidator:
    return SchemaValidator(_eager(TypeAdapter(_TYPES[what]()).core_schema))


def _eager(node: Any) -> Any:
    """The same schema with arrays instead of lazily checked iterables."""
    if isinstance(node, dict):
        changed = {name: value if name == "metadata" else _eager(value) for name, value in node.items()}
        return {**changed, "type": "list"} if node.get("type") == "generator" else changed
    if isinstance(node, list):
        return [_eager(part) for part in node]
    return tuple(_eager(part) for part in node) if isinstance(node, tuple) else node


def _generation() -> Any:
    from openai.types import image_generate_params

    return image_generate_params.ImageGenerateParams


def _edit_form() -> Any:
    return _edit({"image": list[bytes], "mask": bytes, "markup": bytes})


def _edit_json() -> Any:
    from openai.types.image_input_reference_param import ImageInputReferenceParam

    return _edit({"images": list[ImageInputReferenceParam], "mask": ImageInputReferenceParam})


def _edit(own: Mapping[str, Any]) -> Any:
    """The edit's parameters, with its files as this form of the call carries them."""
    from openai.types import image_edit_params

    hints = get_type_hints(image_edit_params.ImageEditParamsBase, include_extras=True)
    shared = {name: hint for name, hint in hints.items() if name not in {"image", "mask", "markup"}}
    files = {name: Required[kind] if name.startswith("image") else kind for name, kind in own.items()}
    return _typed("EditParams", {**shared, **files, "stream": bool | None})


def _typed(name: str, fields: Mapping[str, Any]) -> Any:
    make: Any = typing_extensions.TypedDict
    return make(name, fields, total=False)


def _file() -> Any:
    from openai.types import file_create_params

    hints = get_type_hints(file_create_params.FileCreateParams, include_extras=True)
    return _typed("FileParams", {**hints, "file": Required[bytes]})


def _moderation() -> Any:
    from openai.types import moderation_create_params

    return moderation_create_params.ModerationCreateParams


def _response() -> Any:
    from openai.types.responses import response_create_params

    return response_create_params.ResponseCreateParamsNonStreaming


def _chat() -> Any:
    from openai.types.chat import completion_create_params

    return completion_create_params.CompletionCreateParamsNonStreaming


def _batch() -> Any:
    from openai.types import batch_create_params

    return batch_create_params.BatchCreateParams


_TYPES: Final = {
    "images.generations": _generation,
    "images.edits": _edit_json,
    "images.edits.form": _edit_form,
    "moderations": _moderation,
    "responses": _response,
    "chat.completions": _chat,
    "batches": _batch,
    "files.form": _file,
}
