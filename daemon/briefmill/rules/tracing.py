"""A text as it is compared, every character of which knows where it stood in the text as it was written.

Words are searched for in folded text (one case, one width, nothing invisible), and a finding quotes the exact words of
the copy; so each step that spells a text otherwise (here, `disguise`, `lookalike`) carries the places along.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

Span = tuple[int, int]
"""Start and end in the text as written."""

_ALEPHS: Final = str.maketrans("أإآٱىیةکؤئ", "ااااييهكوي")
"""Arabic letters that writers use one for the other, and the Persian forms of two of them."""
_APOSTROPHES: Final = str.maketrans("’‘ʼ′", "''''")
_TRAILING: Final = ((0x1160, 0x11FF), (0xFF9E, 0xFF9F))
"""Jamo that close a Hangul syllable and voicing marks of half-width kana: not marks, but composed with what is before
them."""
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode outside category Cf (fillers, selectors), and the blank of Braille."""


@dataclass(frozen=True)
class Traced:
    """`text` with the span of each of its characters in `source`."""

    text: str
    spans: tuple[Span, ...]
    source: str

    def span(self, start: int, end: int) -> Span:
        """Where the characters from `start` to `end` (not empty) stand in the source."""
        found = self.spans[start:end]
        return min(span[0] for span in found), max(span[1] for span in found)

    def quote(self, start: int, end: int) -> str:
        """The same characters as they were written."""
        first, last = self.span(start, end)
        return self.source[first:last]

    def respelt(self, pattern: re.Pattern[str], how: Callable[[re.Match[str]], Iterable[tuple[int, str]]]) -> "Traced":
        """This text with every match spelt as `how` says: characters, each with its offset in the whole text."""
        text: list[str] = []
        spans: list[Span] = []
        at = 0
        for match in pattern.finditer(self.text):
            text.append(self.text[at : match.start()])
            spans += self.spans[at : match.start()]
            for offset, character in how(match):
                text.append(character)
                spans.append(self.spans[offset])
            at = match.end()
        if not at:
            return self
        return Traced("".join((*text, self.text[at:])), (*spans, *self.spans[at:]), self.source)


def folded(text: str) -> Traced:
    """The text in NFKC, casefolded, without invisible characters, white space as single spaces and none at its ends.

    The dotted and dotless i of Turkish become one, because upper case tells them apart only in Turkish; so do all
    apostrophes. Marks that only vowel or strike through a letter fall: those of Arabic and Hebrew, and those that no
    letter is composed with.
    """
    letters: list[str] = []
    spans: list[Span] = []
    for start, end in _clusters(text):
        for character in _plain(text[start:end]):
            if character != " " or (letters and letters[-1] != " "):
                letters.append(character)
                spans.append((start, end))
    if letters and letters[-1] == " ":
        letters.pop()
        spans.pop()
    return Traced("".join(letters), tuple(spans), text)


def _clusters(text: str) -> Iterator[Span]:
    """Every character with the marks that follow it, over invisible characters between them."""
    start, end = -1, 0
    for at, character in enumerate(text):
        if character.isascii():
            follows = False
        elif _invisible(character):
            continue
        else:
            follows = unicodedata.category(character)[0] == "M" or _trails(character)
        if start >= 0 and not follows:
            yield start, end
        if start < 0 or not follows:
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


def _plain(cluster: str) -> str:
    if cluster.isascii():
        return " " if cluster.isspace() else cluster.lower()
    seen = "".join(character for character in cluster if not _invisible(character))
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    kept = "".join(character for character in wide if not _invisible(character) and not _loose(character))
    spaced = "".join(" " if character.isspace() else character for character in kept)
    return spaced.replace("ı", "i").translate(_ALEPHS).translate(_APOSTROPHES)


def _trails(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _TRAILING)


def _loose(character: str) -> bool:
    """A mark that is no part of the letter: what NFKC left of a Latin one, vowel points, the Arabic tatweel."""
    point = ord(character)
    return (
        0x0300 <= point <= 0x036F
        or (0x0591 <= point <= 0x05C7 and unicodedata.category(character) == "Mn")
        or 0x064B <= point <= 0x065F
        or point in {0x0640, 0x0670}
    )


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or bool(_IGNORABLE.match(character))
