"""Stage 1: the source pictures of each product.

Supplied first: a picture or cut-out that came with the brief is used as it is and never regenerated. Otherwise the
maker (cached, metered, whatever wiring put together) draws or fetches one. Pictures are probed by the given callable,
which the engine runs in a worker process, because a supplied picture is untrusted.

A maker that costs nothing makes a picture for each shape that the placements have (wide, square, tall), so that the
product stands where that shape has room for it. A paid one makes a single picture of their mean shape.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brief, Product
from briefmill.domain.creative import Origin, Picture, PictureRequest
from briefmill.domain.placement import Placement
from briefmill.errors import AssetRefused, Problem
from briefmill.ports import ImageMaker, Store

Probe = Callable[[Ref], tuple[int, int]]
"""Decodes a stored picture whole and gives its width and height in pixels; raises AssetRefused."""

Prompt = Callable[[Brief, Product], str]
"""Writes the words for the picture maker."""

USABLE = (AssetRole.PICTURE, AssetRole.CUTOUT)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the stage works with.

    `long_edge` is the wanted longer side of generated pictures, in pixels; `per_shape` asks for a picture for each
    shape of placements.
    """

    store: Store
    maker: ImageMaker
    probe: Probe
    prompt: Prompt
    long_edge: int = 1536
    per_shape: bool = False


def run(brief: Brief, snapshot: Snapshot, tools: Tools) -> tuple[Picture, ...]:
    """Pictures in the order of the brief's products.

    Raises AssetRefused for a supplied file that is no usable picture, and whatever the maker raises. Repeatable: what
    a maker was paid for is found again in its cache.
    """
    return tuple(picture for product in brief.products for picture in _pictures(brief, product, snapshot, tools))


def _pictures(brief: Brief, product: Product, snapshot: Snapshot, tools: Tools) -> Iterator[Picture]:
    supplied = _supplied(product.assets, snapshot.files)
    if supplied is not None:
        yield _use(product, *supplied, tools)
        return
    families = shapes(brief.placements) if tools.per_shape else (brief.placements,)
    for family in families:
        ids = tuple(placement.id for placement in family) if len(families) > 1 else ()
        yield _made(brief, product, picture_size(family, tools.long_edge), ids, tools)


def _made(brief: Brief, product: Product, size: tuple[int, int], placements: tuple[str, ...], tools: Tools) -> Picture:
    width, height = size
    request = PictureRequest(
        product=product.id,
        name=product.name,
        prompt=tools.prompt(brief, product),
        width=width,
        height=height,
        palette=brief.brand.palette,
        category=product.category,
        seed=_seed(brief, product),
    )
    made = tools.maker.make(request)
    ref = tools.store.put(made.data, made.media_type)
    wide, high = tools.probe(ref)
    return Picture(
        product=product.id,
        ref=ref,
        placements=placements,
        origin=Origin.PROCEDURAL if made.maker == "procedural" else Origin.GENERATED,
        width=wide,
        height=high,
        maker=made.maker,
        model=made.model,
        prompt=made.prompt,
        seed=made.seed,
        cost_micros=made.cost_micros,
        cached=made.cached,
        subject=made.subject,
    )


def _supplied(assets: tuple[Asset, ...], files: Mapping[str, Ref]) -> tuple[Asset, Ref] | None:
    return next(((asset, files[asset.path]) for asset in assets if asset.role in USABLE and asset.path in files), None)


def _use(product: Product, asset: Asset, ref: Ref, tools: Tools) -> Picture:
    try:
        width, height = tools.probe(ref)
    except AssetRefused as error:
        problem = error.problem
        raise AssetRefused(
            Problem(
                code=problem.code,
                field=asset.field,
                message=f"{asset.path}: {problem.message}",
                fix=problem.fix or "Replace the file with a JPEG or PNG picture and drop the brief again.",
            )
        ) from error
    return Picture(product=product.id, ref=ref, origin=Origin.SUPPLIED, width=width, height=height, asset=asset.path)


def shapes(placements: Sequence[Placement]) -> tuple[tuple[Placement, ...], ...]:
    """The placements by shape: wide (from 5:4), square (down to 4:5), tall; only those that there are."""
    kinds: dict[str, list[Placement]] = {}
    for placement in placements:
        kind = "wide" if placement.ratio >= 1.25 else "square" if placement.ratio > 0.79 else "tall"
        kinds.setdefault(kind, []).append(placement)
    return tuple(tuple(family) for family in kinds.values())


def picture_size(placements: Sequence[Placement], long_edge: int) -> tuple[int, int]:
    """The one size that serves these placements with the least loss: their mean shape, within 9:16 to 16:9.

    The mean is geometric, because a shape twice as wide and one twice as high are equally far from a square.
    """
    product = 1.0
    for placement in placements:
        product *= min(16 / 9, max(9 / 16, placement.ratio))
    ratio = product ** (1 / len(placements))
    if ratio >= 1.0:
        return long_edge, _multiple_of_16(long_edge / ratio)
    return _multiple_of_16(long_edge * ratio), long_edge


def _multiple_of_16(pixels: float) -> int:
    return max(16, round(pixels / 16) * 16)


def _seed(brief: Brief, product: Product) -> int:
    digest = hashlib.sha256(f"{brief.campaign}\n{product.id}\n{product.name}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
