"""How many tokens a call takes and what they cost.

The tokens of a picture are those of the catalogue for 1024 x 1024, scaled by the number of pixels; a picture that is
not square takes 0.78 of that for its pixels times 1.5 (reported: 1024 x 1536 costs less than the square). Each request
varies by up to 6 % around that, by its own hash, as complexity does in reality. The tokens of a text are its UTF-8
bytes divided by four; the tokens of a picture that is sent along go by tiles of 512 pixels.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from briefmill.fake_openai.catalogue import Rates

SPREAD: Final = 0.06
PARTIAL_TOKENS: Final = 100
"""Output tokens for each partial picture of a stream."""
_SQUARE: Final = 1024 * 1024
_LONG: Final = 1024 * 1536
_LONG_SHARE: Final = 0.78


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The tokens of one call, as they are charged."""

    text_in: int
    image_in: int = 0
    out: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.text_in + self.image_in + self.out

    def cost_micros(self, rates: Rates, share: float = 1.0) -> int:
        """What they cost in micro-dollars, rounded up; `share` is 0.5 in a batch."""
        exact = self.text_in * rates.text_in + self.image_in * rates.image_in + self.out * rates.out
        return math.ceil(round(exact * share, 6))

    def as_images(self) -> dict[str, Any]:
        """As the images endpoint tells it."""
        return {
            "input_tokens": self.text_in + self.image_in,
            "input_tokens_details": {"text_tokens": self.text_in, "image_tokens": self.image_in},
            "output_tokens": self.out,
            "output_tokens_details": {"image_tokens": self.out, "text_tokens": 0},
            "total_tokens": self.total,
        }

    def as_response(self) -> dict[str, Any]:
        """As the responses endpoint and a batch tell it."""
        return {
            "input_tokens": self.text_in + self.image_in,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": self.out,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": self.total,
        }

    def as_chat(self) -> dict[str, Any]:
        """As the chat endpoint tells it."""
        return {
            "prompt_tokens": self.text_in + self.image_in,
            "completion_tokens": self.out,
            "total_tokens": self.total,
        }


def text(words: str) -> int:
    """Tokens of a text."""
    return math.ceil(len(words.encode()) / 4)


def seen(pictures: Sequence[tuple[int, int]]) -> int:
    """Tokens of pictures that are sent along, by their width and height."""
    return sum(85 + 170 * math.ceil(width / 512) * math.ceil(height / 512) for width, height in pictures)


def picture(tokens: Mapping[str, int], quality: str, size: tuple[int, int], seed: bytes) -> int:
    """Output tokens of one picture; `auto` is charged as `medium`. `seed` is the request's hash."""
    width, height = size
    base = tokens.get(quality, tokens["medium"])
    long = max(size) >= 1.25 * min(size)
    even = base * _LONG_SHARE * width * height / _LONG if long else base * width * height / _SQUARE
    draw = int.from_bytes(seed[:4], "big") / 0xFFFFFFFF
    return max(1, round(even * (1 + SPREAD * (2 * draw - 1))))
