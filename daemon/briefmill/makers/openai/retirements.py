"""Models whose last day is known, for those who cannot or do not want to ask.

From the provider's page of deprecations, as read in November 2026. A provider that is asked (`models.shutdown`) knows
more and later than this; a model that is not listed has no day that anybody had told by then.
"""

from datetime import date
from typing import Final

READ: Final = date(2026, 11, 22)
"""When the page was read."""

_ENDS: Final = {
    "dall-e-2": date(2026, 5, 12),
    "dall-e-3": date(2026, 5, 12),
    "gpt-image-1": date(2026, 10, 23),
    "gpt-image-1-mini": date(2026, 12, 1),
    "gpt-image-1.5": date(2026, 12, 1),
    "chatgpt-image-latest": date(2026, 12, 1),
}


def ends(model: str) -> date | None:
    """The day on which a model is, or was, shut down; None where none is known. Dated snapshots go with their model."""
    for name, day in _ENDS.items():
        if model == name or (model.startswith(f"{name}-20") and model.removeprefix(f"{name}-")[:4].isdigit()):
            return day
    return None
