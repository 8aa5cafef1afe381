"""Pictures on their way: the source picture of a product, and the finished creatives made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from briefmill.domain.artefact import Ref
from briefmill.domain.rendering import Rendering
from briefmill.domain.verdict import Box

Subject = tuple[float, float, float, float]
"""Where the product is in a picture: left, top, width and height, as shares of the picture."""


class Origin(StrEnum):
    """Where a picture's pixels come from."""

    SUPPLIED = "supplied"
    GENERATED = "generated"
    PROCEDURAL = "procedural"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture to ask for: its pixels, and the ids of the placements it serves (empty: all).

    `shown` is the least share of it, along one side, that one of them shows.
    """

    width: int
    height: int
    placements: tuple[str, ...] = ()
    shown: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A supplied picture that a made one goes by: for the product itself, or for the style alone."""

    ref: Ref
    product: bool = False


@dataclass(frozen=True, kw_only=True)
class PictureRequest:
    """Everything that decides a generated picture, so that its digest can be the key of a cache.

    `width` and `height` are pixels of the wanted picture; a maker may return another size of about that ratio.
    `seed` makes procedural pictures repeatable. With `references` the picture goes by these, in their order; `empty`
    asks for the scene without the product.
    """

    product: str
    name: str
    prompt: str
    width: int
    height: int
    palette: tuple[str, ...] = ()
    category: str = ""
    seed: int = 0
    references: tuple[Reference, ...] = ()
    empty: bool = False
    rendering: Rendering = field(default_factory=Rendering)


@dataclass(frozen=True, kw_only=True)
class MadePicture:
    """What a maker returns: encoded bytes and how they came about.

    `cost_micros` is millionths of a US dollar, `usage` what the answer reported of tokens, `subject` the product's box
    where the maker knows it.
    """

    data: bytes
    media_type: str
    maker: str
    model: str
    prompt: str
    seed: int
    cost_micros: int = 0
    cached: bool = False
    usage: Mapping[str, object] = field(default_factory=dict)
    subject: Subject | None = None


@dataclass(frozen=True, kw_only=True)
class Cutout:
    """A supplied product that is set, untouched, into a scene.

    `source` is the supplied file, `matte` an 8-bit grey PNG of the same size that says how opaque each of its pixels
    is. `way` tells where the matte comes from: the file's own `alpha`, or cut from a plain `backdrop`, whose colour
    (`#RRGGBB`) is then in `backdrop`, and the share of the outline that stands out from it in `clear`.
    """

    source: Ref
    matte: Ref
    way: str
    backdrop: str = ""
    clear: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A source picture of a product, stored. `width` and `height` are its pixels after EXIF orientation.

    `placements` are the ids of those it is for, empty for all; `subject` is the product's box where its maker knew it.
    With a `cutout` the picture is the scene that it is set into. `references` are the paths of the supplied files that
    it goes by.
    """

    product: str
    ref: Ref
    placements: tuple[str, ...] = ()
    origin: Origin
    width: int
    height: int
    maker: str = ""
    model: str = ""
    prompt: str = ""
    seed: int = 0
    cost_micros: int = 0
    cached: bool = False
    asset: str = ""
    subject: Subject | None = None
    cutout: Cutout | None = None
    references: tuple[str, ...] = ()


class TextRole(StrEnum):
    """What a block of text on a creative says."""

    MESSAGE = "message"
    CTA = "cta"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, kw_only=True)
class TextBlock:
    """A block of text as it was set.

    `box` encloses its ink; `size_px` is the font size (em), `min_px` the smallest that the layout allows here.
    `contrast` is the 5th percentile, over the pixels under the glyphs, of the WCAG 2.2 contrast ratio between the
    text's colour and its ground. `missing` are characters that no font has (they were not drawn); `clipped` is True
    when the words did not fit even at the smallest size and were left out or cut.
    """

    role: TextRole
    text: str
    box: Box
    size_px: float
    min_px: float
    contrast: float
    lines: int
    missing: tuple[str, ...] = ()
    clipped: bool = False


@dataclass(frozen=True, kw_only=True)
class Exactness:
    """The proof that a supplied product was set untouched: what was set where, and how far it differs from its source.

    `box` is where it stands on the creative, `scale` how many pixels one pixel of the source became. `pixels` is how
    many were compared: those inside the product, away from its outline. `greatest` and `mean` are the differences (of
    255, over all channels) between what was composed there and the supplied file scaled alike. `covered` is the share
    of them that words, a logo or a ground were set over afterwards.
    """

    source: str
    matte: str
    way: str
    box: Box
    scale: float
    pixels: int
    greatest: int
    mean: float
    covered: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What was drawn where on one creative; boxes are pixels of the creative.

    `ground` names how the text was secured: none, scrim or panel. `upscale` is how many times larger the crop of the
    source was made (1.0 and below: no upscaling). `layout` names the composition, `picture` is the part of the canvas
    that shows the picture (None: all of it), `subject` the product's box where it is known, `cut` the share of it that
    the crop took away. `logo_variant` is the logo that was used (`plain`, `on_dark` or `on_light`),
    `logo_plate` the plate under it where it could not stand free; `left_out` what had no room.
    """

    width: int
    height: int
    texts: tuple[TextBlock, ...] = ()
    logo: Box | None = None
    panel: Box | None = None
    ground: str = "none"
    upscale: float = 1.0
    layout: str = ""
    picture: Box | None = None
    subject: Box | None = None
    cut: float = 0.0
    logo_variant: str = ""
    logo_plate: Box | None = None
    left_out: tuple[str, ...] = ()
    exactness: Exactness | None = None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The record of origin that a file carries (C2PA).

    `unsigned` is the SHA-256 of the same file without its manifest: manifests differ from signing to signing, what they
    are about does not. `source_type` is the last word of IPTC's digital source type. `signer` is the SHA-256 of the
    certificate; `sidecar` the manifest where it lies beside the file.
    """

    unsigned: str
    source_type: str
    manifest_bytes: int
    signer: str
    sidecar: Ref | None = None


@dataclass(frozen=True, kw_only=True)
class Creative:
    """A finished file: for whom, where, and what it measures. `quality` is the encoder's setting, 0 where lossless.

    `layout` names what it was composed by, `logo` the variant of the logo on it (`plain`, `on_dark`, `on_light`), empty
    where there is none. `exactness` is there where a supplied product was set untouched, `provenance` where the file
    carries a record of origin. `prints` are what it is known by where only a copy of it is left (`imaging.prints`).
    """

    product: str
    locale: str
    placement: str
    ref: Ref
    width: int
    height: int
    extension: str
    quality: int = 0
    alt_text: str = ""
    layout: str = ""
    logo: str = ""
    exactness: Exactness | None = None
    provenance: Provenance | None = None
    prints: str = ""

    @property
    def path(self) -> str:
        """Its place in the campaign's folder: `<product>/<locale>/<placement>.<ext>`."""
        return f"{self.product}/{self.locale}/{self.placement}.{self.extension}"
