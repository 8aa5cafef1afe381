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
    glyphs,
    legible,
    logo,
    palette,
    safe_zone,
    sharpness,
    size,
    upscale,
    words,
)
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.subject import Subject
from briefmill.rules.thresholds import Thresholds

Rule = Callable[[Subject, Thresholds], Iterable[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    size.check,
    words.check,
    glyphs.check,
    legible.check,
    safe_zone.check,
    contrast.check,
    logo.check,
    borrowed.check,
    crop.check,
    upscale.check,
    palette.check,
    sharpness.check,
)


def check(subject: Subject, thresholds: Thresholds, brand_file: BrandFile | None = None) -> tuple[Finding, ...]:
    """Every rule over one creative, in the order of `RULES`."""
    if brand_file is not None:
        thresholds = brand_file.tighten(thresholds)
        subject = replace(subject, brand=brand_file.dressed(subject.brand, subject.copy.locale))
    return tuple(finding for rule in RULES for finding in rule(subject, thresholds))


def check_set(brief: Brief, brand_file: BrandFile | None, *, logo_supplied: bool) -> tuple[Finding, ...]:
    """The rules that concern the whole set once."""
    return tuple(campaign.check(brief, brand_file, logo_supplied=logo_supplied))
