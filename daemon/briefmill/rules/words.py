"""Rule `words`: the tone of a brand: the copy says nothing that the brand forbids, and all that it wants said.

Which words those are is decided by the brief and the brand file, per locale. Only our own copy is searched, never the
picture. It is known before anything is made, so the brief is asked first (`in_brief`), and each creative once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefmill.domain.brief import Brand, Brief, Copy
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import terms
from briefmill.rules.brandfile import BrandFile

if TYPE_CHECKING:  # the daemon asks about a brief's words, and loads no pixels for it
    from briefmill.rules.subject import Subject, Thresholds

RULE = "words"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a copy, and how to mend it."""

    message: str
    fix: str


def check(subject: "Subject", thresholds: "Thresholds") -> Iterator[Finding]:
    """Error for each forbidden word in the message, call to action or disclaimer, and for each required one in none.

    Compared in NFKC and casefolded, without invisible characters and disguises, as whole words; as any part of the text
    in scripts that write words without spaces. Sources: `forbidden_words` and `required_words` of brief and brand file.
    """
    for fault in faults(subject.copy, subject.brand):
        yield subject.found(RULE, Severity.ERROR, fault.message, fault.fix)


def in_brief(brief: Brief, brand_file: BrandFile | None) -> Iterator[Finding]:
    """The same of a brief's words, each copy once."""
    for locale in brief.locales:
        brand = brand_file.dressed(brief.brand, locale) if brand_file else brief.brand
        copies = {"": brief.copies[locale]} if any(locale not in one.copies for one in brief.products) else {}
        copies |= {one.id: one.copies[locale] for one in brief.products if locale in one.copies}
        for product, copy in copies.items():
            for fault in faults(copy, brand):
                yield Finding(
                    rule=RULE,
                    severity=Severity.ERROR,
                    message=fault.message,
                    fix=fault.fix,
                    product=product,
                    locale=locale,
                )


def faults(copy: Copy, brand: Brand) -> Iterator[Fault]:
    """Forbidden words that a copy says, and required ones that it does not."""
    instead = dict(brand.say_instead)
    parts = (("message", copy.message), ("call to action", copy.cta), ("disclaimer", copy.disclaimer))
    for role, text in parts:
        for word in brand.forbidden_words:
            quote = terms.quoted(text, word)
            if quote:
                written = f" (written “{quote}”)" if terms.folded(quote) != terms.folded(word) else ""
                better = f" The brand says “{instead[word]}” instead." if word in instead else ""
                yield Fault(
                    message=f"The {role} for {copy.locale} says “{word}”{written}, which the brand forbids.",
                    fix=f"Write the {role} for {copy.locale} without “{word}”.{better}",
                )
    for word in brand.required_words:
        if not any(terms.says(text, word) for _, text in parts):
            yield Fault(
                message=f"Nothing for {copy.locale} says “{word}”, which the brand requires.",
                fix=f"Write “{word}” into the message or the disclaimer for {copy.locale}.",
            )
