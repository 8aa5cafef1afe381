"""The pixel stages under one lease, in one worker process: resize, overlay, compliance.

Pixels are handed on in memory and never leave the process; what comes back are references to the encoded creatives,
findings, and how long each stage took. Repeating the whole is harmless: artefacts are content-addressed, and the same
input gives the same bytes.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

import cv2

from briefmill.domain.brief import Copy, Product
from briefmill.domain.creative import Creative, Picture
from briefmill.domain.job import Stage
from briefmill.domain.placement import Placement
from briefmill.domain.verdict import AUDIT, Finding, Severity
from briefmill.imaging import decode, prints
from briefmill.ports import Store
from briefmill.stages import compliance, counsel, exact, marks, overlay, proofs, reuse, signing
from briefmill.stages.audited import Auditor
from briefmill.stages.overlay import Printed, Sitting, Studio
from briefmill.stages.proofs import Proofs
from briefmill.stages.resize import Source
from briefmill.stages.signing import Sealer
from briefmill.stages.task import PixelTask, PixelWork, ProbeTask, Timing

_WAYS: Final = ("ltr", "rtl")


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


@dataclass(kw_only=True, eq=False)
class _Set:
    """The set under way: what is made, and with what."""

    task: PixelTask
    watch: _Stopwatch
    studio: Studio
    inspector: compliance.Inspector
    proofs: Proofs
    sealer: Sealer
    auditor: Auditor
    ground: str
    shelf: str
    creatives: list[Creative] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    layouts: dict[str, str] = field(default_factory=dict)
    reused: int = 0


def run(task: PixelTask) -> PixelWork:
    """Make and check every creative of a brief, but for those that an earlier revision made just like it.

    Raises AssetRefused for a picture, logo or font that cannot be used, and Paused when the store cannot keep it.
    """
    cv2.setNumThreads(1)
    now = _opened(task)
    for product in task.brief.products:
        with now.watch.at(Stage.RESIZE):
            sources = _sources(task, product)
        for placement in task.brief.placements:
            _place(now, product, placement, *sources[placement.id])
    with now.watch.at(Stage.COMPLIANCE):
        about_all = tuple(now.inspector.check_set(task.snapshot, task.pictures))
        now.findings.extend(about_all)
        because = [finding for finding in now.findings if finding.severity in task.refusing]
        marked = marks.drawn(now.creatives, because, task.making.store)
        sheet = task.making.store.put(now.proofs.sheet(now.studio.kit.library, about_all), "image/jpeg")
    return PixelWork(
        creatives=tuple(now.creatives),
        findings=tuple(now.findings),
        sheet=sheet,
        timings=now.watch.timings(),
        keys=tuple(now.keys),
        layouts=now.layouts,
        reused=now.reused,
        law=counsel.recorded(task.on, now.inspector.counsel.duties) if task.on else {},
        marked=marked,
    )


def _opened(task: PixelTask) -> _Set:
    watch, making, brief = _Stopwatch(), task.making, task.brief
    with watch.at(Stage.OVERLAY):
        kit = overlay.kit_for(brief, task.snapshot, making.store)
    with watch.at(Stage.COMPLIANCE):
        inspector = compliance.Inspector.of(brief, making, kit, task.on)
    studio = Studio(
        kit=kit,
        layouts=making.layouts.for_brand(brief.brand),
        press=making.press,
        same_type_size=making.same_type_size,
        corners=inspector.logo_corners,
    )
    rules = inspector.brand_file.model_dump(mode="json") if inspector.brand_file else {}
    sealer = Sealer(brief=brief, sealing=making.sealing, store=making.store)
    judged = (making.press, making.thresholds, making.looking, rules)
    return _Set(
        task=task,
        watch=watch,
        studio=studio,
        inspector=inspector,
        proofs=Proofs.of(brief),
        sealer=sealer,
        auditor=Auditor(kit=kit, sealing=making.sealing, store=making.store),
        ground=reuse.job_digest(brief, task.snapshot, *judged, sealer.identity),
        shelf=reuse.digest_of(studio.layouts),
    )


def _place(now: _Set, product: Product, placement: Placement, picture: Picture, source: Source) -> None:
    """Every locale of one product in one placement."""
    task, watch = now.task, now.watch
    law = now.inspector.counsel
    with watch.at(Stage.COMPLIANCE):
        spoken = (task.brief.copy_for(product, locale) for locale in task.brief.locales)
        copies = tuple(law.dressed(copy, product, placement, picture, source) for copy in spoken)
    keys = reuse.Keys(
        ground=now.ground,
        layouts=now.shelf,
        product=product,
        picture=picture,
        placement=placement,
        copies=copies,
        same_type_size=task.making.same_type_size,
        demands={copy.locale: law.demands(product, placement, copy.locale) for copy in copies},
    )
    choice = keys.choice()
    with watch.at(Stage.RESIZE):
        known = {
            way: task.earlier.layouts[f"{choice} {way}"] for way in _WAYS if f"{choice} {way}" in task.earlier.layouts
        }
        sitting = Sitting(source, placement, copies, now.studio, known=known)
    for copy in copies:
        with watch.at(Stage.RESIZE):
            key = keys.creative(copy, sitting.layout(copy))
        now.keys.append(key)
        earlier = task.earlier.made.get(key)
        if earlier is not None and task.making.store.has(earlier.creative.ref):
            _taken_over(now, earlier, placement)
        else:
            _made(now, sitting, copy, product, picture)
    now.layouts |= {f"{choice} {way}": name for way, name in sitting.layouts.items()}


def _made(now: _Set, sitting: Sitting, copy: Copy, product: Product, picture: Picture) -> None:
    watch, store, placement = now.watch, now.task.making.store, sitting.placement
    with watch.at(Stage.OVERLAY):
        plan = sitting.plan(copy)
    with watch.at(Stage.RESIZE):
        framed = sitting.framed(plan, copy)
    with watch.at(Stage.OVERLAY):
        printed = overlay.run(sitting, framed, plan, copy, partial(now.sealer.mark, picture))
        encoded, record = signing.finished(printed.mark, printed.encoded, placement, product, copy, store)
        printed = replace(printed, encoded=encoded)
        creative = replace(_kept(store, printed, product, copy, placement), provenance=record)
    with watch.at(Stage.COMPLIANCE):
        seen = now.inspector.sightings.of(picture, sitting.source)
        found = now.inspector.check(creative, printed, placement, copy, product, seen)
        found += now.auditor.check(creative, printed, placement)
        proof = now.proofs.add(creative, printed.pixels, found)
        # A small copy serves a print as well as the whole does, and costs a tenth.
        creative = replace(creative, prints=prints.of(proof))
    now.findings.extend(found)
    now.creatives.append(creative)


def _taken_over(now: _Set, earlier: reuse.Made, placement: Placement) -> None:
    """An earlier creative as it is; only its proof is made anew, from its own file, and the file is audited again."""
    with now.watch.at(Stage.COMPLIANCE):
        fits = not any(one.rule == "size" and one.severity is Severity.ERROR for one in earlier.findings)
        kept = tuple(one for one in earlier.findings if one.rule != AUDIT)
        earlier = replace(earlier, findings=kept + now.auditor.check_again(earlier.creative, placement, fits=fits))
        small = decode.picture(now.task.making.store.get(earlier.creative.ref), shorter_side=proofs.EDGE)
        now.proofs.add(earlier.creative, small, earlier.findings)
    now.reused += 1
    now.findings.extend(earlier.findings)
    now.creatives.append(earlier.creative)


def _sources(task: PixelTask, product: Product) -> dict[str, tuple[Picture, Source]]:
    """The picture and source of each placement, by its id; what serves several is shared, and decoded once at most."""
    found: dict[str, tuple[Picture, Source]] = {}
    shown: dict[str, exact.Product] = {}
    for picture in task.pictures:
        if picture.product == product.id:
            mine = tuple(
                placement
                for placement in task.brief.placements
                if not picture.placements or placement.id in picture.placements
            )
            data, palette = task.making.store.get(picture.ref), task.brief.brand.palette
            source = Source(data, mine, product.focus, picture.subject, palette)
            if picture.cutout is not None:
                own = exact.Product(task.making.store, picture.cutout)
                own = shown.setdefault(picture.cutout.matte.sha256, own)
                source = exact.Staged(data, mine, palette=palette, product=own)
            found |= {placement.id: (picture, source) for placement in mine}
    return found


def probe(task: ProbeTask) -> tuple[int, int]:
    """Decode an untrusted picture to its end; width and height in pixels. Raises AssetRefused.

    All of the file is read, but a photo's pixels are made at an eighth of its size: it is decoded again to be used.
    """
    data = task.store.get(task.ref)
    decode.picture(data, shorter_side=64)
    return decode.size(data)


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
        alt_text=product.alt_text(copy),
        layout=printed.composition.layout,
        logo=printed.composition.logo_variant,
        exactness=printed.composition.exactness,
    )
