"""An XMP packet between the bytes of a finished file: no pixel is encoded again for it.

JPEG, PNG and GIF get theirs here, as Adobe's XMP specification part 3 has it; Pillow writes those of WebP and AVIF
itself. What the packet says is `provenance.xmp`'s business. `find` gives the packet of any file back as it lies there;
nothing is parsed.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Final

_JPEG_HEADER: Final = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_MOST: Final = 65502  # bytes of one segment's packet, by the specification
_PNG_KEYWORD: Final = b"XML:com.adobe.xmp"
_PNG_HEADER: Final = 33  # signature and IHDR
_GIF_APPLICATION: Final = b"\x21\xff\x0bXMP DataXMP"
# A reader that skips the block by its sub-blocks' lengths reads the text as lengths; from wherever it lands in this
# row of falling numbers it is led to the end.
_GIF_TRAILER: Final = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
_BEGIN: Final = b"<x:xmpmeta"
_END: Final = b"</x:xmpmeta>"


def into_jpeg(data: bytes, packet: bytes) -> bytes:
    """A JPEG with the packet behind its JFIF header. Raises ValueError for one that no single segment holds."""
    if len(packet) > _JPEG_MOST:
        raise ValueError(f"a packet of {len(packet)} bytes does not fit into a JPEG's segment")
    at = 4 + int.from_bytes(data[4:6]) if data[2:4] == b"\xff\xe0" else 2
    body = _JPEG_HEADER + packet
    return data[:at] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[at:]


def into_png(data: bytes, packet: bytes) -> bytes:
    """A PNG with the packet in an uncompressed chunk `iTXt` behind its header."""
    body = b"iTXt" + _PNG_KEYWORD + b"\0\0\0\0\0" + packet
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_PNG_HEADER] + chunk + data[_PNG_HEADER:]


def into_gif(data: bytes, packet: bytes) -> bytes:
    """A GIF (89a) with the packet in an application extension before its end."""
    if data[-1:] != b"\x3b":
        raise ValueError("this GIF does not end as one")
    return b"GIF89a" + data[6:-1] + _GIF_APPLICATION + packet + _GIF_TRAILER + b"\x3b"


INTO: Final[Mapping[str, Callable[[bytes, bytes], bytes]]] = {
    "jpg": into_jpeg,
    "jpeg": into_jpeg,
    "png": into_png,
    "gif": into_gif,
}
"""The formats whose packet goes between the finished bytes, by file extension."""

AROUND: Final = len(_GIF_APPLICATION) + len(_GIF_TRAILER)
"""Bytes around a packet, at the most."""


def find(data: bytes) -> bytes:
    """The last packet that lies plainly in a file, empty where there is none: newer ones are written behind."""
    begin = data.rfind(_BEGIN)
    end = data.find(_END, begin)
    return data[begin : end + len(_END)] if begin >= 0 and end >= 0 else b""
