"""What an answer brings: the picture, and what it used. The SDK does not check answers; a gateway may say anything.

Nothing that is odd beside the picture costs the picture: it was paid for.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from briefmill.errors import MaybeCharged

_COUNTS: Final = frozenset(
    {"input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens"}
)


def usage(answer: Any) -> Mapping[str, Any]:
    """What the answer says it used. Only what is a count by its name; nothing where it says nothing."""
    told = getattr(answer, "usage", None)
    dump = getattr(told, "model_dump", None)
    counts = dump(warnings=False) if dump is not None else told
    return {name: count for name, count in counts.items() if name in _COUNTS} if isinstance(counts, dict) else {}


def picture(answer: Any) -> bytes:
    """The picture, a whole PNG, JPEG or WebP. Raises MaybeCharged where there is none."""
    pictures = getattr(answer, "data", None)
    first = pictures[0] if isinstance(pictures, list) and pictures else None
    text = getattr(first, "b64_json", None)
    try:
        data = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise MaybeCharged("the answer's picture is no base64") from error
    # The end is looked for, too: a picture that was cut off on its way is asked for again, not refused as an asset.
    if not media_type(data):
        raise MaybeCharged("the answer holds no whole PNG, JPEG or WebP picture")
    return data


def media_type(data: bytes) -> str:
    """The kind of a picture whose first and last bytes are there, empty for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in data[-16:]:
        return "image/png"
    if data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-16:]:
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and int.from_bytes(data[4:8], "little") + 8 <= len(data):
        return "image/webp"
    return ""
