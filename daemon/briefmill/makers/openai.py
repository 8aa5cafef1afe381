"""Pictures from OpenAI, or from whoever speaks its protocol.

One call, no retries of the SDK's own: every attempt is the engine's, so that each is in the ledger. What an error means
is decided here, by the API's `code`, because its types do not tell: a moderation block, a retired model and an empty
account all come as 400 or 429 (bodies recorded in September 2026 are in the tests). The SDK is imported on first use,
it costs more to load than the whole idle daemon.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from briefmill.domain.creative import MadePicture, PictureRequest
from briefmill.errors import BriefmillError, MaybeCharged, Paused, Permanent, PictureRefused, Temporary
from briefmill.makers.prices import Rate

if TYPE_CHECKING:
    import openai

SIDE: Final = 16
"""Both sides of a picture must be multiples of this; ratios from 1:3 to 3:1; developers.openai.com, November 2026."""
LEAST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400
LONGEST_SIDE: Final = 3840
LONGEST_WAIT_S: Final = 3600.0
"""A Retry-After beyond this, or one that is no number, would park a job for ever; we ask again after an hour."""
PAUSE_S: Final = 300.0
"""How long everything rests when the account, its key or its model must be mended by a person."""

_ACCOUNT: Final = {
    "insufficient_quota": ("quota", "The OpenAI account has no quota left. Add credit, or raise its limit."),
    "billing_hard_limit_reached": ("quota", "The OpenAI account has reached its billing limit. Raise it."),
    "invalid_api_key": ("key", "OpenAI does not accept the key. Set OPENAI_API_KEY anew."),
    "model_not_found": ("model", "OpenAI does not know the model (any more). Set openai.model to a current one."),
}
MOST_WORDS: Final = 500
"""Characters of an error message that are passed on."""

_KEY: Final = re.compile(r"\b(?:sk|pk|sess|key)-[\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_COUNTS: Final = frozenset(
    {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens"}
)

_MODERATION: Final = frozenset({"moderation_blocked", "content_policy_violation"})


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whom to ask and how. `base_url` empty means OpenAI itself; `timeout_s` is for one picture."""

    api_key: str
    base_url: str = ""
    model: str = "gpt-image-2.6-flare"
    quality: str = "medium"
    timeout_s: float = 180.0


class OpenAIMaker:
    """Implements ports.ImageMaker. `key` gives the request's own name, sent along so that a repeat can be told."""

    def __init__(self, account: Account, rate: Rate, *, key: Callable[[PictureRequest], str]) -> None:
        self._account = account
        self._rate = rate
        self._key = key
        self._client: openai.OpenAI | None = None

    @property
    def name(self) -> str:
        """`openai`."""
        return "openai"

    def make(self, request: PictureRequest) -> MadePicture:
        """Ask for one picture. Raises PictureRefused, Temporary, MaybeCharged, Paused, Permanent."""
        import openai

        try:
            answer = self._connected().images.generate(
                **arguments(request, self._account), extra_headers={"Idempotency-Key": self._key(request)}
            )
        except openai.APITimeoutError as error:
            raise MaybeCharged(f"no answer within {self._account.timeout_s:g} s") from error
        except openai.APIConnectionError as error:
            raise MaybeCharged(f"the connection failed: {shown(str(error))}") from error
        except openai.APIStatusError as error:
            raise meaning(error.status_code, error.body, error.response.headers) from error
        except (openai.OpenAIError, ValueError) as error:
            # A page of a proxy, say: the SDK lets the parser's own error through.
            raise MaybeCharged(f"the answer could not be read: {shown(str(error))}") from error
        usage = _usage(answer)
        return MadePicture(
            data=_decoded(answer),
            media_type="image/png",
            maker=self.name,
            model=self._account.model,
            prompt=request.prompt,
            seed=request.seed,
            cost_micros=self._rate.settle(usage),
            usage=usage,
        )

    def _connected(self) -> "openai.OpenAI":
        import openai

        if self._client is None:
            self._client = openai.OpenAI(
                api_key=self._account.api_key,
                base_url=self._account.base_url or None,
                timeout=self._account.timeout_s,
                max_retries=0,
            )
        return self._client


def arguments(request: PictureRequest, account: Account) -> dict[str, Any]:
    """The arguments of `images.generate` for a request."""
    width, height = size(request.width, request.height)
    return {
        "prompt": request.prompt,
        "model": account.model,
        "quality": account.quality,
        "size": f"{width}x{height}",
        "output_format": "png",
        "n": 1,
    }


def size(width: int, height: int) -> tuple[int, int]:
    """The nearest size that the API takes: multiples of 16, ratio within 1:3 to 3:1, within its numbers of pixels."""
    ratio = min(3.0, max(1 / 3, width / height))
    pixels = min(MOST_PIXELS, max(LEAST_PIXELS, width * height))
    high = (pixels / ratio) ** 0.5
    shrink = min(1.0, LONGEST_SIDE / max(high, high * ratio))
    wide, high = _multiple(high * ratio * shrink), _multiple(high * shrink)
    while wide * high < LEAST_PIXELS or not 1 / 3 <= wide / high <= 3:
        wide, high = (wide + SIDE, high) if wide / high < ratio else (wide, high + SIDE)
    while wide * high > MOST_PIXELS:
        wide, high = (wide - SIDE, high) if wide / high > ratio else (wide, high - SIDE)
    return wide, high


def meaning(status: int, body: object, headers: Mapping[str, str]) -> BriefmillError:
    """The error of ours that an error answer stands for. `body` is the answer's `error` object where it had one."""
    told: Mapping[str, Any] = body if isinstance(body, dict) else {}
    code, words = str(told.get("code") or ""), shown(str(told.get("message") or f"HTTP {status}"))
    if code in _MODERATION:
        return _moderated(told)
    if code == "invalid_value" and told.get("param") == "model":
        code = "model_not_found"
    if status == 401 and code not in _ACCOUNT:
        code = "invalid_api_key"
    if code in _ACCOUNT:
        resource, advice = _ACCOUNT[code]
        return Paused(f"{advice} ({words})", resource=resource, retry_in=PAUSE_S)
    if status == 403:
        return Paused(f"OpenAI refuses this account: {words}", resource="key", retry_in=PAUSE_S)
    if status in {408, 409, 425, 429} or status >= 500:
        return Temporary(f"{status}: {words}", retry_in=wait(headers))
    return Permanent(f"OpenAI does not take the request: {words}")


def wait(headers: Mapping[str, str]) -> float | None:
    """Seconds the other side asks to wait: retry-after-ms, retry-after, or the latest of its reset times."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            asked = float(headers[name]) * scale
        except (KeyError, ValueError):
            continue
        return min(LONGEST_WAIT_S, max(0.0, asked)) if not math.isnan(asked) else None
    resets = [seconds(text) for name, text in headers.items() if name.lower().startswith("x-ratelimit-reset-")]
    known = [value for value in resets if value is not None]
    return min(LONGEST_WAIT_S, max(known)) if known else None


def seconds(text: str) -> float | None:
    """Seconds of a duration such as `1m30s` or `250ms`; None for anything else."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        return None
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    return sum(float(number) * units[unit] for number, unit in parts)


def _moderated(told: Mapping[str, Any]) -> PictureRefused:
    details = told.get("moderation_details")
    details = details if isinstance(details, dict) else {}
    stage = shown(str(details.get("moderation_stage") or "unknown"))
    named = details.get("categories")
    categories = shown(", ".join(str(one) for one in named) if isinstance(named, list | tuple) else "") or "not named"
    return PictureRefused(
        f"The picture maker's safety system blocked this picture (stage: {stage}; categories: {categories}).",
        code="maker.moderation",
        fix="Describe the product and the scene in other words, or supply a picture.",
    )


def shown(words: str) -> str:
    """Words of the other side as they may reach a log, the ledger and a person: short, in one line, without keys."""
    line = " ".join(_KEY.sub("[key]", words[: 4 * MOST_WORDS]).split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    return line if len(line) <= MOST_WORDS else f"{line[:MOST_WORDS]}..."


def _usage(answer: Any) -> Mapping[str, Any]:
    """What the answer says it used. The SDK does not check answers: a compatible server may say anything."""
    told = getattr(answer, "usage", None)
    dump = getattr(told, "model_dump", None)
    counts = dump(warnings=False) if dump is not None else told
    return {name: count for name, count in counts.items() if name in _COUNTS} if isinstance(counts, dict) else {}


def _decoded(answer: Any) -> bytes:
    pictures = getattr(answer, "data", None)
    first = pictures[0] if isinstance(pictures, list) and pictures else None
    text = getattr(first, "b64_json", None)
    try:
        data = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise MaybeCharged("the answer's picture is no base64") from error
    # The end is looked for, too: a picture that was cut off on its way is asked for again, not refused as an asset.
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or b"IEND" not in data[-16:]:
        raise MaybeCharged("the answer holds no whole PNG picture")
    return data


def _multiple(pixels: float) -> int:
    return max(SIDE, round(pixels / SIDE) * SIDE)
