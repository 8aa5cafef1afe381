"""What each image model knows of the API's parameters, so that none is sent that would come back as a 400.

Read from the parameter descriptions of the official SDK (openai 3.54, November 2026). A dated snapshot knows what its
family knows. A model that is not listed, at a gateway of whoever's, is believed to know everything: only its owner can
tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from briefmill.domain.rendering import QUALITIES, Rendering

_BASIC: Final = ("auto", "low", "medium", "high")


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a model takes. `fidelity` are the values of `input_fidelity` in an edit; `sizes` empty means any size."""

    qualities: tuple[str, ...] = QUALITIES
    complexity: bool = False
    fidelity: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()


_STANDARD: Final = ((1024, 1024), (1536, 1024), (1024, 1536))
_ANYTHING: Final = Abilities(complexity=True)
_KNOWN: Final = {
    "gpt-image-2.6": Abilities(complexity=True),
    "gpt-image-2.5": Abilities(),
    "gpt-image-2": Abilities(qualities=_BASIC),
    "gpt-image-1.5": Abilities(qualities=_BASIC, fidelity=("high", "low"), sizes=_STANDARD),
    "gpt-image-1-mini": Abilities(qualities=_BASIC, fidelity=("low",), sizes=_STANDARD),
    "gpt-image-1": Abilities(qualities=_BASIC, fidelity=("high", "low"), sizes=_STANDARD),
    "chatgpt-image-latest": Abilities(qualities=_BASIC, sizes=_STANDARD),
}


def of(model: str) -> Abilities:
    """What a model knows."""
    for name in sorted(_KNOWN, key=len, reverse=True):
        if model == name or model.startswith(f"{name}-"):
            return _KNOWN[name]
    return _ANYTHING


def complaints(model: str, wishes: Rendering) -> Iterator[tuple[str, str, str]]:
    """What of these wishes the model would refuse: the field, what is wrong, and how to mend it."""
    known = of(model)
    if wishes.quality and wishes.quality not in known.qualities:
        yield "quality", f'{model} knows no quality "{wishes.quality}"', f"Take one of {', '.join(known.qualities)}."
    if wishes.complexity and not known.complexity:
        yield "complexity", f"{model} knows no complexity", "Leave it out, or take a model of the 2.6 line."
    if wishes.background == "transparent" and wishes.format == "jpeg":
        yield "background", "a JPEG cannot be transparent", "Take the format png or webp, or the background opaque."
    if wishes.compression is not None and wishes.compression < 100 and wishes.format not in {"jpeg", "webp"}:
        yield "compression", "only jpeg and webp can be compressed", "Take one of these formats, or leave it out."


def settled(model: str, wishes: Rendering) -> Rendering:
    """The wishes as this model can fulfil them: what it does not know becomes the nearest that it does."""
    known = of(model)
    quality = wishes.quality if not wishes.quality or wishes.quality in known.qualities else "high"
    clear = wishes.background == "transparent" and wishes.format == "jpeg"
    return replace(
        wishes,
        quality=quality,
        complexity=wishes.complexity if known.complexity else "",
        background="opaque" if clear else wishes.background,
        compression=wishes.compression if wishes.format in {"jpeg", "webp"} else None,
    )


def over(brief: Rendering, settings: Rendering) -> Rendering:
    """What the brief wishes before what the settings say; of the two levels of moderation the stricter."""
    lax = brief.moderation == "low" and settings.moderation == "low"
    form = brief.format or settings.format
    inherited = settings.compression if not brief.format else None
    return Rendering(
        quality=brief.quality or settings.quality,
        complexity=brief.complexity or settings.complexity,
        background=brief.background or settings.background,
        format=form,
        compression=inherited if brief.compression is None else brief.compression,
        moderation="low" if lax or (not brief.moderation and settings.moderation == "low") else "auto",
    )
