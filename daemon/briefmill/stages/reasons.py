"""What is put beside a refused brief: REASONS.md for the person who wrote it, reasons.json for machines.

Both say the same: where, what, and how to mend it. Every text may come from the brief itself and is hostile until
proven otherwise: nothing in it may become a link, a picture or HTML (`markdown`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from briefmill.domain.job import Job, State
from briefmill.domain.verdict import Finding, Severity
from briefmill.errors import Problem
from briefmill.rules import summary as summaries
from briefmill.stages import markdown

SCHEMA: Final = "briefmill.reasons/1"
PLACES: Final = 6
"""So many creatives are named with one reason; the others are counted."""
SUMMARY: Final = 300
"""Characters of a summary at most: it is a line in a table."""
INTERNAL: Final = "job.internal_error"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refused job and why: problems of the brief or its files, or findings of the rules (all severities).

    `drawn` says that there is a contact sheet: words are judged before anything is made.
    """

    job: Job
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    drawn: bool = True

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def summary(problems: Sequence[Problem], errors: Sequence[Finding]) -> str:
    """Why a brief was refused, in one line of at most 300 characters: the first reason, and how many more there are."""
    told = [_sentence(str(problem)) for problem in problems]
    for group in summaries.of(errors):
        where = f"{group.places[0]}: " if group.places else ""
        told.append(_sentence(f"{where}{group.worst.message}"))
    if not told:
        return "The brief was refused."
    more = f" (and {summaries.counted(len(told) - 1, 'more reason')})" if len(told) > 1 else ""
    room = SUMMARY - len(more)
    first = told[0] if len(told[0]) <= room else told[0][: room - 1].rstrip() + "…"
    return first + more


def as_json(refusal: Refusal) -> dict[str, Any]:
    """The refusal, JSON-ready. `reasons` holds problems, then findings; those that refused have severity `error`."""
    return {
        "schema": SCHEMA,
        "job": refusal.job.id,
        "source": refusal.job.source,
        "campaign": refusal.job.campaign,
        "tenant": refusal.job.tenant,
        "state": State.REJECTED.value,
        "dropped_at": refusal.job.created_at.isoformat(),
        "summary": summary(refusal.problems, refusal.errors),
        "reasons": [
            *(_of_problem(problem) for problem in refusal.problems),
            *(_of_finding(finding) for finding in refusal.findings),
        ],
    }


def as_markdown(refusal: Refusal) -> str:
    """REASONS.md, safe to show in any renderer and to read as plain text."""
    return "\n".join(_lines(refusal)) + "\n"


def _of_problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": Severity.ERROR.value,
        "message": problem.message,
        "fix": problem.fix,
        "field": problem.field,
        "line": problem.line or None,
        "column": problem.column or None,
        "product": "",
        "locale": "",
        "placement": "",
        "value": None,
        "threshold": None,
        "unit": "",
    }


def _of_finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": f"rule.{finding.rule}",
        "severity": finding.severity.value,
        "message": finding.message,
        "fix": finding.fix,
        "field": "",
        "line": None,
        "column": None,
        "product": finding.product,
        "locale": finding.locale,
        "placement": finding.placement,
        "value": finding.value,
        "threshold": finding.threshold,
        "unit": finding.unit,
    }


def _lines(refusal: Refusal) -> Iterator[str]:
    job = refusal.job
    groups = summaries.of(refusal.findings)
    errors = [group for group in groups if group.worst.severity is Severity.ERROR]
    others = [group for group in groups if group.worst.severity is not Severity.ERROR]
    count = len(refusal.problems) + len(errors)
    yield "# This brief was refused"
    yield ""
    yield (
        f"{markdown.code(job.source)}, dropped on {job.created_at:%Y-%m-%d at %H:%M} UTC, was put aside: "
        f"{summaries.counted(count, 'thing')} must be mended first."
        if count
        else f"{markdown.code(job.source)}, dropped on {job.created_at:%Y-%m-%d at %H:%M} UTC, was put aside."
    )
    if count:
        yield from ("", "## What must be mended")
        told = [_problem_item(problem) for problem in refusal.problems] + [_group_item(group) for group in errors]
        for number, item in enumerate(told, start=1):
            yield from _numbered(number, item)
    if others:
        yield from ("", "## What else was noticed", "", "None of this stands in the way.", "")
        for group in others:
            where = f" ({_named(group.places)})" if group.places else ""
            yield f"- {markdown.escaped(group.worst.message)}{where}"
    yield from _next_steps(refusal)


def _problem_item(problem: Problem) -> list[str]:
    place = [f"line {problem.line}, column {problem.column}" if problem.column else f"line {problem.line}"]
    heading = ", ".join(
        (place if problem.line else []) + ([f"field {markdown.code(problem.field)}"] if problem.field else [])
    )
    return [
        *([f"**{heading[0].upper()}{heading[1:]}**"] if heading else []),
        markdown.escaped(problem.message),
        *([f"*To mend it:* {markdown.escaped(problem.fix)}"] if problem.fix else []),
    ]


def _group_item(group: summaries.Group) -> list[str]:
    finding = group.worst
    place = summaries.place(finding)
    lines = [f"**{markdown.escaped(place)}**"] if place else []
    lines.append(markdown.escaped(finding.message))
    others = [other for other in group.places if other != place]
    if others:
        lines.append(f"The same holds for {len(others)} more: {_named(others)}.")
    if finding.fix:
        lines.append(f"*To mend it:* {markdown.escaped(finding.fix)}")
    return lines


def _named(places: Sequence[str]) -> str:
    rest = f", and {summaries.counted(len(places) - PLACES, 'other')}" if len(places) > PLACES else ""
    return ", ".join(markdown.escaped(where) for where in places[:PLACES]) + rest


def _numbered(number: int, lines: list[str]) -> Iterator[str]:
    yield ""
    lead = f"{number}. "
    for index, line in enumerate(lines):
        ending = "  " if index < len(lines) - 1 else ""  # two spaces: a line break, also where paragraphs are shown
        yield f"{lead if index == 0 else ' ' * len(lead)}{line}{ending}"


def _next_steps(refusal: Refusal) -> Iterator[str]:
    job = refusal.job
    yield from ("", "## What to do next", "")
    if refusal.problems and all(problem.code == INTERNAL for problem in refusal.problems):
        yield "Nothing in the brief has to change. Keep this folder, and give the job's id to whoever runs Briefmill."
    else:
        yield (
            f"Take {markdown.code(job.source)} from this folder (it is as you dropped it), mend it, and drop it into "
            "the inbox again."
        )
    if refusal.findings and refusal.drawn:
        yield ""
        yield "`contact-sheet.jpg` beside this file shows what was drawn, with the creatives that must change marked."
    yield from ("", f"Job {markdown.code(job.id)}. `reasons.json` says the same for machines.")


def _sentence(text: str) -> str:
    return " ".join(text.split())
