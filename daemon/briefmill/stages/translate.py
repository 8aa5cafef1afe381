"""Within stage 1: what a brief leaves open is written, one task after the other, and set into the brief.

The reader lets a locale without a message borrow another's (`Copy.borrowed`). Here a writer is asked for what is open
(`openings`); what it wrote is recorded with the stage, so that all later stages see the same words. Where nobody
writes, or what was written cannot be used, everything stays as the brief has it: borrowed words, which the rule
`borrowed` tells of, no button, an alt text of product and message, a prompt of the brief's own words.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from briefmill.domain import codec
from briefmill.domain.brief import Brief, Copy, Product, Reading
from briefmill.domain.copywriting import PARTS, CopyRequest, Task, WrittenCopy
from briefmill.errors import Permanent, PictureRefused
from briefmill.ports import CopyWriter
from briefmill.stages import openings
from briefmill.stages.openings import Guide, Opening

UNTRANSLATED: Final = frozenset({"brief.message.borrowed", "brief.copy.borrowed"})
"""The reader's notices that hold no longer once every locale has words."""

_TRANSLATING: Final = Guide()


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was written for a place of a brief; `product` is empty for the campaign's own words, `locale` for a prompt.

    `approved` says that a person has seen it and sent the job on.
    """

    task: Task = Task.MESSAGE
    product: str = ""
    locale: str
    source_locale: str
    copy: WrittenCopy
    approved: bool = False

    @property
    def place(self) -> str:
        """For whom and what, in words."""
        about = "" if self.task is Task.MESSAGE else f"{_CALLED[self.task]} "
        return f"{about}{self.locale or 'all locales'}{f' ({self.product})' if self.product else ''}"


_CALLED: Final[Mapping[Task, str]] = {Task.CTA: "call to action", Task.ALT: "alt text", Task.PROMPT: "picture prompt"}


class _Sketch:
    """A writer for plans: it takes note of what is asked, and gives the source back in the language that is wanted."""

    name = ""

    def __init__(self) -> None:
        self.asked: list[CopyRequest] = []

    def write(self, request: CopyRequest) -> WrittenCopy:
        """Take note of a request."""
        self.asked.append(request)
        texts = {part: request.texts.get(part) or request.product for part in request.parts}
        return WrittenCopy(texts=texts, maker=self.name, model="")


def planned(brief: Brief, guide: Guide, *, pictured: frozenset[str]) -> Sequence[CopyRequest]:
    """What a writer would be asked for; texts that build on what is not written yet stand there with its source."""
    sketch = _Sketch()
    run(brief, sketch, guide, pictured=pictured)
    return sketch.asked


def run(brief: Brief, writer: CopyWriter, guide: Guide, *, pictured: frozenset[str]) -> tuple[Written, ...]:
    """Ask for all words that are wanted. Raises what the writer raises; what was paid for is found again."""
    written: list[Written] = []
    for task in openings.ORDER:
        now = _filled(brief, written)
        written += [_written(one, writer) for one in openings.wanted(now, task, guide, pictured=pictured)]
    return tuple(written)


def _written(one: Opening, writer: CopyWriter) -> Written:
    request = one.request
    try:
        copy = writer.write(request)
    except PictureRefused:
        raise
    except Permanent as error:
        if request.task.essential:
            raise
        # The set can do without it; what was wrong is told in the receipt.
        copy = WrittenCopy(texts={}, maker=writer.name, model="", unfit=(str(error),))
    return Written(
        task=request.task, product=one.product, locale=one.locale, source_locale=request.source_locale, copy=copy
    )


def applied(reading: Reading, written: Sequence[Written]) -> Reading:
    """The reading with the words that were written in the places that were open."""
    if not any(one.copy.texts for one in written):
        return reading
    brief = _filled(reading.brief, written)
    if any(True for _ in openings.wanted(brief, Task.MESSAGE, _TRANSLATING)):
        return replace(reading, brief=brief)
    notices = tuple(notice for notice in reading.notices if notice.code not in UNTRANSLATED)
    return replace(reading, brief=brief, notices=notices)


def unfit(written: Sequence[Written]) -> tuple[Written, ...]:
    """What could not be used of the words that stand on a creative."""
    return tuple(one for one in written if one.copy.unfit and one.task.essential)


def mark(written: Sequence[Written]) -> str:
    """A short mark of what a machine wrote, the same for the same words; empty when it wrote nothing."""
    told = [
        [one.task, one.product, one.locale, dict(one.copy.texts), list(one.copy.unfit)]
        for one in written
        if one.copy.texts or one.task.essential
    ]
    return hashlib.sha256(codec.canonical(told).encode()).hexdigest()[:12] if told else ""


def look_at(job: str, written: Sequence[Written]) -> str:
    """What a machine wrote, and what to do, for the person who shall look at it."""
    words = "; ".join(f"{one.place}: {' | '.join(one.copy.texts.values())}" for one in written if one.copy.texts)
    return (
        f"A machine wrote these words ({mark(written)}): {words}. `briefmill jobs release {job}` uses them; "
        "for others, cancel it and write your own into the brief."
    )


def missed(written: Sequence[Written]) -> str:
    """What was wrong with the words that could not be used, each with its place and figures."""
    return "; ".join(f"{one.place}: {' '.join(one.copy.unfit)}" for one in unfit(written))


def decide(job: str, written: Sequence[Written]) -> str:
    """What could not be written, and what to do, for the person who shall decide."""
    return (
        f"Words could not be written ({mark(written)}): {missed(written)} `briefmill jobs release {job}` goes on with "
        "the words of the source; for others, cancel it and write your own into the brief."
    )


def _filled(brief: Brief, written: Sequence[Written]) -> Brief:
    """The brief with what was written in the places that were open."""
    by_place: dict[tuple[str, str], list[Written]] = {}
    for one in written:
        if one.copy.texts:
            by_place.setdefault((one.product, one.locale), []).append(one)
    if not by_place:
        return brief
    return replace(
        brief,
        copies={locale: _copy(copy, by_place.get(("", locale), ())) for locale, copy in brief.copies.items()},
        products=tuple(_product(product, by_place) for product in brief.products),
    )


def _product(product: Product, by_place: Mapping[tuple[str, str], Sequence[Written]]) -> Product:
    mine = [one for (name, _), listed in by_place.items() if name == product.id for one in listed]
    prompts = [one.copy.texts["prompt"] for one in mine if one.task is Task.PROMPT]
    alts = {one.locale: one.copy.texts["alt"] for one in mine if one.task is Task.ALT}
    return replace(
        product,
        prompt=product.prompt or next(iter(prompts), ""),
        alt_texts={**alts, **product.alt_texts},
        copies={locale: _copy(copy, by_place.get((product.id, locale), ())) for locale, copy in product.copies.items()},
    )


def _copy(copy: Copy, written: Sequence[Written]) -> Copy:
    for one in written:
        if not one.task.essential:
            continue
        texts: dict[str, Any] = {part: text for part, text in one.copy.texts.items() if part in PARTS}
        copy = replace(
            copy,
            **texts,
            written_for=copy.locale if "message" in texts else copy.written_for,
            written_by=f"{one.copy.maker} {one.copy.model}",
            written_parts=(*copy.written_parts, *texts),
            approved=one.approved,
            lent=tuple(part for part in copy.lent if part not in texts),
        )
    return copy
