"""Stage 1: the source pictures of each product.

Supplied first: a picture or cut-out that came with the brief is used as it is and never regenerated, unless the brief
says otherwise. `fidelity: reference` has a picture made that goes by it; `fidelity: exact` cuts the product out and has
the scene around it made, empty. What was not supplied the maker (cached, metered, whatever wiring put together) draws
or fetches. Supplied pictures are untrusted: they are probed and cut by the given callables, which the engine runs in a
worker process.

How many pictures of which sizes serve the placements is for `Camera.frames` to say: it differs by maker.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.brief import Asset, AssetRole, Brief, Product
from briefmill.domain.creative import Cutout, Frame, Origin, Picture, PictureRequest, Reference
from briefmill.domain.placement import Placement
from briefmill.domain.rendering import Fidelity
from briefmill.errors import AssetRefused, BriefRefused, Problem, Waits
from briefmill.ports import ImageMaker, Store

Probe = Callable[[Ref], tuple[int, int]]
"""Decodes a stored picture whole and gives its width and height in pixels; raises AssetRefused."""

Prompt = Callable[[Brief, Product], str]
"""Writes the words for the picture maker."""

Placements = Sequence[Placement]

Frames = Callable[[Placements], Sequence[Frame]]
"""The pictures that serve some placements; each placement is served by exactly one of them."""

Directions = Callable[[Frame, Sequence[Reference]], str]
"""What a picture maker must know beside the prompt: which part of the picture is always seen, what is sent along."""

Cut = Callable[[Ref], Cutout]
"""Cuts the product out of a stored picture; raises AssetRefused."""

USABLE = (AssetRole.PICTURE, AssetRole.CUTOUT)

MOST_REFERENCES = 16
"""Pictures that one made picture goes by at most: as many as OpenAI's API takes (November 2026). Further ones are left
out."""


def one_for_all(placements: Sequence[Placement]) -> tuple[Frame, ...]:
    """A single picture of the placements' mean shape, for makers of which nothing is known."""
    width, height = picture_size(placements, 1536)
    return (Frame(width=width, height=height),)


def for_each_shape(placements: Sequence[Placement], long_edge: int) -> tuple[Frame, ...]:
    """A picture for each shape that the placements have (wide, square, tall), for a maker that costs nothing.

    So the product stands where that shape has room for it.
    """
    families = shapes(placements)
    sizes = [picture_size(family, long_edge) for family in families]
    alone = len(families) == 1
    return tuple(
        Frame(width=width, height=height, placements=() if alone else tuple(one.id for one in family))
        for family, (width, height) in zip(families, sizes, strict=True)
    )


def _no_stage(brief: Brief, product: Product) -> str:
    return f"An empty stage with room for {product.name}. The product is not in the picture."


@dataclass(frozen=True, kw_only=True)
class Camera:
    """How pictures are asked for.

    `stage` writes the words for a scene without its product. `references` says that the maker can go by pictures; for
    one that cannot, a supplied picture is used as it is.
    """

    frames: Frames = one_for_all
    stage: Prompt = _no_stage
    directions: Directions = lambda _frame, _references: ""
    references: bool = False


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the stage works with."""

    store: Store
    maker: ImageMaker
    probe: Probe
    prompt: Prompt
    cut: Cut
    camera: Camera = field(default_factory=Camera)


def run(brief: Brief, snapshot: Snapshot, tools: Tools) -> tuple[Picture, ...]:
    """Pictures in the order of the brief's products.

    Raises AssetRefused for a supplied file that is no usable picture, BriefRefused where an exact product was not
    supplied, and whatever the maker raises. Repeatable: what a maker was paid for is found again in its cache.
    """
    orders = [order(brief, product, snapshot.files, tools.camera) for product in brief.products]
    # All that can be refused is, before anything is paid.
    ready = [_checked(one, snapshot.files, tools) for one in orders]
    waits: list[Waits] = []
    found = tuple(each for one, cutout in ready for each in _pictures(brief, one, cutout, snapshot, tools, waits))
    if waits:
        # Now that all of them were asked for, so that they are made together.
        raise waits[0]
    return found


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be had for a product: a supplied picture as it is, or pictures to be made in these frames.

    `supplied` is the product's own file; `references` are all that a made picture goes by, and which of them shows the
    product. `exact` sets the supplied product into made scenes.
    """

    product: Product
    supplied: Asset | None = None
    frames: tuple[Frame, ...] = ()
    references: tuple[tuple[Asset, bool], ...] = ()
    exact: bool = False


def order(brief: Brief, product: Product, files: Mapping[str, Ref] | frozenset[str], camera: Camera) -> Order:
    """What is to be had for a product; `files` are the paths of what came. Raises BriefRefused."""
    supplied = next((asset for asset in product.assets if asset.role in USABLE and asset.path in files), None)
    exact = product.fidelity is Fidelity.EXACT
    if exact and supplied is None:
        raise BriefRefused(
            (
                Problem(
                    code="brief.product.exact",
                    message=f"{product.name} shall be shown exactly as it is, but no picture of it came.",
                    fix="Add its picture (`image: bottle.png`), or leave `product_fidelity` out.",
                ),
            )
        )
    goes_by = product.fidelity is Fidelity.REFERENCE and camera.references
    if supplied is not None and not exact and not goes_by:
        return Order(product=product, supplied=supplied)
    named = [(supplied, True)] if supplied is not None and goes_by else []
    if camera.references:
        styles = (
            *(asset for asset in product.assets if asset.role is AssetRole.REFERENCE),
            *brief.direction.references,
        )
        named += [(asset, False) for asset in styles if asset.path in files]
    unique: dict[str, tuple[Asset, bool]] = {}
    for asset, shown in named:
        unique.setdefault(asset.path, (asset, shown))
    return Order(
        product=product,
        supplied=supplied,
        frames=tuple(camera.frames(brief.placements)),
        references=tuple(unique.values())[:MOST_REFERENCES],
        exact=exact,
    )


def _checked(one: Order, files: Mapping[str, Ref], tools: Tools) -> tuple[Order, Cutout | None]:
    """The order, with the product cut out where it is exact. Raises AssetRefused that names the file."""
    for asset, _ in one.references:
        with _about(asset):
            tools.probe(files[asset.path])
    if one.exact and one.supplied is not None:
        with _about(one.supplied):
            return one, tools.cut(files[one.supplied.path])
    return one, None


def _pictures(
    brief: Brief, one: Order, cutout: Cutout | None, snapshot: Snapshot, tools: Tools, waits: list[Waits]
) -> Iterator[Picture]:
    """The pictures of an order; `waits` takes note of those that are made elsewhere and not here yet."""
    if not one.frames:
        assert one.supplied is not None, "what is not made was supplied"
        yield _use(one.product, one.supplied, snapshot.files[one.supplied.path], tools)
        return
    references = tuple(Reference(ref=snapshot.files[asset.path], product=shown) for asset, shown in one.references)
    for frame in one.frames:
        try:
            made = _made(one, _request(brief, one, frame, references, tools), tools)
        except Waits as later:
            waits.append(later)
            continue
        asset = one.supplied.path if one.supplied is not None and (one.exact or one.references) else ""
        yield replace(
            made,
            placements=frame.placements,
            cutout=cutout,
            asset=asset,
            references=tuple(asset.path for asset, _ in one.references),
            subject=None if one.exact else made.subject,
        )


def _request(brief: Brief, one: Order, frame: Frame, references: tuple[Reference, ...], tools: Tools) -> PictureRequest:
    product, camera = one.product, tools.camera
    words = camera.stage(brief, product) if one.exact else tools.prompt(brief, product)
    directions = camera.directions(frame, references)
    return PictureRequest(
        product=product.id,
        name=product.name,
        prompt=f"{words} {directions}".strip(),
        width=frame.width,
        height=frame.height,
        palette=brief.brand.palette,
        category=product.category,
        seed=_seed(brief, product),
        references=references,
        empty=one.exact,
        rendering=brief.rendering,
    )


def _made(one: Order, request: PictureRequest, tools: Tools) -> Picture:
    made = tools.maker.make(request)
    ref = tools.store.put(made.data, made.media_type)
    wide, high = tools.probe(ref)
    return Picture(
        product=one.product.id,
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
        subject=made.subject,
    )


@contextmanager
def _about(asset: Asset) -> Iterator[None]:
    """Name the file in a refusal of it."""
    try:
        yield
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


def _use(product: Product, asset: Asset, ref: Ref, tools: Tools) -> Picture:
    with _about(asset):
        width, height = tools.probe(ref)
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
