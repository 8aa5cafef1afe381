"""The port `Upkeep`: removals by rule, in the audit chain before they happen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from briefmill.domain.job import TERMINAL
from briefmill.errors import NotFound
from briefmill.ledger import audit
from briefmill.ledger.shelves import Books, Entry, Page
from briefmill.ports.upkeep import Removal

OUTBOX: Final = "outbox"
_HOUSE: Final = "default"
"""Whose the rows are that belong to no job."""


class Upkeep:
    """The port `Upkeep` over the books."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def removing(self, removals: Sequence[Removal]) -> Sequence[Removal]:
        """Write a row for each removal that may go, and give these."""
        return self._books.write(lambda page: _removing(page, removals)) if removals else ()

    def failed(self, removal: Removal, error: str) -> None:
        """Write down that it is still there, and why."""
        told = {"place": removal.place, "name": removal.name, "error": error}
        self._books.write(
            lambda page: audit.note_about(page, "retention.failed", [(_tenant(page, removal.job), removal.job, told)])
        )


def _removing(page: Page, removals: Sequence[Removal]) -> Sequence[Removal]:
    allowed, rows = [], []
    for removal in removals:
        entry = _entry(page, removal.job)
        if removal.job and (entry is None or entry.job.state not in TERMINAL):
            continue
        told = {
            **removal.detail,
            "place": removal.place,
            "name": removal.name,
            "bytes": removal.size,
            "why": removal.why,
        }
        if entry is not None and removal.place == OUTBOX and entry.job.content:
            told["content"] = entry.job.content
            page.jobs.save(replace(entry, job=replace(entry.job, content="")))
        rows.append((entry.job.tenant if entry else _HOUSE, removal.job, told))
        allowed.append(removal)
    audit.note_about(page, "retention.removed", rows)
    return tuple(allowed)


def _entry(page: Page, job: str) -> Entry | None:
    if not job:
        return None
    try:
        return page.jobs.entry(job)
    except NotFound:
        return None


def _tenant(page: Page, job: str) -> str:
    entry = _entry(page, job)
    return entry.job.tenant if entry else _HOUSE
