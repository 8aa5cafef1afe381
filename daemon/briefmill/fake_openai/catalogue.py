"""Which models there are, until when, and what they charge.

Shutdown dates and token rates are those of developers.openai.com as read in November 2026. The tokens of a picture are
published only as a calculator: the figures for gpt-image-2 are those that users reported, 2.6 is reported to take three
to four times as many at low and medium. What nobody has published is marked as assumed: a client must settle from the
usage that it is told, and no test should rest on these numbers being OpenAI's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final


@dataclass(frozen=True, kw_only=True)
class Rates:
    """US dollars per million tokens, which is micro-dollars per token."""

    text_in: float
    image_in: float = 0.0
    out: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model. `kind` is `image`, `text` or `moderation`; `shutdown` is a day (YYYY-MM-DD) or empty.

    `tokens` are the output tokens of a picture of 1024 x 1024 for each quality. `free_sizes` says whether it makes
    any size rather than the three standard ones; `newest` whether it is of the 2.5 or 2.6 line.
    """

    name: str
    kind: str
    created: str
    rates: Rates
    shutdown: str = ""
    tokens: Mapping[str, int] | None = None
    free_sizes: bool = False
    newest: bool = False

    def retired(self, now: float) -> bool:
        """Whether the model is shut down at `now` (seconds since 1970)."""
        return bool(self.shutdown) and now >= seconds(self.shutdown)

    def shown(self) -> dict[str, Any]:
        """The model as `GET /v1/models` shows it."""
        return {
            "id": self.name,
            "object": "model",
            "created": int(seconds(self.created)),
            "owned_by": "system",
            "shutdown_date": self.shutdown or None,
        }


def seconds(day: str) -> float:
    """Seconds since 1970 of a day such as 2026-12-01, at midnight UTC."""
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()


_IMAGE: Final = Rates(text_in=5.0, image_in=8.0, out=30.0)
_BASE: Final = {"low": 196, "medium": 1756, "high": 7024}
# xhigh and max have no published figure: twice and four times `high` is assumed.
_WIDER: Final = {**_BASE, "xhigh": 14_048, "max": 28_096}
_NEWEST: Final = {**_WIDER, "low": 686, "medium": 6146}
# Dollars per picture as published, turned into tokens at the model's own rate.
_ONE_FIVE: Final = {"low": 281, "medium": 1063, "high": 4156}
_MINI: Final = {"low": 625, "medium": 1375, "high": 4500}
# As `config/prices.yaml` has them, with their source.
_PRICED: Final = {
    "gpt-5.5": Rates(text_in=5.0, out=30.0),
    "gpt-5.4": Rates(text_in=2.5, out=15.0),
    "gpt-5.4-mini": Rates(text_in=0.75, out=4.5),
    "gpt-5.4-nano": Rates(text_in=0.2, out=1.25),
}
# No page gives the price of these: assumed, so that a call costs something that can be added up.
_TEXT: Final = Rates(text_in=1.0, out=8.0)
_TEXT_MODELS: Final = (
    *("gpt-6-astra", "gpt-6.2-astra", "gpt-6-sol", "gpt-6.1-sol", "gpt-6.2-sol", "gpt-6.1-terra", "gpt-6-luna"),
    *("gpt-5.6-sol", "gpt-5.6-terra", "gpt-5.6-luna"),
    *("gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-nano"),
)
_FREE: Final = Rates(text_in=0.0, out=0.0)


def _image(name: str, created: str, *, tokens: Mapping[str, int] = _WIDER, newest: bool = True) -> Model:
    return Model(name=name, kind="image", created=created, rates=_IMAGE, tokens=tokens, free_sizes=True, newest=newest)


def _older(name: str, created: str, shutdown: str, *, rates: Rates, tokens: Mapping[str, int]) -> Model:
    return Model(name=name, kind="image", created=created, rates=rates, tokens=tokens, shutdown=shutdown)


_ONE_RATES: Final = Rates(text_in=5.0, image_in=10.0, out=40.0)
_ONE_FIVE_RATES: Final = Rates(text_in=5.0, image_in=8.0, out=32.0)

MODELS: Final[Mapping[str, Model]] = {
    model.name: model
    for model in (
        _image("gpt-image-2.6-flare", "2026-11-04", tokens=_NEWEST),
        _image("gpt-image-2.6-sunburst", "2026-11-04", tokens=_NEWEST),
        _image("gpt-image-2.5-flare", "2026-09-08"),
        _image("gpt-image-2.5-flare-2026-09-08", "2026-09-08"),
        _image("gpt-image-2.5-sunburst", "2026-09-08"),
        _image("gpt-image-2.5-sunburst-2026-09-08", "2026-09-08"),
        _image("gpt-image-2", "2026-04-21", tokens=_BASE, newest=False),
        _image("gpt-image-2-2026-04-21", "2026-04-21", tokens=_BASE, newest=False),
        _older("gpt-image-1.5", "2025-12-16", "2026-12-01", rates=_ONE_FIVE_RATES, tokens=_ONE_FIVE),
        _older("chatgpt-image-latest", "2025-12-16", "2026-12-01", rates=_ONE_FIVE_RATES, tokens=_ONE_FIVE),
        _older(
            "gpt-image-1-mini",
            "2025-10-06",
            "2026-12-01",
            rates=Rates(text_in=2.0, image_in=2.5, out=8.0),
            tokens=_MINI,
        ),
        _older("gpt-image-1", "2025-04-23", "2026-10-23", rates=_ONE_RATES, tokens=_BASE),
        _older("dall-e-3", "2023-10-31", "2026-05-12", rates=_IMAGE, tokens=_BASE),
        _older("dall-e-2", "2023-11-01", "2026-05-12", rates=_IMAGE, tokens=_BASE),
        *(Model(name=name, kind="text", created="2026-08-01", rates=_TEXT) for name in _TEXT_MODELS),
        *(Model(name=name, kind="text", created="2026-03-05", rates=rates) for name, rates in _PRICED.items()),
        Model(name="omni-moderation-latest", kind="moderation", created="2024-11-25", rates=_FREE),
        Model(name="omni-moderation-2024-09-26", kind="moderation", created="2024-11-25", rates=_FREE),
    )
}

DEFAULT_IMAGE: Final = "gpt-image-2.6-flare"
"""What answers when a request names no image model."""
DEFAULT_MODERATION: Final = "omni-moderation-latest"
