"""A supplied product set, pixel by pixel as it came, into a scene that was made for it.

`cut` is asked for in stage 1, in a worker, before the scene is paid for; `Staged` is the source of stages 2 and 3 in
the place of a picture. The product is fresh from its own file in every placement: it is placed where the layout wants
it, as a cut-out on a tint would be, and scaled once. The scene is cropped behind it so that the product stands on its
ground. What was composed is compared with the file at once (`imaging.exactness`); what was set over it afterwards is
counted when the creative is done.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import cv2
import numpy as np

from briefmill.domain.creative import Cutout, Exactness
from briefmill.domain.verdict import Box
from briefmill.errors import AssetRefused, Permanent, Problem
from briefmill.imaging import choice, colour, cutout, decode, exactness, focus, scale
from briefmill.imaging.colour import Pixels
from briefmill.imaging.exactness import Layer, Set
from briefmill.imaging.focus import CropBox, Focus, Wish
from briefmill.ports import Store
from briefmill.stages.resize import Framed, Source
from briefmill.stages.task import ProbeTask

GROUND: Final = 0.63
"""Where, from the top of an empty stage, its ground begins at the latest: `makers.prompt` asks for 0.6."""

_FOOTING: Final = 0.1  # of the area's height: how much ground is to be seen behind the product's foot
_ROOM: Final = 1.14  # how much smaller a product stands that shares its picture with words
_LOWEST: Final = 0.9  # of the area's height: where its foot is then at the lowest
_CLOSEST: Final = 0.7  # of the scene's height, at least, that is shown
_ENLARGED: Final = 1.5  # times, at most


def cut(task: ProbeTask) -> Cutout:
    """Cut the product out of a stored picture and keep its matte. Raises AssetRefused where it cannot be cut well."""
    cv2.setNumThreads(1)
    found = cutout.load(task.store.get(task.ref))
    done, data = cv2.imencode(".png", found.alpha)
    if not done:
        raise Permanent("the matte of a product cannot be written as PNG")
    return Cutout(
        source=task.ref,
        matte=task.store.put(data.tobytes(), "image/png"),
        way=found.way,
        backdrop=found.backdrop,
        clear=found.clear,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Proof:
    """What was found of a product as it was set into an area of the canvas."""

    cutout: Cutout
    placed: Set
    difference: exactness.Difference

    def on(self, final: Pixels, area: Box) -> Exactness:
        """The record for a finished creative; `area` is the part of it that shows the picture."""
        box, found = self.placed.box, self.difference
        shown = final[area.y : area.bottom, area.x : area.right]
        return Exactness(
            source=self.cutout.source.sha256,
            matte=self.cutout.matte.sha256,
            way=self.cutout.way,
            box=Box(x=box.x + area.x, y=box.y + area.y, width=box.width, height=box.height),
            scale=round(self.placed.scale, 5),
            pixels=found.pixels,
            greatest=found.greatest,
            mean=found.mean,
            covered=exactness.covered(shown, self.placed.pixels, self.placed),
        )


class Product:
    """A product on its own, decoded once for all scenes of a job."""

    def __init__(self, store: Store, cutout: Cutout) -> None:
        self.cutout = cutout
        self._store = store

    @cached_property
    def supplied(self) -> Pixels:
        """The file as it came, BGR, upright and in sRGB."""
        return np.ascontiguousarray(decode.cutout(self._store.get(self.cutout.source))[..., :3])

    @cached_property
    def layer(self) -> Layer:
        """The product without its surroundings."""
        alpha = cv2.imdecode(np.frombuffer(self._store.get(self.cutout.matte), np.uint8), cv2.IMREAD_GRAYSCALE)
        if alpha is None or alpha.shape != self.supplied.shape[:2]:
            raise AssetRefused(
                Problem(code="asset.cutout.lost", message="the matte of the product is not that of its picture.")
            )
        return exactness.layer(self.supplied, np.asarray(alpha, np.uint8), self.cutout.backdrop)

    @cached_property
    def focus(self) -> Focus:
        """The whole of it is what matters, and nothing is around it."""
        shares = colour.thumbnail(self.layer.alpha).astype(np.float32)
        return Focus(
            x=0.5,
            y=0.5,
            map=np.asarray(shares / max(1.0, float(shares.sum())), np.float32),
            subject=CropBox(x=0.0, y=0.0, width=1.0, height=1.0),
            alone=True,
        )


@dataclass(frozen=True)
class Staged(Source):
    """A scene with a product in it: what `resize.Source` is to a picture."""

    product: Product = field(kw_only=True)

    @property
    def scene(self) -> choice.Scene:
        """What the choice of a layout needs to know: the product alone, free to stand anywhere."""
        layer = self.product.layer
        return choice.Scene(width=layer.width, height=layer.height, focus=self.product.focus)

    def fitted(self, across: int, down: int, wish: Wish | None = None) -> Framed:
        """The scene in an area of so many pixels across and down, with the product where it is wished."""
        product, layer = self.product, self.product.layer
        window = focus.crop(product.focus, layer.width, layer.height, across / down, wish)
        alone = wish is not None and wish.fill > 0
        box = _placed(layer, window, (across, down), room=1.0 if alone else _ROOM)
        high, wide = self.pixels.shape[:2]
        seen = _behind((wide, high), (across, down), box.bottom / down)
        behind = scale.fit(self.pixels, seen, across, down)
        found = exactness.put(behind.pixels, layer, box)
        size = layer.width, layer.height
        proof = Proof(
            cutout=product.cutout,
            placed=found,
            difference=exactness.difference(found.pixels, found, product.supplied, layer.offset, size),
        )
        return Framed(
            pixels=found.pixels,
            upscale=max(behind.upscale, found.scale),
            subject=box,
            proof=proof,
            window=seen,
            source_size=(wide, high),
        )


def _placed(layer: Layer, window: CropBox, area: tuple[int, int], *, room: float) -> Box:
    """Where the product stands in an area that shows a window around it, on whole pixels and whole.

    With `room` above 1 it is so much smaller, around the same middle, and above the area's lower edge.
    """
    across, down = area
    factor = min(across / window.width / room, across / layer.width, down / layer.height)
    width, height = max(1, round(layer.width * factor)), max(1, round(layer.height * factor))
    middle = (layer.width / 2 - window.x) / window.width, (layer.height / 2 - window.y) / window.height
    lowest = down - height if room == 1.0 else max(0, round(_LOWEST * down) - height)
    x = min(max(0, round(middle[0] * across - width / 2)), max(0, across - width))
    y = min(max(0, round(middle[1] * down - height / 2)), lowest)
    return Box(x=x, y=y, width=min(width, across), height=min(height, down))


def _behind(scene: tuple[int, int], area: tuple[int, int], foot: float) -> CropBox:
    """The window of a scene, as large as can be, whose ground reaches up behind a foot at this share of its height.

    It is drawn in for that only as far as the scene need not be enlarged more than a blurred ground bears.
    """
    (width, height), ratio = scene, area[0] / area[1]
    wide, high = (height * ratio, float(height)) if width / height > ratio else (float(width), width / ratio)
    begins = min(0.95, max(0.0, foot - _FOOTING))
    # With its lower edge on the scene's, a window of so much of the height has the ground begin there.
    if begins < 1.0 - (1.0 - GROUND) * height / high:
        closer = (1.0 - GROUND) * height / (1.0 - begins) / high
        closer = min(1.0, max(closer, _CLOSEST * height / high, area[0] / _ENLARGED / wide))
        wide, high = wide * closer, high * closer
    lowest = height - high
    y = min(max(0.0, GROUND * height - begins * high), lowest)
    return CropBox(x=(width - wide) / 2, y=y, width=wide, height=high)
