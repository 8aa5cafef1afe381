"""What a running daemon can take up of a new configuration, and what has to wait for its next start.

Nearly everything can: the parts that work are built anew. What the process itself holds on to cannot: its folders with
the lock, the ledger and the files that lie in them; the address that Prometheus knows; the spelling of a log that
somebody is reading.
"""

from collections.abc import Collection, Mapping
from typing import Final

from briefmill.settings.resolved import Settings
from briefmill.settings.tree import Section

FIXED: Final[Mapping[str, Collection[str]]] = {
    "folders": ("inbox", "outbox", "rejected", "state", "archive", "assets"),
    "telemetry": ("listen", "otlp_endpoint"),
    "logging": ("format",),
}
"""The keys, by section, that hold until the process ends."""


def between(old: Settings, new: Settings) -> tuple[str, ...]:
    """The names (`section.key`) of the settings that differ, in the order of the sections."""
    return tuple(
        f"{name}.{key}"
        for name in Settings.model_fields
        if isinstance(section := getattr(old, name), Section)
        for key in type(section).model_fields
        if getattr(section, key) != getattr(getattr(new, name), key)
    )


def settled(old: Settings, new: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The new settings as far as they can hold now, and the names of those that wait for a restart."""
    kept: dict[str, Section] = {}
    for name, keys in FIXED.items():
        before = getattr(old, name)
        kept[name] = getattr(new, name).model_copy(update={key: getattr(before, key) for key in keys})
    holding = new.model_copy(update=kept)
    return holding, between(holding, new)
