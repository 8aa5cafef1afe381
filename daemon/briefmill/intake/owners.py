"""Who takes files out of an inbox: each home has a name of its own, and leaves its card in the inboxes it serves.

Two daemons on one inbox, by mistake or on two machines of a share, never take the same file. But a claim that a ledger
does not know may be another's, under way, or ours, from before a backup was restored. Only where no other card lies it
must be ours, and goes back into the inbox by itself.
"""

import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefmill import files
from briefmill.intake.claim import ClaimFolder


@dataclass(frozen=True, kw_only=True)
class Card:
    """Who serves an inbox: the owner's name, and where its home is, in words for people."""

    owner: str
    host: str = ""
    home: str = ""


def name_of(state: Path) -> str:
    """The name of the home with this state folder, made at the first call. Blocks. Raises OSError."""
    place = state / "owner"
    try:
        return place.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        name = secrets.token_hex(8)
        files.write_durably(place, f"{name}\n".encode())
        return name


def announce(claims: ClaimFolder, home: Path) -> None:
    """Leave our card in the inbox. Blocks. Raises OSError."""
    card = {"host": socket.gethostname(), "home": str(home)}
    place = _cards(claims)
    place.mkdir(parents=True, exist_ok=True)
    files.write_durably(place / f"{claims.owner}.json", json.dumps(card).encode())


def others(claims: ClaimFolder) -> list[Card]:
    """The cards of all others that serve this inbox, or once did. Blocks."""
    try:
        found = sorted(path for path in _cards(claims).iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        return []
    return [_card(path) for path in found if path.stem != claims.owner]


def _cards(claims: ClaimFolder) -> Path:
    return claims.root.parent / "owners"


def _card(path: Path) -> Card:
    """A card that anybody at the share may have written."""
    told: Any = None
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        told = None
    known = told if isinstance(told, dict) else {}
    host, home = (files.printable(str(known.get(key, "")).encode("utf-8", "replace")) for key in ("host", "home"))
    return Card(owner=files.printable(path.stem.encode("utf-8", "surrogateescape")), host=host, home=home)
