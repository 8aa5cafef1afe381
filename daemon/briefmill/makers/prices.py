"""What pictures cost: rates from `config/prices.yaml`, estimates before a call, settlements after it.

Money is counted in whole millionths of a US dollar and rounded up, so that no sum ever understates.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from briefmill.errors import ConfigError

GUESSED_PIXELS: Final = 1024 * 1024
"""The picture that the price file's first guesses are for. One that is not square is reported to take fewer tokens for
its pixels: there the guess is too high, which a budget can stand, until a few calls have told the truth."""

_BEYOND: Final = {"xhigh": 2, "max": 4}
"""How many times the tokens of `high` are assumed where the price file does not list these."""

_UNGUESSED: Final = 10_000
"""Tokens of a picture whose model has no guess: more than any has at `high`."""

MOST_TOKENS: Final = 10_000_000
"""A thousand times what the dearest picture has."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """US dollars per million tokens, and output tokens at first guess by quality.

    A text model has one rate for what it gives, `image_out`, and no guesses.
    """

    text_in: float
    image_in: float
    image_out: float
    output_tokens: Mapping[str, int]

    def estimate(self, quality: str, *, share: float = 1.0, prompt_tokens: int = 300) -> int:
        """Millionths of a dollar for one picture; `share` is its pixels over those of the guess."""
        # A price file from before these qualities must not make the dearest pictures look like the next cheaper ones.
        unlisted = max(self.output_tokens.values(), default=_UNGUESSED) * _BEYOND.get(quality, 1)
        tokens = self.output_tokens.get(quality, unlisted)
        return math.ceil(prompt_tokens * self.text_in + tokens * max(share, 0.25) * self.image_out)

    def settle(self, usage: Mapping[str, Any]) -> int:
        """Millionths of a dollar for what an answer's `usage` reports."""
        details = usage.get("input_tokens_details")
        details = details if isinstance(details, Mapping) else {}
        text = _tokens(details.get("text_tokens", usage.get("input_tokens")))
        images = _tokens(details.get("image_tokens"))
        out = _tokens(usage.get("output_tokens"))
        return math.ceil(text * self.text_in + images * self.image_in + out * self.image_out)


def _first_guesses(row: Mapping[str, Any]) -> Mapping[str, int]:
    if "text_out" in row:
        return {}
    return {str(quality): int(count) for quality, count in row["output_tokens"].items()}


def _tokens(told: Any) -> int:
    """A count from outside; what is no count, or none that one answer can have, counts as nothing."""
    sane = isinstance(told, int | float) and not isinstance(told, bool) and 0 <= told <= MOST_TOKENS
    return int(told) if sane else 0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """All rates, and the one that stands in for models nobody has listed."""

    rates: Mapping[str, Rate]
    unknown: str

    @classmethod
    def load(cls, path: Path) -> "Prices":
        """Read a price file. Raises ConfigError with the path and what is wrong."""
        try:
            data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
            rates = {
                name: Rate(
                    text_in=float(row["text_in"]),
                    image_in=float(row["image_in"]) if "text_out" not in row else 0.0,
                    image_out=float(row["image_out"] if "text_out" not in row else row["text_out"]),
                    output_tokens=_first_guesses(row),
                )
                for name, row in data["models"].items()
            }
            unknown = str(data["unknown"])
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}. `briefmill init` makes a new one.") from error
        except (YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            words = " ".join(str(error).split())
            raise ConfigError(f"{path}: {words or type(error).__name__}. Compare it with the shipped one.") from error
        if unknown not in rates:
            raise ConfigError(f"{path}: `unknown` names {unknown!r}, which has no row under `models`.")
        return cls(rates=rates, unknown=unknown)

    def rate(self, model: str) -> Rate:
        """The rate of a model; a dated snapshot (`gpt-image-2.5-flare-2026-09-08`) has that of its family."""
        for name in sorted(self.rates, key=len, reverse=True):
            if model == name or model.startswith(f"{name}-"):
                return self.rates[name]
        return self.rates[self.unknown]
