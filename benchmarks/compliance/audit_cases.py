"""Cases for the audit of finished files: as the stages made them, and with something done to them afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cost
import cv2
import numpy as np
import photos
from labels import Case

from briefmill.auditing import audit
from briefmill.auditing.audit import Claim
from briefmill.domain.creative import Composition
from briefmill.storage.fs import FileStore

AUDIT = "audit"
SHOWN = ("china.jpg", "coffee.png", "flower.jpg")
"""Three photos, twelve creatives of each."""


def cases(folder: Path) -> Iterator[Case]:
    """All of them; creatives are made and signed in `folder`."""
    sealing = cost.sealing(folder / "authority")
    for name in SHOWN:
        task = cost.order(FileStore(folder / name), sealing, photos.without_people()[name])
        for at, (data, claim) in enumerate(cost.audited(task)):
            for what, kind, wrong, delivered, said in _changed(data, claim, at):
                yield Case(
                    rule=AUDIT, what=f"{name}, {claim.width}x{claim.height}: {what}", kind=kind, wrong=wrong,
                    found=_asks(delivered, said),
                )  # fmt: skip


def _asks(data: bytes, claim: Claim) -> Callable[[], bool]:
    return lambda: bool(audit.audit(data, claim))


def _changed(data: bytes, claim: Claim, at: int) -> Iterator[tuple[str, str, bool, bytes, Claim]]:
    """What was done, kind, whether that is wrong, the file, and what is said of it."""
    yield "as it is", "pass", False, data, claim
    yield "just as large as it may be", "borderline", False, data, replace(claim, cap=len(data))
    yield "a byte larger than it may be", "borderline", True, data, replace(claim, cap=len(data) - 1)
    byte = len(data) * (2 * at + 1) // 24
    yield f"a bit of byte {byte} flipped", "borderline", True, _flipped(data, byte), claim
    yield "cut short", "fail", True, data[: len(data) // 2], claim
    yield "a pixel narrower than said", "borderline", True, data, replace(claim, width=claim.width + 1)
    unsigned = replace(claim, signed=False, source_type="")
    yield "painted over", "fail", True, _painted(data, claim.composition), unsigned
    yield "recompressed, without its record", "fail", True, _written(_opened(data)), claim
    yield "recompressed, and none is said of it", "pass", False, _written(_opened(data)), unsigned


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _opened(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def _painted(data: bytes, composition: Composition | None) -> bytes:
    """The file with its words under a flat colour."""
    pixels = _opened(data)
    for block in composition.texts if composition else ():
        where = block.box
        inside = pixels[max(0, where.y) : where.bottom, max(0, where.x) : where.right]
        inside[:] = np.median(inside.reshape(-1, 3), axis=0)
    return _written(pixels)


def _written(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
