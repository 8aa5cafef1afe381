"""The batch API: a file of calls goes up, a file of answers comes down within a day, at half the price.

Our name for a batch travels as its metadata, so that a batch whose creation was never answered is found instead of sent
again. Answers are read a line at a time, because a night's pictures fit into no memory, and nothing in them is taken on
trust: a line that is none of ours is passed over.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from briefmill.domain import codec
from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import BriefmillError, MaybeCharged, Temporary
from briefmill.makers.batching import Answer, Seen
from briefmill.makers.openai import answers, pictures, refusals, requests
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.openai.sizes import size
from briefmill.makers.prices import GUESSED_PIXELS, Rate

T = TypeVar("T")

ENDPOINT: Final = "/v1/images/generations"
NAMED: Final = "briefmill"
"""The key of a batch's metadata that holds our name for it."""

LARGEST_INPUT: Final = 190_000_000
"""Bytes of a file of calls; the API takes 200 MB."""
LONGEST_ANSWER: Final = 64 << 20
"""Bytes of one answer: a picture of 3840 x 2160 pixels as PNG, in base64, stays far below."""
MOST_LISTED: Final = 1000
"""So many of the newest batches are looked through for one of ours."""
PATIENCE_S: Final = 120.0

_UNMADE: Final = frozenset({"batch_expired", "batch_cancelled", None})
_OVER: Final = frozenset({"completed", "expired", "cancelled"})


class Courier:
    """Implements `makers.batching.Courier` at one account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(self, name: str, calls: Iterable[tuple[str, Mapping[str, object]]]) -> str:
        """Upload the calls and make a batch of them. Raises MaybeCharged where nobody can say whether it was made."""
        data = b"".join(_line(key, arguments) for key, arguments in calls)
        if len(data) > LARGEST_INPUT:
            raise Temporary(f"a batch of {len(data)} bytes is too large; lower overnight.max_lines")
        client = self._client
        file = self._asked(
            lambda: client.files.create(file=(f"{name}.jsonl", data), purpose="batch", extra_headers=self._headers)
        )
        batch = self._asked(
            lambda: client.batches.create(
                completion_window="24h",
                endpoint=ENDPOINT,
                input_file_id=file.id,
                metadata={NAMED: name},
                extra_headers=self._headers,
            )
        )
        return _ident(batch)

    def find(self, name: str) -> str:
        """The batch that carries our name, among the newest."""

        def look() -> str:
            pages = self._client.batches.list(limit=100, extra_headers=self._headers)
            for number, batch in enumerate(pages):
                told = getattr(batch, "metadata", None)
                if isinstance(told, dict) and told.get(NAMED) == name:
                    return _ident(batch)
                if number >= MOST_LISTED:
                    break
            return ""

        return self._asked(look)

    def look(self, ident: str) -> Seen:
        """How far a batch is; one that the provider does not know any more is over, and has brought nothing."""
        import openai

        try:
            batch = self._asked(lambda: self._client.batches.retrieve(ident, extra_headers=self._headers))
        except BriefmillError as error:
            if isinstance(error.__cause__, openai.NotFoundError):
                return Seen(over=True)
            raise
        status = str(getattr(batch, "status", ""))
        if status == "failed":
            code, wrong = _wrong(batch)
            return Seen(over=True, wrong=wrong, code=code)
        named = (getattr(batch, "output_file_id", None), getattr(batch, "error_file_id", None))
        return Seen(over=status in _OVER, files=tuple(file for file in named if isinstance(file, str) and file))

    def answers(self, file: str) -> Iterator[Answer]:
        """The lines of a file of results that say something about a call."""
        for row in self._rows(file):
            answer = _answer(row)
            if answer is not None:
                yield answer

    def cancel(self, ident: str) -> None:
        """Ask for its end; what is made by then is still brought."""
        import openai

        try:
            self._asked(lambda: self._client.batches.cancel(ident, extra_headers=self._headers))
        except BriefmillError as error:
            if not isinstance(error.__cause__, openai.ConflictError):  # it has just ended by itself
                raise

    def _rows(self, file: str) -> Iterator[bytes]:
        import openai

        rest = bytearray()
        try:
            with self._client.files.with_streaming_response.content(file, extra_headers=self._headers) as response:
                for piece in response.iter_bytes(1 << 20):
                    *whole, last = piece.split(b"\n")
                    for row in whole:
                        yield bytes(rest + row)
                        rest.clear()
                    rest += last
                    _bounded(rest)
        except openai.NotFoundError:
            return  # its thirty days are over: it tells nothing any more
        except openai.APIStatusError as error:
            raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
        except openai.OpenAIError as error:
            raise Temporary(f"the batch's answers could not be fetched: {refusals.shown(str(error))}") from error
        except Exception as error:
            # While it streams, the SDK lets errors of its (vendored) HTTP library through: only their names are stable.
            if type(error).__module__.partition(".")[0] not in {"httpx", "httpx2", "httpcore", "httpcore2"}:
                raise
            raise Temporary(f"the batch's answers broke off: {refusals.shown(str(error))}") from error
        if rest:
            yield bytes(rest)

    @property
    def _client(self) -> Any:
        return self._connection.client.with_options(timeout=PATIENCE_S)

    @property
    def _headers(self) -> dict[str, Any]:
        return self._connection.headers()

    def _asked(self, ask: Callable[[], T]) -> T:
        import openai

        try:
            return ask()
        except openai.APIConnectionError as error:
            raise MaybeCharged(f"the batch API does not answer: {refusals.shown(str(error))}") from error
        except openai.APIStatusError as error:
            raise refusals.meaning(error.status_code, error.body, error.response.headers) from error
        except (openai.OpenAIError, ValueError) as error:
            raise MaybeCharged(f"the answer could not be read: {refusals.shown(str(error))}") from error


def order(request: PictureRequest, account: Account) -> Mapping[str, object] | None:
    """What is posted for a request; None for one that goes by pictures of the brief's, which no line carries.

    Raises PictureRefused as `pictures.arguments` does.
    """
    if request.references:
        return None
    told = requests.generation(pictures.arguments(request, account))
    return {"request": codec.plain(request), "arguments": told}


def made(request: PictureRequest, body: Mapping[str, object], account: Account, rate: Rate) -> MadePicture:
    """The picture that an answer's body brings, at its full price. Raises MaybeCharged where there is none."""
    from openai.types import ImagesResponse

    answer = ImagesResponse.construct(**body)  # type: ignore[arg-type]
    data = answers.picture(answer)
    used = answers.usage(answer)
    wide, high = size(request.width, request.height, account.model)
    guess = rate.estimate(pictures.wishes(request, account).quality, share=wide * high / GUESSED_PIXELS)
    return MadePicture(
        data=data,
        media_type=answers.media_type(data),
        maker=account.name,
        model=account.model,
        prompt=request.prompt,
        seed=request.seed,
        cost_micros=rate.settle(used) or guess,
        usage=used,
    )


def meaning(status: int, body: Mapping[str, object]) -> BriefmillError:
    """The error that a line's answer stands for."""
    return refusals.meaning(status, body.get("error", body), {})


def _line(key: str, arguments: Mapping[str, object]) -> bytes:
    row = {"custom_id": key, "method": "POST", "url": ENDPOINT, "body": arguments}
    return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _bounded(row: bytearray) -> None:
    if len(row) > LONGEST_ANSWER:
        raise Temporary(f"an answer of the batch has more than {LONGEST_ANSWER} bytes")


def _ident(batch: Any) -> str:
    ident = getattr(batch, "id", None)
    if not isinstance(ident, str) or not ident:
        raise MaybeCharged("the batch API's answer names no batch")
    return ident


def _wrong(batch: Any) -> tuple[str, str]:
    """Why a batch failed: the first code, and words, which are never empty."""
    rows = getattr(getattr(batch, "errors", None), "data", None)
    told = [(str(getattr(row, "code", "")), str(getattr(row, "message", ""))) for row in rows or () if row]
    words = "; ".join(message for _, message in told[:5] if message)
    return (told[0][0] if told else ""), refusals.shown(words) or "no reason given"


def _answer(row: bytes) -> Answer | None:
    try:
        told = json.loads(row)
        key, response = told["custom_id"], told.get("response")
        if not isinstance(key, str):
            return None
        if not isinstance(response, dict):
            error = told.get("error")
            error = error if isinstance(error, dict) else {}
            return Answer(key=key, status=0 if error.get("code") in _UNMADE else 400, body={"error": error})
        status, body = response["status_code"], response.get("body")
        if not isinstance(status, int) or isinstance(status, bool):
            return None
        return Answer(key=key, status=status, body=body if isinstance(body, dict) else {})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
