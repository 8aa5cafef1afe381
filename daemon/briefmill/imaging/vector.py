"""Drawings (SVG) to pixels: read anew by `imaging.drawing`, rendered by resvg.

resvg is a renderer of static SVG in Rust: it runs no scripts and opens no connection, and gets no font and no folder
from here. What it is given holds nothing but shapes, in bounded number. How long it may take and how much memory it may
use is bounded from outside, with the worker process that it runs in.
"""

import re
from typing import Final

import cv2
import numpy as np

from briefmill.errors import AssetRefused, Problem
from briefmill.imaging import drawing
from briefmill.imaging.colour import Pixels

MAX_BYTES: Final = 1024 * 1024
"""Of a drawing. Logos have about 20 kB; what is larger is a picture in an SVG's coat."""

_MARKS: Final = (b"<?xml", b"<!--", b"<!doctype")
_HEAD: Final = 4096
_GZIP: Final = b"\x1f\x8b"
_PREFIXED: Final = re.compile(rb"<(?:[a-z_][\w.-]*:)?svg[\s>/]")


def is_drawing(data: bytes) -> bool:
    """True for what is written as an SVG, or packed like one (`.svgz`), whatever the file is called."""
    if data.startswith(_GZIP):
        return True
    head = _plain(data[:_HEAD]).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<svg") or (head.startswith(_MARKS) and _PREFIXED.search(head + b" ") is not None)


def raster(data: bytes, longer_side: int) -> Pixels:
    """Render a drawing to BGRA (straight alpha) with so many pixels on its longer side. Raises AssetRefused."""
    if data.startswith(_GZIP):
        raise _refusal("asset.vector.packed", "the drawing is packed (.svgz).", "Save it as plain .svg.")
    if len(data) > MAX_BYTES:
        raise _refusal(
            "asset.vector.large",
            f"the drawing has {len(data) / 1e6:.1f} MB, more than the {MAX_BYTES / 1e6:.0f} MB allowed.",
            "Simplify it, take embedded pictures out, or export it as PNG.",
        )
    return _rendered(drawing.read(data).sized(longer_side))


def _rendered(markup: str) -> Pixels:
    import resvg_py

    try:
        encoded = resvg_py.svg_to_bytes(svg_string=markup, skip_system_fonts=True)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # Besides ValueError there are panics of the renderer: pyo3 makes them BaseException, to stop at nothing less.
        message = f"the drawing cannot be rendered ({error})."
        raise _refusal("asset.vector.broken", message, "Export it again as plain SVG, or as PNG.") from error
    pixels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None  # resvg writes RGBA, eight bits
    return np.asarray(pixels, np.uint8)


def _plain(head: bytes) -> bytes:
    """The beginning of a file as bytes of ASCII where it is UTF-16, as some editors save."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace").encode("ascii", "replace")
    return head


def _refusal(code: str, message: str, fix: str) -> AssetRefused:
    return AssetRefused(Problem(code=code, message=message, fix=fix))
