"""All rules in their order, and what a brand file changes about them.

The order is that of a reader: first what makes a file useless, then what makes it wrong, then advice. Rules know
nothing of brand files: what a brand demands is laid over the subject's brand and the thresholds before they see them.
How findings are told to people is decided in `summary`.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from briefmill.domain.brief import Brief
from briefmill.domain.verdict import Finding
from briefmill.rules import (
    borrowed,
    campaign,
    contrast,
    crop,
    duplicates,
    exposure,
    face_cut,
    faces,
    fidelity,
    glyphs,
    legible,
    logo,
    logo_file,
    logo_ground,
    logo_search,
    logo_space,
    logo_true,
    noise,
    palette,
    safe_zone,
    saliency,
    sharpness,
    size,
    smallprint,
    stray_text,
    thirds,
    typeface,
    unseen,
    upscale,
    words,
)
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.evidence import Evidence
from briefmill.rules.subject import Subject
from briefmill.rules.thresholds import Thresholds

Rule = Callable[[Subject, Thresholds], Iterable[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    size.check,
    words.check,
    glyphs.check,
    legible.check,
    smallprint.check,
    safe_zone.check,
    contrast.check,
    logo.check,
    logo_true.check,
    logo_ground.check,
    logo_space.check,
    faces.check,
    face_cut.check,
    stray_text.check,
    borrowed.check,
    crop.check,
    fidelity.check,
    upscale.check,
    palette.check,
    sharpness.check,
    noise.check,
    exposure.check,
    logo_search.check,
    saliency.check,
    thirds.check,
)


def check(subject: Subject, thresholds: Thresholds, brand_file: BrandFile | None = None) -> tuple[Finding, ...]:
    """Every rule over one creative, in the order of `RULES`."""
    if brand_file is not None:
        thresholds = brand_file.tighten(thresholds)
        subject = replace(subject, brand=brand_file.dressed(subject.brand, subject.copy.locale))
    return tuple(finding for rule in RULES for finding in rule(subject, thresholds))


def check_set(
    brief: Brief,
    brand_file: BrandFile | None,
    *,
    logo_supplied: bool,
    evidence: Evidence | None = None,
    thresholds: Thresholds | None = None,
) -> tuple[Finding, ...]:
    """The rules that concern the whole set once; `evidence` is what was gathered while it was made."""
    seen, limits = evidence or Evidence(), thresholds or Thresholds()
    return (
        *campaign.check(brief, brand_file, logo_supplied=logo_supplied),
        *logo_file.check(seen.logos, brand_file.logo.sha256 if brand_file else ()),
        *typeface.check(seen.fonts, seen.families, seen.own),
        *duplicates.check(seen.prints, limits),
        *unseen.check(seen.unseen),
    )
