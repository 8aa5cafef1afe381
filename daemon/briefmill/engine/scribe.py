"""Who writes what a brief leaves open, and whether a job goes on with what was written.

What a machine wrote may wait for a person, and what it could not write may wait, too, refuse the brief, or be left as
it is: that is the house's to say, and a brief may ask for a look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from briefmill.domain.brief import Brief
from briefmill.domain.job import Job
from briefmill.errors import BriefRefused, Problem
from briefmill.ports import CopyWriter
from briefmill.stages import translate
from briefmill.stages.openings import Guide
from briefmill.stages.translate import Written

Approval = Literal["none", "hold", "always"]
"""Whether a person looks: only where the brief asks for it; unless the brief says not; always."""

Unfit = Literal["source", "hold", "reject"]
"""What becomes of a job when words could not be written: it uses the source's, waits for a person, is refused."""


@dataclass(frozen=True, kw_only=True)
class Scribe:
    """`writer_for` gives the writer for a job, None where nobody writes.

    `released` says whether a person has seen the words with a mark and sent the job on (blocks).
    """

    writer_for: Callable[[Job], CopyWriter | None] = lambda _: None
    guide: Guide = field(default_factory=Guide)
    released: Callable[[Job, str], bool] = lambda _job, _mark: False
    approval: Approval = "none"
    unfit: Unfit = "source"

    def write(self, job: Job, brief: Brief, pictured: Callable[[], frozenset[str]]) -> tuple[Written, ...]:
        """What is written for a job, marked where a person has approved of it. Raises what the writer raises.

        `pictured` gives the products whose pictures are made by a prompt.
        """
        writer = self.writer_for(job)
        if writer is None:
            return ()
        written = translate.run(brief, writer, self.guide, pictured=pictured())
        mark = translate.mark(written)
        if not mark or not self.released(job, mark):
            return written
        return tuple(replace(one, approved=True) for one in written)

    def waits(self, job: Job, brief: Brief, written: tuple[Written, ...]) -> str:
        """Why a job waits for a person, in words; empty when it goes on. Raises BriefRefused."""
        if any(one.approved for one in written):
            return ""
        if self.unfit != "source" and translate.unfit(written):
            if self.unfit == "reject":
                raise _refused(written)
            return translate.decide(job.id, written)
        looked_at = any(one.copy.texts for one in written) and self._looked_at(brief)
        return translate.look_at(job.id, written) if looked_at else ""

    def _looked_at(self, brief: Brief) -> bool:
        if self.approval == "always" or brief.copy_approval is None:
            return self.approval != "none"
        return brief.copy_approval


def _refused(written: tuple[Written, ...]) -> BriefRefused:
    return BriefRefused(
        tuple(
            Problem(
                code="brief.copy.unwritten",
                message=f"The words for {one.place} could not be written: {' '.join(one.copy.unfit)}",
                fix=f"Write them into the brief yourself, as `message: {{{one.locale}: ...}}`.",
                field=str(one.task),
            )
            for one in translate.unfit(written)
        )
    )
