"""`index.html` of a delivered set: the creatives in their real proportions, and what the receipt says, to look at.

One file without scripts; it fetches nothing but the creatives beside it (relative links), and its content security
policy lets no browser do otherwise. Filters by product, locale and placement are radio buttons and rules of the style
sheet. All texts are the brief's and hostile: autoescaping is on, nothing is marked safe but our own stylesheet.
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
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box, Finding
from briefmill.imaging import sheet_rows
from briefmill.rules import summary
from briefmill.stages import markdown, tally
from briefmill.stages.receipt import ReceiptFacts

if TYPE_CHECKING:
    from jinja2 import Environment

SCALE: Final = 0.2
"""The share of its size at which a creative is shown; small ones are shown larger, up to their own size."""
HIGHEST: Final = 400
WIDEST: Final = 560
"""CSS pixels of the largest creative, so that no poster tears its line apart."""
MOST_CHOICES: Final = 60
"""A filter with more choices than this would be longer than what it filters."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A finding with the number of its group, which is that of the contact sheet's legend too."""

    number: int
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A choice of what is shown: its name, the letter of its classes, and the words of its choices."""

    name: str
    letter: str
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A creative on the page. `width` and `height` are CSS pixels; `worst` is the weight of its worst finding.

    `at` is the index of its placement in the brief; `zone` the part that the placement's interface leaves free, in
    pixels of the creative, None where that is all of it.
    """

    creative: Creative
    at: int
    href: str
    width: int
    height: int
    findings: tuple[Told, ...]
    worst: str
    zone: Box | None = None


@dataclass(frozen=True, kw_only=True)
class Wall:
    """The creatives of one product in one locale, the brief's locale number `at`.

    `direction` is `ltr` or `rtl`; `language` is its English name.
    """

    at: int
    copy: Copy
    language: str
    direction: str
    shots: tuple[Shot, ...]

    @property
    def made_by(self) -> str:
        """Which of the words a machine wrote, which one, and whether anybody has looked; for words of a machine."""
        called = {"message": "message", "cta": "call to action", "disclaimer": "small print"}
        parts = " and ".join(called[part] for part in called if part in self.copy.written_parts)
        looked = "approved" if self.copy.approved else "not approved by anybody"
        return f"Machine-made {parts} ({self.copy.written_by}), {looked}."


@dataclass(frozen=True, kw_only=True)
class Room:
    """One product with its source pictures (one, or one for each shape of placements) and its walls."""

    product: Product
    pictures: tuple[Picture, ...]
    walls: tuple[Wall, ...]


def render(facts: ReceiptFacts) -> str:
    """The page as HTML. A pure function of the facts."""
    environment = _environment()
    filters = _filters(facts)
    style = resources.files("briefmill.stages").joinpath("templates", "page.css").read_text("utf-8") + _rules(filters)
    return environment.get_template("index.html.j2").render(
        facts=facts,
        brief=facts.reading.brief,
        groups=summary.of(facts.findings),
        filters=filters,
        rooms=tuple(_rooms(facts)),
        verdict=verdict(facts),
        zones=any(_zone(placement) for placement in facts.reading.brief.placements)
        or any(finding.box for finding in facts.findings),
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def verdict(facts: ReceiptFacts) -> str:
    """What came out, in one sentence: how many creatives for whom, and what was noticed about them."""
    brief = facts.reading.brief
    return tally.sentence(len(facts.creatives), len(brief.products), len(brief.locales), facts.findings)


def _filters(facts: ReceiptFacts) -> tuple[Filter, ...]:
    brief = facts.reading.brief
    every = (
        Filter(name="Product", letter="p", choices=tuple(product.name for product in brief.products)),
        Filter(name="Locale", letter="l", choices=brief.locales),
        Filter(name="Placement", letter="m", choices=tuple(placement.id for placement in brief.placements)),
    )
    return tuple(one for one in every if 1 < len(one.choices) <= MOST_CHOICES)


def _rules(filters: tuple[Filter, ...]) -> str:
    """What each choice hides, as style sheet rules: names of classes are letters and numbers, never words."""
    return "".join(
        f"body:has(#{one.letter}{at}:checked) .{one.letter}:not(.{one.letter}{at}){{display:none}}\n"
        for one in filters
        for at in range(1, len(one.choices) + 1)
    )


def _rooms(facts: ReceiptFacts) -> Iterator[Room]:
    brief = facts.reading.brief
    found: dict[tuple[str, str, str], list[Told]] = {}
    numbers = {
        finding: number for number, group in enumerate(summary.of(facts.findings), 1) for finding in group.findings
    }
    for finding in facts.findings:
        told = Told(number=numbers[finding], finding=finding)
        found.setdefault((finding.product, finding.locale, finding.placement), []).append(told)
    made: dict[tuple[str, str], list[Creative]] = {}
    for creative in facts.creatives:
        made.setdefault((creative.product, creative.locale), []).append(creative)
    places = {placement.id: (at, _zone(placement)) for at, placement in enumerate(brief.placements, 1)}
    for product in brief.products:
        yield Room(
            product=product,
            pictures=tuple(picture for picture in facts.pictures if picture.product == product.id),
            walls=tuple(
                Wall(
                    at=at,
                    copy=brief.copy_for(product, locale),
                    language=language(locale),
                    direction=direction(locale),
                    shots=_tall_first(
                        _shot(
                            creative,
                            tuple(found.get((product.id, locale, creative.placement), ())),
                            *places.get(creative.placement, (0, None)),
                        )
                        for creative in made.get((product.id, locale), ())
                    ),
                )
                for at, locale in enumerate(brief.locales, 1)
            ),
        )


def _tall_first(shots: Iterator[Shot]) -> tuple[Shot, ...]:
    """In the order of the contact sheet, so that lines hang together."""
    return tuple(sorted(shots, key=lambda shot: -shot.height))


def _shot(creative: Creative, findings: tuple[Told, ...], at: int, zone: Box | None) -> Shot:
    most = min(SCALE, HIGHEST / creative.height, WIDEST / creative.width)
    width, height = sheet_rows.shown((creative.width, creative.height), most)
    worst = tally.worst(told.finding for told in findings)
    return Shot(
        creative=creative,
        at=at,
        href=quote(creative.path),
        width=width,
        height=height,
        findings=findings,
        worst=worst.value if worst else "",
        zone=zone,
    )


def _zone(placement: Placement) -> Box | None:
    margins = placement.safe_zone
    width = placement.width - margins.left - margins.right
    height = placement.height - margins.top - margins.bottom
    if (width, height) == (placement.width, placement.height) or min(width, height) <= 0:
        return None
    return Box(x=margins.left, y=margins.top, width=width, height=height)


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
    environment.filters["number"] = lambda value: f"{value:,.2f}".rstrip("0").rstrip(".")
    return environment
