"""The rules of law of a home: the shipped ones, and over them its own in config/rules/."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefmill.settings import Settings, config_file, shipped_config

if TYPE_CHECKING:
    from briefmill.domain.brief import Brief
    from briefmill.domain.verdict import Finding
    from briefmill.rules.lawbook import Lawbook


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where rules are read, in order: what was shipped, then the home's own."""
    return tuple(dict.fromkeys((shipped_config() / "rules", settings.home / "config" / "rules")))


def book(settings: Settings) -> "Lawbook":
    """The rules of a home; read once, and again when a file has changed. Raises ConfigError."""
    places = folders(settings)
    files = (path for place in places if place.is_dir() for path in sorted(place.glob("*.y*ml")))
    return _book(places, tuple((str(path), path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _book(places: tuple[Path, ...], changed: tuple[tuple[str, int], ...]) -> "Lawbook":
    # A fifth of a second in pure Python, and every check asks for it.
    from briefmill.rules import lawfile

    del changed
    return lawfile.book(places)


def judge(settings: Settings) -> "Callable[[Brief, date], tuple[Finding, ...]]":
    """Asks what a brief's words are found guilty of on a day, by law and brand. Raises ConfigError at once."""
    from briefmill.rules import brandfile, claims, words

    law = book(settings)
    brands = config_file(settings.home, "brands")

    def judged(brief: "Brief", on: date) -> "tuple[Finding, ...]":
        brand_file = brandfile.for_brand(brands, brief.brand)
        return (*words.in_brief(brief, brand_file), *claims.check(brief, law, on, brand_file))

    return judged


def foreseen(settings: Settings, brief: "Brief", on: date, *, made: bool) -> list[dict[str, Any]]:
    """The small print and labels that would be set on a day, each once: rule, locale, product, text.

    `made` says that pictures are made by a model; whether people will show in them nobody knows yet.
    """
    from briefmill.rules import disclaimers, disclosure, market
    from briefmill.rules.disclosure import Facts

    law = book(settings)
    facts = Facts(pixels="made", faces=lambda: "unknown", realistic=disclosure.realistic(brief, law))
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for product in brief.products:
        trades = market.verticals(brief, product, law)
        for locale in brief.locales:
            copy = brief.copy_for(product, locale)
            for placement in brief.placements:
                where = market.of(brief, locale, on=on, verticals=trades, networks=(placement.network,))
                owed = tuple(disclosure.duties(law, where, facts)) if made else ()
                labels = disclosure.demanded(law, owed, where, copy, placement)
                for one in (*labels, *disclaimers.demanded(law, where, copy, placement)):
                    row = {"rule": one.rule, "product": product.id, "locale": locale, "text": one.text}
                    found[one.rule, product.id, locale, one.text] = {**row, "said": one.said, "law": one.law}
    return list(found.values())
