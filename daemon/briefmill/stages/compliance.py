"""Stage 4: every creative against the rules, with the brand's own file where there is one.

What has to be searched for on source pictures is looked at by `sighting`, once each; here a creative's rules are given
all that is known of it, and the rules for the whole set what was gathered on the way.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from briefmill.domain.artefact import Snapshot
from briefmill.domain.brief import Asset, Brief, Copy, Product
from briefmill.domain.creative import Composition, Creative, Picture
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box, Finding
from briefmill.imaging import compose, fontlicence, stamp
from briefmill.ports import Store
from briefmill.rules import book, brandfile
from briefmill.rules.evidence import Evidence
from briefmill.rules.sight import Drawn
from briefmill.rules.subject import Subject, Thresholds
from briefmill.rules.typeface import Face
from briefmill.stages import sighting
from briefmill.stages.counsel import Counsel
from briefmill.stages.overlay import Printed
from briefmill.stages.sighting import Seen, Sightings
from briefmill.stages.task import Making


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """The rules as they stand for one brief, and what has been seen on its pictures."""

    brief: Brief
    thresholds: Thresholds
    brand_file: brandfile.BrandFile | None
    kit: compose.BrandKit
    sightings: Sightings
    store: Store
    counsel: Counsel

    @classmethod
    def of(cls, brief: Brief, making: Making, kit: compose.BrandKit, on: date | None = None) -> "Inspector":
        """The inspector for a brief under the law of a day; raises ConfigError when the brand's file is wrong."""
        brand_file = brandfile.for_brand(making.brands, brief.brand)
        sightings = Sightings(looking=making.looking, logo=kit.logo)
        return cls(
            brief=brief,
            thresholds=making.thresholds,
            brand_file=brand_file,
            kit=kit,
            sightings=sightings,
            store=making.store,
            counsel=Counsel(
                brief=brief,
                law=making.law,
                on=on,
                brand_file=brand_file,
                sightings=sightings,
                store=making.store,
                sealed=making.sealing is not None,
            ),
        )

    @property
    def _limits(self) -> Thresholds:
        return self.thresholds if self.brand_file is None else self.brand_file.tighten(self.thresholds)

    @property
    def logo_corners(self) -> tuple[str, ...]:
        """The corners that the logo may stand in, empty for all."""
        return self._limits.logo_corners

    def check(
        self,
        creative: Creative,
        printed: Printed,
        placement: Placement,
        copy: Copy,
        product: Product,
        seen: Seen | None = None,
    ) -> tuple[Finding, ...]:
        """Findings of one creative; `seen` is what was seen on its source."""
        composition = printed.composition
        area = composition.picture or Box(x=0, y=0, width=placement.width, height=placement.height)
        subject = Subject(
            creative=creative,
            composition=composition,
            placement=placement,
            copy=copy,
            product=product,
            brand=self.brief.brand,
            pixels=printed.pixels,
            byte_size=len(printed.encoded.data),
            fits_cap=printed.encoded.fits,
            logo_supplied=self.kit.logo is not None,
            sharpness=printed.framed.sharpness,
            sight=None if seen is None else sighting.onto(seen, printed.framed, area),
            drawn=self._drawn(composition),
            demands=self.counsel.demands(product, placement, copy.locale),
        )
        return tuple(book.check(subject, self.thresholds, self.brand_file))

    def _drawn(self, composition: Composition) -> Drawn | None:
        """The logo as it should be, at the size it was laid in."""
        box, marks = composition.logo, self.kit.marks
        if box is None or marks is None:
            return None
        picture = dict(marks.all()).get(composition.logo_variant, marks.plain)
        return Drawn(picture=picture, stamp=stamp.of(picture, box.width, box.height, self.kit.library))

    def check_set(self, snapshot: Snapshot, pictures: Sequence[Picture]) -> Iterable[Finding]:
        """Findings that concern the whole set once; `snapshot` are the files of the brief."""
        found = book.check_set(
            self.brief,
            self.brand_file,
            logo_supplied=self.kit.logo is not None,
            evidence=self._evidence(snapshot, pictures),
            thresholds=self._limits,
        )
        return (*found, *self.counsel.findings())

    def _evidence(self, snapshot: Snapshot, pictures: Sequence[Picture]) -> Evidence:
        brand = self.brief.brand
        logos = _brought((brand.logo, brand.logo_on_dark, brand.logo_on_light), snapshot)
        fonts = dict(_brought(brand.fonts, snapshot))
        own = (*fonts, *(["".join(brand.font_family.split())] if brand.font_family else []))
        return Evidence(
            prints=self.sightings.prints(pictures, self.store),
            logos=dict(logos),
            fonts=tuple(
                Face(path=path, licence=fontlicence.bits(self.store.get(snapshot.files[path]))) for path in fonts
            ),
            families={locale: self._families(locale) for locale in self.brief.locales} if own else {},
            own=own,
            unseen=self.sightings.unseen(pictures),
        )

    def _families(self, locale: str) -> tuple[str, ...]:
        """The fonts that draw a locale's words, in all products."""
        copies = (self.brief.copy_for(product, locale) for product in self.brief.products)
        words = " ".join(f"{copy.message} {copy.cta} {copy.disclaimer}" for copy in copies)
        return self.kit.library.families(words, locale)


def _brought(assets: Iterable[Asset | None], snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of those assets that came with the brief."""
    for asset in assets:
        if asset is not None and asset.path in snapshot.files:
            yield asset.path, snapshot.files[asset.path].sha256
