"""The bodies with which the API says no.

Those of the images endpoint (moderation, unknown model, wrong size) were recorded live in September 2026: all three
are 400 with the same `type`, so that only `code` and `param` tell them apart. A billing limit is a 400, an empty
account a 429 that no waiting cures. `Refusal` is an exception inside this room only: the service turns it into an
answer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

IMAGE_TYPE: Final = "image_generation_user_error"
REQUEST_TYPE: Final = "invalid_request_error"


@dataclass(kw_only=True, eq=False)
class Refusal(Exception):
    """An answer that is an error: status, the API's body, headers of its own; `outcome` is its name in the book."""

    status: int
    body: Mapping[str, Any]
    outcome: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The body's words."""
        return str(self.body["error"]["message"])


def error(
    message: str, *, kind: str, code: str | None = None, param: str | None = None, **more: Any
) -> Mapping[str, Any]:
    """A body in the API's shape."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code, **more}}


def invalid(message: str, *, param: str | None = None, code: str | None = None, kind: str = REQUEST_TYPE) -> Refusal:
    """A request that is wrong as it is written: counted in `Book.invalid`."""
    return Refusal(status=400, body=error(message, kind=kind, code=code, param=param), outcome="invalid")


def invalid_size(size: str, supported: str) -> Refusal:
    """A size that the model does not make."""
    message = f"Invalid size '{size}'. Supported sizes are {supported}."
    return invalid(message, param="size", code="invalid_value", kind=IMAGE_TYPE)


def unknown_image_model(model: str) -> Refusal:
    """A model that never was, or that was shut down: the API does not tell the two apart."""
    body = error(f"The model '{model}' does not exist.", kind=IMAGE_TYPE, param="model", code="invalid_value")
    return Refusal(status=400, body=body, outcome="model_retired")


def unknown_model(model: str) -> Refusal:
    """The same, as every endpoint but the images one says it."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return Refusal(
        status=404, body=error(message, kind=REQUEST_TYPE, code="model_not_found"), outcome="model_not_found"
    )


def moderation(stage: str, categories: Sequence[str], request_id: str) -> Refusal:
    """Blocked by the safety system before (`input`) or after (`output`) the work."""
    body = error(
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        f"help.openai.com and include the request ID {request_id}.",
        kind=IMAGE_TYPE,
        code="moderation_blocked",
        moderation_details={"moderation_stage": stage, "categories": list(categories)},
    )
    return Refusal(status=400, body=body, outcome=f"moderation_{stage}")


def rate_limited(message: str, *, kind: str, retry_after_s: float, header: str = "") -> Refusal:
    """Too much in too short a time; `kind` is `requests`, `tokens` or `images`. `header` replaces both waits."""
    waits = {"retry-after": str(max(1, math.ceil(retry_after_s)))}
    waits["retry-after-ms"] = str(math.ceil(retry_after_s * 1000))
    return Refusal(
        status=429,
        body=error(message, kind=kind, code="rate_limit_exceeded"),
        outcome="rate_limited",
        headers={"retry-after": header} if header else waits,
    )


def insufficient_quota() -> Refusal:
    """The account is empty."""
    message = "You exceeded your current quota, please check your plan and billing details."
    body = error(message, kind="insufficient_quota", code="insufficient_quota")
    return Refusal(status=429, body=body, outcome="insufficient_quota")


def billing_hard_limit() -> Refusal:
    """The account's own limit is reached; a 400, of all things."""
    body = error("Billing hard limit has been reached", kind=REQUEST_TYPE, code="billing_hard_limit_reached")
    return Refusal(status=400, body=body, outcome="billing_hard_limit")


def invalid_key(key: str) -> Refusal:
    """A key that is not accepted; the body shows both its ends."""
    shown = f"{key[:3]}{'*' * 8}{key[-4:]}" if len(key) > 8 else "*" * len(key)
    message = f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/api-keys."
    body = error(message, kind=REQUEST_TYPE, code="invalid_api_key")
    return Refusal(status=401, body=body, outcome="invalid_key")


def missing_key() -> Refusal:
    """No key at all."""
    message = "You didn't provide an API key. Provide it in an Authorization header using Bearer auth."
    return Refusal(status=401, body=error(message, kind=REQUEST_TYPE), outcome="invalid_key")


def unverified(model: str) -> Refusal:
    """An organisation that must show papers first."""
    message = (
        f"Your organization must be verified to use the model `{model}`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization."
    )
    return Refusal(status=403, body=error(message, kind=REQUEST_TYPE), outcome="unverified")


def server_error(status: int, request_id: str) -> Refusal:
    """Something broke over there."""
    message = (
        "The server had an error while processing your request. Sorry about that! Please contact us through our help "
        "center at help.openai.com if the error persists. "
        f"(Please include the request ID {request_id} in your message.)"
    )
    return Refusal(status=status, body=error(message, kind="server_error"), outcome="server_error")


def not_found(method: str, path: str) -> Refusal:
    """No such address."""
    body = error(f"Invalid URL ({method} {path})", kind=REQUEST_TYPE)
    return Refusal(status=404, body=body, outcome="not_found")


def no_such(thing: str, name: str) -> Refusal:
    """No such file or batch."""
    message = f"No such {thing} object: {name}" if thing == "File" else f"No {thing.lower()} found with id '{name}'."
    return Refusal(status=404, body=error(message, kind=REQUEST_TYPE, param="id"), outcome="not_found")
