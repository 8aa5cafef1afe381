"""The canonical dialect written down: a JSON Schema for editors, and an example to begin from.

The reader understands far more than this (`briefs.aliases`); the schema is what completion and a red line under a slip
are made of. It is built here by hand, beside the words a marketer reads, and the tests hold it against the reader.
"""

from typing import Any, Final

from briefmill.briefs.nodes import Limits
from briefmill.domain.rendering import BACKGROUNDS, COMPLEXITIES, FORMATS, MODERATIONS, QUALITIES, Fidelity
from briefmill.domain.violation import Violation

_EXAMPLE: Final = """\
# A campaign brief. Everything but `campaign`, `message` and `products` may be left out.
campaign: Summer Calm

# The words on the creatives, by locale. One plain text (`message: Carry the calm`) does as well.
message:
  en-US: Carry the calm of summer
  de-DE: Nimm die Ruhe des Sommers mit
  ja-JP: 夏の静けさを、持ち歩こう。
cta:
  en-US: Shop now
  de-DE: Jetzt entdecken
  ja-JP: 今すぐ見る
disclaimer:
  en-US: While stocks last.
  de-DE: Solange der Vorrat reicht.
  ja-JP: 在庫がなくなり次第終了します。

# Where the campaign runs: countries, or groups such as EMEA, DACH, LATAM. It decides which rules are checked.
regions: [US, DE, JP]
audience: people who take a slow morning with them wherever they go

brand:
  name: Lumen & Tide
  palette: ["#0E3B43", "#F2A65A", "#F7F1E3"] # quotes are needed: YAML takes an open # for a comment
  logo: assets/logo.png # files lie beside the brief; without them the logo is left out
  tone: calm, warm, unhurried
  forbidden_words: [cheap, miracle]

# How the pictures should look, where they are made.
direction:
  setting: a quiet shore in the early morning
  style: editorial product photography
  mood: calm
  composition: the product to the right, room for words to the left
  avoid: [people, text, other logos]

products:
  - id: tide-bottle
    name: Tide insulated bottle
    description: A copper-lined steel bottle that keeps water cold for a whole day at the sea
    category: bottle
    attributes: [copper-lined, leak-proof]
    image: assets/tide-bottle.jpg # a picture you have; without it one is made
  - id: lumen-speaker
    name: Lumen wireless speaker
    description: A small round speaker with a linen face and thirty hours of battery
    category: speaker

# Ratios (4:5), sizes in pixels (300x250), or names: `briefmill placements list`.
placements: ["1:1", "4:5", "9:16", "16:9", "300x250"]
priority: normal
"""


def example() -> str:
    """A commented brief in YAML: two products, three locales. It reads without a notice."""
    return _EXAMPLE


def schema(limits: Limits | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a brief in the canonical dialect."""
    limits = limits or Limits()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Campaign brief",
        "description": "What Briefmill makes creatives from. Other spellings of these fields are understood as well.",
        "type": "object",
        "required": ["products"],
        "properties": {
            **_campaign(limits),
            "brand": _brand(),
            "direction": _direction(),
            "rendering": _rendering(),
            "products": _products(limits),
        },
        "patternProperties": {"^[_$]": {"description": "A comment: not read."}},
        "$defs": {"words": _words(limits), "texts": _texts()},
    }


def _campaign(limits: Limits) -> dict[str, Any]:
    words = {"$ref": "#/$defs/words"}
    texts = {"$ref": "#/$defs/texts"}
    return {
        "id": _text(
            "The campaign's identity and folder. Left out: made from `campaign`.", "summer-calm", limits.max_name
        ),
        "campaign": _text("The campaign's name. Left out: the file's name.", "Summer Calm", limits.max_name),
        "message": {**words, "description": "What the creatives say."},
        "cta": {**words, "description": "The call to action.", "examples": ["Shop now"]},
        "disclaimer": {**words, "description": "The small print.", "examples": ["While stocks last."]},
        "language": _text("The language of words that stand without a locale.", "en"),
        "locales": {
            **texts,
            "description": "The locales to make. Left out: those of the message.",
            "examples": [["en-US"]],
        },
        "regions": {
            **texts,
            "description": "Countries and groups of countries (EMEA, DACH, LATAM) where the campaign runs.",
            "examples": [["US", "DE", "JP"], "EMEA"],
        },
        "vertical": _text("The trade; it decides which rules of law apply.", "alcohol"),
        "audience": _text("Whom the campaign speaks to.", "people who take a slow morning with them"),
        "placements": {
            **texts,
            "description": "Ratios, sizes in pixels, names of placements or networks. Left out: 1:1, 9:16 and 16:9.",
            "examples": [["1:1", "300x250", "instagram story"]],
            "maxItems": limits.max_placements,
        },
        "priority": {
            "description": "What is made first: high, normal, low, or 0 (first) to 9 (last).",
            "anyOf": [{"enum": ["high", "normal", "low"]}, {"type": "integer", "minimum": 0, "maximum": 9}],
            "default": "normal",
        },
        "delivery": {
            "description": "now, or overnight: pictures that are bought have a day's time, at half the price.",
            "enum": ["now", "overnight"],
            "default": "now",
        },
        "copy_approval": _flag("A person looks at words that a machine wrote before they are used."),
        "on_violation": _violation(),
        "assets_required": _flag("Refuse the brief when a file it names is missing, instead of making a picture."),
        "product_fidelity": _fidelity(),
        "style_references": {**texts, "description": "Pictures whose style is gone by.", "examples": [["mood.jpg"]]},
    }


def _brand() -> dict[str, Any]:
    texts = {"$ref": "#/$defs/texts"}
    fields = {
        "id": _text("Names the brand's own settings.", "lumen-tide"),
        "name": _text("The brand's name.", "Lumen & Tide"),
        "palette": {**texts, "description": "Colours, most important first.", "examples": [["#0E3B43", "coral"]]},
        "logo": _text("The logo's file (SVG or a picture), beside the brief.", "assets/logo.svg"),
        "logo_on_dark": _text("A variant of the logo for dark grounds.", "assets/logo-white.svg"),
        "logo_on_light": _text("A variant of the logo for light grounds.", "assets/logo-dark.svg"),
        "logo_required": _flag("Refuse creatives without the logo."),
        "fonts": {**texts, "description": "Font files, beside the brief.", "examples": [["assets/Inter.ttf"]]},
        "font_family": _text("The family to set the words in, where it is installed.", "Inter"),
        "tone": _text("How the brand speaks.", "calm, warm, unhurried"),
        "forbidden_words": {**texts, "description": "Words that must not be shown.", "examples": [["cheap"]]},
        "required_words": {**texts, "description": "Words that must be said.", "examples": [["Lumen & Tide"]]},
        "glossary": {
            "description": "Terms that stay as they are (a list), or are translated as given (by locale).",
            "anyOf": [texts, {"type": "object"}],
            "examples": [["Tide Club"], {"free shipping": {"de": "kostenloser Versand"}}],
        },
    }
    named = {"type": "string", "description": "The brand's name alone."}
    return {
        "description": "Whose ad it is.",
        "anyOf": [named, {"type": "object", "properties": fields}],
    }


def _direction() -> dict[str, Any]:
    texts = {"$ref": "#/$defs/texts"}
    return {
        "description": "How the pictures should look.",
        "type": "object",
        "properties": {
            "setting": _text("Where the scene is.", "a quiet shore in the early morning"),
            "style": _text("The kind of picture.", "editorial product photography"),
            "mood": _text("What it feels like.", "calm"),
            "composition": _text("Where things are.", "the product to the right"),
            "avoid": {**texts, "description": "What must not be in it.", "examples": [["people", "text"]]},
            "notes": {**texts, "description": "Anything else.", "examples": [["morning light"]]},
        },
    }


def _rendering() -> dict[str, Any]:
    chosen = {
        "quality": (QUALITIES, "How finely a made picture is worked out; it decides the price."),
        "complexity": (COMPLEXITIES, "How much the model plans ahead, where it knows that."),
        "background": (BACKGROUNDS, "The ground of a made picture."),
        "format": (FORMATS, "The format in which a made picture comes."),
        "moderation": (MODERATIONS, "How strictly the maker's safety system looks; never laxer than the settings."),
    }
    fields: dict[str, Any] = {name: {"enum": list(all_), "description": said} for name, (all_, said) in chosen.items()}
    fields["compression"] = {
        "type": "integer",
        "minimum": 0,
        "maximum": 100,
        "description": "How much of a jpeg or webp is kept: 100 is the most.",
    }
    return {"description": "How made pictures are rendered.", "type": "object", "properties": fields}


def _violation() -> dict[str, Any]:
    chosen = {"enum": [each.value for each in Violation]}
    said = "What becomes of creatives that break a rule; for each severity, or for errors alone."
    errors = {"enum": [each.value for each in Violation if each is not Violation.DELIVER]}
    fields = {"error": errors, "warning": chosen, "advice": chosen}
    return {"description": said, "anyOf": [errors, {"type": "object", "properties": fields}]}


def _fidelity() -> dict[str, Any]:
    said = "What becomes of a supplied picture: used as it is, gone by, or its product cut out and set untouched."
    return {"enum": [each.value for each in Fidelity], "description": said, "default": Fidelity.SUPPLIED.value}


def _products(limits: Limits) -> dict[str, Any]:
    words = {"$ref": "#/$defs/words"}
    texts = {"$ref": "#/$defs/texts"}
    fields = {
        "id": _text("Its folder. Left out: made from the name.", "tide-bottle", limits.max_name),
        "name": _text("What it is called.", "Tide insulated bottle", limits.max_name),
        "description": _text("What it is and looks like.", "A copper-lined bottle", limits.max_description),
        "category": _text("What kind of thing it is.", "bottle"),
        "attributes": {**texts, "description": "What is special about it.", "examples": [["leak-proof"]]},
        "image": {**texts, "description": "A picture you have; further ones are references.", "examples": ["a.jpg"]},
        "cutout": _text("A picture with a transparent ground.", "assets/bottle.png"),
        "focus": {
            "description": "Where the product is in its picture: shares from the left and from the top.",
            "type": "array",
            "items": {"type": "number", "minimum": 0, "maximum": 1},
            "minItems": 2,
            "maxItems": 2,
            "examples": [[0.7, 0.5]],
        },
        "references": {**texts, "description": "Pictures to go by.", "examples": [["assets/mood.jpg"]]},
        "fidelity": _fidelity(),
        "message": {**words, "description": "Said for this product instead of the campaign's message."},
        "cta": {**words, "description": "The call to action for this product."},
        "disclaimer": {**words, "description": "The small print for this product."},
        "prompt": _text("What the picture shows, in your words.", "the bottle on wet stones"),
        "notes": {**texts, "description": "For the picture.", "examples": ["show condensation"]},
        "avoid": {**texts, "description": "What must not be in the picture.", "examples": [["ice"]]},
        "assets_required": _flag("Refuse the brief when this product's files are missing."),
    }
    product = {"anyOf": [{"type": "string"}, {"type": "object", "properties": fields, "required": ["name"]}]}
    return {
        "description": "What is advertised: one set of creatives for each.",
        "type": "array",
        "items": product,
        "minItems": 1,
        "maxItems": limits.max_products,
        "examples": [[{"name": "Tide bottle", "description": "A steel bottle"}]],
    }


def _words(limits: Limits) -> dict[str, Any]:
    text = {"type": "string", "maxLength": limits.max_message}
    return {
        "description": "Words, or words by locale.",
        "anyOf": [text, {"type": "object", "additionalProperties": text, "minProperties": 1}],
        "examples": ["Carry the calm of summer", {"en-US": "Carry the calm", "de-DE": "Nimm die Ruhe mit"}],
    }


def _texts() -> dict[str, Any]:
    return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _text(description: str, sample: str, longest: int | None = None) -> dict[str, Any]:
    length = {"maxLength": longest} if longest else {}
    return {"type": "string", "description": description, "examples": [sample], **length}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description, "default": False}
