"""A campaign brief as Briefmill understands it, whatever dialect it was written in.

`briefs/` makes these from files; the stages only ever see these. Copy is kept per locale (BCP-47, for example
`pt-BR`); where a brief leaves a locale's words open, the copy says whose words it borrowed in `written_for`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from briefmill.domain.copywriting import Term
from briefmill.domain.placement import Placement
from briefmill.domain.rendering import Fidelity, Rendering
from briefmill.domain.violation import Wishes
from briefmill.errors import Problem


class AssetRole(StrEnum):
    """What a supplied file is used for."""

    PICTURE = "picture"
    CUTOUT = "cutout"
    REFERENCE = "reference"
    LOGO = "logo"
    FONT = "font"


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file that the brief names, as written; `field` is the place in the brief that names it.

    A missing asset is a warning and a generated picture, or a refusal where the brief says it is `required`.
    """

    path: str
    role: AssetRole
    required: bool = False
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The words of one locale. `written_for` differs from `locale` when the words were borrowed, untranslated.

    `written_by` names the machine that wrote some of them, the `written_parts`; empty for the words of the brief.
    `approved` says that a person has looked at these. `lent` are those of call to action and disclaimer that are
    another locale's. `small_print_px` is the smallest size of the disclaimer that the law takes, in pixels of the
    creative; 0 leaves it to the layout.
    """

    locale: str
    message: str
    cta: str = ""
    disclaimer: str = ""
    written_for: str = ""
    written_by: str = ""
    small_print_px: float = 0.0
    written_parts: tuple[str, ...] = ()
    approved: bool = False
    lent: tuple[str, ...] = ()

    @property
    def borrowed(self) -> bool:
        """True when these are another locale's words."""
        return bool(self.written_for) and self.written_for != self.locale


@dataclass(frozen=True, kw_only=True)
class Brand:
    """Whose ad this is. Colours are `#RRGGBB`, most important first.

    `logo_on_dark` and `logo_on_light` are variants for grounds on which `logo` would not show. `say_instead` pairs
    forbidden words with better ones.
    """

    id: str = ""
    name: str = ""
    palette: tuple[str, ...] = ()
    logo: Asset | None = None
    logo_on_dark: Asset | None = None
    logo_on_light: Asset | None = None
    logo_required: bool = False
    fonts: tuple[Asset, ...] = ()
    font_family: str = ""
    tone: str = ""
    forbidden_words: tuple[str, ...] = ()
    required_words: tuple[str, ...] = ()
    say_instead: tuple[tuple[str, str], ...] = ()
    glossary: tuple[Term, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing to advertise. `id` is a slug, unique in the brief. `copies` override the campaign's, per locale.

    `focus` is where the picture's subject is, as shares (0 to 1) from its left and its top, None to have it found.
    `fidelity` is what becomes of a picture that was supplied. `alt_texts` are what stands for its creatives where they
    cannot be seen, by locale, as far as somebody wrote one.
    """

    id: str
    name: str
    description: str = ""
    category: str = ""
    attributes: tuple[str, ...] = ()
    assets: tuple[Asset, ...] = ()
    fidelity: Fidelity = Fidelity.SUPPLIED
    focus: tuple[float, float] | None = None
    copies: Mapping[str, Copy] = field(default_factory=dict)
    prompt: str = ""
    notes: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    alt_texts: Mapping[str, str] = field(default_factory=dict)

    def alt_text(self, copy: Copy) -> str:
        """What stands for a creative with these words where it cannot be seen."""
        return self.alt_texts.get(copy.locale) or f"{self.name}: {copy.message}"


@dataclass(frozen=True, kw_only=True)
class Direction:
    """How the pictures should look; free text for the picture maker, and pictures whose style it shall go by."""

    setting: str = ""
    style: str = ""
    mood: str = ""
    composition: str = ""
    avoid: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    references: tuple[Asset, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Everything that decides a set of creatives.

    `campaign` is a slug: the identity of the campaign and its folder in the outbox. `regions` are ISO 3166-1 alpha-2
    codes or the macro regions of `briefs.regions` (`EMEA`, `EUROPE`, ...). `copies` has one entry per locale in
    `locales`. `vertical` is the trade, as the brief words it (`alcohol`): it decides which rules of law apply.
    `priority` runs from 0 (first) to 9 (last). `overnight` says that its pictures have a day's time, at half the price.
    `copy_approval` says whether a person looks at words that a machine wrote; None leaves that to the house.
    `on_violation` is what shall become of a set in which something was found.
    """

    campaign: str
    title: str
    products: tuple[Product, ...]
    locales: tuple[str, ...]
    copies: Mapping[str, Copy]
    placements: tuple[Placement, ...]
    source_locale: str = "en"
    brand: Brand = field(default_factory=Brand)
    regions: tuple[str, ...] = ()
    vertical: str = ""
    audience: str = ""
    direction: Direction = field(default_factory=Direction)
    rendering: Rendering = field(default_factory=Rendering)
    priority: int = 5
    overnight: bool = False
    copy_approval: bool | None = None
    on_violation: Wishes = field(default_factory=Wishes)

    def copy_for(self, product: Product, locale: str) -> Copy:
        """The words for this product in this locale; the product's own go before the campaign's."""
        return product.copies.get(locale) or self.copies[locale]

    @property
    def creative_count(self) -> int:
        """How many creatives this brief asks for."""
        return len(self.products) * len(self.locales) * len(self.placements)

    def assets(self) -> tuple[Asset, ...]:
        """Every file that the brief names, in the order of its products, then logo, fonts and style references."""
        own = tuple(asset for product in self.products for asset in product.assets)
        brand = self.brand
        logos = tuple(logo for logo in (brand.logo, brand.logo_on_dark, brand.logo_on_light) if logo is not None)
        return own + logos + brand.fonts + self.direction.references


@dataclass(frozen=True, kw_only=True)
class Alias:
    """How a key of the file was understood: the path as written, and the field of `Brief` it became."""

    written: str
    became: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was understood of a brief: the brief, which key became what, and everything odd but not fatal."""

    brief: Brief
    aliases: tuple[Alias, ...] = ()
    notices: tuple[Problem, ...] = ()
