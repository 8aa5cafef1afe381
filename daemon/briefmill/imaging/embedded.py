"""Pixel pictures inside a drawing: looked at before a renderer may unpack them.

A few kilobytes of PNG can be a hundred million pixels, and a `data:` address may claim one kind and hold another. So
each is opened by `imaging.decode`, which reads headers only, and written again under its own name.
"""

import base64
import binascii
import io
import re
from typing import Final

from PIL import Image

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import decode

MAX_PIXELS: Final = 4_194_304
"""Of one picture: 2048 x 2048, the largest that a logo is kept at."""

_ADDRESS: Final = re.compile(r"data:image/(?:png|jpe?g);base64,(?P<data>[A-Za-z0-9+/=\s]*)", re.IGNORECASE)
_FIX: Final = "Draw the logo as shapes, or export it as PNG."


def picture(address: str) -> str:
    """The `data:` address of a PNG or JPEG as it may be drawn. Raises AssetRefused."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        raise _refusal("the drawing embeds something other than a PNG or JPEG picture.")
    try:
        data = base64.b64decode("".join(found["data"].split()), validate=True)
    except binascii.Error as error:
        raise _refusal("a picture embedded in the drawing is damaged.") from error
    try:
        decode.size(data, max_pixels=MAX_PIXELS)
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            kind = "png" if image.format == "PNG" else "jpeg"
    except (AssetRefused, OSError) as error:
        raise _refusal(f"a picture embedded in the drawing cannot be used ({error}).") from error
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _refusal(message: str) -> AssetRefused:
    return AssetRefused(Problem(code="asset.vector.picture", message=message, fix=_FIX))
