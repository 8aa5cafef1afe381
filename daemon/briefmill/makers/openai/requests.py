"""Whether a request is one that the API would take, asked of the SDK's own types before anything is sent.

The SDK carries every parameter as TypedDicts and checks none of them at run time. A request that does not fit is a
mistake of ours, never the brief's: it is refused here, with the parameter's name, before it can cost anything.
"""

import threading
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Required, get_type_hints

from briefmill.errors import Permanent

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILES: Final = ("image", "mask", "markup")
_BUILDING: Final = threading.Lock()


def generation(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `images.generate`, checked. Raises Permanent."""
    return _checked("images.generate", arguments)


def edit(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `images.edit`, checked; its pictures are (name, bytes, media type). Raises Permanent."""
    return _checked("images.edit", arguments)


def _checked(call: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    from pydantic import ValidationError

    with _BUILDING:
        adapter = _adapter(call)
    try:
        adapter.validate_python(dict(arguments), strict=True, extra="forbid")
    except ValidationError as error:
        # What was passed is not repeated: a prompt is the brief's, and a picture is long.
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in one['loc'])}: {one['msg']}"
            for one in error.errors(include_url=False, include_input=False, include_context=False)[:5]
        )
        raise Permanent(f"{call} would be asked for something that it does not know: {wrong}.") from None
    return dict(arguments)


@cache
def _adapter(call: str) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    if call == "images.generate":
        from openai.types.image_generate_params import ImageGenerateParamsNonStreaming

        return TypeAdapter(ImageGenerateParamsNonStreaming)
    return TypeAdapter(_edit_type())


def _edit_type() -> Any:
    """The SDK's type of an edit, but for its files: pydantic knows no schema for the streams that it also allows."""
    import typing_extensions
    from openai.types.image_edit_params import ImageEditParamsBase

    hints = get_type_hints(ImageEditParamsBase, include_extras=True)
    file = tuple[str, bytes, str]
    own: dict[str, Any] = {"image": Required[list[file]], "mask": file, "markup": file}
    make: Any = typing_extensions.TypedDict
    return make("EditParams", {**hints, **own}, total=False)
