"""Where a long word may be divided with a hyphen, so that it need not force a whole headline small.

The patterns are those of LibreOffice, by pyphen; this module knows the customs around them. A Dutch or Hungarian
headline divides its long compounds and nobody minds; an English or French one does so only when there is no other way.
Names stay whole: a word all in capitals, one with a capital inside (`MacBook`), or one with a digit. Thai and the Indic
scripts, for which patterns exist too, write no hyphen at a line's end. The caller (`imaging.breaks`) offers the points;
`imaging.typeset` takes them only where a word does not fit otherwise.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pyphen import Pyphen

_LEAST: Final = 3  # letters that stay on either side
_SHORTEST: Final = 8  # a shorter word is not worth a hyphen
_IN_HEADLINES: Final = frozenset({"da", "de", "et", "fi", "hu", "is", "nb", "nl", "nn", "no", "sv"})
_NO_HYPHEN_WRITTEN: Final = frozenset({"as", "kn", "mr", "or", "pa", "sa", "te", "th"})
_NOUNS_IN_CAPITALS: Final = frozenset({"de"})
_SAME_PATTERNS: Final = {"no": "nb", "bs": "hr"}
_WORD: Final = re.compile(r"[^\W_]+")


def customary(locale: str, *, heading: bool) -> bool:
    """True where readers of a locale take a hyphen for granted: small print nearly everywhere, headlines in some."""
    language = _language(locale)
    return language in _IN_HEADLINES if heading else bool(_name_of_patterns(language))


@lru_cache(maxsize=2048)
def points(text: str, locale: str, *, begins: bool = False) -> tuple[int, ...]:
    """The offsets in a word (with its punctuation) at which a hyphen may be set; none where it is better left whole.

    `begins` says that the word opens the text, where its capital does not make it a name.
    """
    language = _language(locale)
    patterns = _patterns_of(language)
    if patterns is None:
        return ()
    found: list[int] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) >= _SHORTEST and not _name(word, language, begins=begins and not found):
            # A point that changes letters (Hungarian `asszony`, `asz-szony`) would need other words than were given.
            offsets = (int(point) for point in patterns.positions(word) if getattr(point, "data", None) is None)
            found += (match.start() + at for at in offsets if _LEAST <= at <= len(word) - _LEAST)
    return tuple(found)


def _name(word: str, language: str, *, begins: bool) -> bool:
    if not word.isalpha() or word[1:] != word[1:].lower():
        return True
    return word[0].isupper() and not begins and language not in _NOUNS_IN_CAPITALS


def _language(locale: str) -> str:
    language = locale.replace("_", "-").partition("-")[0].casefold()
    return _SAME_PATTERNS.get(language, language)


def _name_of_patterns(language: str) -> str:
    import pyphen

    known = "" if language in _NO_HYPHEN_WRITTEN or not language else pyphen.language_fallback(language)
    return str(known or "")


@cache
def _patterns_of(language: str) -> "Pyphen | None":
    import pyphen

    name = _name_of_patterns(language)
    return pyphen.Pyphen(lang=name) if name else None
