"""From bytes to a tree: what is accepted, what is refused, and where the finger points."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.briefs import source
from briefmill.briefs.nodes import Kind, Limits, Node
from briefmill.errors import BriefRefused, Problem

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def root(data: bytes | str, name: str = "brief.yaml", limits: Limits | None = None) -> Node:
    encoded = data.encode() if isinstance(data, str) else data
    return source.parse(encoded, name=name, limits=limits).root


def problem(data: bytes | str, name: str = "brief.yaml", limits: Limits | None = None) -> Problem:
    with pytest.raises(BriefRefused) as caught:
        root(data, name, limits)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def plain(node: Node) -> object:
    if node.kind is Kind.MAPPING:
        return {entry.key: plain(entry.node) for entry in node.entries}
    if node.kind is Kind.LIST:
        return [plain(item) for item in node.items]
    return None if node.kind is Kind.NULL else node.text


def test_yaml_scalars_stay_as_they_were_written():
    text = "ratio: 16:9\nno: no\non: yes\ndate: 2026-03-01\nat: 2026-03-01 10:00:00\noctal: 010\nprice: 450.0\n1: one\n"
    assert plain(root(text)) == {
        "ratio": "16:9",
        "no": "no",
        "on": "yes",
        "date": "2026-03-01",
        "at": "2026-03-01 10:00:00",
        "octal": "010",
        "price": "450.0",
        "1": "one",
    }


def test_yaml_1_1_directives_do_not_bring_back_the_norway_problem():
    assert plain(root("%YAML 1.1\n---\nlocale: no\nratio: 16:9\n")) == {"locale": "no", "ratio": "16:9"}


@pytest.mark.parametrize("name", ["brief.json", "brief.yaml"])
def test_every_json_node_knows_its_path_line_and_column(name):
    tree = root('{\n  "a": 1,\n\t"list": [\n    {"b": "x"}]\n}', name)
    assert [(entry.key, entry.line, entry.column) for entry in tree.entries] == [("a", 2, 3), ("list", 3, 2)]
    inner = tree.entries[1].node.items[0].entries[0].node
    assert (inner.path, inner.line, inner.column, inner.text) == ("list[0].b", 4, 11, "x")


def test_every_yaml_node_knows_its_path_line_and_column():
    tree = root("a: 1\nlist:\n  - b: x\n")
    inner = tree.entries[1].node.items[0].entries[0]
    assert (inner.line, inner.column, inner.node.path, inner.node.column) == (3, 5, "list[0].b", 8)


@pytest.mark.parametrize(
    ("text", "name", "first", "second"),
    [('{"a": 1,\n "b": 2,\n "a": 3}', "b.json", (1, 2), (3, 2)), ("a: 1\nb: 2\na: 3\n", "b.yaml", (1, 1), (3, 1))],
)
def test_a_key_written_twice_is_refused_with_both_places(text, name, first, second):
    told = problem(text, name)
    assert told.code == "brief.key_twice"
    assert (told.line, told.column) == second
    assert f"line {first[0]}, column {first[1]}" in told.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('{"a": 1,}', "comma"),
        ("{'a': 1}", "double quotes"),
        ("{“a”: 1}", "typographic"),
        ('{"a": 1 // note\n}', "comments"),
        ('{"a": NaN}', "NaN"),
        ('{"a": Infinity}', "Infinity"),
        ('{"a": 01}', "01"),
        ('{"a": "x\ny"}', "closing quote"),
        ('{"a": "\\q"}', "backslash"),
        ('{"a" 1}', "colon"),
        ('{"a": 1} {"b": 2}', "goes on"),
    ],
)
def test_the_usual_slips_of_hand_written_json_are_named(text, hint):
    told = problem(text, "brief.json")
    assert told.line >= 1
    assert hint in f"{told.message} {told.fix}"


def test_tabs_in_yaml_are_named():
    assert "tabs" in problem("a:\n\tb: 1\n").fix


def test_yaml_under_a_json_name_is_named():
    assert "YAML" in problem("campaign: x\n", "brief.json").message


def test_json_with_tabs_under_a_yaml_name_is_read():
    assert plain(root('{\n\t"a": {\n\t\t"b": "c"}}', "brief.yml")) == {"a": {"b": "c"}}


def test_yaml_in_braces_is_read():
    assert plain(root("{a: 1, b: [x, y]}")) == {"a": "1", "b": ["x", "y"]}


def test_an_open_colour_is_read_as_the_colour_and_said():
    document = source.parse(b"primary: #FF5733\nlist:\n  - #abc # coral\n  - '#000000'\n", name="b.yaml")
    assert plain(document.root) == {"primary": "#FF5733", "list": ["#abc", "#000000"]}
    assert [notice.line for notice in document.notices] == [1, 3]


def test_a_comment_after_an_empty_value_is_no_colour():
    assert plain(root("primary: # the main one\nb: #1 in sales\n")) == {"primary": None, "b": None}


@pytest.mark.parametrize(
    "data",
    [
        '{"a": "é"}'.encode("utf-8-sig"),
        '{"a": "é"}'.encode("utf-16"),
        b"\xfe\xff" + '{"a": "é"}'.encode("utf-16-be"),
        '{"a": "é"}'.encode("utf-16-le"),
        '{"a": "é"}'.encode("utf-16-be"),
        '{"a": "é"}'.encode("utf-32"),
    ],
)
def test_every_encoding_of_unicode_is_read(data):
    assert plain(root(data, "brief.json")) == {"a": "é"}


def test_a_legacy_code_page_is_refused_at_the_byte():
    told = problem(b"a: ok\nb: caf\xe9s\n")
    assert (told.code, told.line, told.column) == ("brief.encoding", 2, 7)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PNG, "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "JPEG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04" + bytes(30), "ZIP"),
        (b"{\\rtf1\\ansi brief}", "RTF"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "WebP"),
        (b"\x00\x00\x00\x20ftypmp42", "film"),
    ],
)
def test_other_kinds_of_file_are_called_by_their_name(data, what):
    assert what in problem(data).message


@pytest.mark.parametrize("data", [b"", b"  \n\t", b"\0\0\0", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data):
    assert problem(data).code in {"brief.empty", "brief.not_fields"}


@pytest.mark.parametrize("data", [b"a: b\0c: d", b'{"a": "\0"}'])
def test_a_zero_byte_is_refused(data):
    assert problem(data).code == "brief.not_text"


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [ls]", "!custom x", "!!binary aGk="])
def test_no_tag_is_obeyed(tag):
    assert problem(f"a: {tag}\n").code == "brief.tag"


def test_plain_tags_are_harmless():
    assert plain(root("a: !!str 12\nb: !!int 3\n")) == {"a": "12", "b": "3"}


def test_aliases_and_merge_keys_are_written_out():
    tree = root("base: &b {x: 1, y: 2}\none: *b\ntwo:\n  <<: *b\n  y: 3\n")
    assert plain(tree) == {"base": {"x": "1", "y": "2"}, "one": {"x": "1", "y": "2"}, "two": {"y": "3", "x": "1"}}
    assert tree.entries[1].node.entries[0].node.path == "one.x"


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: *nothing\n"])
def test_aliases_to_themselves_and_to_nothing_are_refused(text):
    assert problem(text).code in {"brief.alias", "brief.syntax", "brief.cut"}


def test_an_alias_bomb_is_stopped_by_its_written_out_size():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert problem("\n".join(lines)).code == "brief.too_many_values"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("name", ["b.json", "b.yaml"])
def test_deep_nesting_is_stopped(opening, closing, name):
    assert problem(opening * 5000 + "1" + closing * 5000, name).code == "brief.too_deep"


def test_deep_nesting_through_aliases_is_stopped():
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 40)]
    assert problem("\n".join(lines)).code == "brief.too_deep"


def test_the_limits_of_size_and_number_hold():
    assert problem(b"a: " + b"x" * 100, limits=Limits(max_bytes=50)).code == "brief.too_large"
    assert problem("[" + "1," * 50 + "1]", "b.json", limits=Limits(max_nodes=40)).code == "brief.too_many_values"


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "---\na: 1\n---\nb: 2\n"])
def test_several_documents_are_refused(text):
    assert problem(text).code == "brief.several"


def test_an_empty_document_behind_the_brief_does_no_harm():
    assert plain(root("---\na: 1\n---\n")) == {"a": "1"}


def test_a_list_of_one_brief_is_read_and_said():
    document = source.parse(b'[{"a": 1}]', name="b.json")
    assert plain(document.root) == {"a": "1"}
    assert [notice.code for notice in document.notices] == ["brief.in_list"]


def test_a_list_of_several_briefs_is_refused():
    assert problem('[{"a": 1}, {"a": 2}]', "b.json").code == "brief.several"


@pytest.mark.parametrize("wrapper", ["campaign_brief", "brief", "CampaignBrief", "campaigns"])
def test_a_wrapper_is_taken_off_and_paths_keep_it(wrapper):
    tree = root(f"{wrapper}:\n  _comment: x\n  a: 1\n")
    assert plain(tree) == {"_comment": "x", "a": "1"}
    assert tree.entries[1].node.path == f"{wrapper}.a"


@pytest.mark.parametrize("text", ["just words", "[]", "42", "- a\n"])
def test_what_has_no_fields_is_no_brief(text):
    assert problem(text).code == "brief.not_fields"


def test_keys_that_are_no_text_are_refused():
    assert problem("? [a, b]\n: c\n").code == "brief.key"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=2), JSON, min_size=2, max_size=5))
def test_the_json_reader_agrees_with_the_standard_library(fields):
    def written(value: object) -> object:
        if isinstance(value, dict):
            return {key: written(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [written(inner) for inner in value]
        return value if value is None else value if isinstance(value, str) else json.dumps(value)

    text = json.dumps(fields)
    assert plain(root(text, "b.json")) == written(json.loads(text))
