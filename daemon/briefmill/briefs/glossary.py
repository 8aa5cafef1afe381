"""How a brief wants its terms said: kept as they are, or translated as given, for all locales or for some.

Three shapes are understood: a list of terms to keep (`[Tide Club, Lumen]`), terms with their words by locale
(`{free shipping: {de: kostenloser Versand}}`), and locales with their terms (`{de: {free shipping: ...}}`). A term
whose word is left open, or `keep`, stays as it is written.
"""

from collections.abc import Iterator
from typing import Final

from briefmill.briefs import locales, sheet, text
from briefmill.briefs.nodes import Entry, Kind, Limits, Node
from briefmill.briefs.remarks import Remarks
from briefmill.domain.copywriting import Term

ALL: Final = "all"
MOST_TERMS: Final = 500
_KEPT: Final = frozenset({"", "keep", "asis", "donottranslate", "unchanged", "same", "true", "yes"})
_EVERYWHERE: Final = frozenset({"all", "every", "any", "default"})


def read(nodes: list[Node], remarks: Remarks, limits: Limits) -> tuple[Term, ...]:
    """The terms of a glossary, each once; what cannot be one is remarked and left out."""
    found: dict[tuple[str, str], Term] = {}
    for node in nodes:
        for leaf, term in _terms(node):
            if not term.source or max(len(term.source), len(term.target)) > limits.max_name:
                message = f"a term of the glossary has between 1 and {limits.max_name} characters; this one is left out"
                remarks.notice(leaf, "brief.glossary.term", message)
            elif len(found) >= MOST_TERMS:
                remarks.notice(leaf, "brief.glossary.too_long", f"{MOST_TERMS} terms are taken, and no more")
                return tuple(found.values())
            else:
                found.setdefault((text.folded(term.source), term.locale), term)
    return tuple(found.values())


def _terms(node: Node) -> Iterator[tuple[Node, Term]]:
    if node.kind is not Kind.MAPPING:
        for leaf in (leaf for part in sheet.listed(node) for leaf in part.leaves()):
            yield leaf, Term(source=sheet.prose(leaf))
        return
    for entry in node.entries:
        locale = _locale(entry)
        if locale:
            yield from _of_locale(entry.node, locale)
        elif not entry.key.startswith("_"):
            yield from _of_term(text.clean(entry.key)[0], entry.node)


def _of_locale(node: Node, locale: str) -> Iterator[tuple[Node, Term]]:
    """`{de: {free shipping: kostenloser Versand}}`, `{de: [Tide Club]}`."""
    for entry in node.entries:
        yield entry.node, Term(source=text.clean(entry.key)[0], target=_said(entry.node), locale=locale)
    for leaf in (leaf for part in sheet.listed(node) if part.kind is not Kind.MAPPING for leaf in part.leaves()):
        yield leaf, Term(source=sheet.prose(leaf), locale=locale)


def _of_term(term: str, node: Node) -> Iterator[tuple[Node, Term]]:
    """`{free shipping: {de: kostenloser Versand}}`, `{Tide Club: keep}`."""
    if node.kind is not Kind.MAPPING:
        yield node, Term(source=term, target=_said(node))
    for entry in node.entries:
        told = ALL if text.folded(entry.key) in _EVERYWHERE else locales.meant_by(entry.key)
        if told:
            yield entry.node, Term(source=term, target=_said(entry.node), locale=told)


def _locale(entry: Entry) -> str:
    """The locale that a key with terms behind it means; empty where the key is a term itself."""
    if entry.node.scalar or entry.node.empty or locales.all_locales(entry.node):
        return ""
    return ALL if text.folded(entry.key) in _EVERYWHERE else locales.meant_by(entry.key)


def _said(node: Node) -> str:
    words = sheet.prose(node)
    return "" if text.folded(words) in _KEPT else words
