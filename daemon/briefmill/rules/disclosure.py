"""What must be told about pixels that a machine made: duties out of facts, and the label that meets them.

The facts are where the pixels come from, whether people show, whether it could be taken for a photo, where and when it
is shown. Unknown is a fact of its own and never "none". Several duties are met by one label where it says enough: that
a person was made by a machine tells as well that the picture was.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from briefmill.domain.brief import Brief, Copy
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Placement
from briefmill.rules import claims, lawbook, smallprint, wordmatch
from briefmill.rules.demand import Demand
from briefmill.rules.lawbook import Disclosure, Known, Lawbook, Pixels, Real
from briefmill.rules.market import Market

SHORT_SIDE: Final = 120
"""Canvases whose shorter side has fewer pixels get the short form of a label."""

FACES: Final = ("found", "none", "unknown")
"""What can be known of faces; a duty that lists all of them asks for none."""

SYNTHETIC: Final = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"})
"""Digital source types of IPTC by which a supplied file says that a machine made it."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a picture. `faces` is asked only where a duty hangs on it, because looking is dear."""

    pixels: Pixels
    faces: Callable[[], Known]
    realistic: Real = "unknown"


@dataclass(frozen=True, kw_only=True)
class Duty:
    """A duty that applied to creatives, and how it was met: for the receipt.

    `how` is `label` (set on the picture), `said` (in the brief's own words), `mark` (a record in the file), or `open`
    (nothing could meet it, which a finding tells). `placements` are ids.
    """

    rule: str
    law: str
    product: str
    locale: str
    how: str
    text: str = ""
    faces: str = ""
    placements: tuple[str, ...] = ()


def pixels_of(picture: Picture, declared: Callable[[], str]) -> Pixels:
    """Where a picture's pixels come from; `declared` gives the source type that a supplied file claims of itself."""
    if picture.origin is Origin.PROCEDURAL:
        return "drawn"
    if picture.origin is Origin.GENERATED:
        if picture.cutout is not None:
            return "scene"
        return "edited" if picture.references else "made"
    return "declared" if declared().rpartition("/")[2] in SYNTHETIC else "supplied"


def realistic(brief: Brief, law: Lawbook) -> Real:
    """`no` where the brief asks for a style that nobody takes for a photo, else unknown."""
    spoken = wordmatch.Spoken("\n".join((brief.direction.style, *brief.direction.notes)))
    for words in law.unrealistic.values():
        for word in words:
            term = wordmatch.inflected(word)
            if term is not None and spoken.first(term) is not None:
                return "no"
    return "unknown"


def duties(law: Lawbook, where: Market, facts: Facts) -> Iterator[Disclosure]:
    """The disclosures that a picture needs where it is shown."""
    for rule in law.disclosures:
        when = rule.when
        if facts.pixels not in when.pixels or facts.realistic not in when.realistic or not where.meets(rule):
            continue
        if len(when.faces) == len(FACES) or facts.faces() in when.faces:
            yield rule


def demanded(
    law: Lawbook, owed: Sequence[Disclosure], where: Market, copy: Copy, placement: Placement
) -> tuple[Demand, ...]:
    """The labels for these duties, as few as say enough; unlike a disclaimer they are set where the market is unknown.

    A label without words in the language of the locale is set in English: better than none.
    """
    labelled = [rule for rule in owed if rule.needs == "label"]
    names = {rule.label for rule in labelled}
    covered = {name for label in names for name in law.labels[label].covers if name != label}
    found: list[Demand] = []
    for rule in labelled:
        name = next(
            (one for one in sorted(names - covered) if rule.label in (one, *law.labels[one].covers)), rule.label
        )
        label = law.labels[name]
        short = min(placement.width, placement.height) < SHORT_SIDE
        texts = {**label.texts, **label.short} if short else label.texts
        text = lawbook.text_for(texts, copy.locale) or texts.get("en", "")
        # What another label covers may be said in either's words.
        known = (label, law.labels[rule.label])
        said = text in copy.disclaimer or any(smallprint.says_any(copy, one.said_by, copy.locale) for one in known)
        found.append(
            Demand(
                rule=rule.id,
                title=rule.title,
                law=rule.reference,
                severity=claims.weight(rule, where),
                text=text,
                fix=rule.fix,
                regions=rule.regions,
                said=said,
                min_px=smallprint.least_px(rule, placement),
                contrast=rule.contrast,
            )
        )
    return tuple(found)
