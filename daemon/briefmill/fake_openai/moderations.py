"""`moderations`: flags the words that the scenario says are to be flagged, and nothing else.

Scores are drawn from the text's hash, low for what is not flagged. A picture can only be flagged by a rule of the
scenario, and then only in the categories that the API scores pictures for.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from briefmill.fake_openai import charges, images, pictures, refusals
from briefmill.fake_openai.scenario import Category
from briefmill.fake_openai.work import Task, Work

CATEGORIES: Final[Sequence[str]] = get_args(Category)
OF_PICTURES: Final = frozenset(
    {"self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "violence", "violence/graphic"}
)
LARGEST_PICTURE: Final = 20_000_000


def found(words: str, flagged: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The categories of the words in a text, in the API's order."""
    lower = words.casefold()
    hit = {category for word, names in flagged.items() if word.casefold() in lower for category in names}
    return tuple(category for category in CATEGORIES if category in hit)


def judge(task: Task, flagged: Mapping[str, Sequence[str]], forced: Sequence[str] = ()) -> Work:
    """The answer: one result for each text, or one for a message of several parts. `forced` flags all of them."""
    told = task.asked["input"]
    inputs = told if isinstance(told, list) and told and isinstance(told[0], str) else [told]
    results = [_result(_parts(one), flagged, forced) for one in inputs]
    body = {"id": f"modr-{task.request_id.removeprefix('req_')}", "model": task.model.name, "results": results}
    return Work(body=body, usage=charges.Usage(text_in=0))


def words(told: Any) -> str:
    """All the text of an input."""
    if isinstance(told, str):
        return told
    return "\n".join(part if isinstance(part, str) else part.get("text", "") for part in told)


def _parts(told: Any) -> list[Mapping[str, Any]]:
    return [{"type": "text", "text": told}] if isinstance(told, str) else list(told)


def _result(
    parts: Sequence[Mapping[str, Any]], flagged: Mapping[str, Sequence[str]], forced: Sequence[str]
) -> dict[str, Any]:
    text = "\n".join(part["text"] for part in parts if part["type"] == "text")
    shown = [part for part in parts if part["type"] == "image_url"]
    _check_pictures(shown)
    kinds = {
        category: [
            *(["text"] if text or not shown else []),
            *(["image"] if shown and category in OF_PICTURES else []),
        ]
        for category in CATEGORIES
    }
    hit = {category for category in (*found(text, flagged), *forced) if kinds[category]}
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    scores = {
        category: round(0.9 + digest[at] / 2560, 6) if category in hit else round(digest[at] / 25_600, 6)
        for at, category in enumerate(CATEGORIES)
    }
    return {
        "flagged": bool(hit),
        "categories": {category: category in hit for category in CATEGORIES},
        "category_scores": scores,
        "category_applied_input_types": kinds,
    }


def _check_pictures(shown: Sequence[Mapping[str, Any]]) -> None:
    for part in shown:
        data = images.referred({"image_url": part["image_url"]["url"]}, "input", _no_file)
        if len(data) > LARGEST_PICTURE:
            raise refusals.invalid("The image is larger than 20 MB.", param="input", code="invalid_image")
        try:
            pictures.opened(data)
        except ValueError as error:
            raise refusals.invalid(f"Invalid image: {error}.", param="input", code="invalid_image") from error


def _no_file(name: str) -> bytes:
    raise refusals.no_such("File", name)
