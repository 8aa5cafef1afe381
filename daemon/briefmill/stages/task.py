"""What travels to and from a worker process that runs the pixel stages.

All of it is small, picklable and free of pixel libraries, so that the daemon can build and read it without loading any.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brief
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding
from briefmill.ports import Store
from briefmill.rules.thresholds import Thresholds

RUN: Final = "briefmill.stages.pixels:run"
PROBE: Final = "briefmill.stages.pixels:probe"


@dataclass(frozen=True, kw_only=True)
class Press:
    """How creatives are encoded. `extension` is used where the placement allows it; empty: the placement's first."""

    extension: str = ""
    quality: int = 88

    def format_for(self, placement: Placement) -> str:
        """The file extension for a placement."""
        return self.extension if self.extension in placement.formats else placement.formats[0]


@dataclass(frozen=True, kw_only=True)
class Making:
    """What is the same for all jobs: where artefacts are kept, the folder of brand files, how to judge and encode."""

    store: Store
    brands: Path
    thresholds: Thresholds = field(default_factory=Thresholds)
    press: Press = field(default_factory=Press)


@dataclass(frozen=True, kw_only=True)
class PixelTask:
    """Everything a worker needs to make one brief's creatives."""

    brief: Brief
    snapshot: Snapshot
    pictures: tuple[Picture, ...]
    making: Making


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When a stage began first (UTC), and how many seconds of wall-clock time it took in all."""

    started_at: datetime
    duration_s: float


@dataclass(frozen=True, kw_only=True)
class PixelWork:
    """What the pixel stages made. `sheet` is the contact sheet, a JPEG."""

    creatives: tuple[Creative, ...]
    findings: tuple[Finding, ...]
    sheet: Ref
    timings: Mapping[Stage, Timing]
