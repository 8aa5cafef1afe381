"""Stage 1: one source picture per product.

Supplied first: a picture or cut-out that came with the brief is used as it is and never regenerated. Otherwise the
maker (cached, metered, whatever wiring put together) draws or fetches one. Pictures are probed by the given callable,
which the engine runs in a worker process, because a supplied picture is untrusted.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brief, Product
from briefmill.domain.creative import Origin, Picture, PictureRequest
from briefmill.errors import AssetRefused, Problem
from briefmill.ports import ImageMaker, Store

Probe = Callable[[bytes], tuple[int, int]]
"""Decodes a picture whole and gives its width and height in pixels; raises AssetRefused."""

Prompt = Callable[[Brief, Product], str]
"""Writes the words for the picture maker."""

USABLE = (AssetRole.PICTURE, AssetRole.CUTOUT)


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the stage works with. `long_edge` is the wanted longer side of generated pictures, in pixels."""

    store: Store
    maker: ImageMaker
    probe: Probe
    prompt: Prompt
    long_edge: int = 1536


def run(brief: Brief, snapshot: Snapshot, tools: Tools) -> tuple[Picture, ...]:
    """Pictures in the order of the brief's products.

    Raises AssetRefused for a supplied file that is no usable picture, and whatever the maker raises. Repeatable: what
    a maker was paid for is found again in its cache.
    """
    return tuple(_picture(brief, product, snapshot, tools) for product in brief.products)


def _picture(brief: Brief, product: Product, snapshot: Snapshot, tools: Tools) -> Picture:
    supplied = _supplied(product.assets, snapshot.files)
    if supplied is not None:
        return _use(product, *supplied, tools)
    width, height = picture_size(brief, tools.long_edge)
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
    wide, high = tools.probe(made.data)
    return Picture(
        product=product.id,
        ref=ref,
        origin=Origin.PROCEDURAL if made.maker == "procedural" else Origin.GENERATED,
        width=wide,
        height=high,
        maker=made.maker,
        model=made.model,
        prompt=made.prompt,
        seed=made.seed,
        cost_micros=made.cost_micros,
        cached=made.cached,
    )


def _supplied(assets: tuple[Asset, ...], files: Mapping[str, Ref]) -> tuple[Asset, Ref] | None:
    return next(((asset, files[asset.path]) for asset in assets if asset.role in USABLE and asset.path in files), None)


def _use(product: Product, asset: Asset, ref: Ref, tools: Tools) -> Picture:
    try:
        width, height = tools.probe(tools.store.get(ref))
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


def picture_size(brief: Brief, long_edge: int) -> tuple[int, int]:
    """The one size that serves all placements with the least loss: their mean shape, within 2:3 to 3:2.

    The mean is geometric, because a shape twice as wide and one twice as high are equally far from a square.
    """
    product = 1.0
    for placement in brief.placements:
        product *= min(1.5, max(2 / 3, placement.ratio))
    ratio = product ** (1 / len(brief.placements))
    if ratio >= 1.0:
        return long_edge, _multiple_of_16(long_edge / ratio)
    return _multiple_of_16(long_edge * ratio), long_edge


def _multiple_of_16(pixels: float) -> int:
    return max(16, round(pixels / 16) * 16)


def _seed(brief: Brief, product: Product) -> int:
    digest = hashlib.sha256(f"{brief.campaign}\n{product.id}\n{product.name}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
