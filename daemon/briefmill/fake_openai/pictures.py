"""Real pictures at next to no cost: a gradient in colours of its own and, on it, the pattern of the request's hash.

The same seed gives the same bytes. A picture that was sent along to be edited stands in the middle, so that a test can
see that it was used. Nothing here imitates a photograph.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

CELLS: Final = 6
"""The pattern has so many cells a side; each shows one bit of the hash, mirrored so that it is easy to recognise."""
PASTED: Final = 0.5
"""The share of each side that a picture sent along takes at most."""
MOST_PIXELS_IN: Final = 60_000_000
"""A picture sent along may have so many; more is refused before it is decoded."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to draw. `form` is png, jpeg, webp, gif or svg; `compression` 0 to 100 for jpeg and webp."""

    width: int
    height: int
    seed: bytes
    form: str = "png"
    compression: int = 100
    transparent: bool = False
    frames: int = 9
    frame_ms: int = 200


def draw(wanted: Wanted, pasted: "Image | None" = None) -> bytes:
    """The encoded picture. Deterministic in its arguments."""
    if wanted.form == "svg":
        return _svg(wanted)
    canvas = _canvas(wanted)
    if pasted is not None:
        _paste(canvas, pasted)
    stream = io.BytesIO()
    _SAVE[wanted.form](canvas, stream, wanted)
    return stream.getvalue()


def opened(data: bytes) -> "Image":
    """A picture that was sent along. Raises ValueError when it is none, or has too many pixels."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > MOST_PIXELS_IN:
            raise ValueError("the picture has too many pixels")
        image.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise ValueError("the file is no whole PNG, JPEG or WebP picture") from error
    return image


def colours(seed: bytes) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The two ends of the gradient."""
    near, far = ((60 + seed[at] % 140, 60 + seed[at + 1] % 140, 60 + seed[at + 2] % 140) for at in (0, 3))
    return near, far


def cells(seed: bytes) -> Sequence[tuple[int, int]]:
    """Column and row of the cells that are lit."""
    half = CELLS // 2
    lit = [(column, row) for row in range(CELLS) for column in range(half) if _bit(seed, row * half + column)]
    return [*lit, *((CELLS - 1 - column, row) for column, row in lit)]


def _bit(seed: bytes, number: int) -> bool:
    return bool(seed[8 + number // 8] >> (number % 8) & 1)


def _canvas(wanted: Wanted) -> "Image":
    import numpy as np
    from PIL import Image

    near, far = colours(wanted.seed)
    line = np.linspace(near, far, wanted.width).astype(np.uint8)
    if wanted.transparent:
        line = np.concatenate([line, np.full((wanted.width, 1), 255, dtype=np.uint8)], axis=1)
    pixels = np.tile(line, (wanted.height, 1, 1))
    side_x, side_y = wanted.width // (CELLS + 2), wanted.height // (CELLS + 2)
    for column, row in cells(wanted.seed):
        left, top = (column + 1) * side_x, (row + 1) * side_y
        pixels[top : top + side_y, left : left + side_x, :3] += 40
    if wanted.transparent:
        pixels[:side_y, :, 3] = pixels[-side_y:, :, 3] = pixels[:, :side_x, 3] = pixels[:, -side_x:, 3] = 0
    return Image.fromarray(pixels)


def _paste(canvas: "Image", pasted: "Image") -> None:
    from PIL import Image

    box = (max(1, round(canvas.width * PASTED)), max(1, round(canvas.height * PASTED)))
    scale = min(box[0] / pasted.width, box[1] / pasted.height)
    size = (max(1, round(pasted.width * scale)), max(1, round(pasted.height * scale)))
    small = pasted.convert("RGBA").resize(size, Image.Resampling.BILINEAR)
    canvas.paste(small, ((canvas.width - size[0]) // 2, (canvas.height - size[1]) // 2), small)


def _png(canvas: "Image", stream: io.BytesIO, _wanted: Wanted) -> None:
    # Level 3 of zlib-ng is both quicker and smaller than level 1 for gradients.
    canvas.save(stream, "PNG", compress_level=3)


def _jpeg(canvas: "Image", stream: io.BytesIO, wanted: Wanted) -> None:
    canvas.convert("RGB").save(stream, "JPEG", quality=max(1, min(95, wanted.compression)))


def _webp(canvas: "Image", stream: io.BytesIO, wanted: Wanted) -> None:
    canvas.save(stream, "WEBP", quality=max(1, min(75, wanted.compression)), method=0)


def _gif(canvas: "Image", stream: io.BytesIO, wanted: Wanted) -> None:
    from PIL import Image, ImageChops

    flat = canvas.convert("RGB").quantize(64, method=Image.Quantize.FASTOCTREE)
    step = max(1, flat.width // wanted.frames)
    frames = [ImageChops.offset(flat, number * step, 0) for number in range(wanted.frames)]
    for frame in frames:
        frame.putpalette(flat.getpalette() or [])
    frames[0].save(
        stream, "GIF", save_all=True, append_images=frames[1:], duration=wanted.frame_ms, loop=0, optimize=False
    )


_SAVE: Final[Mapping[str, Callable[[Any, io.BytesIO, Wanted], None]]] = {
    "png": _png,
    "jpeg": _jpeg,
    "webp": _webp,
    "gif": _gif,
}


def _svg(wanted: Wanted) -> bytes:
    near, far = ("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours(wanted.seed))
    side_x, side_y = wanted.width // (CELLS + 2), wanted.height // (CELLS + 2)
    squares = "".join(
        f'<rect x="{(column + 1) * side_x}" y="{(row + 1) * side_y}" width="{side_x}" height="{side_y}" fill="{far}"/>'
        for column, row in cells(wanted.seed)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wanted.width}" height="{wanted.height}" '
        f'viewBox="0 0 {wanted.width} {wanted.height}"><rect width="100%" height="100%" fill="{near}"/>{squares}</svg>'
    ).encode()
