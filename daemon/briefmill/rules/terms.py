"""Whether a text says a term, as a reader of its script would see it: the one comparison behind every rule about words.

A light room, without pixels: the rule `words` asks here of a creative's copy, the brand file of what it forbids, and
the checks of machine-made words before they are set.
"""

import unicodedata
from typing import Final

from briefmill.rules import disguise

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


def says(text: str, word: str) -> bool:
    """True when the text contains the word (or phrase) whatever its case, width, spacing or invisible characters.

    So does a text that disguises it with figures for letters or with its letters set apart.
    """
    where, what = folded(text), folded(word)
    return bool(what) and (_stands(where, what) or _stands(disguise.undone(where), what))


def _stands(where: str, what: str) -> bool:
    """True when `what` stands in `where` as whole words; both folded."""
    at = where.find(what)
    while at >= 0:
        end = at + len(what)
        if not _joined(where[at - 1 : at], what[0]) and not _joined(what[-1], where[end : end + 1]):
            return True
        at = where.find(what, at + 1)
    return False


def folded(text: str) -> str:
    """The text as it is compared: NFKC, casefolded, without invisible characters, white space as single spaces.

    The dotted and dotless i of Turkish become one, because upper case tells them apart only in Turkish.
    """
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(character for character in wide if not _invisible(character))
    return " ".join(seen.replace("i\u0307", "i").replace("ı", "i").split())


def _joined(before: str, after: str) -> bool:
    """True when no word can end between the two characters."""
    return _of_word(before) and _of_word(after)


def _of_word(character: str) -> bool:
    if not character or unicodedata.category(character)[0] not in "LMN":
        return False
    point = ord(character)
    return not any(first <= point <= last for first, last in _UNSPACED)


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character == "\u034f" or "\ufe00" <= character <= "\ufe0f"
