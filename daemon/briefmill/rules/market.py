"""Where, in which trade and on which day the words of a locale are shown: what decides which rules of law apply.

A locale with a country of its own (`de-DE`) is shown there; countries of the campaign that no locale names get the
locales of their languages, and where there are none, all. Where nobody says where a campaign runs, the market is
unknown: then every rule is looked at, and weighs no more than a warning.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from briefmill.briefs import regions
from briefmill.domain.brief import Brief, Product
from briefmill.rules import tracing, wordmatch
from briefmill.rules.lawbook import Base, Lawbook

NO_TRADE: Final = frozenset({"none", "other", "general"})
"""What a brief writes as its vertical where none of the rules' trades is meant."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """`countries` are ISO codes, None where nobody says; `networks` are those of the placements."""

    on: date
    countries: frozenset[str] | None = None
    verticals: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()

    def meets(self, rule: Base) -> bool:
        """True where a rule is to be looked at."""
        if (rule.start and self.on < rule.start) or (rule.until and self.on >= rule.until):
            return False
        if rule.verticals and not self.verticals & set(rule.verticals):
            return False
        if rule.networks and not self.networks & {name.casefold() for name in rule.networks}:
            return False
        return not rule.regions or self.countries is None or bool(self.countries & covered(rule.regions))

    def sure(self, rule: Base) -> bool:
        """True where it is known, and not only possible, that the rule's place is meant."""
        return not rule.regions or self.countries is not None


def of(brief: Brief, locale: str, *, on: date, verticals: Iterable[str] = (), networks: Iterable[str] = ()) -> Market:
    """The market of a locale's words."""
    return Market(
        on=on,
        countries=countries(brief, locale),
        verticals=frozenset(verticals),
        networks=frozenset(name.casefold() for name in networks if name),
    )


def countries(brief: Brief, locale: str) -> frozenset[str] | None:
    """The countries in which a locale's words are shown, None where nobody says."""
    own = _territory(locale)
    campaign = covered(brief.regions)
    if not campaign:
        return frozenset({own}) if own else None
    claimed = {_territory(other) for other in brief.locales}
    spoken = {other.partition("-")[0] for other in brief.locales}
    language = locale.partition("-")[0]
    shown = {own} & campaign
    for country in campaign - claimed:
        tongues = spoken.intersection(regions.languages(country))
        if language in tongues or not tongues:
            shown.add(country)
    # A locale for a country where the campaign does not run is shown somewhere in the campaign all the same.
    return frozenset(shown) or campaign


@lru_cache(maxsize=256)
def covered(codes: tuple[str, ...]) -> frozenset[str]:
    """The countries of some codes and groups."""
    return frozenset().union(*(regions.countries(code) for code in codes))


def _territory(locale: str) -> str:
    last = locale.rpartition("-")[2]
    return last if "-" in locale and len(last) == 2 and last.isupper() else ""


def verticals(brief: Brief, product: Product | None, law: Lawbook) -> frozenset[str]:
    """The trades of a product, or of the whole campaign, by what the brief says of its vertical and category."""
    products = brief.products if product is None else (product,)
    return _trades((brief.vertical, *(one.category for one in products)), law)


def guessed(brief: Brief, law: Lawbook) -> Iterator[tuple[Product, str, str]]:
    """Products whose names speak of a trade that the brief does not name: product, trade, the word.

    Only of trades that have small print of their own, because that is what would be missing.
    """
    if tracing.folded(brief.vertical).text in NO_TRADE:
        return
    strict = {name for rule in law.disclaimers for name in rule.verticals}
    for product in brief.products:
        known = verticals(brief, product, law)
        spoken = wordmatch.Spoken(product.name)
        for name in sorted(strict & law.verticals.keys() - known):
            if word := _word(spoken, law.verticals[name]):
                yield product, name, word


def _trades(texts: Iterable[str], law: Lawbook) -> frozenset[str]:
    spoken = [wordmatch.Spoken(text) for text in texts if text.strip()]
    if any(tracing.folded(one.text).text in NO_TRADE for one in spoken[:1]):
        return frozenset()
    return frozenset(
        name
        for name, words in law.verticals.items()
        if any(one.text.casefold() == name or _word(one, words) for one in spoken)
    )


def _word(spoken: wordmatch.Spoken, words: Mapping[str, tuple[str, ...]]) -> str:
    for listed in words.values():
        for word in listed:
            term = wordmatch.inflected(word)
            if term is not None and (hit := spoken.first(term)):
                return hit.quote
    return ""
