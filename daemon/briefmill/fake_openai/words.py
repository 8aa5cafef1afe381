"""Answers in words that satisfy a JSON schema strictly, and show what they were made from.

A translation is the source text with the language in front, `[de] Fresh every morning`: a test sees at once that the
text went through a translator, into which language, and that nothing of it was lost. Where the schema has a property
of the same name as the request's own JSON, that value is the source; a property named as a language (`de`, `pt-BR`) is
its own target; a list over languages gets one entry for each language that was asked for. Terms of a `glossary` are
said as it wants them; a text is cut to its `most_characters` only once it is told what was `wrong_last_time`, so that a
first answer may be too long, as in reality.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from briefmill.fake_openai import refusals

LANGUAGE: Final = re.compile(r"[a-z]{2,3}([-_][A-Z][a-z]{3})?([-_]([A-Z]{2}|\d{3}))?")
_TOLD: Final = ("target_locale", "target_language", "locale", "language", "target", "lang", "to")
_MANY: Final = ("locales", "languages", "targets", "target_locales", "target_languages")
_SOURCES: Final = ("message", "text", "source", "copy", "headline", "description", "product")
DEEPEST: Final = 10
"""Levels of a strict schema that the API takes."""
_FORMATS: Final = {
    "date": "2026-11-23",
    "date-time": "2026-11-23T09:00:00Z",
    "time": "09:00:00Z",
    "email": "fake@example.com",
    "uri": "https://example.com/fake",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uuid4": "00000000-0000-4000-8000-000000000000",  # as pydantic writes it
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "duration": "PT1H",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a request was about: its own JSON where it had one, its text, and the languages it asks for."""

    given: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()

    def marked(self, words: str) -> str:
        """The words with the language in front."""
        return f"[{self.language or 'fake'}] {words}"


def source(instructions: str, asked: str) -> Source:
    """What the texts of a request are about. `asked` is the user's part, `instructions` everything else."""
    given = _object(asked)
    language = _first(given, _TOLD) or _named(f"{asked}\n{instructions}" if not given else instructions)
    many: list[Any] = next((given[name] for name in _MANY if isinstance(given.get(name), list)), [])
    text = _first(given, _SOURCES) or asked.strip()
    return Source(given=given, text=text, language=language, languages=tuple(str(one) for one in many))


def plain(about: Source) -> str:
    """An answer without a schema."""
    return about.marked(about.text)


def answer(schema: Mapping[str, Any], about: Source, *, name: str = "answer", strict: bool = True) -> Any:
    """A value that satisfies the schema. Raises Refusal (400) for a schema that the API would not take as strict."""
    try:
        if strict:
            _check(schema, schema, name, (), 0)
        if _kind(_resolved(schema, schema)) != "object":
            raise _wrong(name, (), "schema must be a JSON Schema of 'type: \"object\"'")
        return _value(schema, schema, about, "", 0)
    except (AttributeError, IndexError, KeyError, TypeError, re.error) as error:
        # Only a schema whose keywords have values of the wrong kinds gets here: `properties: 3`, `pattern: "("`.
        raise _wrong(name, (), "schema is not a valid JSON Schema") from error


def _value(schema: Mapping[str, Any], root: Mapping[str, Any], about: Source, name: str, depth: int) -> Any:
    schema = _resolved(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return _chosen(schema["enum"], about)
    for union in ("anyOf", "oneOf"):
        if schema.get(union):
            branches = [branch for branch in schema[union] if _kind(_resolved(branch, root)) != "null"]
            # A tree that could go on for ever ends where its schema lets it.
            may_end = len(branches) < len(schema[union])
            if not branches or (may_end and depth >= DEEPEST):
                return None
            return _value(branches[0], root, about, name, depth)
    match _kind(schema):
        case "object":
            return _object_value(schema, root, about, name, depth)
        case "array":
            return _array(schema, root, about, name, depth)
        case "integer" | "number" as kind:
            return _number(schema, about.given.get(name), whole=kind == "integer")
        case "boolean":
            return about.given.get(name) if isinstance(about.given.get(name), bool) else True
        case "null":
            return None
        case _:
            return _string(schema, about, name)


def _object_value(schema: Mapping[str, Any], root: Mapping[str, Any], about: Source, name: str, depth: int) -> Any:
    # A branch that refers to itself is left out as soon as it may be: at the bottom only what is required is made.
    properties = schema.get("properties", {})
    wanted = properties if depth < DEEPEST else {key: properties[key] for key in schema.get("required", ())}
    if depth > 3 * DEEPEST:
        raise _wrong(name, (), "the schema refers to itself without end")
    inner = about.given.get(name)
    if name and isinstance(inner, Mapping):
        about = replace(about, given=inner, text=_first(inner, _SOURCES) or about.text)
    return {key: _value(part, root, _towards(about, key), key, depth + 1) for key, part in wanted.items()}


def _towards(about: Source, name: str) -> Source:
    """A property that is named as a language is that language's text."""
    if not LANGUAGE.fullmatch(name) or (name not in about.languages and "-" not in name and len(name) != 2):
        return about
    return replace(about, language=name) if name not in about.given else about


def _array(schema: Mapping[str, Any], root: Mapping[str, Any], about: Source, name: str, depth: int) -> list[Any]:
    items = _resolved(schema.get("items", {"type": "string"}), root)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 1_000)
    given = about.given.get(name)
    if isinstance(given, list):
        sources = [_of_item(about, one) for one in given]
    else:
        sources = [replace(about, language=one) for one in _languages(items, about)] or [about]
    if depth >= DEEPEST and least == 0:
        return []
    while len(sources) < least:
        sources.append(sources[-1] if sources else about)
    return [_value(items, root, one, name if isinstance(given, list) else "", depth + 1) for one in sources[:most]]


def _of_item(about: Source, item: Any) -> Source:
    if isinstance(item, Mapping):
        return replace(
            about, given=item, text=_first(item, _SOURCES) or about.text, language=_first(item, _TOLD) or about.language
        )
    return replace(about, text=str(item), given={})


def _languages(items: Mapping[str, Any], about: Source) -> tuple[str, ...]:
    """The languages that a list is over, when its entries name one."""
    told = [name for name in _TOLD if name in items.get("properties", {})]
    if not told:
        return ()
    return about.languages or tuple(str(one) for one in items["properties"][told[0]].get("enum", ()))


def _string(schema: Mapping[str, Any], about: Source, name: str) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    given = about.given.get(name)
    if name in _TOLD:
        words = about.language or (given if isinstance(given, str) else "en")
    else:
        words = _heeding(about.given, name, about.marked(given if isinstance(given, str) else about.text))
    words = words[: schema.get("maxLength", len(words))].ljust(schema.get("minLength", 0), ".")
    pattern = schema.get("pattern")
    if pattern is not None and not re.search(pattern, words):
        return _matching(pattern, (about.language, str(given or ""), about.text, "a", "A", "1", "0", "#000000"), name)
    return words


def _heeding(given: Mapping[str, Any], name: str, words: str) -> str:
    """The words by the request's own rules: its glossary, and once something was wrong, its most characters."""
    glossary, most = given.get("glossary"), given.get("most_characters")
    for term, said in (glossary if isinstance(glossary, dict) else {}).items():
        words = re.sub(re.escape(term), str(said).replace("\\", ""), words, flags=re.IGNORECASE)
    bound = most.get(name) if isinstance(most, dict) and given.get("wrong_last_time") else None
    return words[:bound].rstrip() if isinstance(bound, int) else words


def _matching(pattern: str, candidates: Sequence[str], name: str) -> str:
    found = next((words for words in candidates if re.search(pattern, words)), None)
    if found is None:
        raise refusals.invalid(
            f"The fake cannot make a text for the pattern {pattern!r} of '{name}'.", param="schema", code="fake_cannot"
        )
    return found


def _number(schema: Mapping[str, Any], given: Any, *, whole: bool) -> int | float:
    step = schema.get("multipleOf", 1 if whole else 0)
    least = schema.get("minimum", schema.get("exclusiveMinimum", -1e9))
    most = schema.get("maximum", schema.get("exclusiveMaximum", 1e9))
    above, below = least == schema.get("exclusiveMinimum"), most == schema.get("exclusiveMaximum")
    wanted = given if isinstance(given, int | float) and not isinstance(given, bool) else 1
    if not (least <= wanted <= most) or (above and wanted == least) or (below and wanted == most):
        wanted = (least + most) / 2 if most < 1e9 else least + (step or 1)
    if step:
        wanted = round(wanted / step) * step
    return round(wanted) if whole else wanted


def _chosen(choices: Sequence[Any], about: Source) -> Any:
    """The choice that stands for the language, else the first."""
    return about.language if about.language in choices else choices[0]


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    for _ in range(DEEPEST):
        if not isinstance(schema, Mapping):
            raise _wrong("answer", (), "a schema is an object")
        target = schema.get("$ref")
        if target is None:
            return schema
        schema = root
        for step in str(target).removeprefix("#").strip("/").split("/"):
            schema = schema.get(step, {}) if step and isinstance(schema, Mapping) else schema
    raise _wrong("answer", (), "the schema refers to itself without end")


def _kind(schema: Mapping[str, Any]) -> str:
    told = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(told, list):
        return next((one for one in told if one != "null"), "null")
    return str(told)


def _check(schema: Any, root: Mapping[str, Any], name: str, place: tuple[str, ...], depth: int) -> None:
    """What the API asks of a strict schema: every object closed, every property required, not too deep."""
    if not isinstance(schema, Mapping):
        raise _wrong(name, place, "a schema is an object")
    if depth > DEEPEST:
        raise _wrong(name, place, f"schema exceeds {DEEPEST} levels of nesting")
    properties = schema.get("properties", {})
    if _kind(schema) == "object" and "$ref" not in schema and not schema.get("anyOf"):
        if schema.get("additionalProperties") is not False:
            raise _wrong(name, place, "'additionalProperties' is required to be supplied and to be false")
        missing = [key for key in properties if key not in schema.get("required", ())]
        if missing:
            raise _wrong(
                name,
                place,
                "'required' is required to be supplied and to be an array including every key in properties. "
                f"Missing '{missing[0]}'",
            )
    for key, part in properties.items():
        _check(part, root, name, (*place, "properties", key), depth + 1)
    for key, part in schema.get("$defs", {}).items():
        _check(part, root, name, (*place, "$defs", key), depth + 1)
    for number, part in enumerate(schema.get("anyOf", ())):
        _check(part, root, name, (*place, "anyOf", str(number)), depth)
    if "items" in schema:
        _check(schema["items"], root, name, (*place, "items"), depth)


def _wrong(name: str, place: tuple[str, ...], words: str) -> refusals.Refusal:
    return refusals.invalid(
        f"Invalid schema for response_format '{name}': In context={place!r}, {words}.",
        param="text.format.schema",
        code="invalid_json_schema",
    )


def _object(words: str) -> Mapping[str, Any]:
    """The JSON object in a text, also one with words around it."""
    start, end = words.find("{"), words.rfind("}")
    if start < 0 or end < start:
        return {}
    try:
        found = json.loads(words[start : end + 1])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _first(given: Mapping[str, Any], names: Sequence[str]) -> str:
    return next((given[name] for name in names if isinstance(given.get(name), str)), "")


def _named(words: str) -> str:
    """A language tag that a text names, as in `translate to de-DE`; else a language's English name, as its tag."""
    for pattern in _TAGS:
        match = re.search(pattern, words)
        if match:
            return match[1]
    for before in (r"\b(?:into|to|in) ", r"\b"):
        named = re.search(before + f"({'|'.join(_NAMES)})\\b", words)
        if named:
            return _NAMES[named[1]]
    return ""


_NAMES: Final = {
    "German": "de",
    "French": "fr",
    "Spanish": "es",
    "Italian": "it",
    "Portuguese": "pt",
    "Dutch": "nl",
    "Polish": "pl",
    "Japanese": "ja",
    "Chinese": "zh",
    "Korean": "ko",
    "Arabic": "ar",
    "Hebrew": "he",
    "Hindi": "hi",
    "Thai": "th",
    "Turkish": "tr",
}
_TAGS: Final = (
    r"\b([a-z]{2}-[A-Z]{2})\b",
    r"\b(?:language|locale|target)\b[ :=`'\"]+([a-z]{2})\b",
    # Only languages that are no English word: "to it" and "to be" name none.
    r"\b(?:into|to) [`'\"]?(ar|de|es|fr|ja|ko|nl|pl|pt|th|tr|zh)\b",
)
