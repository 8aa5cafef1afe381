"""Rule `campaign`: what can only be said of a whole set, once, and not of each creative."""

from collections.abc import Iterator

from briefmill.domain.brief import Brief
from briefmill.domain.placement import Overlay
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules.brandfile import BrandFile

RULE = "logo_required"


def check(brief: Brief, brand_file: BrandFile | None, *, logo_supplied: bool) -> Iterator[Finding]:
    """A logo is required and none came: warning where the brief asks for one, or what the brand file makes of it.

    Nothing is said when no placement of the brief takes a logo. Sources: `brand.logo_required`, `logo.required`.
    """
    demand = brand_file.logo.required if brand_file else "no"
    if logo_supplied or not (brief.brand.logo_required or demand != "no"):
        return
    if all(placement.overlay is not Overlay.ALLOWED for placement in brief.placements):
        return
    who = "The brand" if demand != "no" else "The brief"
    missing = brief.brand.logo.path if brief.brand.logo else ""
    yield Finding(
        rule=RULE,
        severity=Severity.ERROR if demand == "error" else Severity.WARNING,
        message=f"{who} requires a logo and none came with the brief"
        + (f": {missing} is not there." if missing else "."),
        fix="Put a PNG with a transparent ground beside the brief and name it: `brand: {logo: logo.png}`.",
    )
