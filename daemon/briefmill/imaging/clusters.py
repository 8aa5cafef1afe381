"""Grapheme clusters: what a reader takes for one character.

Line breaking, font choice and clipping all work in clusters, so that no accent, vowel sign or flag is ever torn from
its base. This is the part of Unicode Standard Annex 29 that advertising copy meets: combining marks, joiners, emoji
modifiers and flags, Hangul syllables, and the conjuncts of the Indic scripts (rule GB9c). Prepended marks are left out.
"""

import unicodedata
from functools import lru_cache
from typing import Final

ZWJ: Final = "\u200d"
_AS_TEXT: Final = "\ufe0e"
_AS_EMOJI: Final = "\ufe0f"
_KEYCAP: Final = "\u20e3"
_SARA_AM: Final = "\u0e33\u0eb3"  # Thai and Lao AM: letters by category, yet they stand on the consonant before them
_VIRAMA_CLASS: Final = 9


def split(text: str) -> list[str]:
    """The clusters of a text, in order; joined together they are the text."""
    clusters: list[str] = []
    for char in text:
        if clusters and _joins(clusters[-1], char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def ignorable(char: str) -> bool:
    """True for characters that show nothing by themselves: controls, joiners, bidi marks, variation selectors."""
    code = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cf"}
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or code == 0x034F
    )


@lru_cache(maxsize=4096)
def emoji(cluster: str) -> bool:
    """True for a cluster that a reader expects to see as an emoji, in colour.

    Symbols are so by themselves where East Asia sets them wide (UAX 11 and UTS 51 agree on that); others become one by
    a variation selector, a joiner, a skin tone, or as the pair of letters of a flag.
    """
    base = cluster[0]
    if _AS_TEXT in cluster:
        return False
    if base in "0123456789#*":
        return _KEYCAP in cluster
    if _AS_EMOJI in cluster:
        return not base.isalpha()
    return _wide_symbol(base) or (len(cluster) > 1 and _regional(base) and _regional(cluster[1]))


def _wide_symbol(char: str) -> bool:
    code = ord(char)
    east_asian = 0x2E80 <= code < 0x1F000  # ideographs and their symbols are wide, but no emoji
    wide = code >= 0x231A and not east_asian and unicodedata.east_asian_width(char) == "W"
    return wide and not unicodedata.category(char).startswith("L")


def _joins(cluster: str, char: str) -> bool:
    last = cluster[-1]
    if last in "\r\n" or char in "\r\n":
        return last == "\r" and char == "\n"
    if char == ZWJ or char in _SARA_AM or (ignorable(char) and unicodedata.category(char) == "Mn"):
        return True
    if unicodedata.category(char) in {"Mn", "Mc", "Me"} or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return not last.isspace()
    if last == ZWJ:
        return _pictographic(char) or _after_virama(cluster.rstrip(ZWJ), char)
    return _flag(cluster, char) or _after_virama(cluster, char) or _hangul(last, char)


def _pictographic(char: str) -> bool:
    return unicodedata.category(char) == "So"


def _flag(cluster: str, char: str) -> bool:
    return len(cluster) == 1 and _regional(cluster) and _regional(char)


def _regional(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _after_virama(cluster: str, char: str) -> bool:
    return bool(cluster) and unicodedata.combining(cluster[-1]) == _VIRAMA_CLASS and unicodedata.category(char) == "Lo"


def _hangul(last: str, char: str) -> bool:
    """Conjoining jamo: leading consonant, vowel, trailing consonant make one syllable."""
    before, after = ord(last), ord(char)
    leading = 0x1100 <= before <= 0x115F
    vowel = 0x1160 <= before <= 0x11A7 or (0xAC00 <= before <= 0xD7A3 and (before - 0xAC00) % 28 == 0)
    trailing = 0x11A8 <= before <= 0x11FF or 0xAC00 <= before <= 0xD7A3
    if leading:
        return 0x1100 <= after <= 0x11A7 or 0xAC00 <= after <= 0xD7A3
    return (vowel and 0x1160 <= after <= 0x11FF) or (trailing and 0x11A8 <= after <= 0x11FF)
