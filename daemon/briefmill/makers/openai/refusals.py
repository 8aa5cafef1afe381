"""What an error of the API means for a job.

That is decided by the API's `code`, because its types do not tell: a moderation block, a retired model and an empty
account all come as 400 or 429 (bodies recorded in September 2026 are in the tests). The other side's words are
untrusted: they are held to a length and a line, and keys that it repeats are taken out.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from briefmill.errors import BriefmillError, MaybeCharged, Paused, Permanent, PictureRefused, RateLimited, Temporary
from briefmill.makers import waits
from briefmill.makers.moderated import refused

if TYPE_CHECKING:
    import openai

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
_NEVER_SENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})
"""What the SDK's HTTP library raises before it has sent anything; it is vendored, so that only names are stable."""

_MODERATION: Final = frozenset({"moderation_blocked", "content_policy_violation"})


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
    if status == 429:
        return RateLimited(f"429: {words}", retry_in=wait(headers))
    if status in {408, 409, 425} or status >= 500:
        return Temporary(f"{status}: {words}", retry_in=wait(headers))
    return Permanent(f"OpenAI does not take the request: {words}")


def wait(headers: Mapping[str, str]) -> float | None:
    """Seconds the other side asks to wait, None where it does not; see `makers.waits`."""
    return waits.asked(headers)


def shown(words: str) -> str:
    """Words of the other side as they may reach a log, the ledger and a person: short, in one line, without keys."""
    line = " ".join(_KEY.sub("[key]", words[: 4 * MOST_WORDS]).split())
    line = "".join(char if char.isprintable() else "?" for char in line)
    return line if len(line) <= MOST_WORDS else f"{line[:MOST_WORDS]}..."


def cut_off(error: "openai.APIConnectionError", *, who: str, patience_s: float) -> Temporary:
    """A connection that was never made cost nothing; one that broke off, or an answer that never came, may have."""
    import openai

    words = shown(str(error.__cause__ or error))
    if type(error.__cause__).__name__ in _NEVER_SENT:
        return Temporary(f"{who} cannot be reached: {words}")
    if isinstance(error, openai.APITimeoutError):
        return MaybeCharged(f"no answer within {patience_s:g} s")
    return MaybeCharged(f"the connection failed: {words}")


def _moderated(told: Mapping[str, Any]) -> PictureRefused:
    details = told.get("moderation_details")
    details = details if isinstance(details, dict) else {}
    stage = shown(str(details.get("moderation_stage") or "unknown"))
    named = details.get("categories")
    categories = shown(", ".join(str(one) for one in named) if isinstance(named, list | tuple) else "") or "not named"
    # Before the work nothing is charged; a picture that was made and kept back may be, and so may one nobody tells of.
    return refused(stage, categories, maybe_charged=stage != "input")
