"""The uploaded files and those that batches write: kept in memory, each until it expires or is deleted."""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from briefmill.fake_openai import refusals
from briefmill.fake_openai.clock import Clock

LARGEST: Final = 200_000_000
"""Bytes of a batch's input; the API takes 512 MB of other purposes, the fake this for all."""
BATCH_KEPT_S: Final = 30 * 86_400
"""A batch's files are gone after 30 days unless something else is said."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file. Times in seconds since 1970; `expires_at` 0 means never."""

    ident: str
    data: bytes
    name: str
    purpose: str
    created_at: float
    expires_at: float = 0.0

    def shown(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "id": self.ident,
            "object": "file",
            "bytes": len(self.data),
            "created_at": int(self.created_at),
            "expires_at": int(self.expires_at) or None,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
            "status_details": None,
        }


class Shelf:
    """All files of one server. Safe from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, File] = {}
        self._count = 0
        self._lock = threading.Lock()

    def put(self, data: bytes, *, name: str, purpose: str, at: float, kept_s: float | None = None) -> File:
        """Keep a file from `at` on for `kept_s` seconds, None for its purpose's own time. Raises Refusal (400)."""
        if len(data) > LARGEST:
            raise refusals.invalid(f"The file has {len(data)} bytes; {LARGEST} are the most.", param="file")
        if kept_s is None:
            kept_s = BATCH_KEPT_S if purpose.startswith("batch") else 0.0
        with self._lock:
            self._count += 1
            ident = f"file-{hashlib.sha256(f'{self._count}'.encode()).hexdigest()[:22]}"
            file = File(
                ident=ident,
                data=data,
                name=name,
                purpose=purpose,
                created_at=at,
                expires_at=at + kept_s if kept_s else 0.0,
            )
            self._files[ident] = file
        return file

    def get(self, ident: str) -> File:
        """A file that is still there. Raises Refusal (404)."""
        with self._lock:
            file = self._files.get(ident)
        if file is None or 0 < file.expires_at <= self._clock.now():
            raise refusals.no_such("File", ident)
        return file

    def delete(self, ident: str) -> dict[str, Any]:
        """Forget a file. Raises Refusal (404)."""
        self.get(ident)
        with self._lock:
            self._files.pop(ident, None)
        return {"id": ident, "object": "file", "deleted": True}

    def listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        """The files, newest first, by `purpose`, `order`, `after` and `limit`."""
        now = self._clock.now()
        with self._lock:
            files = [file for file in self._files.values() if not 0 < file.expires_at <= now]
        wanted = [file.shown() for file in files if query.get("purpose") in {None, file.purpose}]
        if query.get("order", "desc") == "desc":
            wanted.reverse()
        return page(wanted, query, most=10_000, usual=10_000)


def page(things: list[dict[str, Any]], query: Mapping[str, str], *, most: int, usual: int) -> dict[str, Any]:
    """One page of a list, after the thing named by `after`. Raises Refusal (400) for a `limit` out of range."""
    told = query.get("limit", str(usual))
    limit = int(told) if told.isdecimal() else 0
    if not 1 <= limit <= most:
        raise refusals.invalid(f"Invalid 'limit': expected 1 to {most}.", param="limit", code="invalid_value")
    idents = [thing["id"] for thing in things]
    start = idents.index(query["after"]) + 1 if query.get("after") in idents else 0
    found = things[start : start + limit]
    return {
        "object": "list",
        "data": found,
        "first_id": found[0]["id"] if found else None,
        "last_id": found[-1]["id"] if found else None,
        "has_more": start + limit < len(things),
    }
