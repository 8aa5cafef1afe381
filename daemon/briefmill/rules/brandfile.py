"""What a brand demands of every campaign: `config/brands/<brand>.yaml`, kept by whoever looks after the brand.

A brief may only tighten it: its forbidden and required words are added to the file's, and of each threshold the
strictest of settings and file holds. `config/brands/example.yaml` explains every key. A wrong file is an operator's
fault and stops no brief for good: it raises ConfigError with the line, not a refusal.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from briefmill.briefs import text
from briefmill.domain.brief import Brand
from briefmill.domain.copywriting import Term
from briefmill.rules import datafile, terms
from briefmill.rules.thresholds import Thresholds

ALL = "all"
"""The key of `forbidden_words` and `required_words` that holds for every locale."""

LARGEST = 256 * 1024
"""Bytes of a brand file at most; long lists of words have about 20."""


def _hex(value: str) -> str:
    # Read here without the pixel rooms: the daemon asks brand files about words, and loads no library for it.
    if not re.fullmatch("#?[0-9A-Fa-f]{6}", value):
        raise ValueError(f"{value!r} is no colour of the form #RRGGBB")
    return f"#{value.removeprefix('#').upper()}"


def _per_locale(value: object) -> object:
    return {ALL: value} if isinstance(value, list) else value


def _glossary(value: object) -> object:
    """Terms by locale, each with what is said for it; a list holds terms that are kept as they are."""
    told = _per_locale(value)
    if not isinstance(told, Mapping):
        return told
    return {key: dict.fromkeys(terms, "") if isinstance(terms, list) else terms for key, terms in told.items()}


def _visible(word: str) -> str:
    if not terms.folded(word):
        raise ValueError("there is nothing to see in this word")
    return word


Colour = Annotated[str, AfterValidator(_hex)]
Word = Annotated[str, AfterValidator(_visible)]
Words = Annotated[Mapping[str, tuple[Word, ...]], BeforeValidator(_per_locale)]
Proof = Annotated[str, Field(min_length=8)]
Digest = Annotated[str, BeforeValidator(lambda value: str(value).lower()), Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LogoRules(_Section):
    """What it means that no logo came with a brief (`required`), or that it had to be put on a plate (`plate`).

    `corners` empty: anywhere. `sha256` are the approved files, empty: all. `clear_space` is in the logo's shorter side.
    """

    required: Literal["error", "warning", "no"] = "no"
    plate: Literal["error", "warning", "no"] = "no"
    min_share: Share | None = None
    corners: tuple[Corner, ...] = ()
    sha256: tuple[Digest, ...] = ()
    clear_space: float | None = Field(None, ge=0, le=5)


class Stricter(_Section):
    """Thresholds of this brand, by the names of `Thresholds`; None leaves the settings' value."""

    contrast: float | None = Field(None, ge=1, le=21)
    contrast_large: float | None = Field(None, ge=1, le=21)
    min_text_px: float | None = Field(None, ge=1, le=400)
    max_upscale: float | None = Field(None, ge=1, le=10)
    palette_share: Share | None = None
    palette_tolerance: float | None = Field(None, ge=0, le=100)
    max_face_cover: Share | None = None
    max_face_cut: Share | None = None
    max_grain: float | None = Field(None, ge=0, le=255)
    max_clipped: Share | None = None
    max_hidden: Share | None = None
    max_off_thirds: Share | None = None
    logo_colour: float | None = Field(None, ge=0, le=100)
    logo_contrast: float | None = Field(None, ge=1, le=21)


class BrandFile(_Section):
    """A brand's demands. Words by locale or language, `all` for every one; palette as `#RRGGBB`.

    `say_instead` has better words for forbidden ones. `glossary` holds for words that a machine writes. `proven` are
    rules of law (by id) whose claims this brand has the proof for, with where it is kept.
    """

    name: str = ""
    palette: tuple[Colour, ...] = ()
    forbidden_words: Words = Field(default_factory=dict)
    required_words: Words = Field(default_factory=dict)
    say_instead: Mapping[Word, str] = Field(default_factory=dict)
    proven: Mapping[str, Proof] = Field(default_factory=dict)
    glossary: Annotated[Mapping[str, Mapping[Word, str | None]], BeforeValidator(_glossary)] = Field(
        default_factory=dict
    )
    logo: LogoRules = Field(default_factory=LogoRules)
    thresholds: Stricter = Field(default_factory=Stricter)

    def forbidden(self, locale: str) -> tuple[str, ...]:
        """The words forbidden in a locale: those for all, for its language (`pt`), and its own (`pt-BR`)."""
        return _for(self.forbidden_words, locale)

    def required(self, locale: str) -> tuple[str, ...]:
        """The words that have to be said in a locale, found alike."""
        return _for(self.required_words, locale)

    def terms(self) -> tuple[Term, ...]:
        """The glossary; what is told for one locale alone goes before what holds for all."""
        told = sorted(self.glossary.items(), key=lambda one: (one[0] == ALL, -len(one[0])))
        return tuple(
            Term(source=source, target=(said or "").strip(), locale=key)
            for key, terms in told
            for source, said in terms.items()
        )

    def dressed(self, brand: Brand, locale: str) -> Brand:
        """The brief's brand with this file's palette, if it has one, and its words added."""
        return replace(
            brand,
            palette=self.palette or brand.palette,
            forbidden_words=tuple(dict.fromkeys((*brand.forbidden_words, *self.forbidden(locale)))),
            required_words=tuple(dict.fromkeys((*brand.required_words, *self.required(locale)))),
            say_instead=tuple(self.say_instead.items()),
        )

    def tighten(self, thresholds: Thresholds) -> Thresholds:
        """The stricter of each threshold, the corners for the logo, and what its plate means."""
        wishes = {**self.thresholds.model_dump(), "logo_space": self.logo.clear_space}
        if not thresholds.max_off_thirds:  # nothing was asked, and any figure is stricter
            thresholds = replace(thresholds, max_off_thirds=wishes.pop("max_off_thirds") or 0.0)
        stricter = thresholds.tightened(**wishes, logo_min_share=self.logo.min_share)
        corners = self.logo.corners or stricter.logo_corners
        plate = self.logo.plate if self.logo.plate != "no" else stricter.logo_plate
        return replace(stricter, logo_corners=corners, logo_plate=plate)


def for_brand(folder: Path, brand: Brand) -> BrandFile | None:
    """The file for a brand, found by the slug of its id, then of its name; None when there is none.

    Raises ConfigError when there is one and it cannot be used.
    """
    path = path_for(folder, brand)
    return None if path is None else load(path)


def path_for(folder: Path, brand: Brand) -> Path | None:
    """Where the file for a brand lies, None when there is none."""
    paths = (folder / f"{name}{ending}" for name in names(brand) for ending in (".yaml", ".yml"))
    return next((path for path in paths if path.is_file()), None)


def names(brand: Brand) -> tuple[str, ...]:
    """The names that a brand's file may have, without the ending: the slug of its id, then of its name."""
    slugs = (text.slug(written, fallback="") for written in (brand.id, brand.name))
    return tuple(slug for slug in slugs if slug)


def load(path: Path) -> BrandFile:
    """Read a brand file. Raises ConfigError with path, line and fix; unknown and repeated keys are refused."""
    example = "config/brands/example.yaml"
    return datafile.read(path, BrandFile, largest=LARGEST, what="A brand file is a page of text.", example=example)


def _for(words: Mapping[str, tuple[str, ...]], locale: str) -> tuple[str, ...]:
    return tuple(word for key, listed in words.items() if _covers(key, locale) for word in listed)


def _covers(key: str, locale: str) -> bool:
    wide, narrow = key.replace("_", "-").casefold(), locale.casefold()
    return wide in {ALL, narrow} or narrow.startswith(f"{wide}-")
