"""`responses` and `chat/completions`: marked text, or JSON that satisfies the schema that was asked for.

Both are the same answer in two shapes. What instructions, system and developer messages say is read for the language
only; what the user says is the text. Tools are accepted and never called.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from briefmill.fake_openai import charges, words
from briefmill.fake_openai.work import Task, Work

PICTURE: Final = (1024, 1024)
"""The size that a picture in a message is counted with; it is not opened."""


def respond(task: Task) -> Work:
    """The answer of `responses`."""
    asked = task.asked
    messages = _messages(asked.get("input"))
    form = (asked.get("text") or {}).get("format") or {}
    schema = form if form.get("type") == "json_schema" else {}
    text = _answer(messages, form.get("type", "text"), schema, str(asked.get("instructions") or ""))
    text, whole = _cut(text, asked.get("max_output_tokens"))
    usage = _usage(task, messages, text)
    content = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    status = "completed" if whole else "incomplete"
    ident = task.request_id.removeprefix("req_")
    body = {
        "id": f"resp_{ident}",
        "object": "response",
        "created_at": int(task.now),
        "status": status,
        "error": None,
        "incomplete_details": None if whole else {"reason": "max_output_tokens"},
        "instructions": asked.get("instructions"),
        "metadata": asked.get("metadata") or {},
        "model": task.model.name,
        "output": [
            {"id": f"msg_{ident}", "type": "message", "role": "assistant", "status": status, "content": [content]}
        ],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage.as_response(),
    }
    return Work(body=body, usage=usage)


def complete(task: Task) -> Work:
    """The answer of `chat/completions`."""
    asked = task.asked
    messages = [(one["role"], *_content(one.get("content"))) for one in asked["messages"]]
    form = asked.get("response_format") or {}
    text = _answer(messages, form.get("type", "text"), form.get("json_schema") or {}, "")
    text, whole = _cut(text, asked.get("max_completion_tokens") or asked.get("max_tokens"))
    count = asked.get("n") or 1
    usage = _usage(task, messages, text * count)
    choice: dict[str, Any] = {
        "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
        "finish_reason": "stop" if whole else "length",
        "logprobs": None,
    }
    body = {
        "id": f"chatcmpl-{task.request_id.removeprefix('req_')}",
        "object": "chat.completion",
        "created": int(task.now),
        "model": task.model.name,
        "choices": [{"index": at, **choice} for at in range(count)],
        "usage": usage.as_chat(),
    }
    return Work(body=body, usage=usage)


def prompt(asked: Mapping[str, Any]) -> str:
    """All the words of a request, for rules that look for some."""
    messages = (
        _messages(asked.get("input"))
        if "messages" not in asked
        else [(one["role"], *_content(one.get("content"))) for one in asked["messages"]]
    )
    return "\n".join([str(asked.get("instructions") or ""), *(text for _role, text, _pictures in messages)]).strip()


Message = tuple[str, str, int]
"""Role, text, and how many pictures."""


def _messages(told: Any) -> list[Message]:
    if told is None or isinstance(told, str):
        return [("user", told or "", 0)]
    return [(one.get("role", "user"), *_content(one.get("content"))) for one in told if "content" in one]


def _content(told: Any) -> tuple[str, int]:
    if told is None or isinstance(told, str):
        return told or "", 0
    parts = list(told)
    return "\n".join(_texts(parts)), sum(part.get("type") in {"input_image", "image_url"} for part in parts)


def _texts(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    return (str(part["text"]) for part in parts if "text" in part)


def _answer(messages: Sequence[Message], kind: str, schema: Mapping[str, Any], instructions: str) -> str:
    rest = "\n".join([instructions, *(text for role, text, _ in messages if role != "user")])
    asked = next((text for role, text, _ in reversed(messages) if role == "user"), "")
    about = words.source(rest, asked)
    match kind:
        case "json_schema":
            made = words.answer(
                schema.get("schema") or {}, about, name=str(schema.get("name")), strict=bool(schema.get("strict"))
            )
            return json.dumps(made, ensure_ascii=False)
        case "json_object":
            return json.dumps({"text": words.plain(about)}, ensure_ascii=False)
        case _:
            return words.plain(about)


def _cut(text: str, most: int | None) -> tuple[str, bool]:
    """As much of a text as so many tokens hold, and whether that is all of it."""
    if most is None or charges.text(text) <= most:
        return text, True
    return text.encode()[: 4 * most].decode("utf-8", "ignore"), False


def _usage(task: Task, messages: Sequence[Message], answer: str) -> charges.Usage:
    pictures = sum(count for _role, _text, count in messages)
    return charges.Usage(
        text_in=charges.text(task.prompt) + 8 * len(messages) + charges.seen([PICTURE] * pictures),
        out=max(1, charges.text(answer)),
    )
