"""Which locales a brief makes, and the words of each.

The locales are, in this order: those the brief lists; those of its translations, with the language of its plain
words; the one its region names (`es-MX`); else one for its plain words. Plain words are in the language the brief
states, if their script allows it, else in the one they are told by (`tongues.guess`). Words in a language of the
brief's only country carry that country (`ja-JP`, `en-US`); English words for Germany are plain `en`, because nobody
asked for German ones. A locale without words of its own borrows those of the source, and that is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from briefmill.briefs import regions, tags, territories, tongues
from briefmill.briefs.fields import Field
from briefmill.briefs.remarks import Remarks
from briefmill.briefs.sayings import Saying
from briefmill.domain.brief import Copy

_PARTS: Final = (Field.MESSAGE, Field.CTA, Field.DISCLAIMER)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the brief says about languages and places. `named` are locales that its regions name as such."""

    listed: tuple[str, ...] = ()
    language: str = ""
    named: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The campaign's words in order: locales, the source's locale, and all sayings with their locale decided."""

    locales: tuple[str, ...]
    source: str
    campaign: tuple[Saying, ...]
    products: tuple[tuple[Saying, ...], ...] = field(default=())


def settle(asked: Asked, campaign: Sequence[Saying], products: Sequence[Sequence[Saying]]) -> Wording:
    """Decide the locales, and label the words that carry none."""
    everything = [*campaign, *(saying for sayings in products for saying in sayings)]
    plain = next(
        (saying for part in _PARTS for saying in everything if saying.part is part and not saying.locale), None
    )
    source = _source(asked, plain.words) if plain else ""
    labelled = list(
        dict.fromkeys(saying.locale for saying in everything if saying.locale and saying.part is Field.MESSAGE)
    )
    if asked.listed:
        wanted = list(asked.listed)
    elif asked.language:
        wanted = [asked.language, *(locale for locale in labelled if not _close(locale, asked.language))]
    elif asked.named:
        wanted = [*asked.named, *(locale for locale in labelled if not any(_close(locale, n) for n in asked.named))]
    elif labelled:
        same = next((locale for locale in labelled if _close(locale, source)), "") if source else ""
        source = same or source
        messages = any(saying.part is Field.MESSAGE and not saying.locale for saying in everything)
        wanted = [source, *labelled] if source and messages else labelled
    else:
        wanted = [source] if source else []
    source = next((locale for locale in wanted if _close(locale, source)), source) if source else ""
    source = source or _first(wanted, asked.language)
    return Wording(
        locales=tuple(dict.fromkeys(wanted)),
        source=source,
        campaign=_labelled(campaign, source),
        products=tuple(_labelled(sayings, source) for sayings in products),
    )


def _source(asked: Asked, words: str) -> str:
    """The locale of words that carry none."""
    offered = asked.listed or ((asked.language,) if asked.language else ()) or asked.named
    if offered:
        fitting = [locale for locale in (asked.language, *offered) if locale and tongues.fits(words, locale)]
        spoken = [tags.language(locale) for locale in fitting]
        first = next(iter(spoken), "en")
        told = tongues.guess(words, spoken, default=first if asked.language or "en" not in spoken else "en")
        return next((locale for locale in fitting if tags.language(locale) == told), told)
    spoken = [language for code in asked.regions for language in regions.languages(code)]
    told = tongues.guess(words, spoken, default="en")
    home = asked.regions[0] if len(asked.regions) == 1 else ""
    return f"{told}-{home}" if home and told in regions.languages(home) and home not in territories.MEMBERS else told


def _first(wanted: Sequence[str], language: str) -> str:
    preferred = [locale for locale in wanted if tags.language(locale) == tags.language(language or "en")]
    return next(iter([*preferred, *wanted]), "en")


def _close(locale: str, other: str) -> bool:
    """Whether words of one serve the other as they are: the same, or one is the other's bare language."""
    if locale == other:
        return True
    same = tags.language(locale) == tags.language(other)
    return same and min(locale.count("-"), other.count("-")) == 0


def _labelled(sayings: Sequence[Saying], source: str) -> tuple[Saying, ...]:
    """All sayings with a locale; those that the file itself labels go first, and so win."""
    plain = (replace(saying, locale=source) for saying in sayings if not saying.locale)
    return (*(saying for saying in sayings if saying.locale), *plain)


@dataclass(frozen=True, kw_only=True)
class _Pick:
    words: str = ""
    locale: str = ""
    own: bool = False


def _pick(sayings: Sequence[Saying], part: Field, locale: str, source: str) -> _Pick:
    """The best words of a part for a locale: its own, its language's, the source's, any."""
    of_part = [saying for saying in sayings if saying.part is part]
    for saying in of_part:
        if saying.locale == locale:
            return _Pick(words=saying.words, locale=locale, own=True)
    for saying in of_part:
        if _close(saying.locale, locale):
            return _Pick(words=saying.words, locale=locale, own=True)
    same = [saying for saying in of_part if tags.language(saying.locale) == tags.language(locale)]
    first = [saying for saying in of_part if _close(saying.locale, source)]
    # Any message is better than none; a foreign call to action is not, so that comes from the source or not at all.
    for saying in (*same, *first, *(of_part if part is Field.MESSAGE else ())):
        return _Pick(words=saying.words, locale=saying.locale)
    return _Pick()


def campaign_copies(wording: Wording, remarks: Remarks) -> dict[str, Copy]:
    """The campaign's copy for every locale; its message is empty where only the products have one."""
    copies: dict[str, Copy] = {}
    borrowed: dict[str, list[str]] = {}
    lent: list[str] = []
    for locale in wording.locales:
        message, cta, disclaimer = (_pick(wording.campaign, part, locale, wording.source) for part in _PARTS)
        copies[locale] = _copy(locale, message, cta, disclaimer)
        if message.words and not message.own:
            borrowed.setdefault(message.locale, []).append(locale)
        elif any(pick.words and not pick.own for pick in (cta, disclaimer)):
            lent.append(locale)
    for origin, to in borrowed.items():
        remarks.notice(
            None,
            "brief.message.borrowed",
            f"no message is written for {_and(to)}: the {origin} one stands in, untranslated",
            f'Write it: `message: {{{to[0]}: "..."}}`.',
            field="message",
        )
    if lent:
        remarks.notice(
            None,
            "brief.copy.borrowed",
            f"the call to action or the disclaimer is not written for {_and(lent)}; another locale's stands in",
            "Write it by locale, like the message.",
            field="cta",
        )
    return copies


def product_copies(wording: Wording, index: int, campaign: dict[str, Copy], remarks: Remarks) -> dict[str, Copy]:
    """A product's own copy, where it has words that serve a locale at least as well as the campaign's do."""
    sayings = wording.products[index]
    copies: dict[str, Copy] = {}
    for locale in wording.locales if sayings else ():
        general = campaign[locale]
        message, cta, disclaimer = (_pick(sayings, part, locale, wording.source) for part in _PARTS)
        foreign = message.words and not message.own and general.message and not general.borrowed
        if foreign or not message.words:
            origin = general.written_for or locale
            message = _Pick(words=general.message, locale=origin, own=origin == locale)
        cta = cta if cta.own or not general.cta else _general(general, "cta")
        disclaimer = disclaimer if disclaimer.own or not general.disclaimer else _general(general, "disclaimer")
        copy = _copy(locale, message, cta, disclaimer)
        if copy != general:
            copies[locale] = copy
    borrowed = [locale for locale, copy in copies.items() if copy.borrowed and not campaign[locale].borrowed]
    if borrowed:
        remarks.notice(
            next(saying.node for saying in sayings if saying.part is Field.MESSAGE),
            "brief.message.borrowed",
            f"this message is not written for {_and(borrowed)}: it stands there untranslated",
            f'Write it: `message: {{{borrowed[0]}: "..."}}`.',
        )
    return copies


def _general(copy: Copy, part: str) -> _Pick:
    """The campaign's words of a part, for a product that has none of its own."""
    return _Pick(words=str(getattr(copy, part)), locale=copy.locale, own=part not in copy.lent)


def _copy(locale: str, message: _Pick, cta: _Pick, disclaimer: _Pick) -> Copy:
    borrowed = bool(message.words) and not message.own
    others = {"cta": cta, "disclaimer": disclaimer}
    return Copy(
        locale=locale,
        message=message.words,
        cta=cta.words,
        disclaimer=disclaimer.words,
        written_for=message.locale if borrowed else locale,
        lent=tuple(part for part, pick in others.items() if pick.words and not pick.own),
    )


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
