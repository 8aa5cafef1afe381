"""Looking before dropping: one creative of a brief, or the layouts on sample words, without touching any folder.

Everything is kept in memory, and nothing is paid for: where a brief brings no picture the built-in maker draws one. The
stages are those that the daemon runs, in this very process, so that what is shown is what would be made.
"""

import importlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefmill.briefs.placements import Placements
from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Brand, Brief
from briefmill.domain.creative import Creative, PictureRequest
from briefmill.domain.verdict import Finding
from briefmill.errors import FolderError, NotFound
from briefmill.intake import assets, bundle, snapshot
from briefmill.intake.pieces import Piece
from briefmill.makers import procedural, prompt
from briefmill.rules import market
from briefmill.settings import Settings, config_file
from briefmill.stages import generate, layoutbook
from briefmill.stages.task import PixelTask, ProbeTask, Sample
from briefmill.storage.memory import MemoryStore
from briefmill.wiring import inward, making, shooting
from briefmill.wiring.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefmill.stages.layoutbook import Book

DRAWN: Final = 512
"""Pixels of the longer side of a stand-in picture: enough for a look, and drawn in a quarter of the time."""


OF_PICTURES: Final = frozenset({"upscale", "sharpness", "palette"})
"""Rules that judge the picture: they would say of the stand-in what nobody needs to know."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which creative of a brief to show; an empty name takes the brief's first. Any known placement may be wished."""

    product: str = ""
    locale: str = ""
    placement: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A creative made for a look. `drawn` says that its picture is a stand-in that the built-in maker drew."""

    data: bytes
    creative: Creative
    layout: str
    findings: tuple[Finding, ...]
    drawn: bool


def preview(settings: Settings, path: Path, wish: Wish) -> Preview:
    """Make one creative of the brief at `path`.

    Raises BriefRefused, NotFound for a product or locale that the brief has not or a placement that nobody knows,
    AssetRefused for a picture, logo or font that cannot be used, FolderError where the file cannot be read.
    """
    from briefmill.stages import pixels

    store = MemoryStore()
    brief, taken = _read(settings, path, store)
    brief = _narrowed(brief, wish, inward.placements(settings))
    tools = generate.Tools(
        store=store,
        maker=procedural.ProceduralMaker(_here),
        probe=lambda ref: pixels.probe(ProbeTask(store=store, ref=ref)),
        prompt=prompt.write,
        cut=shooting.cutting_here(store),
        camera=shooting.one_frame(DRAWN),
    )
    pictures = generate.run(brief, taken, tools)
    task = PixelTask(
        brief=brief,
        snapshot=taken,
        pictures=pictures,
        making=making.for_workers(settings, store),
        on=SystemClock().now().date(),
    )
    work = pixels.run(task)
    (creative,) = work.creatives
    drawn = not pictures[0].asset
    return Preview(
        data=store.get(creative.ref),
        creative=creative,
        layout=creative.layout,
        findings=tuple(finding for finding in work.findings if not (drawn and finding.rule in OF_PICTURES)),
        drawn=drawn,
    )


def book(settings: Settings) -> "Book":
    """The layouts of a home. Raises ConfigError."""
    return layoutbook.read(config_file(settings.home, "layouts"))


def specimens(settings: Settings, sample: Sample, names: "Sequence[str]" = ()) -> bytes:
    """A sheet, as JPEG, of the layouts (all, or those named) in every shape that they serve.

    Raises NotFound for a name that no layout has, ConfigError for a layout that cannot be used.
    """
    from briefmill.stages import specimen

    layouts = book(settings).for_brand(Brand(id=sample.brand))
    known = {layout.name for layout in layouts}
    for name in names:
        if name not in known:
            raise NotFound(f"There is no layout {name!r}. There are {', '.join(sorted(known))}.")
    return specimen.drawn([layout for layout in layouts if layout.name in (set(names) or known)], sample)


def _read(settings: Settings, path: Path, store: MemoryStore) -> tuple[Brief, Snapshot]:
    """The brief and everything it names, in memory."""
    try:
        drop = bundle.opened(path, inward.limits(settings))
        data = _bytes(drop.brief)
        reading = inward.reader(settings)(data, drop.name)
        shared = assets.Place(folder=settings.folders.assets, called="the home's assets folder")
        beside = assets.Place(folder=path.resolve().parent, called="the folder of the brief")
        bundled = {piece.path: piece for piece in drop.files}
        search = assets.find(reading, bundled, (beside, shared) if drop.alone else (shared,))
        files: dict[str, Ref] = {}
        for found in search.found:
            piece = found.piece or bundled[found.known]
            files[found.asset.path] = store.put(_bytes(piece), snapshot.media_type(piece.path))
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror or error}.") from error
    return reading.brief, Snapshot(name=drop.name, brief=store.put(data, "text/plain"), files=files)


def _bytes(piece: Piece) -> bytes:
    with piece.open() as file:
        return file.read()


def _narrowed(brief: Brief, wish: Wish, catalogue: Placements) -> Brief:
    """The brief with a single creative left."""
    products = {product.id: product for product in brief.products}
    product = products[_chosen("product", wish.product, list(products))]
    own = {placement.id: placement for placement in brief.placements}
    placement = brief.placements[0]
    if wish.placement:
        # Also one that the brief does not ask for: that is what somebody looks at before asking for it.
        placement = own.get(wish.placement) or catalogue.resolve(wish.placement)[0]
    locale = _chosen("locale", wish.locale, list(brief.locales))
    # Alone in the brief it would have to serve the others' countries as well.
    shown = tuple(sorted(market.countries(brief, locale) or ()))
    return replace(brief, products=(product,), placements=(placement,), locales=(locale,), regions=shown)


def _chosen(what: str, wished: str, there: "Sequence[str]") -> str:
    if wished and wished not in there:
        raise NotFound(f"The brief has no {what} {wished!r}. It has {', '.join(there)}.")
    return wished or there[0]


def _here(function: str, request: PictureRequest, *, timeout_s: float) -> Any:
    """Draw in this process: a look at one picture needs no workers, and nobody waits behind it."""
    del timeout_s
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)(request)
