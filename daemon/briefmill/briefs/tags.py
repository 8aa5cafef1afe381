"""Names for languages and countries, in most of the world's languages, to the codes of CLDR.

Tags are normalised to BCP-47 case (`pt_br` is `pt-BR`); a language is understood by code or by name. Babel holds the
names; it is imported on first use.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel import Locale

_NAMING: Final = "en de fr es it pt nl ja zh ko ar ru pl tr sv da nb fi cs hi th vi id el he hu ro uk"
"""The languages in which names of languages and countries are understood."""

_OTHER_NAMES: Final = {
    "mandarin": "zh",
    "cantonese": "yue",
    "castilian": "es",
    "farsi": "fa",
    "tagalog": "fil",
    "flemish": "nl-BE",
    "hebrew": "he",
    "latin american spanish": "es-419",
    "latam spanish": "es-419",
    "chinese simplified": "zh-Hans",
    "chinese traditional": "zh-Hant",
    "uk english": "en-GB",
    "us english": "en-US",
}
_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})
_OLD_CODES: Final = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "tl": "fil"}
_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}|LATAM))?(?:\.[\w-]+)?")


def tag(text: str) -> str:
    """The BCP-47 tag that a code or a language's name means, or an empty string."""
    return _code(text.strip()) or _named(text)


def _code(text: str) -> str:
    match = _TAG.fullmatch(text)
    if not match:
        return ""
    language, script, region = match.groups()
    language = _OLD_CODES.get(language.lower(), language.lower())
    if language not in _codes("languages"):
        return ""
    parts = [language]
    if script:
        if script.title() not in _codes("scripts"):
            return ""
        parts.append(script.title())
    if region:
        region = {"UK": "GB", "EL": "GR"}.get(region.upper(), region.upper())
        if language == "es" and region in {"LA", "LATAM"}:
            region = "419"
        if region not in _codes("territories"):
            return ""
        parts.append(region)
    return "-".join(parts)


@cache
def _codes(kind: str) -> frozenset[str]:
    """The codes of one kind that CLDR has a name for: languages, scripts, territories."""
    return frozenset(map(str, getattr(_english(), kind)))


@cache
def _english() -> "Locale":
    from babel import Locale

    return Locale("en")


def _named(text: str) -> str:
    key = plain(text)
    if not key or len(key) > 60:
        return ""
    direct = _OTHER_NAMES.get(key) or _language_names().get(key, "")
    if direct:
        return direct
    # "Portuguese (Brazil)", "Spanish - Mexico": the country's code is looked for by the caller's own means.
    match = re.fullmatch(r"\s*([^()\-–,/]+?)\s*[(\-–,/]\s*([^()]+?)\s*\)?\s*", text)
    if not match:
        return ""
    language = _OTHER_NAMES.get(plain(match.group(1))) or _language_names().get(plain(match.group(1)), "")
    country = country_names().get(plain(match.group(2)), "") or match.group(2).strip().upper()
    return _code(f"{language}-{country}") if language and re.fullmatch("[A-Z]{2}", country) else ""


@cache
def _language_names() -> dict[str, str]:
    from babel import Locale

    names: dict[str, str] = {}
    for naming in _NAMING.split():
        for code, name in Locale(naming).languages.items():
            names.setdefault(plain(name), code.replace("_", "-"))
    return names


@cache
def countries() -> frozenset[str]:
    """The alpha-2 codes of all countries and territories that CLDR knows."""
    return frozenset(code for code in _codes("territories") if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def country(code: str) -> str:
    """The English name of a country."""
    return str(_english().territories.get(code, code))


@cache
def country_names() -> dict[str, str]:
    """Alpha-2 codes by the plain name of the country in each of the naming languages."""
    from babel import Locale

    names: dict[str, str] = {}
    for naming in _NAMING.split():
        for code, name in Locale(naming).territories.items():
            if code in countries():
                names.setdefault(plain(name), code)
                names.setdefault(plain(name.replace("&", " and ")), code)
                names.setdefault(plain(re.sub(r"\(.*?\)", "", name)), code)
    return {name: code for name, code in names.items() if name}


def plain(name: str) -> str:
    """A name without case, accents and punctuation: `Côte d'Ivoire` is `cote d ivoire`."""
    decomposed = unicodedata.normalize("NFKD", name.replace(".", "")).casefold()
    kept = "".join(letter if letter.isalnum() else " " for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(kept.split())


def language(locale: str) -> str:
    """The language of a tag: `pt` of `pt-BR`."""
    return locale.partition("-")[0]


def nearest(words: str) -> str:
    """The English name of the language that a misspelt one probably means, or an empty string."""
    from rapidfuzz import process

    match = process.extractOne(words.title(), list(_english().languages.values()), score_cutoff=75)
    return str(match[0]) if match else ""
