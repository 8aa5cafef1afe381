"""Whether words that a machine wrote may be used: nothing lost, nothing added, nothing forbidden, not too long.

An answer is untrusted, as everything from outside is. What is looked for is what a reviewer would be ashamed to have
missed: a price or a date that changed, an address or a placeholder that was translated, a name that was; a term that is
not said as the glossary wants it. What is written from nothing may take numbers and addresses from what is known, and
no others.
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
    found = [f"{part} {wrong}" for part in request.parts for wrong in _wrong(request, part, answer)]
    everything = "\n".join(answer.values())
    found += [f"{request.parts[0]} must say “{word}”." for word in request.required if not terms.says(everything, word)]
    return tuple(found)


def _wrong(request: CopyRequest, part: str, answer: Mapping[str, str]) -> Iterator[str]:
    text, source = answer.get(part, ""), request.texts.get(part)
    if not any(unicodedata.category(char)[0] in "LNPS" for char in text):
        yield "is empty."
        return
    if _TURNS.search(text) or any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in text):
        yield "holds control characters or line breaks."
    most = most_characters(request, part)
    if most is not None and len(text) > most:
        yield f"has {len(text)} characters; at most {most} have room."
    yield from _added(request.material, text) if source is None else _changed(request, source, text)
    for word in request.forbidden:
        if terms.says(text, word):
            yield f"must not say “{word}”."


def most_characters(request: CopyRequest, part: str) -> int | None:
    """The most characters that a part may have: what has room, and no multiple of its source; None for no bound."""
    told, source = request.limits.get(part), request.texts.get(part)
    grown = round(LONGER * max(SHORT, len(source))) if source is not None else None
    known = [bound for bound in (told, grown) if bound is not None]
    return min(known) if known else None


def _changed(request: CopyRequest, source: str, text: str) -> Iterator[str]:
    """What a text says otherwise than its source does."""
    for kind, pattern in (("address", _ADDRESS), ("placeholder", _PLACEHOLDER)):
        before, after = _found(pattern, source), _found(pattern, text)
        yield from (f"must keep the {kind} {lost}." for lost in (before - after))
        yield from (f"must not bring the {kind} {new}." for new in (after - before))
    if _numbers(source) != _numbers(text):
        yield f"must keep the numbers of its source ({', '.join(_numbers(source).elements()) or 'none'})."
    for name in request.keep:
        if _folded(name) in _folded(source) and _folded(name) not in _folded(text):
            yield f"must keep “{name}” as it is written."
    for term in request.glossary:
        if not terms.says(source, term.source):
            continue
        if not term.target and term.source not in text:
            yield f"must keep “{term.source}” as it is written."
        elif not terms.says(text, term.said):
            yield f"must say “{term.said}” for “{term.source}”."


def _added(material: str, text: str) -> Iterator[str]:
    """What a text says that nobody has told."""
    for kind, pattern in (("address", _ADDRESS), ("placeholder", _PLACEHOLDER)):
        new = _found(pattern, text).keys() - _found(pattern, material).keys()
        yield from (f"must not bring the {kind} {one}." for one in sorted(new))
    unknown = sorted(_numbers(text).keys() - _numbers(material).keys())
    if unknown:
        yield f"must not bring numbers that nobody told ({', '.join(unknown)})."


def _found(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(one.rstrip(".,;:!?)") for one in pattern.findall(text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _numbers(text: str) -> Counter[str]:
    """The digits of a text as ASCII, in groups without marks of thousands: `1,299.50` and `1.299,50` say the same."""
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return Counter(_DIGITS.findall(_THOUSANDS.sub("", plain)))
