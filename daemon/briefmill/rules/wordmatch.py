"""Where a text says a term: whole words by the rules of the script, through every disguise, quoted as written.

Letters of spaced scripts end at whatever is no letter, mark or figure. Arabic and Hebrew write small words (and, the,
with) onto the next one, and without their vowels. Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese put no spaces
(or particles) between words: any part counts there, but never half a syllable with its marks, and never half of a
foreign word in katakana. A light room without pixels.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from briefmill.rules import disguise, lookalike, tracing
from briefmill.rules.tracing import Traced

_UNSPACED: Final = (
    (0x0E00, 0x0FFF),  # Thai, Lao, Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul jamo: Korean has spaces, but its particles cling to the word
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x318F),  # kana, bopomofo, Hangul compatibility jamo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_ATTACHED: Final = (
    # and/so, then with/like/for, then the
    (0x0600, 0x06FF, re.compile(r"[وف]?(?:ال|لل|[بكل](?:ال)?|س)?\Z")),
    # and, which/when, in/to/from/like, the
    (0x0590, 0x05FF, re.compile(r"ו?(?:כש|ש)?[בלמכ]?ה?\Z")),
)
"""The small words that are written onto the next one: Arabic, Hebrew."""
_LONGEST_ATTACHED: Final = 4
_SHORT: Final = 3
"""Arabic and Hebrew words of fewer letters than this are inside too many others to take anything off them."""
_LEADING_VOWELS: Final = "เแโใไ"
_BETWEEN: Final = r"[\s\-‐-―/_·.’']{0,2}"
_ENDING: Final = r"\w{0,10}"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A term found: its words as they were written, and where they stand in the text."""

    quote: str
    start: int
    end: int

    def inside(self, other: "Hit") -> bool:
        """True when this is a part of the other."""
        return other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, kw_only=True)
class Term:
    """What to look for, made ready: an expression over folded text, and a piece of it that must be there.

    The expression is compiled only where the piece is there: of a thousand terms hardly one is.
    """

    seek: str
    piece: str
    script: str


@dataclass(frozen=True, eq=False)
class Spoken:
    """A text in all its readings: as it stands, without disguise, and with borrowed letters given back."""

    text: str

    @cached_property
    def _plain(self) -> Traced:
        return tracing.folded(self.text)

    @cached_property
    def _by_script(self) -> dict[str, tuple[Traced, ...]]:
        return {}

    def readings(self, script: str) -> tuple[Traced, ...]:
        """The readings for terms of a script, each once, the plain one first."""
        if script not in self._by_script:
            own = lookalike.towards(self._plain, script)
            several = (self._plain, own, *disguise.undone(self._plain), *disguise.undone(own))
            self._by_script[script] = tuple({one.text: one for one in reversed(several)}.values())[::-1]
        return self._by_script[script]

    def hits(self, term: Term) -> Iterator[Hit]:
        """Every place where the text says the term, in the order of the text; each place once."""
        seen: set[tuple[int, int]] = set()
        for reading in self.readings(term.script):
            if term.piece not in reading.text:
                continue
            for start, end in _whole(re.compile(term.seek), reading.text):
                place = reading.span(start, end)
                if place not in seen:
                    seen.add(place)
                    yield Hit(quote=reading.quote(start, end), start=place[0], end=place[1])

    def first(self, term: Term) -> Hit | None:
        """The first place where the text says the term."""
        return next(self.hits(term), None)


@lru_cache(maxsize=4096)
def literal(words: str) -> Term | None:
    """A term as somebody wrote it, sign for sign; None where there is nothing to see in it."""
    what = tracing.folded(words).text
    return Term(seek=re.escape(what), piece=what, script=_script(what)) if what else None


@lru_cache(maxsize=4096)
def inflected(words: str) -> Term | None:
    """A term of a rule: words may be joined, hyphenated or spaced, and one that ends in * may have any ending."""
    parts = [(part, part.endswith("*")) for part in words.replace("-", " ").split()]
    folded = [(tracing.folded(part.removesuffix("*")).text, open_) for part, open_ in parts]
    kept = [(part, open_) for part, open_ in folded if part]
    if not kept:
        return None
    seek = _BETWEEN.join(re.escape(part) + (_ENDING if open_ else "") for part, open_ in kept)
    longest = max((part for part, _ in kept), key=len)
    return Term(seek=seek, piece=longest, script=_script(longest))


def _script(what: str) -> str:
    return next((lookalike.script(letter) for letter in what if letter.isalpha()), "")


def _whole(seek: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """The matches that are whole words, or whole words with something small written onto them."""
    found = seek.search(text)
    while found:
        start, end = found.span()
        if not _runs_on(text, end) and not _runs_into(text, start, end):
            yield start, end
        found = seek.search(text, start + 1)


def _runs_on(text: str, end: int) -> bool:
    """True when a word cannot end here."""
    before, after = text[end - 1], text[end : end + 1]
    if not after:
        return False
    if unicodedata.category(after)[0] == "M" and unicodedata.category(before)[0] in "LM":
        return True  # half of a syllable
    return _of_word(before, after)


def _runs_into(text: str, start: int, end: int) -> bool:
    """True when a word cannot begin here."""
    before, first = text[start - 1 : start], text[start]
    if not before:
        return False
    if before in _LEADING_VOWELS:
        return True
    return _of_word(before, first) and not _attached(text, start, end)


def _attached(text: str, start: int, end: int) -> bool:
    """True when all that stands before, back to the word's beginning, are small words written onto it."""
    if end - start < _SHORT:
        return False
    begin = start
    while begin and text[begin - 1].isalpha():
        begin -= 1
    point = ord(text[start])
    small = next((pattern for first, last, pattern in _ATTACHED if first <= point <= last), None)
    return small is not None and start - begin <= _LONGEST_ATTACHED and bool(small.match(text[begin:start]))


def _of_word(one: str, other: str) -> bool:
    """True when two neighbours belong to one word."""
    if _katakana(one) and _katakana(other):
        return True
    return _spaced(one) and _spaced(other)


def _spaced(character: str) -> bool:
    if not character or unicodedata.category(character)[0] not in "LMN":
        return False
    point = ord(character)
    return not any(first <= point <= last for first, last in _UNSPACED)


def _katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "\u30fc"
