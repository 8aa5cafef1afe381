"""The writer of words at an account: one call for the texts of one product in one locale.

What is asked for, and in which words, is `wordasks`; the SDK makes the answer's schema of its pydantic model and reads
the answer by it. What is in it is checked all the same (`makers.wordcheck`). An answer that is no such object was paid
for like any other: it is unfit, with its usage, and not an error.
"""

import json
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel, ValidationError

from briefmill.domain.copywriting import CopyRequest, WrittenCopy
from briefmill.errors import BriefmillError, MaybeCharged, Paused
from briefmill.makers import wordcheck
from briefmill.makers.openai import answers, refusals, wordasks
from briefmill.makers.openai.account import Connection
from briefmill.makers.prices import Rate

Api = Literal["responses", "chat"]

MOST_OUT: Final = 1200
"""Tokens of an answer at most: three texts of some hundred characters in a script that takes two tokens a letter."""
PATIENCE_S: Final = 60.0
REFUSED: Final = "The provider will not write it:"
UNREADABLE: Final = "The answer is not the object that was asked for."


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """What came: the texts, or the words in which it was refused; and what it used. `texts` None: none can be read."""

    texts: Mapping[str, str] | None = None
    refusal: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)


class OpenAIWriter:
    """Implements ports.CopyWriter. `key` gives a request's own name, sent along so that a repeat can be told."""

    def __init__(
        self,
        connection: Connection,
        rate: Rate,
        *,
        model: str,
        api: Api = "responses",
        key: Callable[[CopyRequest], str] = lambda _: "",
    ) -> None:
        self._connection = connection
        self._rate = rate
        self._model = model
        self._api: Api = api
        self._key = key

    @property
    def name(self) -> str:
        """The account's name."""
        return self._connection.account.name

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Write the texts of a request. Raises Temporary, MaybeCharged, Paused, PictureRefused (moderation)."""
        answer = self._asked(request)
        texts = {part: _line(text) for part, text in (answer.texts or {}).items()}
        if answer.refusal:
            wrong: tuple[str, ...] = (f"{REFUSED} {answer.refusal}",)
        else:
            wrong = (UNREADABLE,) if answer.texts is None else wordcheck.complaints(request, texts)
        return WrittenCopy(
            texts={} if wrong else texts,
            unfit=wrong,
            maker=self.name,
            model=self._model,
            # A gateway that does not say what was used is not free.
            cost_micros=self._rate.settle(answer.usage) or estimate(request, self._rate),
            usage=answer.usage,
        )

    def _asked(self, request: CopyRequest) -> _Answer:
        import openai

        key = self._key(request)
        headers = self._connection.headers(**({"Idempotency_Key": key} if key else {}))
        client = self._connection.client.with_options(timeout=PATIENCE_S)
        ask = _by_chat if self._api == "chat" else _by_responses
        try:
            return ask(client, self._model, request, headers)
        except openai.APIConnectionError as error:
            raise refusals.cut_off(error, who=self.name, patience_s=PATIENCE_S) from error
        except openai.APIStatusError as error:
            raise self._meaning(error) from error
        except (openai.OpenAIError, ValueError, AttributeError, LookupError, TypeError) as error:
            raise MaybeCharged(f"the answer could not be read: {refusals.shown(str(error))}") from error

    def _meaning(self, error: Any) -> BriefmillError:
        meant = refusals.meaning(error.status_code, error.body, error.response.headers)
        if isinstance(meant, Paused) and meant.resource == "model":
            words = (
                f"{self.name} does not know the text model {self._model} (any more). Set words.model to a current one"
            )
            return Paused(f"{words}, or words.maker to none.", resource="model", retry_in=meant.retry_in)
        return meant


def estimate(request: CopyRequest, rate: Rate) -> int:
    """The most that one call may cost, in micros: an answer as long as it may be, and two bytes to a token."""
    sent = len(wordasks.instructions(request)) + len(wordasks.given(request).encode())
    return math.ceil(sent / 2 * rate.text_in + MOST_OUT * rate.image_out)


def guess(request: CopyRequest, rate: Rate) -> int:
    """What one call will cost at first guess, in micros: four bytes to a token, and an answer as long as what is asked.

    The schema of the answer is sent along, which is about a hundred tokens.
    """
    sent = len(wordasks.instructions(request)) + len(wordasks.given(request).encode())
    longest = sum(wordcheck.most_characters(request, part) or 100 for part in request.parts)
    return math.ceil((sent / 4 + 100) * rate.text_in + longest / 3 * rate.image_out)


def _by_responses(client: Any, model: str, request: CopyRequest, headers: Mapping[str, Any]) -> _Answer:
    raw = client.responses.with_raw_response.parse(
        model=model,
        instructions=wordasks.instructions(request),
        input=wordasks.given(request),
        max_output_tokens=MOST_OUT,
        store=False,
        text_format=wordasks.answer_model(request),
        extra_headers=headers,
    )
    try:
        told = raw.parse()
    except ValidationError:
        return _Answer(usage=_counts(raw))
    parts = [part for item in told.output for part in getattr(item, "content", None) or ()]
    refused = next((str(part.refusal) for part in parts if part.type == "refusal"), "")
    return _Answer(
        texts=_texts(told.output_parsed, request), refusal=refusals.shown(refused), usage=answers.usage(told)
    )


def _by_chat(client: Any, model: str, request: CopyRequest, headers: Mapping[str, Any]) -> _Answer:
    import openai

    raw = client.chat.completions.with_raw_response.parse(
        model=model,
        messages=[
            {"role": "system", "content": wordasks.instructions(request)},
            {"role": "user", "content": wordasks.given(request)},
        ],
        max_completion_tokens=MOST_OUT,
        response_format=wordasks.answer_model(request),
        extra_headers=headers,
    )
    try:
        told = raw.parse()
    except (ValidationError, openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
        return _Answer(usage=_counts(raw))
    message = told.choices[0].message
    return _Answer(
        texts=_texts(message.parsed, request), refusal=refusals.shown(message.refusal or ""), usage=_counts(raw)
    )


def _texts(parsed: object, request: CopyRequest) -> Mapping[str, str] | None:
    """The texts of what the SDK has read, None where it read nothing."""
    if not isinstance(parsed, BaseModel):
        return None
    return {part: str(getattr(parsed, part)) for part in request.parts}


def _counts(raw: Any) -> Mapping[str, Any]:
    """What an answer says it used, by the names of `responses`, also where its texts cannot be read."""
    told = json.loads(raw.http_response.content)
    used = told.get("usage") if isinstance(told, dict) else None
    if not isinstance(used, dict):
        return {}
    names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
    renamed = {names.get(name, name): count for name, count in used.items()}
    return {name: renamed[name] for name in ("input_tokens", "output_tokens", "total_tokens") if name in renamed}


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
