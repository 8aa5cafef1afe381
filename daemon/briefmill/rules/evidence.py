"""What the rules for a whole set look at: gathered while the set was made, and looked at once at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from briefmill.rules.typeface import Face
from briefmill.rules.unseen import Unseen


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """`prints`: the fingerprints of each product's pictures. `logos`: path and SHA-256 of each supplied logo.

    `fonts` came with the brief, `families` drew each locale's words, `own` are the brand's. `unseen` counts what nobody
    could look at.
    """

    prints: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    logos: Mapping[str, str] = field(default_factory=dict)
    fonts: tuple[Face, ...] = ()
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    unseen: Unseen = field(default_factory=Unseen)
