"""What travels to and from a worker process that runs the pixel stages.

All of it is small, picklable and free of pixel libraries, so that the daemon can build and read it without loading any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brief
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding, Severity
from briefmill.ports import Store
from briefmill.provenance.sealing import Sealing
from briefmill.rules.lawbook import Lawbook
from briefmill.rules.thresholds import Thresholds
from briefmill.stages.layoutbook import Book
from briefmill.stages.reuse import Earlier

RUN: Final = "briefmill.stages.pixels:run"
PROBE: Final = "briefmill.stages.pixels:probe"
CUT: Final = "briefmill.stages.exact:cut"
PREPARE: Final = "briefmill.stages.references:prepared"


@dataclass(frozen=True, kw_only=True)
class Press:
    """How creatives are encoded. `extension` is used where the placement allows it; empty: the placement's first."""

    extension: str = ""
    quality: int = 88

    def format_for(self, placement: Placement) -> str:
        """The file extension for a placement."""
        return self.extension if self.extension in placement.formats else placement.formats[0]


@dataclass(frozen=True, kw_only=True)
class Looking:
    """With what source pictures are looked at: a YuNet model and tesseract, None where there is none.

    `logos` searches supplied and made pictures for the brand's logo.
    """

    face_model: Path | None = None
    tesseract: Path | None = None
    logos: bool = True


@dataclass(frozen=True, kw_only=True)
class Making:
    """What is the same for all jobs: where artefacts are kept, brand files, layouts, how to judge and encode.

    `same_type_size` sets a text in the same size in all locales of a placement. `sealing` is who signs the record of
    origin in each file, None for nobody. `law` are the rules of law.
    """

    store: Store
    brands: Path
    layouts: Book = field(default_factory=Book)
    thresholds: Thresholds = field(default_factory=Thresholds)
    press: Press = field(default_factory=Press)
    same_type_size: bool = False
    sealing: Sealing | None = None
    looking: Looking = field(default_factory=Looking)
    law: Lawbook = field(default_factory=Lawbook)


@dataclass(frozen=True, kw_only=True)
class PixelTask:
    """Everything a worker needs to make one brief's creatives; `earlier` is what need not be made again.

    `on` is the day whose law counts; without it no law is asked. Findings of the `refusing` severities keep creatives
    back, and are marked in pictures of them.
    """

    brief: Brief
    snapshot: Snapshot
    pictures: tuple[Picture, ...]
    making: Making
    earlier: Earlier = field(default_factory=Earlier)
    on: date | None = None
    refusing: frozenset[Severity] = frozenset({Severity.ERROR})


@dataclass(frozen=True, kw_only=True)
class ProbeTask:
    """A picture to look into: a supplied one may be as large as a bundle, and is read by the worker that decodes it."""

    store: Store
    ref: Ref


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When a stage began first (UTC), and how many seconds of wall-clock time it took in all."""

    started_at: datetime
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class PixelWork:
    """What the pixel stages made. `sheet` is the contact sheet, a JPEG.

    `keys` are those of the creatives, in their order, and `layouts` the choices made, both for `reuse`; `reused` counts
    the creatives that were taken over. `law` is what had to be disclosed and how, as `counsel.recorded`. `marked` are
    pictures of what is kept back, by their path beside REASONS.md.
    """

    creatives: tuple[Creative, ...]
    findings: tuple[Finding, ...]
    sheet: Ref
    timings: Mapping[Stage, Timing]
    keys: tuple[str, ...] = ()
    layouts: Mapping[str, str] = field(default_factory=dict)
    reused: int = 0
    law: Mapping[str, Any] = field(default_factory=dict)
    marked: Mapping[str, Ref] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Words to show layouts with, and the slug of the brand whose own layouts count."""

    locale: str = "en"
    message: str = "Carry the calm of summer"
    cta: str = "See more"
    disclaimer: str = "While stocks last."
    brand: str = ""
