"""What a rule looks at: one finished creative with everything that was known when it was drawn.

We drew text and logo ourselves, so where they are is exact and needs no vision; pixels are looked at only for what
geometry cannot tell (colours, sharpness). Rules read a Subject and never change it.
"""

from dataclasses import dataclass

from briefmill.domain.brief import Brand, Copy, Product
from briefmill.domain.creative import Composition, Creative, TextRole
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Box, Finding, Severity
from briefmill.imaging.colour import Pixels
from briefmill.rules.demand import Demand
from briefmill.rules.sight import Drawn, Sight
from briefmill.rules.thresholds import Thresholds

__all__ = ["Measure", "Subject", "Thresholds", "spoken"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measured value against its threshold, both in `unit`."""

    value: float
    threshold: float
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One creative under inspection. `pixels` are BGR as drawn, before encoding.

    `byte_size` is the encoded file's; `fits_cap` is False when the encoder could not go below the placement's cap.
    `logo_supplied` is True when a usable logo came with the brief. `sharpness` is that of the picture without our words
    (`rules.sharpness`), where it was measured once for all locales. `sight` is what was seen on the source picture,
    None where nobody looked; `drawn` the logo as it should be, None where none was laid. `demands` are the words that
    the law wants on it.
    """

    creative: Creative
    composition: Composition
    placement: Placement
    copy: Copy
    product: Product
    brand: Brand
    pixels: Pixels
    byte_size: int
    fits_cap: bool
    logo_supplied: bool
    sharpness: float | None = None
    sight: Sight | None = None
    drawn: Drawn | None = None
    demands: tuple[Demand, ...] = ()

    def found(
        self,
        rule: str,
        severity: Severity,
        message: str,
        fix: str = "",
        *,
        measure: Measure | None = None,
        box: Box | None = None,
    ) -> Finding:
        """A finding of `rule` about this creative."""
        return Finding(
            rule=rule,
            severity=severity,
            message=message,
            fix=fix,
            product=self.product.id,
            locale=self.copy.locale,
            placement=self.placement.id,
            value=measure.value if measure else None,
            threshold=measure.threshold if measure else None,
            unit=measure.unit if measure else "",
            box=box,
        )


def spoken(role: TextRole) -> str:
    """What a block of text is called in findings."""
    return "call to action" if role is TextRole.CTA else role.value
