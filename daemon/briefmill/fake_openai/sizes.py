"""Which pictures the API makes: sizes, and which parameters go together.

The rules are those of the parameter descriptions in the official SDK (3.54, November 2026) and, for the least number of
pixels, of third-party clients. They are checked after the SDK's types, which know words and numbers, not their sense.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from briefmill.fake_openai import refusals
from briefmill.fake_openai.catalogue import Model

STEP: Final = 16
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_SIDE: Final = 3840
WIDEST: Final = 3.0
STANDARD: Final = ("1024x1024", "1536x1024", "1024x1536")
LONGEST_PROMPT: Final = 32_000
MOST_PICTURES: Final = 10
_QUALITIES: Final = {"low", "medium", "high"}

_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})")


def wanted(size: str | None, model: Model) -> tuple[int, int]:
    """Width and height in pixels; `auto` and nothing mean 1024 x 1024. Raises Refusal with the recorded body."""
    if size in {None, "auto"}:
        return 1024, 1024
    assert size is not None
    if not model.free_sizes and size not in STANDARD:
        raise refusals.invalid_size(size, f"{', '.join(STANDARD)}, and auto")
    match = _SIZE.fullmatch(size)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not _makes(width, height):
        raise refusals.invalid_size(
            size,
            f"WIDTHxHEIGHT with both divisible by {STEP}, a ratio from 1:3 to 3:1, {LEAST_PIXELS} to {MOST_PIXELS} "
            f"pixels and no side above {LONGEST_SIDE}, and auto",
        )
    return width, height


def _makes(width: int, height: int) -> bool:
    return (
        min(width, height) >= STEP
        and not width % STEP
        and not height % STEP
        and max(width, height) <= LONGEST_SIDE
        and max(width, height) <= WIDEST * min(width, height)
        and LEAST_PIXELS <= width * height <= MOST_PIXELS
    )


def check(asked: Mapping[str, Any], model: Model) -> None:
    """Refuse parameters that do not go together. Raises Refusal; `asked` has passed the SDK's types."""
    for param, least, most in (
        ("n", 1, MOST_PICTURES),
        ("output_compression", 0, 100),
        ("partial_images", 0, 3),
        ("frame_count", 2, 16),
    ):
        value = asked.get(param)
        if value is not None and not least <= value <= most:
            raise refusals.invalid(
                f"Invalid '{param}': expected a value between {least} and {most}, but got {value} instead.",
                param=param,
                code="integer_below_min_value" if value < least else "integer_above_max_value",
            )
    prompt = asked["prompt"]
    if not prompt.strip():
        raise refusals.invalid("The prompt must not be empty.", param="prompt", code="invalid_value")
    if len(prompt) > LONGEST_PROMPT:
        raise refusals.invalid(
            f"Invalid 'prompt': string too long. Expected a string with maximum length {LONGEST_PROMPT}, but got a "
            f"string with length {len(prompt)} instead.",
            param="prompt",
            code="string_above_max_length",
        )
    for param, wrong, words in _clashes(asked, model):
        if wrong:
            raise refusals.invalid(words, param=param, code="invalid_value", kind=refusals.IMAGE_TYPE)


def _clashes(asked: Mapping[str, Any], model: Model) -> tuple[tuple[str, bool, str], ...]:
    form = asked.get("output_format") or "png"
    quality = asked.get("quality") or "auto"
    allowed = _QUALITIES | ({"xhigh", "max"} if model.newest else set()) | {"auto"}
    gif_only = [name for name in ("frame_count", "frame_duration_ms") if asked.get(name) is not None]
    return (
        (
            "background",
            asked.get("background") == "transparent" and form not in {"png", "webp"},
            "Transparent backgrounds need output_format png or webp.",
        ),
        (
            "output_compression",
            asked.get("output_compression") not in {None, 100} and form not in {"jpeg", "webp"},
            "output_compression is only supported for the output formats jpeg and webp.",
        ),
        ("quality", quality not in allowed, f"Invalid quality '{quality}' for the model '{model.name}'."),
        (
            "response_format",
            asked.get("response_format") is not None,
            "response_format is not supported for GPT image models.",
        ),
        ("style", asked.get("style") is not None, "style is not supported for GPT image models."),
        ("input_fidelity", _fidelity_wrong(asked, model), f"input_fidelity is not supported for '{model.name}'."),
        (
            "complexity",
            asked.get("complexity") is not None and "2.6" not in model.name,
            "complexity needs a 2.6 model.",
        ),
        (gif_only[0] if gif_only else "", bool(gif_only) and form != "gif", "Frames need output_format gif."),
        ("svg", asked.get("svg") is not None and form != "svg", "svg needs output_format svg."),
        ("n", form == "svg" and (asked.get("n") or 1) != 1, "SVG output needs n=1."),
        ("stream", bool(asked.get("stream")) and form in {"gif", "svg"}, f"{form} output cannot be streamed."),
        (
            "partial_images",
            bool(asked.get("partial_images")) and not asked.get("stream"),
            "partial_images needs stream=true.",
        ),
    )


def _fidelity_wrong(asked: Mapping[str, Any], model: Model) -> bool:
    fidelity = asked.get("input_fidelity")
    if fidelity is None or model.name == "gpt-image-1.5":
        return False
    return not (model.name == "gpt-image-1-mini" and fidelity == "low")
