"""What the law wants to read on a creative: how it is told to the words before they are set, and checked when they are.

A demand is one text of one rule, in the language of the locale. What the brief says already is not said twice; what is
missing is added to the disclaimer, so that layout, contrast and legibility treat it like any other words. `disclaimers`
and `disclosure` decide what is demanded.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from briefmill.domain.brief import Copy
from briefmill.domain.creative import TextBlock, TextRole
from briefmill.domain.placement import Overlay, Placement
from briefmill.domain.verdict import Finding
from briefmill.rules import contrast, lawbook, wordmatch
from briefmill.rules.demand import Demand
from briefmill.rules.subject import Measure, Subject, Thresholds

_STOPS: Final = ".!?。！？।…؟"


def says_any(copy: Copy, words: Mapping[str, tuple[str, ...]], locale: str) -> bool:
    """True when the copy says one of the words for its locale."""
    spoken = wordmatch.Spoken(f"{copy.message}\n{copy.cta}\n{copy.disclaimer}")
    for key in lawbook.languages(locale, copy.written_for):
        for word in words.get(key, ()):
            term = wordmatch.inflected(word)
            if term is not None and spoken.first(term) is not None:
                return True
    return False


def least_px(rule: lawbook.Disclaimer | lawbook.Disclosure, placement: Placement) -> float:
    """The smallest type that a rule takes on a placement, in pixels."""
    return max(rule.min_px, rule.min_share * min(placement.width, placement.height))


def dressed(copy: Copy, demands: Sequence[Demand], placement: Placement) -> Copy:
    """The copy with everything demanded that it does not say itself, before its own small print, at the size wanted."""
    if placement.overlay is Overlay.FORBIDDEN:
        return copy
    added = list(dict.fromkeys(one.text for one in demands if one.text and not one.said))
    if not added and not any(one.min_px for one in demands):
        return copy
    parts = [*added, copy.disclaimer.strip()]
    return replace(
        copy,
        disclaimer=_joined([_sentence(part) for part in parts if part]),
        small_print_px=max((one.min_px for one in demands), default=0.0),
    )


def check(subject: Subject, thresholds: Thresholds) -> Iterator[Finding]:
    """A finding for every demand that the finished creative does not meet: words, size, contrast. By the rule's weight.

    What the brief says in words of its own may stand in the message as well. Source: the rule.
    """
    for one in subject.demands:
        if not one.text and not one.said:
            yield _wordless(subject, one)
            continue
        block = _block(subject, one)
        if block is None or block.clipped or not block.box.width:
            yield _found(subject, one, _missing(subject, one))
        elif block.size_px < one.min_px - 0.01:
            words = f"“{_short(one.text or block.text)}” is set at {block.size_px:.0f} px."
            measure = Measure(value=block.size_px, threshold=round(one.min_px, 1), unit="px")
            yield _found(subject, one, words, measure, block)
        elif block.contrast < (least := one.contrast or contrast.least(block, thresholds)):
            words = f"“{_short(one.text or block.text)}” has a contrast of {block.contrast:.1f} to 1."
            yield _found(subject, one, words, Measure(value=block.contrast, threshold=least, unit=": 1"), block)


def _block(subject: Subject, one: Demand) -> TextBlock | None:
    """The block that meets a demand, the small print first."""
    texts = sorted(subject.composition.texts, key=lambda text: text.role is not TextRole.DISCLAIMER)
    if one.said:
        return next(iter(texts), None)
    wanted = " ".join(one.text.split())
    return next((text for text in texts if wanted in " ".join(text.text.split())), None)


def _missing(subject: Subject, one: Demand) -> str:
    if subject.placement.overlay is Overlay.FORBIDDEN:
        return f"{subject.placement.id} takes no words in its picture, so “{_short(one.text)}” cannot stand there."
    return f"“{_short(one.text)}” has no room on it."


def _wordless(subject: Subject, one: Demand) -> Finding:
    words = f"it has no words in the language of {subject.copy.locale}"
    where = f", and these creatives may be shown in {', '.join(one.regions)}" if one.regions else ""
    fix = (
        f"Give the brief a locale that speaks the language of the law, write the words into the disclaimer for "
        f"{subject.copy.locale}, or say under `regions` where it runs."
    )
    return subject.found(f"law.{one.rule}", one.severity, f"{one.title}: {words}{where}. {one.law}.", fix)


def _found(
    subject: Subject, one: Demand, words: str, measure: Measure | None = None, block: TextBlock | None = None
) -> Finding:
    return subject.found(
        f"law.{one.rule}",
        one.severity,
        f"{one.title}: {words} {one.law}.",
        one.fix or "Leave this placement out, shorten the other words, or choose a layout with more room for them.",
        measure=measure,
        box=block.box if block else None,
    )


def _joined(sentences: Sequence[str]) -> str:
    """Sentences one after the other; full-width stops bring their own air."""
    return "".join(
        sentence if not at or sentences[at - 1].endswith("。") else f" {sentence}"
        for at, sentence in enumerate(sentences)
    )


def _sentence(text: str) -> str:
    if not text or text[-1] in _STOPS:
        return text
    return text + ("。" if unicodedata.east_asian_width(text[-1]) in "WF" else ".")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rstrip() + "…"
