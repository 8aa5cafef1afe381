"""Whether words that a machine wrote may be used: nothing lost, nothing added, nothing forbidden, not too long.

An answer is untrusted, as everything from outside is. What is looked for is what a reviewer would be ashamed to have
missed: a price or a date that changed, an address or a placeholder that was translated, a name that was.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from briefmill.domain.copywriting import CopyRequest
from briefmill.rules import terms

LONGER: Final = 2.5
"""How many times as long as its source a text may become; from 20 characters on. German and Finnish stay below 1.6."""
SHORT: Final = 20

_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]+|[\w.+-]+@[\w-]+\.[\w.]+")
_PLACEHOLDER: Final = re.compile(r"\{[^{}\s]{1,40}\}|%\([a-z_]+\)[sd]|%[sd]")
_THOUSANDS: Final = re.compile(r"(?<=\d)[.,'’ \u00a0\u202f\u066c](?=\d{3}(?!\d))")
_DIGITS: Final = re.compile(r"\d+")
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows: a price can be made to read otherwise than it is written."""


def complaints(request: CopyRequest, answer: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with an answer, each in a sentence that its writer can act on; empty when it can be used."""
    return tuple(
        f"{part} {wrong}" for part, source in request.texts.items() for wrong in _wrong(request, part, source, answer)
    )


def _wrong(request: CopyRequest, part: str, source: str, answer: Mapping[str, str]) -> Iterator[str]:
    text = answer.get(part, "")
    if not any(unicodedata.category(char)[0] in "LNPS" for char in text):
        yield "is empty."
        return
    if _TURNS.search(text) or any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in text):
        yield "holds control characters or line breaks."
    most = request.limits.get(part, round(LONGER * max(SHORT, len(source))))
    if len(text) > most:
        yield f"has {len(text)} characters; at most {most} have room."
    for kind, pattern in (("address", _ADDRESS), ("placeholder", _PLACEHOLDER)):
        before, after = (Counter(one.rstrip(".,;:!?)") for one in pattern.findall(each)) for each in (source, text))
        yield from (f"must keep the {kind} {lost}." for lost in (before - after))
        yield from (f"must not bring the {kind} {new}." for new in (after - before))
    if _numbers(source) != _numbers(text):
        yield f"must keep the numbers of its source ({', '.join(_numbers(source).elements()) or 'none'})."
    for name in request.keep:
        if _folded(name) in _folded(source) and _folded(name) not in _folded(text):
            yield f"must keep “{name}” as it is written."
    for word in request.forbidden:
        if terms.says(text, word):
            yield f"must not say “{word}”."


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _numbers(text: str) -> Counter[str]:
    """The digits of a text as ASCII, in groups without marks of thousands: `1,299.50` and `1.299,50` say the same."""
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return Counter(_DIGITS.findall(_THOUSANDS.sub("", plain)))
