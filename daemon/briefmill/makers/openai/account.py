"""Whom to ask: one account at OpenAI or at a gateway that speaks its protocol, and the connection to it.

The SDK retries nothing: every attempt is the engine's, so that each is in the ledger. It is imported on first use; it
costs more to load than the whole idle daemon.
"""

import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from briefmill.domain.rendering import Rendering

if TYPE_CHECKING:
    import openai

BEARER: Final = "Authorization"
"""The header that carries a key as `Bearer KEY`; any other carries the key alone, as Azure's `api-key` does."""


Heard = Callable[[Mapping[str, str]], None]
"""Is told the headers of each answer with pictures or words, on the thread of the call."""

_TOLD: Final = ("/images/", "/responses", "/chat/completions")


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whom to ask and how. `base_url` empty means OpenAI itself; `timeout_s` is for one picture.

    `name` is a short one for metrics and receipts. The key travels in `key_header`; `headers` go along with each call.
    `rendering` is what the settings wish beside the quality. A brief's wish that the model does not know is refused
    where the account is `strict`; another one makes the nearest to it.
    """

    api_key: str = field(repr=False)
    name: str = "openai"
    base_url: str = ""
    model: str = "gpt-image-2.6-flare"
    quality: str = "medium"
    rendering: Rendering = field(default_factory=Rendering)
    strict: bool = True
    timeout_s: float = 180.0
    key_header: str = BEARER
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    heard: Heard | None = field(default=None, repr=False, compare=False)


class Connection:
    """The SDK's client for an account, made at the first call and shared by all threads."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._client: openai.OpenAI | None = None
        self._lock = threading.Lock()

    def headers(self, **more: str) -> dict[str, Any]:
        """What goes along with one call as `extra_headers`; underscores of names become hyphens."""
        import openai

        told: dict[str, Any] = {name.replace("_", "-"): value for name, value in more.items()}
        if self.account.key_header != BEARER:
            # The SDK leaves its own header out only where each call says so.
            told[BEARER] = openai.Omit()
        return told

    @property
    def client(self) -> "openai.OpenAI":
        """The client."""
        with self._lock:
            if self._client is None:
                self._client = _client(self.account)
                weakref.finalize(self, self._client.close)
            return self._client


def _client(account: Account) -> "openai.OpenAI":
    import openai

    own = {} if account.key_header == BEARER else {account.key_header: account.api_key}
    listening = account.heard
    hooks = {"response": [lambda answer: _heard(answer, listening)]} if listening is not None else {}
    return openai.OpenAI(
        http_client=openai.DefaultHttpxClient(event_hooks=hooks),
        api_key=account.api_key,
        base_url=account.base_url or None,
        timeout=account.timeout_s,
        max_retries=0,
        default_headers={**account.headers, **own},
    )


def _heard(answer: Any, heard: Heard) -> None:
    """Limits are told for each model apart: the safety system's are not ours. Pictures and words connect apart."""
    if any(path in answer.request.url.path for path in _TOLD):
        heard(answer.headers)
