"""Builders for tests of law: briefs of one product, the shipped rules, and small books of a test's own."""

from datetime import date
from functools import cache

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.placement import Placement
from briefmill.rules import claims, lawfile
from briefmill.rules.lawbook import Claim, Lawbook
from briefmill.settings import shipped_config

DAY = date(2026, 11, 23)
SQUARE = Placement(id="1x1", width=1080, height=1080)
COMMON = {
    "title": "A rule for a test",
    "why": "somebody could be misled.",
    "fix": "Take it out.",
    "severity": "error",
    "law": "The law of the test",
    "source": "https://example.org/law",
    "read": "law",
    "reviewed": "2026-11-01",
    "review_by": "2027-11-01",
    "status": "reviewed",
}


@cache
def shipped() -> Lawbook:
    return lawfile.book([shipped_config() / "rules"])


def claim(**changes):
    return Claim.model_validate({"id": "a-claim", "kind": "claim", **COMMON, **changes})


def book(*rules, **changes):
    files = {rule.id: "a file" for rule in rules}
    return Lawbook(rules=rules, files=files, labels=shipped().labels, verticals=shipped().verticals, **changes)


def brief(message="Begin gently", locale="en-US", **changes):
    product = {key: changes.pop(key) for key in ("name", "category") if key in changes}
    words = {key: changes.pop(key) for key in ("cta", "disclaimer", "written_for") if key in changes}
    return Brief(
        **{
            "campaign": "calm",
            "title": "Calm",
            "products": (Product(**{"id": "cup", "name": "Stoneware cup", **product}),),
            "locales": (locale,),
            "copies": {locale: Copy(locale=locale, message=message, **words)},
            "placements": (SQUARE,),
            **changes,
        }
    )


def found(message, locale="en-US", *, on=DAY, law=None, brand_file=None, **changes):
    """The findings by rule, without the prefix."""
    made = claims.check(brief(message, locale, **changes), law or shipped(), on, brand_file)
    return {finding.rule.removeprefix("law."): finding for finding in made}
