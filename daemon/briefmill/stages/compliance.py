"""Stage 4: every creative against the rules, with the brand's own file where there is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.creative import Creative
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding
from briefmill.rules import book, brandfile
from briefmill.rules.subject import Subject, Thresholds
from briefmill.stages.overlay import Printed


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """The rules as they stand for one brief."""

    brief: Brief
    thresholds: Thresholds
    brand_file: brandfile.BrandFile | None
    logo_supplied: bool

    @classmethod
    def of(cls, brief: Brief, brands: Path, thresholds: Thresholds, *, logo_supplied: bool) -> "Inspector":
        """The inspector for a brief; raises ConfigError when the brand's file is wrong."""
        found = brandfile.for_brand(brands, brief.brand)
        return cls(brief=brief, thresholds=thresholds, brand_file=found, logo_supplied=logo_supplied)

    @property
    def logo_corners(self) -> tuple[str, ...]:
        """The corners that the logo may stand in, empty for all."""
        limits = self.thresholds if self.brand_file is None else self.brand_file.tighten(self.thresholds)
        return limits.logo_corners

    def check(
        self, creative: Creative, printed: Printed, placement: Placement, copy: Copy, product: Product
    ) -> tuple[Finding, ...]:
        """Findings of one creative."""
        subject = Subject(
            creative=creative,
            composition=printed.composition,
            placement=placement,
            copy=copy,
            product=product,
            brand=self.brief.brand,
            pixels=printed.pixels,
            byte_size=len(printed.encoded.data),
            fits_cap=printed.encoded.fits,
            logo_supplied=self.logo_supplied,
            sharpness=printed.framed.sharpness,
        )
        return tuple(book.check(subject, self.thresholds, self.brand_file))

    def check_set(self) -> Iterable[Finding]:
        """Findings that concern the whole set once."""
        return book.check_set(self.brief, self.brand_file, logo_supplied=self.logo_supplied)
