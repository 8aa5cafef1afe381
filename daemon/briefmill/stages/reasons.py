"""What is put beside a refused brief or a set that is not whole: REASONS.md for its author, reasons.json for machines.

Both say the same: where, what, by which number, and how to mend it; `marks` draws the pictures that they name. Every
text may come from the brief itself and is hostile until proven otherwise: nothing in it may become a link, a picture or
HTML (`markdown`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from briefmill.domain import codec
from briefmill.domain.job import Job, State
from briefmill.domain.verdict import Finding, Severity
from briefmill.errors import Problem
from briefmill.rules import summary as summaries
from briefmill.stages import markdown

SCHEMA: Final = "briefmill.reasons/1"
ANSWERED: Final = b"# Delivered after all"
"""How REASONS.md begins where the job it is about was delivered later."""
PICTURES: Final = "marked"
"""The folder, beside REASONS.md, of the pictures with marks."""
PLACES: Final = 6
"""So many creatives are named with one reason; the others are counted."""
SUMMARY: Final = 300
"""Characters of a summary at most: it is a line in a table."""
INTERNAL: Final = "job.internal_error"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refused job and why: problems of the brief or its files, or findings of the rules (all severities).

    `drawn` says that there is a contact sheet: words are judged before anything is made. `refusing` are the severities
    that keep back, `pictures` the paths of those that were marked. `left_out` are the paths of the creatives that were
    kept back from a set whose other creatives, `delivered` of them, went out; without it the whole brief was refused.
    """

    job: Job
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    drawn: bool = True
    refusing: frozenset[Severity] = frozenset({Severity.ERROR})
    pictures: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
    delivered: int = 0

    @property
    def because(self) -> tuple[Finding, ...]:
        """The findings that keep back."""
        return tuple(finding for finding in self.findings if finding.severity in self.refusing)


def files(refusal: Refusal) -> dict[str, bytes]:
    """Both documents, by their names."""
    return {"reasons.json": codec.document(as_json(refusal)), "REASONS.md": as_markdown(refusal).encode()}


def answered(page: bytes, folder: str) -> bytes:
    """REASONS.md of a job that was delivered after all, as `folder`."""
    head = f"The job was sent back to work, and its creatives are in the outbox: {markdown.code(folder)}."
    return ANSWERED + f"\n\n{head}\nWhat follows was true before.\n\n---\n\n".encode() + page


def picture_path(product: str, locale: str, placement: str) -> str:
    """Where the picture of a creative with its places marked lies, beside REASONS.md."""
    return f"{PICTURES}/{product}/{locale}/{placement}.jpg"


def picture_of(finding: Finding) -> str:
    """The same for the creative that a finding is about; of no creative for one about several."""
    return picture_path(finding.product, finding.locale, finding.placement)


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
    """The refusal, JSON-ready. `reasons` holds problems, then findings; `refuses` is true of those that are why."""
    marks = {
        finding: number for number, group in enumerate(summaries.of(refusal.because), 1) for finding in group.findings
    }
    return {
        "schema": SCHEMA,
        "job": refusal.job.id,
        "source": refusal.job.source,
        "campaign": refusal.job.campaign,
        "tenant": refusal.job.tenant,
        "state": (State.DELIVERED if refusal.left_out else State.REJECTED).value,
        "dropped_at": refusal.job.created_at.isoformat(),
        "summary": summary(refusal.problems, refusal.because),
        "delivered": refusal.delivered,
        "left_out": list(refusal.left_out),
        "reasons": [
            *(_of_problem(problem) for problem in refusal.problems),
            *(_of_finding(finding, refusal, marks.get(finding)) for finding in refusal.findings),
        ],
    }


def as_markdown(refusal: Refusal) -> str:
    """REASONS.md, safe to show in any renderer and to read as plain text."""
    return "\n".join(_lines(refusal)) + "\n"


def _of_problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": Severity.ERROR.value,
        "refuses": True,
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
        "box": None,
        "picture": None,
        "mark": None,
    }


def _of_finding(finding: Finding, refusal: Refusal, mark: int | None) -> dict[str, Any]:
    picture = picture_of(finding)
    shown = mark is not None and picture in refusal.pictures
    return {
        "code": f"rule.{finding.rule}",
        "severity": finding.severity.value,
        "refuses": mark is not None,
        "message": finding.message,
        "fix": finding.fix,
        "field": "",
        "line": None,
        "column": None,
        "product": finding.product,
        "locale": finding.locale,
        "placement": finding.placement,
        "value": _number(finding.value),
        "threshold": _number(finding.threshold),
        "unit": finding.unit,
        "box": codec.plain(finding.box) if finding.box is not None else None,
        "picture": picture if shown else None,
        "mark": mark if shown else None,
    }


def _number(value: float | None) -> float | None:
    """JSON has no infinity; a measure without bounds is one that was not taken."""
    return value if value is not None and math.isfinite(value) else None


def _lines(refusal: Refusal) -> Iterator[str]:
    job = refusal.job
    groups = summaries.of(refusal.findings)
    because = summaries.of(refusal.because)
    others = [group for group in groups if group.worst.severity not in refusal.refusing]
    count = len(refusal.problems) + len(because)
    dropped = f"{markdown.code(job.source)}, dropped on {job.created_at:%Y-%m-%d at %H:%M} UTC,"
    if refusal.left_out:
        yield from ("# Some creatives were left out", "")
        yield f"Of {dropped} {summaries.counted(refusal.delivered, 'creative')} are here. These are not:"
        yield ""
        yield from (f"- {markdown.code(path)}" for path in refusal.left_out)
    else:
        yield from ("# This brief was refused", "")
        must = f": {summaries.counted(count, 'thing')} must be mended first" if count else ""
        yield f"{dropped} was put aside{must}."
    if count:
        yield from ("", "## What must be mended")
        told = [_problem_item(problem) for problem in refusal.problems]
        told += [_group_item(group, refusal.pictures) for group in because]
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


def _group_item(group: summaries.Group, pictures: frozenset[str]) -> list[str]:
    finding = group.worst
    place = summaries.place(finding)
    lines = [f"**{markdown.escaped(place)}**"] if place else []
    lines.append(markdown.escaped(finding.message))
    others = [other for other in group.places if other != place]
    if others:
        lines.append(f"The same holds for {len(others)} more: {_named(others)}.")
    if finding.fix:
        lines.append(f"*To mend it:* {markdown.escaped(finding.fix)}")
    lines.append(_measured(finding))
    shown = next((path for path in map(picture_of, group.findings) if path in pictures), None)
    if shown:
        # Quoted, a path of the brief's own names cannot end the link.
        lines.append(f"![The place is marked in {PICTURES}/](./{quote(shown, errors='replace')})")
    return lines


def _measured(finding: Finding) -> str:
    """The rule by its name, with what was measured and what is allowed, as far as it measures."""
    rule = f"*Rule:* {markdown.code(finding.rule)}"
    if _number(finding.value) is None:
        return rule
    unit = "" if finding.unit in {"", "ratio"} else f" {markdown.escaped(finding.unit)}"
    allowed = f", threshold {finding.threshold:g}{unit}" if _number(finding.threshold) is not None else ""
    return f"{rule}, measured {finding.value:.4g}{unit}{allowed}"


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
    if refusal.left_out:
        yield (
            "Mend the brief, and drop it into the inbox again: only what changes by that is made again, all "
            "else is taken over as it is here, and the whole set appears as the campaign's next revision."
        )
    elif refusal.problems and all(problem.code == INTERNAL for problem in refusal.problems):
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
