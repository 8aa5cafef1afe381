"""`images/generations` and `images/edits`: real pictures in the size and format asked for, and their usage."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from briefmill.fake_openai import charges, contract, pictures, refusals, sizes
from briefmill.fake_openai.work import Task, Work

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_PICTURE: Final = 50_000_000
LARGEST_MASK: Final = 4_000_000
"""Bytes of a picture and of a mask that are sent along."""
LONGEST_FRAME_MS: Final = 655_350
_OF_THE_PICTURE: Final = ("prompt", "size", "quality", "background", "complexity", "output_format", "input_fidelity")


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one request comes to, once everything in it was checked."""

    size: tuple[int, int]
    count: int
    quality: str
    form: str
    transparent: bool
    compression: int
    seed: bytes
    usage: charges.Usage
    sent: tuple["Image", ...] = ()


def order(task: Task, file: Callable[[str], bytes]) -> Order:
    """Check a request and count what it will take. `file` gives an uploaded file by its id. Raises Refusal (400)."""
    asked = task.asked
    sizes.check(asked, task.model)
    size = sizes.wanted(asked.get("size"), task.model)
    data = _sent(asked, file) if task.route == "images.edits" else []
    sent = [_opened(one, f"image[{at}]", LARGEST_PICTURE) for at, one in enumerate(data)]
    if sent:
        _check_mask(asked, sent[0], file)
    seed = _seed(task, data)
    quality = asked.get("quality") or "auto"
    quality = "medium" if quality == "auto" else quality
    count = asked.get("n") or 1
    assert task.model.tokens is not None
    each = [charges.picture(task.model.tokens, quality, size, _one(seed, at)) for at in range(count)]
    partials = charges.PARTIAL_TOKENS * (asked.get("partial_images") or 0)
    return Order(
        size=size,
        count=count,
        quality=quality,
        form=asked.get("output_format") or "png",
        transparent=asked.get("background") == "transparent",
        compression=100 if asked.get("output_compression") is None else asked["output_compression"],
        seed=seed,
        usage=charges.Usage(
            text_in=charges.text(asked["prompt"]),
            image_in=charges.seen([one.size for one in sent]),
            out=sum(each) + partials,
        ),
        sent=tuple(sent),
    )


def make(task: Task, ordered: Order, *, size: tuple[int, int] | None = None) -> Work:
    """Draw what was ordered. `size` draws another size than was ordered, and tells the one that was ordered."""
    drawn = [_draw(task, ordered, at, size or ordered.size) for at in range(ordered.count)]
    facts = {
        "background": "transparent" if ordered.transparent else "opaque",
        "output_format": ordered.form,
        "quality": ordered.quality,
        "size": f"{ordered.size[0]}x{ordered.size[1]}",
    }
    usage = ordered.usage.as_images()
    body: dict[str, Any] = {
        "created": int(task.now),
        **facts,
        "data": [{"b64_json": one} for one in drawn],
        "usage": usage,
    }
    who = task.asked.get("safety_identifier") or task.asked.get("user")
    if who:
        body["safety_identifier"] = who
    if ordered.form == "svg":
        body["svg_usage"] = _svg_usage(task)
    events = _events(task, drawn, facts, usage) if task.asked.get("stream") else ()
    return Work(body=body, usage=ordered.usage, images=ordered.count, events=events)


def _draw(task: Task, ordered: Order, at: int, size: tuple[int, int]) -> str:
    wanted = pictures.Wanted(
        width=size[0],
        height=size[1],
        seed=_one(ordered.seed, at),
        form=ordered.form,
        compression=ordered.compression,
        transparent=ordered.transparent,
        frames=task.asked.get("frame_count") or 9,
        frame_ms=min(LONGEST_FRAME_MS, max(10, task.asked.get("frame_duration_ms") or 200)),
    )
    return base64.b64encode(pictures.draw(wanted, ordered.sent[0] if ordered.sent else None)).decode()


def _events(
    task: Task, drawn: list[str], facts: Mapping[str, Any], usage: Mapping[str, Any]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """A stream: partial pictures (they look like the last one), then each whole picture."""
    family = "image_edit" if task.route == "images.edits" else "image_generation"
    shared = {**facts, "created_at": int(task.now)}
    found: list[tuple[str, dict[str, Any]]] = []
    for number in range(task.asked.get("partial_images") or 0):
        name = f"{family}.partial_image"
        found.append((name, {"type": name, "b64_json": drawn[0], "partial_image_index": number, **shared}))
    name = f"{family}.completed"
    found.extend((name, {"type": name, "b64_json": one, "usage": usage, **shared}) for one in drawn)
    return tuple(found)


def _svg_usage(task: Task) -> dict[str, Any]:
    out = 400 + len(task.asked["prompt"]) % 100
    model = (task.asked.get("svg") or {}).get("model") or "gpt-6-luna"
    text_in = charges.text(task.asked["prompt"])
    return {
        "input_tokens": text_in,
        "model": model,
        "output_tokens": out,
        "reasoning_tokens": 0,
        "total_tokens": text_in + out,
    }


def _seed(task: Task, sent: list[bytes]) -> bytes:
    """The hash of everything that shapes the picture: the same request is the same picture."""
    shape = [task.seed, task.model.name, *(task.asked.get(name) for name in _OF_THE_PICTURE)]
    digest = hashlib.sha256(json.dumps(shape).encode())
    for data in sent:
        digest.update(hashlib.sha256(data).digest())
    return digest.digest()


def _one(seed: bytes, at: int) -> bytes:
    return hashlib.sha256(seed + bytes([at])).digest()


def _sent(asked: Mapping[str, Any], file: Callable[[str], bytes]) -> list[bytes]:
    found = asked["image"] if "image" in asked else [referred(one, "images", file) for one in asked["images"]]
    if not 1 <= len(found) <= contract.MOST_INPUTS:
        raise refusals.invalid(
            f"Invalid number of images: {len(found)}. Send 1 to {contract.MOST_INPUTS}.", param="image"
        )
    return list(found)


def _check_mask(asked: Mapping[str, Any], first: "Image", file: Callable[[str], bytes]) -> None:
    if asked.get("mask") is not None and asked.get("markup") is not None:
        raise refusals.invalid("markup cannot be combined with mask.", param="markup")
    for param in ("mask", "markup"):
        told = asked.get(param)
        if told is None:
            continue
        mask = _opened(told if isinstance(told, bytes) else referred(told, param, file), param, LARGEST_MASK)
        if mask.format != "PNG" or "A" not in mask.getbands():
            raise _wrong_picture(param, "it must be a PNG with an alpha channel")
        if mask.size != first.size:
            raise _wrong_picture(param, "it must have the size of the first image")


def referred(told: Mapping[str, Any], param: str, file: Callable[[str], bytes]) -> bytes:
    """A picture that is named rather than sent: a data URL or an uploaded file. Raises Refusal."""
    if "file_id" in told:
        return file(told["file_id"])
    head, found, data = str(told.get("image_url", "")).partition(";base64,")
    if not found or not head.startswith("data:image/"):
        raise refusals.invalid(
            "The image must be a data URL with base64; the fake fetches nothing.", param=param, code="invalid_image_url"
        )
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise refusals.invalid("The data URL is no base64.", param=param, code="invalid_image_url") from error


def _opened(data: bytes, param: str, largest: int) -> "Image":
    if len(data) > largest:
        raise _wrong_picture(param, f"it has {len(data)} bytes, {largest} are the most")
    try:
        return pictures.opened(data)
    except ValueError as error:
        raise _wrong_picture(param, str(error)) from error


def _wrong_picture(param: str, words: str) -> refusals.Refusal:
    return refusals.invalid(
        f"Invalid image file or mode for {param}: {words}.",
        param=param.partition("[")[0],
        code="invalid_image_file",
        kind=refusals.IMAGE_TYPE,
    )
