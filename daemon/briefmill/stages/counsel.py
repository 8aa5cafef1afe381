"""What the law wants of one brief's creatives: found before the words are set, and kept for the receipt.

For every creative the duties are decided from the facts of its picture and its market; what has to be read on it is
added to the copy, so that the layout sets it like the brief's own small print. Whether people show is looked up only
where a duty hangs on it, in the same look that the other rules use. No rules, no day: nothing is added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from briefmill.domain import codec
from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding
from briefmill.ports import Store
from briefmill.provenance import reading
from briefmill.rules import claims, disclaimers, disclosure, market, smallprint
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.demand import Demand
from briefmill.rules.disclosure import Duty, Facts
from briefmill.rules.lawbook import Disclosure, Known, Lawbook, Real
from briefmill.stages.resize import Source
from briefmill.stages.sighting import Sightings


@dataclass(kw_only=True, eq=False)
class Counsel:
    """The law for one job; `on` is the day whose law counts, `sealed` says that files get a signed record."""

    brief: Brief
    law: Lawbook
    on: date | None
    brand_file: BrandFile | None
    sightings: Sightings
    store: Store
    sealed: bool
    _demands: dict[tuple[str, str, str], tuple[Demand, ...]] = field(default_factory=dict)
    _duties: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    _unmarked: dict[str, Finding] = field(default_factory=dict)
    _declared: dict[str, str] = field(default_factory=dict)

    def dressed(self, copy: Copy, product: Product, placement: Placement, picture: Picture, source: Source) -> Copy:
        """The copy with everything that has to be read on this creative."""
        if self.on is None or not (self.law.disclaimers or self.law.disclosures):
            return copy
        where = market.of(
            self.brief,
            copy.locale,
            on=self.on,
            verticals=market.verticals(self.brief, product, self.law),
            networks=(placement.network,),
        )
        facts = Facts(
            pixels=disclosure.pixels_of(picture, lambda: self._claimed(picture)),
            faces=lambda: self._faces(picture, source),
            realistic=self._realistic,
        )
        owed = tuple(disclosure.duties(self.law, where, facts))
        labels = disclosure.demanded(self.law, owed, where, copy, placement)
        wanted = (*labels, *disclaimers.demanded(self.law, where, copy, placement))
        self._demands[product.id, placement.id, copy.locale] = wanted
        self._note(product, copy, placement, labels, facts)
        self._marks(owed, where, product, copy, placement)
        return smallprint.dressed(copy, wanted, placement)

    def demands(self, product: Product, placement: Placement, locale: str) -> tuple[Demand, ...]:
        """What has to be read on a creative that was dressed."""
        return self._demands.get((product.id, placement.id, locale), ())

    def findings(self) -> tuple[Finding, ...]:
        """What concerns the whole set: claims in its words, and marks that nobody leaves in its files."""
        if self.on is None:
            return ()
        return (*claims.check(self.brief, self.law, self.on, self.brand_file), *self._unmarked.values())

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What had to be disclosed, and how it was met, each once with the placements it concerns."""
        names = ("rule", "law", "product", "locale", "how", "text", "faces")
        return tuple(
            Duty(**dict(zip(names, key, strict=True)), placements=tuple(placements))
            for key, placements in self._duties.items()
        )

    def _note(self, product: Product, copy: Copy, placement: Placement, labels: Sequence[Demand], facts: Facts) -> None:
        rules = {rule.id: rule for rule in self.law.disclosures}
        for one in labels:
            how = "said" if one.said else ("label" if one.text else "open")
            # A duty that holds whoever is shown did not look for people.
            seen = facts.faces() if len(rules[one.rule].when.faces) < len(disclosure.FACES) else ""
            key = (one.rule, one.law, product.id, copy.locale, how, "" if one.said else one.text, seen)
            self._duties.setdefault(key, []).append(placement.id)

    def _marks(
        self, owed: Sequence[Disclosure], where: market.Market, product: Product, copy: Copy, placement: Placement
    ) -> None:
        for rule in owed:
            if rule.needs != "mark":
                continue
            how, text = (
                ("mark", "signed record of origin and IPTC digital source type") if self.sealed else ("open", "")
            )
            key = (rule.id, rule.reference, product.id, copy.locale, how, text, "")
            self._duties.setdefault(key, []).append(placement.id)
            if not self.sealed:
                self._unmarked[rule.id] = Finding(
                    rule=f"{claims.PREFIX}{rule.id}",
                    severity=claims.weight(rule, where),
                    message=f"{rule.title}: these files carry no signed record ({rule.law}).",
                    fix=rule.fix,
                )

    @cached_property
    def _realistic(self) -> Real:
        return disclosure.realistic(self.brief, self.law)

    def _faces(self, picture: Picture, source: Source) -> Known:
        if picture.origin is Origin.PROCEDURAL:
            return "none"
        seen = self.sightings.of(picture, source).faces
        if seen.boxes:
            return "found"
        return "unknown" if seen.unknown else "none"

    def _claimed(self, picture: Picture) -> str:
        """The source type that a supplied file claims of itself; read once a file."""
        key = picture.ref.sha256
        if key not in self._declared:
            self._declared[key] = reading.declared(self.store.get(picture.ref))[0]
        return self._declared[key]


def recorded(on: date | None, duties: Sequence[Duty]) -> Mapping[str, Any]:
    """The law of a set as it stands in the receipt."""
    return {"on": on.isoformat() if on else None, "duties": [codec.plain(duty) for duty in duties]}
