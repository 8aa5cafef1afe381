"""Colours as briefs write them (hex with or without #, rgb(), CSS names, a name with the hex behind it) to `#RRGGBB`.

The names are those of CSS, as webcolors keeps them.
"""

import contextlib
import re
from typing import Final

import webcolors

_HEX: Final = re.compile(r"(?:#|0x)([0-9A-Fa-f]{8}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3,4})(?![0-9A-Za-z])")
_BARE: Final = re.compile(r"[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3}")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+[\d.]+%?)?\s*\)", re.IGNORECASE)


def read(text: str) -> str | None:
    """The colour as `#RRGGBB` in upper case, or None where the text names none. Transparency is left out."""
    with contextlib.suppress(ValueError):
        return str(webcolors.name_to_hex(re.sub(r"[\s_-]", "", text))).upper()
    rgb = _RGB.search(text)
    if rgb:
        parts = [int(part) for part in rgb.groups()]
        return "#{:02X}{:02X}{:02X}".format(*parts) if max(parts) <= 255 else None
    found = _HEX.search(text)
    digits = found.group(1) if found else text.strip() if _BARE.fullmatch(text.strip()) else ""
    if not digits:
        return None
    short = digits if len(digits) >= 6 else "".join(digit * 2 for digit in digits)
    return f"#{short[:6].upper()}"
