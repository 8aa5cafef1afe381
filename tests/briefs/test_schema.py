"""The canonical dialect: its example reads without a word, and the schema is about the same fields as the reader."""

import json
from typing import Any

from briefmill.briefs import aliases, schema, source
from briefmill.briefs.fields import Context
from briefmill.briefs.nodes import Kind, Node


def test_the_example_reads_without_a_notice_and_without_an_alias(read):
    reading = read(schema.example())
    assert reading.notices == ()
    assert reading.aliases == ()
    brief = reading.brief
    assert len(brief.products) == 2
    assert brief.locales == ("en-US", "de-DE", "ja-JP")
    assert not any(copy.borrowed for copy in brief.copies.values())
    assert brief.creative_count == 2 * 3 * 5
    assert brief.brand.logo is not None


def test_every_field_of_the_schema_is_known_to_the_reader():
    properties = schema.schema()["properties"]
    for name in properties:
        assert aliases.field_of(name, Context.ROOT) or aliases.group_of(name), name
    for group, context in (("brand", Context.BRAND), ("direction", Context.DIRECTION)):
        wanted = properties[group]
        inner = wanted.get("properties") or wanted["anyOf"][1]["properties"]
        for name in inner:
            assert aliases.field_of(name, context), f"{group}.{name}"
    for name in properties["products"]["items"]["anyOf"][1]["properties"]:
        assert aliases.field_of(name, Context.PRODUCT), name


def test_the_schema_is_json_and_its_references_lead_somewhere():
    written = json.loads(json.dumps(schema.schema()))
    assert written["$schema"].endswith("2020-12/schema")
    for reference in _references(written):
        assert reference.removeprefix("#/$defs/") in written["$defs"]


def test_the_example_fits_the_schema():
    whole = schema.schema()
    root = source.parse(schema.example().encode(), name="brief.yaml").root
    assert _misfits(root, whole, whole["$defs"]) == []


def test_the_schema_marks_a_slip_in_the_example():
    whole = schema.schema()
    root = source.parse(b"campaign: [x]\nproducts: 3\n", name="brief.yaml").root
    assert _misfits(root, whole, whole["$defs"]) == ["campaign", "products"]


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for inner in value.values() for found in _references(inner)]
    return [found for inner in value for found in _references(inner)] if isinstance(value, list) else []


def _misfits(node: Node, wanted: dict[str, Any], defs: dict[str, Any]) -> list[str]:
    """The paths where a node is not what the schema wants: the part of JSON Schema that ours uses."""
    if "$ref" in wanted:
        wanted = {**defs[wanted["$ref"].removeprefix("#/$defs/")]}
    if "anyOf" in wanted:
        tried = [_misfits(node, option, defs) for option in wanted["anyOf"]]
        return [] if [] in tried else [node.path]
    if "enum" in wanted:
        return [] if node.text in wanted["enum"] else [node.path]
    kinds = {"object": Kind.MAPPING, "array": Kind.LIST, "string": Kind.TEXT, "integer": Kind.NUMBER}
    if "type" in wanted and node.kind is not kinds.get(wanted["type"], Kind.TRUTH):
        return [node.path]
    found = [misfit for item in node.items for misfit in _misfits(item, wanted["items"], defs)]
    for entry in node.entries:
        inner = wanted.get("properties", {}).get(entry.key, wanted.get("additionalProperties"))
        found += _misfits(entry.node, inner, defs) if inner else [entry.node.path]
    return found
