"""Rule `law.<id>`, claims: the copy says nothing that a rule of law forbids where and when it is shown.

Words are known before anything is made, so the same check is asked before a cent is spent and again of the whole set.
A brand that has the proof of a claim says so in its file (`proven`): then the finding is advice. What is unknown about
the market makes an error a warning, never silence.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Final

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.verdict import Finding, Severity
from briefmill.rules import lawbook, market, wordmatch
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.lawbook import Claim, Lawbook
from briefmill.rules.market import Market
from briefmill.rules.wordmatch import Hit, Spoken

PREFIX: Final = "law."
VERTICAL: Final = "law.vertical"
NAMED: Final = 4
"""So many places of one claim are quoted; the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Words that are shown: whose, in which locale. `product` is None for those that several products share."""

    copy: Copy
    product: Product | None
    verticals: frozenset[str]

    @cached_property
    def spoken(self) -> tuple[tuple[str, Spoken], ...]:
        """Its texts with their roles, made ready once for all rules."""
        texts = {"message": self.copy.message, "call to action": self.copy.cta, "disclaimer": self.copy.disclaimer}
        return tuple((role, Spoken(text)) for role, text in texts.items() if text.strip())


def check(brief: Brief, law: Lawbook, on: date, brand_file: BrandFile | None = None) -> tuple[Finding, ...]:
    """Every claim in the brief's words, each once for a locale. `on` is the day whose law counts."""
    proven = brand_file.proven if brand_file else {}
    networks = {placement.network for placement in brief.placements}
    found: list[Finding] = []
    for part in _parts(brief, law):
        where = market.of(brief, part.copy.locale, on=on, verticals=part.verticals, networks=networks)
        for rule in law.claims:
            if where.meets(rule):
                found += _findings(part, rule, where, proven.get(rule.id, ""))
    return (*found, *_unsaid(brief, law))


def _parts(brief: Brief, law: Lawbook) -> Iterator[Part]:
    for locale in brief.locales:
        sharing = [product for product in brief.products if locale not in product.copies]
        if sharing:
            trades = frozenset().union(*(market.verticals(brief, product, law) for product in sharing))
            yield Part(copy=brief.copies[locale], product=None, verticals=trades)
        for product in brief.products:
            if locale in product.copies:
                trades = market.verticals(brief, product, law)
                yield Part(copy=product.copies[locale], product=product, verticals=trades)


def hits(spoken: Spoken, rule: Claim, languages: Iterable[str]) -> tuple[Hit, ...]:
    """Where a text makes a claim, in the order of the text; what an `unless` word holds is left out."""
    keys = tuple(languages)
    found = list(_said(spoken, (word for key in keys for word in rule.words.get(key, ()))))
    found += (hit for key in keys for pattern in rule.patterns.get(key, ()) for hit in _matched(spoken, pattern))
    if not found:
        return ()
    spared = list(_said(spoken, (word for key in keys for word in rule.unless.get(key, ()))))
    kept = {(hit.start, hit.end): hit for hit in found if not any(hit.inside(other) for other in spared)}
    whole = [hit for hit in kept.values() if not any(hit is not other and hit.inside(other) for other in kept.values())]
    return tuple(sorted(whole, key=lambda hit: hit.start))


def _said(spoken: Spoken, words: Iterable[str]) -> Iterator[Hit]:
    for word in words:
        term = wordmatch.inflected(word)
        if term is not None:
            yield from spoken.hits(term)


def _matched(spoken: Spoken, pattern: str) -> Iterator[Hit]:
    plain = spoken.readings("")[0]
    for match in _compiled(pattern).finditer(plain.text):
        start, end = plain.span(match.start(), match.end())
        yield Hit(quote=plain.quote(match.start(), match.end()), start=start, end=end)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _findings(part: Part, rule: Claim, where: Market, proof: str) -> Iterator[Finding]:
    copy = part.copy
    keys = lawbook.languages(copy.locale, copy.written_for)
    for role, spoken in part.spoken:
        if found := hits(spoken, rule, keys):
            told = f"says {_quoted(found)}: {rule.why.rstrip('.')}{_beside(rule, where, proof)}"
            yield Finding(
                rule=f"{PREFIX}{rule.id}",
                severity=Severity.ADVICE if proof else weight(rule, where),
                message=f"The {role} for {copy.locale} {told}",
                fix=_fix(rule, copy.locale, where),
                product=part.product.id if part.product else "",
                locale=copy.locale,
                value=len(found),
                threshold=0,
                unit="places",
            )


def weight(rule: lawbook.Base, where: Market) -> Severity:
    """How much a broken rule weighs: an error only where it is known to apply."""
    if rule.severity is Severity.ERROR and not where.sure(rule):
        return Severity.WARNING
    return rule.severity


def _quoted(found: tuple[Hit, ...]) -> str:
    quotes = list(dict.fromkeys(" ".join(hit.quote.split()) for hit in found))
    rest = f" and {len(quotes) - NAMED} more" if len(quotes) > NAMED else ""
    return ", ".join(f"“{quote}”" for quote in quotes[:NAMED]) + rest


def _beside(rule: Claim, where: Market, proof: str) -> str:
    """The law, and what is not sure about it."""
    told = f" ({rule.law}{'; to be reviewed by counsel' if rule.unsure else ''})."
    if proof:
        return f"{told} The brand's file says it is proven: {proof.rstrip('.')}."
    if not where.sure(rule):
        told += f" It holds in {', '.join(rule.regions)}; nobody says where this campaign runs."
    return told


def _fix(rule: Claim, locale: str, where: Market) -> str:
    rewrite = lawbook.text_for(rule.rewrite, locale)
    told = rule.fix + (f" For example: “{rewrite}”." if rewrite else "")
    told += "" if where.sure(rule) else " Or say where it runs, as in `regions: [US]`."
    return f"{told} The law: {rule.source}"


def _unsaid(brief: Brief, law: Lawbook) -> Iterator[Finding]:
    """Warning for a product whose name speaks of a trade with rules of its own, which the brief does not name."""
    for product, trade, word in market.guessed(brief, law):
        yield Finding(
            rule=VERTICAL,
            severity=Severity.WARNING,
            message=f"The name of {product.name} says “{word}”, which sounds like {trade}; the brief names no such "
            f"vertical, so the rules for {trade} were not looked at, and no disclaimer was set.",
            fix=f"Write `vertical: {trade}`, or `vertical: none` if it is nothing of the kind.",
            product=product.id,
        )
