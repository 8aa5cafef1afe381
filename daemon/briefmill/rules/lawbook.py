"""Rules of law as data: what an entry of `config/rules/*.yaml` may say, and the book of all entries.

Three kinds of rule: a claim is something the copy must not say; a disclaimer is small print that must be there; a
disclosure is what has to be told about pixels that a machine made. Each has its place and trade, its days, its law with
an address, and when somebody last looked at it. Files are read by `lawfile`; none of this is legal advice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from briefmill.briefs import territories
from briefmill.domain.verdict import Severity
from briefmill.rules import patterns, wordmatch

ALL: Final = "all"
"""The key of words that count in every language."""


class Status(StrEnum):
    """How far a rule is to be trusted. `counsel`: to be reviewed by counsel. `reviewed`: a lawyer has."""

    COUNSEL = "counsel"
    REVIEWED = "reviewed"


class Read(StrEnum):
    """What was read for a rule: the law itself, what others write about it, or nothing yet (common knowledge)."""

    LAW = "law"
    COMMENTARY = "commentary"
    NOTHING = "nothing"


def _region(code: str) -> str:
    if code not in territories.MEMBERS and not re.fullmatch("[A-Z]{2}", code):
        raise ValueError(f"{code!r} is no region; write a country (DE) or one of {', '.join(territories.MEMBERS)}")
    return code


def _sought(word: str) -> str:
    if wordmatch.inflected(word) is None:
        raise ValueError("there is nothing to see in this word")
    return word


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, Field(min_length=3, max_length=400)]
Tag = Annotated[str, Field(pattern=r"^(all|[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?)$")]
Region = Annotated[str, AfterValidator(_region)]
Words = Annotated[tuple[Annotated[str, AfterValidator(_sought)], ...], BeforeValidator(_as_list)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(patterns.checked)], ...], BeforeValidator(_as_list)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_as_list)]
ByLanguage = Mapping[Tag, Words]
Texts = Mapping[Tag, Line]
Share = Annotated[float, Field(ge=0, le=0.2)]


class Entry(BaseModel):
    """Anything in a file of rules."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Base(Entry):
    """What every rule has. Empty `regions`, `verticals`, `networks`: everywhere, every trade, every network.

    `start` and `until` are the first day on which it holds and the first on which it no longer does. `reviewed` is when
    somebody last looked at the entry, `review_by` when somebody should again. `why` is one sentence for a marketer.
    """

    id: Name
    title: Line
    why: Line
    fix: Line
    regions: Annotated[tuple[Region, ...], BeforeValidator(_as_list)] = ()
    verticals: Names = ()
    networks: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    severity: Severity
    start: date | None = Field(None, alias="from")
    until: date | None = None
    law: Line
    source: Annotated[str, Field(pattern=r"^https://[^\s]+$")]
    read: Read
    reviewed: date
    review_by: date
    status: Status

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.review_by <= self.reviewed:
            raise ValueError("review_by must be later than reviewed")
        if self.start and self.until and self.until <= self.start:
            raise ValueError("until must be later than from")
        return self

    @property
    def reference(self) -> str:
        """The law with its address."""
        return f"{self.law} ({self.source})"

    @property
    def unsure(self) -> bool:
        """True while no lawyer has reviewed it."""
        return self.status is Status.COUNSEL

    def outdated(self, on: date) -> str:
        """Why the entry should be looked at on a day; empty where it need not be."""
        if self.until and self.until <= on:
            return f"it holds no longer since {self.until}"
        return f"a review was due by {self.review_by}" if self.review_by < on else ""


class Claim(Base):
    """Something that the copy must not say. Words by language; one that ends in * may have any ending.

    What lies inside one of the `unless` words is not meant (`sugar-free` for `free`). `rewrite` is what might be said
    instead, by language.
    """

    kind: Literal["claim"]
    words: ByLanguage = Field(default_factory=dict)
    patterns: Mapping[Tag, Patterns] = Field(default_factory=dict)
    unless: ByLanguage = Field(default_factory=dict)
    rewrite: Texts = Field(default_factory=dict)

    @model_validator(mode="after")
    def _seeks(self) -> Self:
        if not self.words and not self.patterns:
            raise ValueError("a claim needs `words` or `patterns` to look for")
        return self


class Disclaimer(Base):
    """Small print that has to be there, by language; set by the house where the brief does not say it itself.

    `said_by` are words with which the brief has said it already. `when_says`: only where the copy says one of these.
    `min_share` is the smallest type as a share of the creative's shorter edge, `min_px` in pixels, `contrast` a WCAG
    ratio; 0 leaves it to the thresholds of the house.
    """

    kind: Literal["disclaimer"]
    texts: Texts = Field(min_length=1)
    said_by: ByLanguage = Field(default_factory=dict)
    when_says: ByLanguage = Field(default_factory=dict)
    min_px: float = Field(0.0, ge=0, le=200)
    min_share: Share = 0.0
    contrast: float = Field(0.0, ge=0, le=21)


Pixels = Literal["made", "scene", "edited", "declared", "drawn", "supplied"]
"""Where pixels come from: wholly made by a model, a made scene around a real product, made after a supplied picture,
supplied and declared as made, drawn by our own program, supplied as they are."""
Known = Literal["found", "none", "unknown"]
Real = Literal["yes", "no", "unknown"]


class When(Entry):
    """Which pictures a disclosure is about. Unknown is listed by itself: it is never taken for none."""

    pixels: tuple[Pixels, ...] = ("made", "scene", "edited", "declared")
    faces: tuple[Known, ...] = ("found", "none", "unknown")
    realistic: tuple[Real, ...] = ("yes", "no", "unknown")


class Disclosure(Base):
    """What has to be told about made pixels: a visible `label` (one of the labels), or a `mark` that machines read."""

    kind: Literal["disclosure"]
    when: When = Field(default_factory=When)
    needs: Literal["label", "mark"] = "label"
    label: str = ""
    min_px: float = Field(0.0, ge=0, le=200)
    min_share: Share = 0.0
    contrast: float = Field(0.0, ge=0, le=21)

    @model_validator(mode="after")
    def _labelled(self) -> Self:
        if (self.needs == "label") is not bool(self.label):
            raise ValueError("a disclosure that needs a label names it, and only such a one")
        return self


Rule = Annotated[Claim | Disclaimer | Disclosure, Field(discriminator="kind")]


class Label(Entry):
    """The words of a visible label; `short` for canvases without room. `covers` are labels that it stands for as well.

    `said_by` are words with which a brief has said it already.
    """

    texts: Texts
    short: Texts = Field(default_factory=dict)
    covers: Names = ()
    said_by: ByLanguage = Field(default_factory=dict)


class RuleFile(Entry):
    """One file. `off` are ids of rules that are not to be used; `verticals` are words by which a trade is known."""

    rules: tuple[Rule, ...] = ()
    labels: Mapping[Name, Label] = Field(default_factory=dict)
    verticals: Mapping[Name, ByLanguage] = Field(default_factory=dict)
    unrealistic: ByLanguage = Field(default_factory=dict)
    off: Names = ()


@dataclass(frozen=True, kw_only=True)
class Lawbook:
    """All rules in force for a home, in the order of their files. `files` says where each one is from, by id.

    `unrealistic` are words of a style that nobody takes for a photo.
    """

    rules: tuple[Claim | Disclaimer | Disclosure, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)
    verticals: Mapping[str, ByLanguage] = field(default_factory=dict)
    unrealistic: ByLanguage = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The rules about what must not be said."""
        return tuple(rule for rule in self.rules if isinstance(rule, Claim))

    @property
    def disclaimers(self) -> tuple[Disclaimer, ...]:
        """The rules about small print."""
        return tuple(rule for rule in self.rules if isinstance(rule, Disclaimer))

    @property
    def disclosures(self) -> tuple[Disclosure, ...]:
        """The rules about made pixels."""
        return tuple(rule for rule in self.rules if isinstance(rule, Disclosure))

    def outdated(self, on: date) -> tuple[tuple[Base, str], ...]:
        """The rules to be looked at again on a day, the longest overdue first, each with the reason."""
        found = [(rule, why) for rule in self.rules if (why := rule.outdated(on))]
        return tuple(sorted(found, key=lambda each: (each[0].review_by, each[0].id)))


def languages(locale: str, written_for: str = "") -> tuple[str, ...]:
    """The keys under which words for a locale stand, the nearest first: `pt-BR`, `pt`, those of its source, `all`."""
    keys = [key for tag in (locale, written_for) if tag for key in (tag, tag.partition("-")[0])]
    return (*dict.fromkeys(keys), ALL)


def text_for(texts: Mapping[str, str], locale: str) -> str:
    """A text in the language of a locale; empty where there is none."""
    return next((texts[key] for key in languages(locale)[:-1] if key in texts), "")
