"""What the faults of a scenario do to an answer: refuse it, change its body, or send it badly."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from briefmill.fake_openai import refusals
from briefmill.fake_openai.message import Answer
from briefmill.fake_openai.scenario import (
    Cut,
    Do,
    Drip,
    LongError,
    Moderation,
    NotJson,
    OddUsage,
    Plain,
    RateLimited,
    ServerError,
    WrongSize,
)

PAGE: Final = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><center><h1>502 Bad Gateway</h1></center><hr><center>proxy</center></body></html>\n"
)
_CONTROLS: Final = "\x00\x1b[31m\x07\r\n\t\x7f\u202e\u200b"


def refuse(do: Do, *, model: str, key: str, request_id: str, image: bool) -> None:
    """Raise the Refusal of a fault that keeps the work from being done; return for any other."""
    match do:
        case RateLimited():
            message = (
                f"Rate limit reached for {model or 'this model'} in organization org-fake on {do.of} per min. "
                f"Please try again in {do.retry_after_s:g}s."
            )
            raise refusals.rate_limited(message, kind=do.of, retry_after_s=do.retry_after_s, header=do.header)
        case ServerError():
            raise refusals.server_error(do.status, request_id)
        case Moderation(stage="input"):
            raise refusals.moderation("input", do.categories, request_id)
        case LongError():
            raise _long(do)
        case Plain(fault="insufficient_quota"):
            raise refusals.insufficient_quota()
        case Plain(fault="billing_hard_limit"):
            raise refusals.billing_hard_limit()
        case Plain(fault="invalid_key"):
            raise refusals.invalid_key(key)
        case Plain(fault="unverified"):
            raise refusals.unverified(model)
        case Plain(fault="model_retired"):
            raise refusals.unknown_image_model(model) if image else refusals.unknown_model(model)
        case _:
            return


def _long(do: LongError) -> refusals.Refusal:
    words = f"Something is wrong.{_CONTROLS} Bearer sk-fake-0123456789 was used. "
    message = (words * (do.characters // len(words) + 1))[: do.characters]
    return refusals.Refusal(
        status=do.status,
        body=refusals.error(message, kind=refusals.REQUEST_TYPE, code="long_error"),
        outcome="long_error",
    )


def drawn_size(do: Do) -> tuple[int, int] | None:
    """The size that is drawn instead of the one asked for."""
    return (do.width, do.height) if isinstance(do, WrongSize) else None


def deformed(do: Do, body: dict[str, Any]) -> dict[str, Any]:
    """The body, or the event of a stream, as a fault changes it; the same one for a fault that changes none."""
    match do:
        case Plain(fault="garbage_base64") if "data" in body:
            return {**body, "data": [{**one, "b64_json": f"%%%{one['b64_json'][:64]}"} for one in body["data"]]}
        case Plain(fault="no_data") if "data" in body:
            return {**body, "data": []}
        case Plain(fault="garbage_base64") if "b64_json" in body:
            return {**body, "b64_json": f"%%%{body['b64_json'][:64]}"}
        case Plain(fault="no_data") if "b64_json" in body:
            return {**body, "b64_json": ""}
        case OddUsage(usage="missing"):
            return {name: value for name, value in body.items() if name != "usage"}
        case OddUsage(usage="null"):
            return {**body, "usage": None}
        case OddUsage() if "usage" in body:
            return {**body, "usage": _odd(body["usage"], do.usage)}
        case _:
            return body


def _odd(count: Any, how: str) -> Any:
    if isinstance(count, Mapping):
        return {name: _odd(value, how) for name, value in count.items()}
    if not isinstance(count, int):
        return count
    return {"strings": f"{count} tokens", "negative": -count - 1, "floats": count + 0.5}[how]


def sent(do: Do, answer: Answer) -> Answer:
    """The answer as a fault of the wire sends it."""
    match do:
        case Cut(where="after" | "middle"):
            return replace(answer, cut=do.where)
        case Drip():
            return replace(answer, pieces=do.pieces, pause_s=do.pause_s)
        case NotJson():
            return replace(answer, status=do.status, body=PAGE, content_type=do.says)
        case _:
            return answer


def status(do: Do, told: int) -> int:
    """The status that the client sees of an answer with the status `told`; 0 for none."""
    match do:
        case Cut(where="after"):
            return 0
        case NotJson():
            return do.status
        case _:
            return told


def outcome(do: Do) -> str:
    """The name that the book gives a call that was worked on and met this fault."""
    return {"none": "ok", "cut": f"cut_{getattr(do, 'where', '')}"}.get(do.fault, do.fault)
