"""The canonical form of JSON: RFC 8785, so that anybody's verifier comes to the same bytes.

Keys are sorted by their UTF-16 code units, nothing stands between tokens, and numbers are written as ECMAScript writes
them. One departure: a lone surrogate, which a file name that is no Unicode leaves behind, is written as its JSON escape
instead of being refused.
"""

import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Final

EXACT: Final = 2**53
"""From here on a whole number may not be the same in every reader: all numbers are binary64 to the RFC."""

_TEXT: Final = json.JSONEncoder(ensure_ascii=False).encode
_LONE: Final = re.compile("[\ud800-\udfff]")


def form(value: object) -> bytes:
    """JSON-ready data in its canonical form, UTF-8.

    Raises ValueError for what has none: not a number, infinity, whole numbers that binary64 has not, other keys than
    text.
    """
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", _written(value)).encode()


def _written(value: object) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return _TEXT(value)
    if isinstance(value, int):
        if abs(value) < EXACT:
            return str(value)
        written = _number(float(value)) if abs(value) <= sys.float_info.max else ""
        # As it is, or as ECMAScript writes the binary64 that it is in another reader.
        if not written or (int(float(value)) != value and written != str(value)):
            raise ValueError(f"{value} is too large to be the same in every reader")
        return written
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is no text")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(_written(one) for one in value) + "]"
    raise ValueError(f"{type(value).__name__} is nothing that JSON knows")


def _number(value: float) -> str:
    """A number as ECMAScript's Number::toString writes it (ECMA-262, 6.1.6.1.20)."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that JSON knows")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = f"{abs(value)!r}".partition("e")
    whole, _, rest = mantissa.partition(".")
    rest = "" if rest == "0" else rest
    digits = (whole + rest).lstrip("0")
    # `point` digits stand before the point; repr gives the shortest digits that read back as the same number.
    point = len(digits) - len(rest) + int(power or 0)
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return digits[0] + (f".{digits[1:]}" if count > 1 else "") + power
