"""The arguments of `images.edit`: a picture that goes by pictures which the brief brought.

They are sent as they were prepared (upright, of a sane size, without their metadata), product first: the prompt speaks
of them by their number. Limits of the API, from the SDK's descriptions (openai 3.54, November 2026): up to 16 PNG, JPEG
or WebP files of less than 50 MB each.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from briefmill.domain.artefact import Ref
from briefmill.domain.creative import PictureRequest
from briefmill.errors import PictureRefused
from briefmill.makers.openai import abilities

MOST: Final = 16
"""Pictures that go along at most."""
LARGEST: Final = 50_000_000
"""Bytes of one of them, below."""

Prepared = tuple[bytes, str]
"""A picture ready to be sent: its bytes and media type."""

Prepare = Callable[[Ref], Prepared]
"""Makes a stored picture ready to be sent. Raises AssetRefused."""

_ENDINGS: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def arguments(request: PictureRequest, shared: dict[str, Any], prepared: Sequence[Prepared]) -> dict[str, Any]:
    """The arguments for a request with references; `shared` are those that a plain request has as well.

    Raises PictureRefused for pictures that the API would not take.
    """
    if len(prepared) > MOST:
        raise PictureRefused(
            f"{len(prepared)} pictures to go by are more than the {MOST} that the picture maker takes.",
            code="maker.references",
            fix="Name fewer references.",
        )
    told = {name: value for name, value in shared.items() if name != "moderation"}
    fidelity = abilities.of(told["model"]).fidelity
    if fidelity and any(one.product for one in request.references):
        told["input_fidelity"] = fidelity[0]
    return {**told, "image": [_file(number, one) for number, one in enumerate(prepared, start=1)]}


def _file(number: int, prepared: Prepared) -> tuple[str, bytes, str]:
    data, media_type = prepared
    if media_type not in _ENDINGS or len(data) >= LARGEST:
        raise PictureRefused(
            f"Reference {number} ({media_type}, {len(data) / 1e6:.0f} MB) is nothing that the picture maker takes.",
            code="maker.references",
            fix="Save it as JPEG or PNG with fewer pixels.",
        )
    return f"reference-{number}.{_ENDINGS[media_type]}", data, media_type
