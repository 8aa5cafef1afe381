"""Pixels to a finished file, under a byte cap where the placement has one.

What fits at the wished quality is encoded once. Else `capsearch` looks for the best quality that fits, with four
encodings at most; below a floor nothing is shipped, and the result says that it does not fit: a rule turns that into a
finding. PNG loses nothing, so it can only be packed harder, as a list of colours where there are few; GIF gives up
colours instead. Nothing of a source's metadata comes through here: pixels are all there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from briefmill.domain.verdict import Box
from briefmill.errors import ConfigError
from briefmill.imaging import capsearch, chroma, indexed, jpegrate, packet, writers
from briefmill.imaging.colour import Pixels

FLOOR: Final = 40
"""The lowest quality that is shipped: below it JPEG blocks show on plain grounds."""

MAX_ENCODES: Final = 4
MEDIA_TYPES: Final = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
}

_GIF_COLOURS: Final = (256, 128, 64, 32)
_TIGHTER: Final = 0.97  # what tables of its own leave of a JPEG, about: 0.99 to 0.78
_WORST: Final = 1.5  # bytes of a file over those of its pixels: noise at a quality of 100 has 1.4
_FULLER: Final = 1.15  # what sharp colour adds to a file at the least


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A finished file.

    `quality` is the encoder's setting, 0 where the format has none (PNG, GIF). `fits` is False above the byte cap less
    the reserve. `encodes` is how often an encoder ran; `full_chroma` tells that colour is as sharp as luma (4:4:4).
    """

    data: bytes
    media_type: str
    extension: str
    quality: int
    width: int
    height: int
    fits: bool = True
    encodes: int = 1
    full_chroma: bool = False


def encode(
    pixels: Pixels,
    *,
    extension: str,
    max_bytes: int | None = None,
    quality: int = 88,
    reserve: int = 0,
    icc: bool = False,
    fine: Sequence[Box] = (),
    xmp: bytes = b"",
) -> Encoded:
    """Encode a BGR picture as `jpg`, `jpeg`, `png`, `webp`, `avif` or `gif`.

    Under `max_bytes` less `reserve` (what is written into the file later) the highest quality of at most `quality`,
    and at least FLOOR, that fits is sought with at most MAX_ENCODES encodings. `icc` adds an sRGB profile where the
    format can hold one (not GIF). `fine` are the boxes of words and other thin strokes: where they would lose colour,
    and bytes allow it, colour is stored at its full size. `xmp` is a packet to write into the file. Raises ConfigError
    for a format there is no encoder for.
    """
    kind = extension.lower().removeprefix(".")
    if kind not in MEDIA_TYPES:
        known = ", ".join(MEDIA_TYPES)
        raise ConfigError(f"no encoder for the format {extension!r}; a placement may ask for {known}.")
    added = packet.INTO.get(kind) if xmp else None
    room = None if max_bytes is None else max(1, max_bytes - reserve - (packet.AROUND + len(xmp) if added else 0))
    order = _Order(pixels=pixels, room=room, quality=quality, icc=icc, fine=fine, xmp=xmp)
    made = _MADE_BY[kind](order)
    return Encoded(
        data=added(made.data, xmp) if added else made.data,
        media_type=MEDIA_TYPES[kind],
        extension=kind,
        quality=made.quality,
        width=pixels.shape[1],
        height=pixels.shape[0],
        fits=order.holds(made.data),
        encodes=made.encodes,
        full_chroma=made.full_chroma,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Order:
    """What is to be made; `room` is the bytes that it may have."""

    pixels: Pixels
    room: int | None
    quality: int
    icc: bool
    fine: Sequence[Box]
    xmp: bytes = b""

    def holds(self, data: bytes) -> bool:
        return self.room is None or len(data) <= self.room


@dataclass(frozen=True, kw_only=True)
class _Made:
    data: bytes
    quality: int = 0
    encodes: int
    full_chroma: bool = False


@dataclass(frozen=True, kw_only=True)
class _Format:
    """A lossy format: its writer, how its bytes change with quality (and how far that is out), and its styles."""

    write: Callable[[Pixels, int, writers.Style], bytes]
    curve: Callable[[Pixels], capsearch.Curve]
    doubt: float
    tightens: bool = False
    full_chroma: bool = False


def _lossy(kind: _Format, order: _Order) -> _Made:
    style, top = writers.Style(icc=order.icc, xmp=order.xmp), order.quality
    fuller = kind.full_chroma and chroma.suffers(order.pixels, order.fine)
    if fuller and (order.room is None or order.room >= order.pixels.nbytes * _WORST):
        # With more room than the file can take there is nothing to find out first.
        data = kind.write(order.pixels, top, replace(style, full_chroma=True))
        return _Made(data=data, quality=top, encodes=1, full_chroma=True)
    data = kind.write(order.pixels, top, style)
    if order.room is None or len(data) <= order.room:
        plain = _Made(data=data, quality=top, encodes=1)
        return _with_full_chroma(kind, order, plain) if fuller and order.room is not None else plain
    lowest, highest = min(FLOOR, top), top if kind.tightens else top - 1
    if highest < lowest:
        return _Made(data=data, quality=top, encodes=1)
    search = capsearch.Search(
        trial=lambda quality: kind.write(order.pixels, quality, replace(style, tight=True)),
        curve=kind.curve(order.pixels),
        cap=order.room,
        lowest=lowest,
        highest=highest,
        known=(top, round(len(data) * _TIGHTER) if kind.tightens else len(data)),
        doubt=kind.doubt,
    )
    found = search.run(MAX_ENCODES - 1)
    return _Made(data=found.data, quality=found.quality, encodes=found.encodes + 1)


def _with_full_chroma(kind: _Format, order: _Order, plain: _Made) -> _Made:
    """The same at full colour where that fits too; sharper words are worth bytes, not a lower quality of all."""
    if order.room is None or len(plain.data) * _FULLER > order.room:
        return plain
    data = kind.write(order.pixels, order.quality, writers.Style(icc=order.icc, full_chroma=True, xmp=order.xmp))
    if not order.holds(data):
        return replace(plain, encodes=2)
    return _Made(data=data, quality=order.quality, encodes=2, full_chroma=True)


def _png(order: _Order) -> _Made:
    palette = indexed.exact(order.pixels)
    made = [writers.png(order.pixels, writers.PNG_WAYS[0], icc=order.icc)]
    if palette is not None:
        made.append(writers.indexed_png(palette, icc=order.icc))
    for way in writers.PNG_WAYS[1:]:
        if not any(order.holds(data) for data in made):
            made.append(writers.png(order.pixels, way, icc=order.icc))
    return _Made(data=min(made, key=len), encodes=len(made))


def _gif(order: _Order) -> _Made:
    image = indexed.exact(order.pixels) or indexed.adapted(order.pixels, _GIF_COLOURS[0])
    data = writers.gif(image)
    encodes = 1
    while not order.holds(data) and encodes < len(_GIF_COLOURS):
        data = writers.gif(indexed.adapted(order.pixels, _GIF_COLOURS[encodes]))
        encodes += 1
    return _Made(data=data, encodes=encodes)


_JPEG: Final = _Format(write=writers.jpeg, curve=jpegrate.curve, doubt=0.01, tightens=True, full_chroma=True)
_WEBP: Final = _Format(write=writers.webp, curve=writers.webp_curve, doubt=0.05)
_AVIF: Final = _Format(write=writers.avif, curve=writers.avif_curve, doubt=0.05, full_chroma=True)
_MADE_BY: Final[dict[str, Callable[[_Order], _Made]]] = {
    "jpg": partial(_lossy, _JPEG),
    "jpeg": partial(_lossy, _JPEG),
    "webp": partial(_lossy, _WEBP),
    "avif": partial(_lossy, _AVIF),
    "png": _png,
    "gif": _gif,
}
