"""The pixel stages under one lease, in one worker process: resize, overlay, compliance.

Pixels are handed on in memory and never leave the process; what comes back are references to the encoded creatives,
findings, and how long each stage took. Repeating the whole is harmless: artefacts are content-addressed, and the same
input gives the same bytes.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import cv2

from briefmill.domain.brief import Copy, Product
from briefmill.domain.creative import Creative
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import Finding
from briefmill.imaging import decode
from briefmill.ports import Store
from briefmill.stages import compliance, overlay
from briefmill.stages.overlay import Printed
from briefmill.stages.proofs import Proofs
from briefmill.stages.resize import Source
from briefmill.stages.task import PixelTask, PixelWork, Timing


class _Stopwatch:
    def __init__(self) -> None:
        self._started: dict[Stage, datetime] = {}
        self._seconds: dict[Stage, float] = {}

    @contextmanager
    def at(self, stage: Stage) -> Iterator[None]:
        self._started.setdefault(stage, datetime.now(UTC))
        began = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[stage] = self._seconds.get(stage, 0.0) + time.perf_counter() - began

    def timings(self) -> Mapping[Stage, Timing]:
        return {stage: Timing(started_at=at, duration_s=self._seconds[stage]) for stage, at in self._started.items()}


def run(task: PixelTask) -> PixelWork:
    """Make and check every creative of a brief.

    Raises AssetRefused for a picture, logo or font that cannot be used, and Paused when the store cannot keep it.
    """
    cv2.setNumThreads(1)
    watch = _Stopwatch()
    creatives: list[Creative] = []
    findings: list[Finding] = []
    proofs = Proofs(task.brief.title, len(task.brief.products) * len(task.brief.locales) * len(task.brief.placements))
    with watch.at(Stage.OVERLAY):
        kit = overlay.kit_for(task.brief, task.snapshot, task.making.store)
    with watch.at(Stage.COMPLIANCE):
        inspector = compliance.Inspector.of(
            task.brief, task.making.brands, task.making.thresholds, logo_supplied=kit.logo is not None
        )
    for product in task.brief.products:
        with watch.at(Stage.RESIZE):
            sources = _sources(task, product)
        for placement in task.brief.placements:
            with watch.at(Stage.RESIZE):
                framed = sources[placement.id].fitted(placement)
            for locale in task.brief.locales:
                copy = task.brief.copy_for(product, locale)
                with watch.at(Stage.OVERLAY):
                    printed = overlay.run(framed, copy, placement, kit, task.making.press)
                    creative = _kept(task.making.store, printed, product, copy, placement)
                with watch.at(Stage.COMPLIANCE):
                    found = inspector.check(creative, printed, placement, copy, product)
                    findings.extend(found)
                    proofs.add(creative, printed.pixels, found)
                creatives.append(creative)
    with watch.at(Stage.COMPLIANCE):
        findings.extend(inspector.check_set())
        sheet = task.making.store.put(proofs.sheet(kit.library), "image/jpeg")
    return PixelWork(creatives=tuple(creatives), findings=tuple(findings), sheet=sheet, timings=watch.timings())


def _sources(task: PixelTask, product: Product) -> dict[str, Source]:
    """The source of each placement, by its id; pictures that serve several are shared, decoded once."""
    found: dict[str, Source] = {}
    for picture in task.pictures:
        if picture.product == product.id:
            mine = tuple(
                placement
                for placement in task.brief.placements
                if not picture.placements or placement.id in picture.placements
            )
            source = Source(task.making.store.get(picture.ref), mine)
            found |= {placement.id: source for placement in mine}
    return found


def probe(data: bytes) -> tuple[int, int]:
    """Decode an untrusted picture whole; width and height in pixels. Raises AssetRefused."""
    height, width = decode.picture(data).shape[:2]
    return width, height


def _kept(store: Store, printed: Printed, product: Product, copy: Copy, placement: Placement) -> Creative:
    encoded = printed.encoded
    return Creative(
        product=product.id,
        locale=copy.locale,
        placement=placement.id,
        ref=store.put(encoded.data, encoded.media_type),
        width=encoded.width,
        height=encoded.height,
        extension=encoded.extension,
        quality=encoded.quality,
        alt_text=f"{product.name}: {copy.message}",
    )
