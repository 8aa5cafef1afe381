"""What a worker needs to know to seal creatives: small, picklable, and without a key in it.

Workers are given the paths of certificate and key with every task, and read them themselves: a key that went along
through pipes would lie in more memories than it has to.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """Where certificate chain and key lie, and `root` of a development authority (None for one that was brought).

    `fingerprint` is the leaf's SHA-256: a creative that another certificate signed is another file. `tool` and
    `version` are who composes.
    """

    certificate: Path
    key: Path
    root: Path | None
    fingerprint: str
    tool: str
    version: str
