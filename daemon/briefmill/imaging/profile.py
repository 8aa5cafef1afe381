"""The sRGB colour profile, for files that shall say which colours they mean, and where it stands in them.

Pixels are sRGB everywhere in this house, and a file without a profile is taken for sRGB by browsers and networks; a
profile is written only where a placement keeps to it. JPEG and PNG get theirs between the finished bytes, because the
encoder that is fastest there cannot write one; no pixel is encoded again for it.
"""

import struct
import zlib
from functools import cache
from typing import Final

from PIL import ImageCms

_DATE: Final = slice(24, 36)
_MADE: Final = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_PNG_HEADER: Final = 33  # signature and IHDR, which comes first and has one size


@cache
def srgb() -> bytes:
    """LittleCMS's own sRGB profile (ICC version 4, IEC 61966-2-1, about 600 bytes), the same bytes each time."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # It bears the second at which it was made; the same creative must give the same file.
    made[_DATE] = _MADE
    return bytes(made)


def into_jpeg(data: bytes) -> bytes:
    """A JPEG with the profile behind its JFIF header, as ICC.1 annex B has it. One segment holds all of it."""
    at = 4 + int.from_bytes(data[4:6]) if data[2:4] == b"\xff\xe0" else 2
    body = b"ICC_PROFILE\0\x01\x01" + srgb()
    return data[:at] + b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body + data[at:]


def into_png(data: bytes) -> bytes:
    """A PNG with the profile in a chunk `iCCP` behind its header."""
    body = b"iCCP" + b"sRGB\0\0" + zlib.compress(srgb(), 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:_PNG_HEADER] + chunk + data[_PNG_HEADER:]
