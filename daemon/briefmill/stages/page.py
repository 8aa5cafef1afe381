"""`index.html` of a delivered set: the creatives in their real proportions, and what the receipt says, to look at.

One file without scripts; it fetches nothing but the creatives beside it (relative links), and its content security
policy lets no browser do otherwise. All texts are the brief's and hostile: autoescaping is on, nothing is marked safe
but our own stylesheet.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from briefmill.domain.brief import Copy, Product
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import summary
from briefmill.stages import markdown
from briefmill.stages.receipt import ReceiptFacts

if TYPE_CHECKING:
    from jinja2 import Environment

AREA: Final = 52_000
"""Pixels that each creative gets on the page: equal areas let a skyscraper and a leaderboard weigh the same."""
HIGHEST: Final = 300
"""CSS pixels of the tallest creative, so that one skyscraper does not tear its row apart."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A creative on the page. `width` and `height` are CSS pixels; `worst` is the weight of its worst finding."""

    creative: Creative
    href: str
    width: int
    height: int
    findings: tuple[Finding, ...]
    worst: str


@dataclass(frozen=True, kw_only=True)
class Wall:
    """The creatives of one product in one locale. `direction` is `ltr` or `rtl`; `language` is its English name."""

    copy: Copy
    language: str
    direction: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, kw_only=True)
class Room:
    """One product with its source pictures (one, or one for each shape of placements) and its walls."""

    product: Product
    pictures: tuple[Picture, ...]
    walls: tuple[Wall, ...]


def render(facts: ReceiptFacts) -> str:
    """The page as HTML. A pure function of the facts."""
    environment = _environment()
    style = resources.files("briefmill.stages").joinpath("templates", "page.css").read_text("utf-8")
    return environment.get_template("index.html.j2").render(
        facts=facts,
        brief=facts.reading.brief,
        groups=summary.of(facts.findings),
        rooms=tuple(_rooms(facts)),
        verdict=verdict(facts),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def verdict(facts: ReceiptFacts) -> str:
    """What came out, in one sentence: how many creatives for whom, and what was noticed about them."""
    brief = facts.reading.brief
    made = (
        f"{summary.counted(len(facts.creatives), 'creative')} for "
        f"{summary.counted(len(brief.products), 'product')} in {summary.counted(len(brief.locales), 'locale')}"
    )
    groups = summary.of(facts.findings)
    told = [
        summary.counted(sum(group.worst.severity is severity for group in groups), one, many)
        for severity, one, many in (
            (Severity.ERROR, "error", ""),
            (Severity.WARNING, "warning", ""),
            (Severity.ADVICE, "piece of advice", "pieces of advice"),
        )
        if any(group.worst.severity is severity for group in groups)
    ]
    return f"{made}; {', '.join(told)}." if told else f"{made}; every rule is kept."


def _rooms(facts: ReceiptFacts) -> Iterator[Room]:
    brief = facts.reading.brief
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in facts.findings:
        found.setdefault((finding.product, finding.locale, finding.placement), []).append(finding)
    for product in brief.products:
        yield Room(
            product=product,
            pictures=tuple(picture for picture in facts.pictures if picture.product == product.id),
            walls=tuple(
                Wall(
                    copy=brief.copy_for(product, locale),
                    language=language(locale),
                    direction=direction(locale),
                    shots=tuple(
                        _shot(creative, tuple(found.get((product.id, locale, creative.placement), ())))
                        for creative in facts.creatives
                        if creative.product == product.id and creative.locale == locale
                    ),
                )
                for locale in brief.locales
            ),
        )


def _shot(creative: Creative, findings: tuple[Finding, ...]) -> Shot:
    # Never larger than it is: a 320 x 50 banner blown up would look worse than it does where it is shown.
    scale = min(1.0, (AREA / (creative.width * creative.height)) ** 0.5, HIGHEST / creative.height)
    order = list(Severity)
    worst = max((finding.severity for finding in findings), key=order.index, default=None)
    return Shot(
        creative=creative,
        href=quote(creative.path),
        width=max(1, round(creative.width * scale)),
        height=max(1, round(creative.height * scale)),
        findings=findings,
        worst=worst.value if worst else "",
    )


@cache
def language(locale: str) -> str:
    """The English name of a locale (`Arabic (Egypt)`), or the tag itself where CLDR has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-").get_display_name("en") or locale
    except (ValueError, UnknownLocaleError):
        return locale


@cache
def direction(locale: str) -> str:
    """`rtl` or `ltr`; for a locale that CLDR does not know, `auto`, which asks the text itself."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-").text_direction
    except (ValueError, UnknownLocaleError):
        return "auto"


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("briefmill.stages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Half surrogates of odd file names cannot be encoded, and control characters are no HTML.
        finalize=lambda value: markdown.clean(value) if type(value) is str else value,
    )
    environment.filters["dollars"] = lambda value: f"${value:,.2f}" if value >= 0.005 or value == 0 else f"${value:.4f}"
    environment.filters["size"] = lambda value: f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value / 1e3:.0f} kB"
    environment.filters["place"] = summary.place
    return environment
