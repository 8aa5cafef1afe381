"""What a person writes about watching, checked: how often, and to which address."""

import re
from typing import Any
from urllib.parse import urlsplit


def seconds(value: Any) -> float:
    """Seconds of `15m`, `90s`, `2h`, or a plain number of them; 0 for never. Raises ValueError in words for people."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) *(s|m|h)?", str(value).strip())
    if isinstance(value, bool) or found is None:
        raise ValueError('write how often, such as "15m", "90s" or "2h", or 0 for never')
    told = float(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2] or "s"]
    if told and not 1 <= told <= 86400:
        raise ValueError("write 0, or something from 1s to 24h")
    return told


def endpoint(url: str) -> str:
    """An address of HTTP, or nothing. Raises ValueError in words for people."""
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise ValueError('write the collector\'s address, such as "http://127.0.0.1:4318", or "" for none')
    return url
