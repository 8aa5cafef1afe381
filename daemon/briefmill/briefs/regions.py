"""Where a campaign runs: any wording of countries and groups of countries, to codes.

Countries become ISO 3166-1 alpha-2 codes, groups the names of `briefs.territories` (`EMEA`, `EUROPE`, `DACH`), and a
region written as a locale (`es-MX`) gives both the country and that locale. What is not a place is reported, never
guessed at.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from briefmill.briefs import tags
from briefmill.briefs.territories import COUNTRY_NAMES, GROUP_NAMES, MEMBERS

_LEVELS: Final = (
    re.compile(r"[,;/|\n()]|\s&\s|\s\+\s"),
    re.compile(r"\s[-–—:]+\s|:\s"),
    re.compile(r"\s(?:and|und|et|y|e|en|og|och|plus|und|&|or|including|incl)\s", re.IGNORECASE),
)
_LOCALE: Final = re.compile(r"[a-z]{2,3}[-_](?:[A-Za-z]{4}[-_])?[A-Za-z]{2}")
_LONGEST_NAME: Final = 6


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places in a text: codes, the locales it named as such, and the parts that are no known place."""

    codes: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def resolve(text: str) -> Places:
    """The places that a text names, in its order. `Global` steps back where the same text names narrower places."""
    codes: dict[str, None] = {}
    locales: dict[str, None] = {}
    unknown: list[str] = []
    _collect(text[:500], 0, codes, locales, unknown)
    if len(codes) > 1:
        codes.pop("GLOBAL", None)
    return Places(codes=tuple(codes), locales=tuple(locales), unknown=tuple(unknown))


def _collect(text: str, level: int, codes: dict[str, None], locales: dict[str, None], unknown: list[str]) -> None:
    part = re.sub(r"-wide\b", "", text, flags=re.IGNORECASE).strip(" .\t")
    if not part:
        return
    if code := code_of(part):
        codes.setdefault(code)
        return
    if _LOCALE.fullmatch(part) and (tag := tags.tag(part)):
        locales.setdefault(tag)
        codes.setdefault(tag.rpartition("-")[2])
        return
    for deeper in range(level, len(_LEVELS)):
        parts = _LEVELS[deeper].split(part)
        if len(parts) > 1:
            for piece in parts:
                _collect(piece, deeper, codes, locales, unknown)
            return
    if len(part) > 3 and (tag := tags.tag(part)):
        locales.setdefault(tag)
        return
    found = _within(part)
    for code in found:
        codes.setdefault(code)
    if not found:
        unknown.append(part)


def _within(phrase: str) -> list[str]:
    """Places inside a phrase (`primarily EU markets`), longest names first. Short codes count only in capitals."""
    words = re.findall(r"[\w.'’-]+", phrase)
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            name = " ".join(words[at : at + length])
            if len(name) <= 3 and not name.isupper():
                continue
            code = code_of(name)
            if code and code != "GLOBAL":
                found.append(code)
                at += length - 1
                break
        at += 1
    return found


def code_of(name: str) -> str:
    """The code of one place, by code, English or other name; an empty string where it is none."""
    key = tags.plain(name.replace("&", " and ").replace("_", " "))
    return _own_names().get(key) or _by_code(name.strip()) or (tags.country_names().get(key, "") if key else "")


@cache
def _own_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for table in (GROUP_NAMES, COUNTRY_NAMES):
        for code, spoken in table.items():
            names.setdefault(tags.plain(code.replace("_", " ")), code)
            names.update({tags.plain(name): code for name in spoken.split(", ")})
    return names


def _by_code(text: str) -> str:
    from babel.core import get_global

    code = text.upper().replace(".", "")
    if re.fullmatch("[A-Z]{2}", code) and code in tags.countries():
        return code
    if re.fullmatch("[A-Z]{3}", code):
        now = get_global("territory_aliases").get(code, [])
        return str(now[0]) if len(now) == 1 and now[0] in tags.countries() else ""
    return ""


def nearest(word: str) -> str:
    """The group or country (in English) that a misspelt one probably means, or an empty string."""
    from rapidfuzz import process

    groups = (spoken.split(", ")[0] for spoken in GROUP_NAMES.values())
    names = (*groups, *(tags.country(code) for code in sorted(tags.countries())))
    match = process.extractOne(word, names, score_cutoff=75)
    return match[0] if match else ""


def countries(code: str) -> frozenset[str]:
    """The alpha-2 codes of the countries in a code of `Brief.regions`: its members, or the country itself."""
    if code not in MEMBERS:
        return frozenset({code})
    return frozenset().union(*(countries(member) for member in MEMBERS[code].split()))


def languages(code: str) -> tuple[str, ...]:
    """The languages to expect in a country (official ones, biggest first), or in each country of a group."""
    from babel.core import get_global
    from babel.languages import get_official_languages

    if code in MEMBERS:
        spoken = [language for member in sorted(countries(code)) for language in languages(member)[:1]]
        return tuple(dict.fromkeys(spoken))
    main = str(get_global("likely_subtags").get(f"und_{code}", "")).partition("_")[0]
    official = get_official_languages(code) or get_official_languages(code, de_facto=True)
    told = (main, *(str(language).partition("_")[0] for language in official))
    return tuple(dict.fromkeys(language for language in told if language))


def spoken_in(tongue: str, codes: tuple[str, ...]) -> str:
    """A language's tag with the country where it is spoken (`es-MX`), if that is one country of these codes alone."""
    code = codes[0] if len(codes) == 1 else ""
    fits = code and "-" not in tongue and code not in MEMBERS and tongue in languages(code)
    return f"{tongue}-{code}" if fits else tongue


def locale_of(code: str) -> str:
    """The main locale of a country (`ja-JP` of `JP`), or an empty string for a group."""
    spoken = () if code in MEMBERS else languages(code)
    return f"{spoken[0]}-{code}" if spoken else ""
