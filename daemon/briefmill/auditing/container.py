"""What a finished file holds beside its pixels, read from its bytes: format, size, profile, and what nobody asked for.

JPEG's segments, PNG's chunks, WebP's and GIF's blocks and AVIF's boxes are walked by hand, without the libraries that
wrote them. Only what may be there may be there: a list of what is forbidden would always be one entry short.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Content:
    """A file's format (`jpeg`, `png`, `webp`, `gif`, `avif`; empty for none), pixels, and what it carries.

    `strange` names what has no business in a delivered file: EXIF, comments, text chunks, bytes behind the end.
    """

    kind: str = ""
    width: int = 0
    height: int = 0
    profile: bool = False
    xmp: int = 0
    manifest: bool = False
    strange: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Found:
    width: int = 0
    height: int = 0
    profile: bool = False
    xmp: int = 0
    manifest: bool = False
    strange: list[str] = field(default_factory=list)


def examine(data: bytes) -> Content:
    """What the file holds. Never raises: a file that breaks off is strange."""
    for kind, fits, walk in _KINDS:
        if fits(data):
            found = _Found()
            try:
                walk(data, found)
            except (IndexError, struct.error, ValueError):
                found.strange.append("it breaks off")
            return Content(
                kind=kind,
                width=found.width,
                height=found.height,
                profile=found.profile,
                xmp=found.xmp,
                manifest=found.manifest,
                strange=tuple(dict.fromkeys(found.strange)),
            )
    return Content(strange=("no format that is delivered",))


_QUIET: Final = frozenset({0xDB, 0xC4, 0xDD, 0xC0, 0xC1, 0xC2})  # tables and frames


def _jpeg(data: bytes, found: _Found) -> None:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if marker in {0xC0, 0xC1, 0xC2}:
            found.height, found.width = struct.unpack(">HH", body[1:5])
        if marker == 0xDA:
            end = data.rfind(b"\xff\xd9")
            if end != len(data) - 2:
                found.strange.append("bytes behind its end" if end > 0 else "it breaks off")
            return
        _segment(marker, body, found)
        at += 2 + length


def _segment(marker: int, body: bytes, found: _Found) -> None:
    if marker in _QUIET or (marker == 0xE0 and body.startswith(b"JFIF\0")):
        return
    if marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        found.profile = True
    elif marker == 0xE1 and body.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        found.xmp += 1
    elif marker == 0xEB and body.startswith(b"JP"):
        found.manifest = True
    elif marker == 0xE1:
        found.strange.append("EXIF")
    else:
        found.strange.append("a comment" if marker == 0xFE else f"a segment APP{marker - 0xE0}")


def _png(data: bytes, found: _Found) -> None:
    at, kind = 8, b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(kind) < 4 or len(body) < length:
            raise ValueError
        if kind == b"IHDR":
            found.width, found.height = struct.unpack(">II", body[:8])
        elif kind == b"iCCP":
            found.profile = True
        elif kind == b"iTXt" and body.startswith(b"XML:com.adobe.xmp\0"):
            found.xmp += 1
        elif kind == b"caBX":
            found.manifest = True
        elif kind not in {b"IDAT", b"PLTE", b"tRNS", b"IEND"}:
            found.strange.append("EXIF" if kind == b"eXIf" else f"a chunk {kind.decode('latin-1')}")
        at += 12 + length
    if at != len(data):
        found.strange.append("bytes behind its end")


def _webp(data: bytes, found: _Found) -> None:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError
    at = 12
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + length]
        if kind == b"VP8 ":
            found.width, found.height = (side & 0x3FFF for side in struct.unpack("<HH", body[6:10]))
        elif kind == b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            found.width, found.height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        elif kind == b"ICCP":
            found.profile = True
        elif kind == b"XMP ":
            found.xmp += 1
        elif kind == b"C2PA":
            found.manifest = True
        elif kind not in {b"VP8X", b"ALPH"}:
            found.strange.append("EXIF" if kind == b"EXIF" else f"a block {kind.decode('latin-1').strip()}")
        at += 8 + length + length % 2
    if end + end % 2 < len(data):
        found.strange.append("bytes behind its end")


def _gif(data: bytes, found: _Found) -> None:
    found.width, found.height = struct.unpack("<HH", data[6:10])
    at = 13 + (3 * 2 ** ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at += 10 + (3 * 2 ** ((data[at + 9] & 7) + 1) if data[at + 9] & 0x80 else 0) + 1
        elif data[at] == 0x21:
            _extension(data[at + 1], data[at + 2 : at + 14], found)
            at += 2
        else:
            raise ValueError
        while data[at]:
            at += 1 + data[at]
        at += 1
    if at + 1 != len(data):
        found.strange.append("bytes behind its end")


def _extension(kind: int, head: bytes, found: _Found) -> None:
    if kind == 0xFF and head.startswith(b"\x0bXMP DataXMP"):
        found.xmp += 1
    elif kind == 0xFF and head.startswith(b"\x0bC2PA_GIF"):
        found.manifest = True
    elif kind != 0xF9:
        found.strange.append("a comment" if kind == 0xFE else "an extension")


def _avif(data: bytes, found: _Found) -> None:
    for kind, body in _boxes(data):
        if kind == b"uuid" and body.startswith(bytes.fromhex("d8fec3d61b0e483c92975828877ec481")):
            found.manifest = True
        elif kind == b"meta":
            at = body.find(b"ispe")
            found.width, found.height = struct.unpack(">II", body[at + 8 : at + 16])
            found.profile = b"prof" in body or b"rICC" in body
            found.xmp += body.count(b"application/rdf+xml")
            if b"Exif" in body:
                found.strange.append("EXIF")
        elif kind not in {b"ftyp", b"mdat", b"free"}:
            found.strange.append(f"a box {kind.decode('latin-1')}")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if size < 8 or at + size > len(data):
            raise ValueError
        yield kind, data[at + 8 : at + size]
        at += size


_KINDS: Final[tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes, _Found], None]], ...]] = (
    ("jpeg", lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg),
    ("png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    ("webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    ("gif", lambda data: data.startswith((b"GIF89a", b"GIF87a")), _gif),
    ("avif", lambda data: data[4:12] in {b"ftypavif", b"ftypavis"}, _avif),
)
