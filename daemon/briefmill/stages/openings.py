"""What a brief leaves open, as requests for a writer: words of a locale, a call to action, alt texts, picture prompts.

A brief's own words are never asked for anew. The style guide is what the house says of it: which of these are written,
what the brand's file demands of words, and the layouts that they have to fit into.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.copywriting import PARTS, CopyRequest, Task, Term
from briefmill.rules import brandfile, terms
from briefmill.stages import lengths
from briefmill.stages.layoutbook import Book

ORDER: Final = (Task.MESSAGE, Task.CTA, Task.PROMPT, Task.ALT)
"""What is written later may build on what was written before: an alt text tells the message and the picture."""

ALT_CHARACTERS: Final = 250
"""Beside the words that it repeats: W3C's advice is a sentence or two, because a screen reader reads it in one go."""

PROMPT_CHARACTERS: Final = 1200
"""A paragraph; `makers.prompt` adds what the brand and the placements ask for."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A place that is open: a product's id (empty: the campaign's own words), a locale (empty: all), what is asked."""

    product: str = ""
    locale: str = ""
    request: CopyRequest


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What is written, and by what rules. `brands` is the folder of brand files, None for none."""

    write: frozenset[Task] = frozenset({Task.MESSAGE})
    brands: Path | None = None
    layouts: Book = field(default_factory=Book)


def wanted(brief: Brief, task: Task, guide: Guide, *, pictured: frozenset[str] = frozenset()) -> Iterator[Opening]:
    """What a writer is asked for; `pictured` are the products whose picture is made by a prompt.

    Raises ConfigError for a brand file that cannot be used.
    """
    if task not in guide.write:
        return
    ask = _Ask(brief, guide)
    if task is Task.MESSAGE:
        yield from _each_copy(brief, ask.translated)
    elif task is Task.CTA:
        yield from _each_copy(brief, ask.button)
    elif task is Task.ALT:
        for product in brief.products:
            for locale in brief.locales:
                if locale not in product.alt_texts:
                    request = ask.alt(product, brief.copy_for(product, locale))
                    yield Opening(product=product.id, locale=locale, request=request)
    else:
        for product in brief.products:
            if product.id in pictured and not product.prompt:
                yield Opening(product=product.id, request=ask.prompt(product))


def _each_copy(brief: Brief, ask: Callable[[Product | None, Copy], CopyRequest | None]) -> Iterator[Opening]:
    """The campaign's copies, then those of products; each once."""
    places: list[tuple[Product | None, Mapping[str, Copy]]] = [(None, brief.copies)]
    places += [(product, product.copies) for product in brief.products]
    for product, copies in places:
        for copy in copies.values():
            request = ask(product, copy)
            if request is not None:
                yield Opening(product=product.id if product is not None else "", locale=copy.locale, request=request)


class _Ask:
    """Requests about one brief."""

    def __init__(self, brief: Brief, guide: Guide) -> None:
        self._brief = brief
        self._file = brandfile.for_brand(guide.brands, brief.brand) if guide.brands is not None else None
        self._layouts = guide.layouts.for_brand(brief.brand)
        self._rooms: dict[tuple[str, str, str, bool], dict[str, int]] = {}

    def translated(self, product: Product | None, copy: Copy) -> CopyRequest | None:
        """The parts that are another locale's."""
        parts = (*(("message",) if copy.borrowed else ()), *copy.lent)
        texts = {part: str(getattr(copy, part)) for part in parts}
        texts = {part: text for part, text in texts.items() if text.strip()}
        if not texts:
            return None
        known = self._room(copy)
        own = "\n".join(getattr(copy, part) for part in PARTS if part not in texts)
        return replace(
            self._about(product, copy.locale),
            source_locale=copy.written_for if copy.borrowed else self._brief.source_locale,
            texts=texts,
            required=tuple(word for word in self._required(copy.locale) if not terms.says(own, word)),
            limits={part: most for part, most in known.items() if part in texts},
        )

    def button(self, product: Product | None, copy: Copy) -> CopyRequest | None:
        """A call to action for words that have none, in their own language where they stand there untranslated."""
        if copy.cta.strip() or not copy.message.strip():
            return None
        known = self._room(copy)
        spoken = copy.written_for or copy.locale
        return replace(
            self._about(product, spoken),
            task=Task.CTA,
            given={"message": copy.message, "description": product.description if product is not None else ""},
            limits={"cta": lengths.of_button(spoken, known)},
        )

    def alt(self, product: Product, copy: Copy) -> CopyRequest:
        """What stands for the creatives of a product in a locale; they show the same picture and say the same."""
        direction = self._brief.direction
        scene = product.prompt or "; ".join(part for part in (direction.setting, direction.mood) if part)
        return replace(
            self._about(product, copy.written_for or copy.locale),
            task=Task.ALT,
            given={
                "picture": scene,
                "description": product.description,
                "message": copy.message,
                "cta": copy.cta,
            },
            limits={"alt": ALT_CHARACTERS + len(copy.message) + len(copy.cta)},
        )

    def prompt(self, product: Product) -> CopyRequest:
        """What the picture of a product shows. The message is no part of it: another one needs no other picture."""
        direction = self._brief.direction
        return replace(
            self._about(product, "en"),
            task=Task.PROMPT,
            # Words for the picture maker are no words of the brand.
            keep=(),
            glossary=(),
            forbidden=(),
            given={
                "description": product.description,
                "category": product.category,
                "attributes": "; ".join(product.attributes),
                "notes": "; ".join((*product.notes, *direction.notes)),
                "avoid": "; ".join((*product.avoid, *direction.avoid)),
                "setting": direction.setting,
                "style": direction.style,
                "mood": direction.mood,
                "composition": direction.composition,
            },
            limits={"prompt": PROMPT_CHARACTERS},
        )

    def _about(self, product: Product | None, locale: str) -> CopyRequest:
        """What every request about this brief says."""
        brief, brand = self._brief, self._brief.brand
        forbidden = self._file.forbidden(locale) if self._file is not None else ()
        return CopyRequest(
            locale=locale,
            source_locale=locale,
            product=product.name if product is not None else ", ".join(one.name for one in brief.products),
            brand=brand.name,
            audience=brief.audience,
            tone=brand.tone,
            keep=(brand.name,) if brand.name else (),
            glossary=self._glossary(locale),
            forbidden=tuple(dict.fromkeys((*brand.forbidden_words, *forbidden))),
        )

    def _room(self, copy: Copy) -> dict[str, int]:
        """The limits for a copy; reckoned once for the same words in the same kind of script, whatever the locale."""
        same = copy.message, copy.cta, copy.disclaimer, lengths.signs(copy.locale)
        if same not in self._rooms:
            self._rooms[same] = lengths.limits(self._brief, copy, self._layouts)
        return self._rooms[same]

    def _required(self, locale: str) -> tuple[str, ...]:
        return self._file.required(locale) if self._file is not None else ()

    def _glossary(self, locale: str) -> tuple[Term, ...]:
        """The terms for a locale: the brand's, and those that the brief adds."""
        found: dict[str, Term] = {}
        listed = (*(self._file.terms() if self._file is not None else ()), *self._brief.brand.glossary)
        for term in listed:
            if term.holds_in(locale):
                found.setdefault(terms.folded(term.source), term)
        return tuple(found.values())
