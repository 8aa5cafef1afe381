"""Looks into a quiet entry: whether anybody writes to it still, and whether it is whole.

For a brief the best test there is: does it parse to its end. YAML can do so and be half of what is meant (a writer that
closes the file between appends), so it must have its required parts, too. A zip is whole once its directory, which is
written last, is there; a folder once it holds a brief that is whole and the files that this brief names. What is wrong
in any other way counts as complete: it will not get better by waiting, and the reader has the words for it. Blocks.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefmill.domain.brief import Reading
from briefmill.errors import BriefRefused
from briefmill.intake import assets, bundle, lease
from briefmill.intake.bundle import Drop
from briefmill.intake.lease import Writer
from briefmill.intake.pieces import Limits
from briefmill.intake.settle import Content, Evidence, Look, Shape

MOST_LEASES: Final = 100
"""So many files of a folder are asked after; a larger one has its quiet time and the copy's own check."""

_EARLY: Final = {"bundle.no_brief": Content.NO_BRIEF, "brief.empty": Content.EMPTY}
_LACKING: Final = frozenset(
    {
        "brief.campaign.missing",
        "brief.message.missing",
        "brief.not_fields",
        "brief.product.empty",
        "brief.products.empty",
        "brief.products.missing",
    }
)
"""What the reader says of the first lines of a brief whose other lines are still to come."""


@dataclass(frozen=True, kw_only=True)
class Examiner:
    """`complete` says whether a brief's bytes, under its name, parse to their end; `read` understands them.

    `library` is the folder of shared assets, where files that a bundle does not bring may lie.
    """

    complete: Callable[[bytes, str], bool]
    limits: Limits
    read: Callable[[bytes, str], Reading] | None = None
    library: Path | None = None

    def examine(self, path: Path, look: Look) -> Evidence:
        """What there is to know about the entry at `path`. Raises OSError where it cannot be looked at."""
        if look.shape not in {Shape.FILE, Shape.FOLDER}:
            return Evidence(writer=Writer.NONE, content=Content.COMPLETE)
        return Evidence(writer=_writer(path, look), content=self._content(path, look))

    def _content(self, path: Path, look: Look) -> Content:
        if look.shape is Shape.FILE and look.size == 0:
            return Content.EMPTY
        if look.shape is Shape.FILE and bundle.is_zip(os.fsencode(path.name)):
            return Content.COMPLETE if bundle.ends(path) else Content.TRUNCATED
        try:
            drop = bundle.opened(path, self.limits)
        except BriefRefused as refused:
            return _EARLY.get(refused.problems[0].code, Content.COMPLETE)
        with drop.brief.open() as file:
            data = file.read(self.limits.brief_bytes + 1)
        if not self.complete(data, drop.name):
            return Content.TRUNCATED
        bounded = data.lstrip().startswith((b"{", b"["))
        if self.read is None or (bounded and look.shape is not Shape.FOLDER):
            return Content.COMPLETE
        try:
            reading = self.read(data, drop.name)
        except BriefRefused as refused:
            lacking = not bounded and any(problem.code in _LACKING for problem in refused.problems)
            return Content.LACKS_PARTS if lacking else Content.COMPLETE
        lacks = look.shape is Shape.FOLDER and self._lacks_files(reading, drop)
        return Content.LACKS_FILES if lacks else Content.COMPLETE

    def _lacks_files(self, reading: Reading, drop: Drop) -> bool:
        """Whether a bundle's folder may still be on its way: its brief names files that are not there."""
        shared = () if self.library is None else (assets.Place(folder=self.library, called="the shared assets"),)
        try:
            search = assets.find(reading, (piece.path for piece in drop.files), shared)
        except BriefRefused as refused:
            return any(problem.code == "asset.missing" for problem in refused.problems)
        return len(search.found) < len(reading.brief.assets())


def _writer(path: Path, look: Look) -> Writer:
    if look.shape is Shape.FILE:
        return lease.writer(bytes(path))
    answers = set()
    for count, member in enumerate(path.rglob("*")):
        if count == MOST_LEASES:
            break
        if member.is_file() and not member.is_symlink():
            answers.add(lease.writer(bytes(member)))
    if Writer.OPEN in answers:
        return Writer.OPEN
    return Writer.UNKNOWN if Writer.UNKNOWN in answers else Writer.NONE
