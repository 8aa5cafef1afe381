"""What compliance costs beside making the creatives, in processor time, and how often each search ran.

A set of one product in six placements and two locales is made from a real photo by the pixel stages themselves, signed
and audited as a home with its own development authority has it; only clocks and counters are laid around their
functions. Signing is part of the making, the independent audit of the finished file is part of the checking.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import exact_cases
import numpy as np
import photos

from briefmill import __version__
from briefmill.auditing import audit
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brand, Brief, Copy, Product
from briefmill.domain.creative import Origin, Picture
from briefmill.domain.placement import Placement
from briefmill.ports import Store
from briefmill.provenance import authority
from briefmill.provenance.sealing import Sealing
from briefmill.rules import book
from briefmill.stages import layoutbook, pixels, sighting
from briefmill.stages.task import Making, PixelTask, Press
from briefmill.storage.fs import FileStore

SIZES = ((1080, 1080), (1080, 1920), (1920, 1080), (1080, 1350), (1200, 628), (600, 500))
COPIES = {"en-US": "Summer starts here: refresh your day", "de-DE": "Der Sommer beginnt hier: erfrische deinen Tag"}
CONFIG = Path(__file__).parents[2] / "config"
ROUNDS = 3


def measure() -> dict[str, Any]:
    """Seconds of processor time for one set: all of it, rules, searches, audit; and the counters. Best of three."""
    with tempfile.TemporaryDirectory() as folder:
        photo = cv2.resize(photos.without_people()["china.jpg"], (2400, 1600), interpolation=cv2.INTER_CUBIC)
        task = order(FileStore(Path(folder) / "store"), sealing(Path(folder) / "authority"), photo)
        pixels.run(task)  # fonts and logos are learned once a process
        rounds = [_once(task) for _ in range(ROUNDS)]
    return min(rounds, key=lambda one: float(one["all_s"]))


def told(spent: dict[str, Any]) -> list[str]:
    """The figures in words."""
    checking = spent["rules_s"] + spent["searches_s"] + spent["audit_s"]
    making = spent["all_s"] - checking
    return [
        f"Twelve creatives took {spent['all_s']:.3f} s of processor time: {making:.3f} s to make them, "
        f"{checking:.3f} s to check them ({checking / making:.0%}).",
        f"Of that the searches, once a source, took {spent['searches_s']:.3f} s; the rules {spent['rules_s']:.3f} s, "
        f"the audit of the finished files {spent['audit_s']:.3f} s.",
        f"Searched: {', '.join(f'{name} {count}' for name, count in sorted(spent['counts'].items()))}.",
    ]


def _once(task: PixelTask) -> dict[str, Any]:
    spent = {"rules_s": 0.0, "searches_s": 0.0, "audit_s": 0.0}
    kept: list[sighting.Sightings] = []
    look, once, every, opened = sighting.Sightings._look, book.check, book.check_set, audit.audit

    def looked(self: sighting.Sightings, *args: Any) -> sighting.Seen:
        kept.append(self)
        return _timed(spent, "searches_s", look, self, *args)

    with _replaced(
        (sighting.Sightings, "_look", looked),
        (book, "check", lambda *args, **named: _timed(spent, "rules_s", once, *args, **named)),
        (book, "check_set", lambda *args, **named: _timed(spent, "rules_s", every, *args, **named)),
        (audit, "audit", lambda *args, **named: _timed(spent, "audit_s", opened, *args, **named)),
    ):
        began = time.process_time()
        made = pixels.run(task)
        spent["all_s"] = time.process_time() - began
    return {**spent, "creatives": len(made.creatives), "counts": dict(kept[0].counts) if kept else {}}


def audited(task: PixelTask) -> list[tuple[bytes, audit.Claim]]:
    """Every file that the stages make for a task, with what they say of it to the audit."""
    kept: list[tuple[bytes, audit.Claim]] = []
    opened = audit.audit

    def told(data: bytes, claim: audit.Claim) -> tuple[audit.Disagreement, ...]:
        kept.append((data, claim))
        return opened(data, claim)

    with _replaced((audit, "audit", told)):
        pixels.run(task)
    return kept


def _timed(spent: dict[str, float], name: str, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
    began = time.process_time()
    try:
        return real(*args, **named)
    finally:
        spent[name] += time.process_time() - began


@contextmanager
def _replaced(*places: tuple[Any, str, Any]) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, instead in places:
        setattr(owner, name, instead)
    try:
        yield
    finally:
        for owner, name, real in before:
            setattr(owner, name, real)


def sealing(folder: Path) -> Sealing:
    """The seal of a development authority made in `folder`."""
    folder.mkdir()
    authority.prepare(folder, now=datetime.now(UTC))
    return Sealing(
        certificate=folder / authority.CHAIN,
        key=folder / authority.KEY,
        root=folder / authority.ROOT,
        fingerprint=authority.load(folder).fingerprint,
        tool="Briefmill",
        version=__version__,
    )


def order(store: Store, sealing: Sealing | None, photo: np.ndarray) -> PixelTask:
    """One product in six placements and two locales, on a real photograph (BGR)."""
    data = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    mark = store.put(exact_cases.LOGOS[0].encode(), "image/svg+xml")
    brief = Brief(
        campaign="measured",
        title="Measured",
        products=(Product(id="tea", name="Tea"),),
        locales=tuple(COPIES),
        copies={locale: Copy(locale=locale, message=words, cta="See more") for locale, words in COPIES.items()},
        placements=tuple(Placement(id=f"{w}x{h}", width=w, height=h) for w, h in SIZES),
        brand=Brand(name="Hearth", palette=("#123F4A", "#F2B84B"), logo=Asset(path="logo.svg", role=AssetRole.LOGO)),
    )
    nothing = Ref(sha256="0" * 64, size=1, media_type="")
    return PixelTask(
        brief=brief,
        snapshot=Snapshot(name="b.yaml", brief=nothing, files={"logo.svg": mark}),
        pictures=(
            Picture(
                product="tea",
                ref=store.put(data, "image/jpeg"),
                origin=Origin.SUPPLIED,
                width=photo.shape[1],
                height=photo.shape[0],
            ),
        ),
        making=Making(
            store=store,
            brands=Path("/nonexistent"),
            layouts=layoutbook.read(CONFIG / "layouts"),
            press=Press(quality=88),
            sealing=sealing,
        ),
    )
