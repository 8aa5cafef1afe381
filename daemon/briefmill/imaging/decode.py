"""Untrusted bytes to pixels: upright, sRGB, 8 bit, BGR.

Everything that comes from outside enters through here: supplied pictures, logos, what a picture maker returned. The
header is read and judged (kind, pixels, bytes) before anything is decoded, Pillow is told the only decoders it may try,
and whatever a decoder throws becomes AssetRefused with words for the person who sent the file. The two kinds that most
pictures have go past Pillow once it has judged them: JPEG to libjpeg-turbo (simplejpeg), which makes a photo smaller
while it decodes, at half the work; plain PNG to OpenCV. Colour profiles are applied after the picture was made smaller,
because the transform costs more than the decoding. Vector files are refused here: a drawing that can name other files
is no picture.
"""

import io
import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import colour
from briefmill.imaging.colour import Pixels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Layers", "Pixels", "cutout", "layers", "picture", "size"]

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_PIXELS: Final = 80_000_000
KINDS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")

_ACCEPTED: Final = "Save it as JPEG, PNG, WebP, AVIF, GIF or TIFF and drop the brief again."
_SMALLER: Final = "Make it smaller; 4000 pixels on the longer side are plenty for every placement."
_EIGHTHS: Final = (1, 2, 4, 5, 6)
"""What a JPEG may be scaled to while it is decoded. Halves cost less to decode than the whole; five and six eighths
cost more, but all that comes after has half the pixels; seven eighths do not pay."""
_HEADER_BYTES: Final = 512
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_TURNED: Final = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, kw_only=True, eq=False)
class Layers:
    """A picture on white (height x width x 3, BGR) and its alpha (height x width), None where all of it is opaque."""

    pixels: Pixels
    alpha: Pixels | None = None


def size(data: bytes, *, max_pixels: float = MAX_PIXELS) -> tuple[int, int]:
    """Width and height in pixels after EXIF orientation, from the header alone. Raises AssetRefused."""
    with _opened(data, max_pixels) as image:
        width, height = image.size
        turned = _orientation(image, data) in _TURNED
    return (height, width) if turned else (width, height)


def picture(
    data: bytes,
    *,
    max_pixels: float = MAX_PIXELS,
    shorter_side: int | None = None,
    covering: "Sequence[tuple[int, int]]" = (),
) -> Pixels:
    """Decode to height x width x 3, BGR, upright, sRGB; transparency is flattened on white. See `layers`."""
    return layers(data, max_pixels=max_pixels, shorter_side=shorter_side, covering=covering).pixels


def layers(
    data: bytes,
    *,
    max_pixels: float = MAX_PIXELS,
    shorter_side: int | None = None,
    covering: "Sequence[tuple[int, int]]" = (),
) -> Layers:
    """Decode to pixels, upright and sRGB, and alpha.

    With `shorter_side` a much larger picture is made smaller while decoding (JPEG: at a fraction of the work) or right
    after it, but never below that many pixels on its shorter side; with `covering` never so small that a crop for one
    of those areas (width and height in pixels) would have to be enlarged. Raises AssetRefused.
    """
    with _opened(data, max_pixels) as image:
        orientation = _orientation(image, data)
        least = _least(image.size, shorter_side, covering, turned=orientation in _TURNED)
        direct = _direct(image, data, least, orientation)
        if direct is not None:
            return Layers(pixels=direct)
        whole = _eight_bit(_upright(image))
        return _flattened(_reduced(whole, _spare(image.size, least)))


def _least(
    dimensions: tuple[int, int], shorter_side: int | None, covering: "Sequence[tuple[int, int]]", *, turned: bool
) -> tuple[int, int] | None:
    """The fewest pixels, across and down before it is turned upright, that the decoded picture may have."""
    width, height = dimensions
    if shorter_side is not None:
        factor = min(1.0, shorter_side / min(width, height))
    elif covering:
        across, down = (height, width) if turned else (width, height)
        factor = min(1.0, max(max(w / across, h / down) for w, h in covering))
    else:
        return None
    return math.ceil(width * factor), math.ceil(height * factor)


def _spare(dimensions: tuple[int, int], least: tuple[int, int] | None) -> int:
    """How many pixels may become one by averaging: so few that a better filter has two for each that is needed."""
    if least is None:
        return 1
    return max(1, min(dimensions[0] // least[0], dimensions[1] // least[1]) // 2)


def _direct(image: Image.Image, data: bytes, least: tuple[int, int] | None, orientation: int) -> Pixels | None:
    """The picture without Pillow's detour, None for what is not plain enough for it."""
    if image.format == "JPEG" and image.mode in {"RGB", "L"}:
        pixels = _jpeg(image, data, least or image.size)
    elif image.format == "PNG" and image.mode == "RGB" and _is_plain(image):
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        if decoded is None:
            raise _refusal("asset.broken", "the picture is damaged or cut off.", _ACCEPTED)
        pixels = np.asarray(decoded, np.uint8)
        factor = _spare(image.size, least)
        if factor > 1:
            across, down = image.width // factor, image.height // factor
            pixels = colour.resized(pixels[: down * factor, : across * factor], across, down)
    else:
        return None
    return _turned(_profiled(pixels, image), orientation)


def _jpeg(image: Image.Image, data: bytes, least: tuple[int, int]) -> Pixels:
    width, height = image.size
    fits = (part for part in _EIGHTHS if width * part // 8 >= least[0] and height * part // 8 >= least[1])
    eighths = next(fits, 8)
    across, down = width * eighths // 8, height * eighths // 8
    try:
        import simplejpeg

        decoded = simplejpeg.decode_jpeg(data, "BGR", min_width=across, min_height=down, min_factor=8 / eighths)
        # A last row or column that is only in part the picture's would put the scale out by as much.
        return np.asarray(decoded[:down, :across], np.uint8)
    except (ImportError, ValueError):
        # No wheel for this machine, or a file with one of the oddities that cameras write and only Pillow forgives.
        image.draft(image.mode, least)
        factor = round(width / image.width)
        whole = np.asarray(image.convert("RGB"))[: height // factor, : width // factor]
        return np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2BGR), np.uint8)


def _is_plain(image: Image.Image) -> bool:
    """True where the bytes are the colours: eight bits, nothing transparent, no gamma of its own."""
    return not image.has_transparency_data and not {"gamma", "chromaticity"} & image.info.keys()


def _profiled(pixels: Pixels, image: Image.Image) -> Pixels:
    profile = image.info.get("icc_profile")
    if not profile:
        return pixels
    converted = _converted(Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)), profile)
    return pixels if converted is None else np.asarray(cv2.cvtColor(np.asarray(converted), cv2.COLOR_RGB2BGR), np.uint8)


def _orientation(image: Image.Image, data: bytes) -> int:
    # Pillow decodes a whole PNG to see whether a chunk behind its pixels holds EXIF; hardly any has one at all.
    if image.format == "PNG" and not _png_has_exif(data):
        return 1
    return int(image.getexif().get(0x0112, 1))


def _png_has_exif(data: bytes) -> bool:
    """Whether a PNG says how it was held: in a chunk for it, or among its texts as ImageMagick writes it."""
    at = 8
    while at + 8 <= len(data):
        kind, body = data[at + 4 : at + 8], at + 8
        if kind == b"eXIf" or (kind in _TEXTS and data.startswith(b"Raw profile type", body)):
            return True
        at = body + int.from_bytes(data[at : at + 4]) + 4
    return False


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    """The picture upright, by its EXIF orientation (1 to 8)."""
    mirrored = cv2.flip(pixels, 1) if orientation in {2, 4, 5, 7} else pixels
    turn = {3: cv2.ROTATE_180, 4: cv2.ROTATE_180, 5: cv2.ROTATE_90_COUNTERCLOCKWISE, 6: cv2.ROTATE_90_CLOCKWISE,
            7: cv2.ROTATE_90_CLOCKWISE, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}.get(orientation)  # fmt: skip
    upright = mirrored if turn is None else cv2.rotate(mirrored, turn)
    return np.asarray(upright, np.uint8)


def cutout(data: bytes, *, max_pixels: float = MAX_PIXELS) -> Pixels:
    """Decode to height x width x 4, BGRA with straight alpha, upright, sRGB. Raises AssetRefused."""
    with _opened(data, max_pixels) as image:
        return _bgra(_eight_bit(_upright(image)))


@contextmanager
def _opened(data: bytes, max_pixels: float) -> "Iterator[Image.Image]":
    """The picture with only its header read; every failure inside becomes AssetRefused."""
    _check_bytes(data)
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            _check_pixels(image.size, max_pixels)
            yield image
    except AssetRefused:
        raise
    except UnidentifiedImageError as error:
        raise _refusal("asset.unknown", "the file is no picture that can be read.", _ACCEPTED) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _refusal("asset.bomb", "the picture has far too many pixels.", _SMALLER) from error
    except Exception as error:
        # Decoders of untrusted bytes throw whatever they like: OSError, SyntaxError, ValueError, struct.error, ...
        raise _refusal("asset.broken", f"the picture is damaged or cut off ({error}).", _ACCEPTED) from error


def _check_pixels(dimensions: tuple[int, int], max_pixels: float) -> None:
    width, height = dimensions
    if width * height > max_pixels:
        allowed = f"{max_pixels / 1e6:.0f} million allowed"
        raise _refusal("asset.bomb", f"the picture has {width} x {height} pixels, more than the {allowed}.", _SMALLER)


def _check_bytes(data: bytes) -> None:
    if not data:
        raise _refusal("asset.empty", "the file is empty.", _ACCEPTED)
    if len(data) > MAX_BYTES:
        raise _refusal(
            "asset.large",
            f"the file has {len(data) / 1e6:.0f} MB, more than the {MAX_BYTES / 1e6:.0f} MB allowed.",
            "Save it with fewer pixels or a higher compression.",
        )
    head = data[:_HEADER_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in head):
        raise _refusal(
            "asset.vector",
            "the file is an SVG drawing; only pixel pictures can be used.",
            "Export it as PNG, 2000 pixels or more on the longer side, with a transparent ground.",
        )
    if head.startswith((b"%pdf", b"%!ps")):
        raise _refusal("asset.vector", "the file is a PDF or PostScript document, no picture.", _ACCEPTED)


def _refusal(code: str, message: str, fix: str) -> AssetRefused:
    return AssetRefused(Problem(code=code, message=message, fix=fix))


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    return ImageOps.exif_transpose(image)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    if factor < 2 or image.mode in {"P", "PA", "1"}:
        return image
    # A last row or column of fewer pixels than the others would put the scale out by as much.
    smaller = image.reduce(factor, (0, 0, image.width // factor * factor, image.height // factor * factor))
    smaller.info = image.info
    return smaller


def _flattened(image: Image.Image) -> Layers:
    colours, alpha = _srgb(image), None
    if image.has_transparency_data:
        mask = _alpha(image)
        white = Image.new("RGB", image.size, "white")
        white.paste(colours, mask=mask)
        colours = white
        if mask.getextrema() != (255, 255):
            alpha = np.asarray(mask, np.uint8)
    return Layers(pixels=np.asarray(cv2.cvtColor(np.asarray(colours), cv2.COLOR_RGB2BGR), np.uint8), alpha=alpha)


def _bgra(image: Image.Image) -> Pixels:
    layers = cv2.cvtColor(np.asarray(_srgb(image)), cv2.COLOR_RGB2BGRA)
    if image.has_transparency_data:
        layers[..., 3] = np.asarray(_alpha(image))
    return np.asarray(layers, np.uint8)


def _alpha(image: Image.Image) -> Image.Image:
    return image.convert("RGBA").getchannel("A")


def _srgb(image: Image.Image) -> Image.Image:
    """The colours of a picture in sRGB, mode RGB; alpha left aside."""
    profile = image.info.get("icc_profile")
    if image.mode in {"RGBA", "P", "PA", "La", "RGBa"}:
        image = image.convert("RGBA").convert("RGB")
    elif image.mode in {"LA", "1"}:
        image = image.convert("L")
    if profile:
        converted = _converted(image, profile)
        if converted is not None:
            return converted
    return image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture brought from its profile to sRGB; None where it is sRGB already or the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source)
        if "srgb" in name.lower() and image.mode == "RGB":
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A broken profile, or one of another colour model than its picture: browsers ignore it too.
        return None


def _eight_bit(image: Image.Image) -> Image.Image:
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image).astype(np.float32)
    # 16-bit greys run to 65535 whatever Pillow calls them; floats are taken as 0 to 1, the habit of TIFF.
    top = 1.0 if image.mode == "F" and float(values.max(initial=0.0)) <= 1.0 else 65535.0
    scaled = np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8)
    grey = Image.fromarray(scaled)
    grey.info = {key: value for key, value in image.info.items() if key != "icc_profile"}
    return grey
