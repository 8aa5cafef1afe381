"""Within stage 1: words for the locales that have none of their own.

The reader lets a locale without a message borrow another's (`Copy.borrowed`). Here a writer is asked for them, a locale
and a set of words at a time; what it wrote is recorded with the stage, so that all later stages see the same words.
Where nobody writes, or what was written cannot be used, the borrowed words stay, and the rule `borrowed` says so.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefmill.domain import codec
from briefmill.domain.brief import Brief, Copy, Product, Reading
from briefmill.domain.copywriting import PARTS, CopyRequest, WrittenCopy
from briefmill.ports import CopyWriter

UNTRANSLATED: Final = frozenset({"brief.message.borrowed", "brief.copy.borrowed"})
"""The reader's notices that hold no longer once every locale has words."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """Words that were written for a locale; `product` is empty for the campaign's own."""

    product: str = ""
    locale: str
    source_locale: str
    copy: WrittenCopy


def wanted(brief: Brief) -> Iterator[tuple[str, CopyRequest]]:
    """What a writer would be asked for, each with the product's id (empty: for the campaign)."""
    for locale, copy in brief.copies.items():
        if copy.borrowed:
            yield "", _request(brief, None, locale, copy)
    for product in brief.products:
        for locale, copy in product.copies.items():
            if copy.borrowed:
                yield product.id, _request(brief, product, locale, copy)


def run(brief: Brief, writer: CopyWriter) -> tuple[Written, ...]:
    """Ask for all words that are wanted. Raises what the writer raises; what was paid for is found again."""
    return tuple(
        Written(product=product, locale=request.locale, source_locale=request.source_locale, copy=writer.write(request))
        for product, request in wanted(brief)
    )


def applied(reading: Reading, written: Sequence[Written]) -> Reading:
    """The reading with the words that were written in the place of borrowed ones."""
    by_place = {(one.product, one.locale): one.copy for one in written if one.copy.texts}
    if not by_place:
        return reading
    brief = reading.brief
    filled = replace(
        brief,
        copies={locale: _filled(copy, by_place.get(("", locale))) for locale, copy in brief.copies.items()},
        products=tuple(
            replace(
                product,
                copies={
                    locale: _filled(copy, by_place.get((product.id, locale))) for locale, copy in product.copies.items()
                },
            )
            for product in brief.products
        ),
    )
    if any(True for _ in wanted(filled)):
        return replace(reading, brief=filled)
    notices = tuple(notice for notice in reading.notices if notice.code not in UNTRANSLATED)
    return replace(reading, brief=filled, notices=notices)


def mark(written: Sequence[Written]) -> str:
    """A short mark of what a machine wrote, the same for the same words; empty when it wrote nothing."""
    told = [[one.product, one.locale, dict(one.copy.texts)] for one in written if one.copy.texts]
    return hashlib.sha256(codec.canonical(told).encode()).hexdigest()[:12] if told else ""


def look_at(job: str, written: Sequence[Written]) -> str:
    """What a machine wrote, and what to do, for the person who shall look at it."""
    words = "; ".join(
        f"{one.locale}{f' ({one.product})' if one.product else ''}: {' | '.join(one.copy.texts.values())}"
        for one in written
        if one.copy.texts
    )
    return (
        f"A machine wrote these words ({mark(written)}): {words}. `briefmill jobs release {job}` uses them; "
        "for others, cancel it and write your own into the brief."
    )


def _request(brief: Brief, product: Product | None, locale: str, copy: Copy) -> CopyRequest:
    brand = brief.brand
    texts = {part: str(getattr(copy, part)) for part in PARTS}
    return CopyRequest(
        locale=locale,
        source_locale=copy.written_for,
        texts={part: text for part, text in texts.items() if text.strip()},
        product=product.name if product is not None else ", ".join(one.name for one in brief.products),
        brand=brand.name,
        audience=brief.audience,
        tone=brand.tone,
        keep=(brand.name,) if brand.name else (),
        forbidden=brand.forbidden_words,
    )


def _filled(copy: Copy, written: WrittenCopy | None) -> Copy:
    if written is None:
        return copy
    texts = {part: written.texts.get(part, getattr(copy, part)) for part in PARTS}
    return replace(copy, **texts, written_for=copy.locale, written_by=f"{written.maker} {written.model}")
